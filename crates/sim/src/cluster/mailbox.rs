//! A node's mailbox: messages that have reached it, one in service and the others waiting.

use std::collections::VecDeque;

use ringside_store::{Duration, Instant};

/// What becomes of a message that reaches a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival<T> {
    /// Nobody is before it: it can be handled, or its service begun.
    Free(T),
    /// It waits; so many do now, this one included.
    Waits(u32),
    /// No more may wait.
    Refused(T),
}

/// A message in service.
#[derive(Clone, Debug)]
struct Service<T> {
    message: T,
    ends: Instant,
}

/// The messages that have reached a node and are not handled yet, oldest first.
///
/// ```text
///   arrivals --> [ waiting ... ] --> ( in service ) --> handled
/// ```
///
/// A paused mailbox takes messages in and gives none out; a service in progress stands still.
#[derive(Clone, Debug)]
pub(super) struct Mailbox<T> {
    waiting: VecDeque<T>,
    service: Option<Service<T>>,
    /// Counts services and pauses, to tell the end of this service from one that was put off.
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
    /// Takes a message in, where fewer than `most` wait.
    pub(super) fn accept(&mut self, message: T, most: u32) -> Arrival<T> {
        if self.paused.is_none() && self.service.is_none() && self.waiting.is_empty() {
            return Arrival::Free(message);
        }
        if self.waiting() >= most {
            return Arrival::Refused(message);
        }
        self.waiting.push_back(message);
        Arrival::Waits(self.waiting())
    }

    /// Begins the service of a message, and gives the number of its turn.
    pub(super) fn begin(&mut self, message: T, ends: Instant) -> u64 {
        self.service = Some(Service { message, ends });
        self.turn += 1;
        self.turn
    }

    /// Ends a service, if this turn is the one in progress, and gives its message.
    pub(super) fn end(&mut self, turn: u64) -> Option<T> {
        if self.paused.is_some() || turn != self.turn {
            return None;
        }
        self.service.take().map(|service| service.message)
    }

    /// Takes out the message that has waited longest, if its turn has come.
    pub(super) fn next(&mut self) -> Option<T> {
        if self.paused.is_some() || self.service.is_some() {
            return None;
        }
        self.waiting.pop_front()
    }

    /// Stands still; tells whether it did not before.
    pub(super) fn pause(&mut self, now: Instant) -> bool {
        let running = self.paused.is_none();
        self.paused.get_or_insert(now);
        running
    }

    /// Goes on, if it stood still. A service in progress has a new turn then, and a new end.
    pub(super) fn resume(&mut self, now: Instant) -> Option<Resumed> {
        let paused = self.paused.take()?;
        let Some(service) = &mut self.service else { return Some(Resumed { service: None }) };
        let left: Duration = service.ends.since(paused);
        service.ends = now + left;
        self.turn += 1;
        Some(Resumed { service: Some((self.turn, service.ends)) })
    }

    /// Empties it, and ends its pause. Gives what was in it, oldest first.
    pub(super) fn clear(&mut self) -> Vec<T> {
        self.paused = None;
        self.turn += 1;
        let served = self.service.take().map(|service| service.message);
        served.into_iter().chain(self.waiting.drain(..)).collect()
    }

    pub(super) const fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    pub(super) const fn is_serving(&self) -> bool {
        self.service.is_some()
    }

    /// Gives how many wait; the one in service does not.
    pub(super) fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }
}

/// That a mailbox goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resumed {
    /// The service in progress, if there is one: its new turn and its new end.
    pub(super) service: Option<(u64, Instant)>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        /// A message comes, and its service would take so long.
        Arrive(u64),
        /// Time passes.
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

    /// The naive model counts the microseconds of work left of each message, one tick after another.
    #[derive(Default)]
    struct Naive {
        /// Messages, the one in service first, each with the work left; once begun, it is in service.
        line: VecDeque<(u64, u64)>,
        begun: bool,
        paused: bool,
        handled: Vec<(u64, u64)>,
    }

    impl Naive {
        fn settle(&mut self, now: u64) {
            while !self.paused {
                let Some((number, left)) = self.line.front().copied() else { break };
                self.begun = left > 0;
                if left > 0 {
                    break;
                }
                self.line.pop_front();
                self.handled.push((number, now));
            }
            self.begun &= !self.line.is_empty();
        }

        fn waiting(&self) -> usize {
            self.line.len() - usize::from(self.begun)
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

        fn go_on(&mut self, now: u64) {
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
                    self.go_on(now);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_mailbox_agrees_with_a_count_of_work_left(steps in steps(), most in 0..6_u32) {
            let (mut naive, mut driven) = (Naive::default(), Driven::default());
            let mut now = 0;
            for (number, step) in (0..).zip(steps) {
                match step {
                    Step::Arrive(takes) => {
                        let busy = naive.paused || !naive.line.is_empty();
                        let refused = busy && naive.waiting() >= most as usize;
                        if !refused {
                            naive.line.push_back((number, takes));
                            naive.settle(now);
                        }
                        match driven.mailbox.accept((number, takes), most) {
                            Arrival::Free(message) => driven.serve(message, now),
                            Arrival::Waits(waiting) => {
                                prop_assert_eq!(waiting as usize, naive.waiting());
                            }
                            Arrival::Refused(_) => prop_assert!(refused),
                        }
                    }
                    Step::Wait(us) => for _ in 0..us {
                        now += 1;
                        if let (false, Some((_, left))) = (naive.paused, naive.line.front_mut()) {
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
                        driven.go_on(now);
                        naive.paused = false;
                        naive.settle(now);
                    }
                    Step::Clear => {
                        let lost: Vec<u64> = driven.mailbox.clear().iter().map(|m| m.0).collect();
                        let expected: Vec<u64> = naive.line.drain(..).map(|m| m.0).collect();
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
