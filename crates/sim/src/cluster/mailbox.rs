//! Mailbox of a node: the messages that have reached it, one in service and the others waiting.

use std::collections::VecDeque;

use ringside_store::{Duration, Instant};

/// The outcome of [`Mailbox::accept`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission<T> {
    /// The mailbox was free: the message can be handled, or its service begun.
    Free(T),
    /// It waits. The number of waiting messages, this one included.
    Waits(u32),
    /// The mailbox is full.
    Refused(T),
}

/// A message in service.
#[derive(Clone, Debug)]
struct InService<T> {
    message: T,
    ends: Instant,
}

/// The messages that have reached a node and are not handled yet, oldest first.
///
/// ```text
///   arrivals --> [ waiting ... ] --> ( in service ) --> handled
/// ```
///
/// A paused mailbox accepts messages and releases none; a service in progress is suspended.
#[derive(Clone, Debug)]
pub(super) struct Mailbox<T> {
    waiting: VecDeque<T>,
    service: Option<InService<T>>,
    /// Counts services and pauses, to distinguish the end of this service from one that was
    /// postponed.
    turn: u64,
    /// Since when it is paused.
    paused: Option<Instant>,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), service: None, turn: 0, paused: None }
    }
}

impl<T> Mailbox<T> {
    /// Accepts a message, if fewer than `capacity` wait.
    pub(super) fn accept(&mut self, message: T, capacity: u32) -> Admission<T> {
        if self.paused.is_none() && self.service.is_none() && self.waiting.is_empty() {
            return Admission::Free(message);
        }
        if self.waiting() >= capacity {
            return Admission::Refused(message);
        }
        self.waiting.push_back(message);
        Admission::Waits(self.waiting())
    }

    /// Begins the service of a message, and returns the number of its turn.
    pub(super) fn begin(&mut self, message: T, ends: Instant) -> u64 {
        self.service = Some(InService { message, ends });
        self.turn += 1;
        self.turn
    }

    /// Ends the service of this turn and returns its message, or `None` if the turn is no longer in
    /// progress.
    pub(super) fn end(&mut self, turn: u64) -> Option<T> {
        if self.paused.is_some() || turn != self.turn {
            return None;
        }
        self.service.take().map(|service| service.message)
    }

    /// Removes the message that has waited longest, if the mailbox is neither serving nor paused.
    pub(super) fn next(&mut self) -> Option<T> {
        if self.paused.is_some() || self.service.is_some() {
            return None;
        }
        self.waiting.pop_front()
    }

    /// Pauses the mailbox. Returns `false` if it was paused already.
    pub(super) fn pause(&mut self, now: Instant) -> bool {
        let running = self.paused.is_none();
        self.paused.get_or_insert(now);
        running
    }

    /// Resumes the mailbox, or returns `None` if it was not paused. A service in progress gets a
    /// new turn and a new end.
    pub(super) fn resume(&mut self, now: Instant) -> Option<Resumed> {
        let paused = self.paused.take()?;
        let Some(service) = &mut self.service else { return Some(Resumed { service: None }) };
        let left: Duration = service.ends.since(paused);
        service.ends = now + left;
        self.turn += 1;
        Some(Resumed { service: Some((self.turn, service.ends)) })
    }

    /// Empties the mailbox and ends its pause. Returns its messages, oldest first.
    pub(super) fn clear(&mut self) -> Vec<T> {
        self.paused = None;
        self.turn += 1;
        let finish_service = self.service.take().map(|service| service.message);
        finish_service.into_iter().chain(self.waiting.drain(..)).collect()
    }

    pub(super) const fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    pub(super) const fn is_serving(&self) -> bool {
        self.service.is_some()
    }

    /// The number of waiting messages, without the one in service.
    pub(super) fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }
}

/// The state of a mailbox that was just resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resumed {
    /// The new turn and the new end of the service in progress, if there is one.
    pub(super) service: Option<(u64, Instant)>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        /// A message arrives, and its service would take this many microseconds.
        Arrive(u64),
        /// This many microseconds pass.
        Wait(u64),
        Pause,
        Resume,
        Clear,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (0..12_u64).prop_map(Step::Arrive),
            5 => (0..20_u64).prop_map(Step::Wait),
            1 => Just(Step::Pause),
            1 => Just(Step::Resume),
            1 => Just(Step::Clear),
        ];
        prop::collection::vec(step, 0..80)
    }

    /// The naive model counts the microseconds of work left of each message, one tick after
    /// another.
    #[derive(Default)]
    struct Naive {
        /// Messages, the one in service first, each with the work left.
        queue: VecDeque<(u64, u64)>,
        /// Whether the first one is in service.
        begun: bool,
        paused: bool,
        handled: Vec<(u64, u64)>,
    }

    impl Naive {
        fn settle(&mut self, now: u64) {
            while !self.paused {
                let Some((number, left)) = self.queue.front().copied() else { break };
                self.begun = left > 0;
                if left > 0 {
                    break;
                }
                self.queue.pop_front();
                self.handled.push((number, now));
            }
            self.begun &= !self.queue.is_empty();
        }

        fn waiting(&self) -> usize {
            self.queue.len() - usize::from(self.begun)
        }
    }

    /// The mailbox as a cluster drives it, with the ends of services in a list.
    #[derive(Default)]
    struct Driven {
        mailbox: Mailbox<(u64, u64)>,
        ends: Vec<(u64, u64)>,
        handled: Vec<(u64, u64)>,
    }

    impl Driven {
        fn serve(&mut self, (number, takes): (u64, u64), now: u64) {
            if takes == 0 {
                self.handled.push((number, now));
            } else {
                let turn = self.mailbox.begin((number, takes), Instant::from_us(now + takes));
                self.ends.push((now + takes, turn));
            }
        }

        fn serve_waiting(&mut self, now: u64) {
            while let Some(message) = self.mailbox.next() {
                self.serve(message, now);
            }
        }

        fn tick(&mut self, now: u64) {
            for (at, turn) in std::mem::take(&mut self.ends) {
                if at > now {
                    self.ends.push((at, turn));
                } else if let Some((number, _)) = self.mailbox.end(turn) {
                    self.handled.push((number, now));
                    self.serve_waiting(now);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_mailbox_agrees_with_the_naive_model(steps in steps(), capacity in 0..6_u32) {
            let (mut naive, mut driven) = (Naive::default(), Driven::default());
            let mut now = 0;
            for (number, step) in (0..).zip(steps) {
                match step {
                    Step::Arrive(takes) => {
                        let busy = naive.paused || !naive.queue.is_empty();
                        let refused = busy && naive.waiting() >= capacity as usize;
                        if !refused {
                            naive.queue.push_back((number, takes));
                            naive.settle(now);
                        }
                        match driven.mailbox.accept((number, takes), capacity) {
                            Admission::Free(message) => driven.serve(message, now),
                            Admission::Waits(waiting) => {
                                prop_assert_eq!(waiting as usize, naive.waiting());
                            }
                            Admission::Refused(_) => prop_assert!(refused),
                        }
                    }
                    Step::Wait(us) => for _ in 0..us {
                        now += 1;
                        if let (false, Some((_, left))) = (naive.paused, naive.queue.front_mut()) {
                            *left -= 1;
                        }
                        naive.settle(now);
                        driven.tick(now);
                    },
                    Step::Pause => {
                        prop_assert_eq!(driven.mailbox.pause(Instant::from_us(now)), !naive.paused);
                        naive.paused = true;
                    }
                    Step::Resume => {
                        let resumed = driven.mailbox.resume(Instant::from_us(now));
                        prop_assert_eq!(resumed.is_some(), naive.paused);
                        if let Some(Resumed { service: Some((turn, ends)) }) = resumed {
                            driven.ends.push((ends.as_us(), turn));
                        }
                        driven.serve_waiting(now);
                        naive.paused = false;
                        naive.settle(now);
                    }
                    Step::Clear => {
                        let lost: Vec<u64> = driven.mailbox.clear().iter().map(|m| m.0).collect();
                        let expected: Vec<u64> = naive.queue.drain(..).map(|m| m.0).collect();
                        prop_assert_eq!(lost, expected);
                        (naive.begun, naive.paused) = (false, false);
                    }
                }
                prop_assert_eq!(&driven.handled, &naive.handled);
                prop_assert_eq!(driven.mailbox.waiting() as usize, naive.waiting());
                prop_assert_eq!(driven.mailbox.is_serving(), naive.begun);
            }
        }
    }
}
