//! Messages as lines from where and when they were sent to what became of them.

use ringside_sim::{Endpoint, Loss, MessageId, MessageKind};
use ringside_store::{Duration, Instant, RequestId};

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// Its kind.
    pub kind: MessageKind,
    /// What caused it: a client's request, or work that a node began by itself.
    pub cause: RequestId,
    /// The sender.
    pub from: Endpoint,
    /// The receiver.
    pub to: Endpoint,
    /// When it was sent; none where that is forgotten.
    pub sent: Option<Instant>,
    /// When it was to arrive, as it was sent.
    pub due: Instant,
    /// Since when it waited at its receiver for its turn.
    pub queued: Option<Instant>,
    /// When it was stopped on its way, oldest first.
    pub holds: Vec<Hold>,
    /// When it was made to take longer, and by how much, oldest first.
    pub delays: Vec<(Instant, Duration)>,
    /// What became of it.
    pub fate: Fate,
    /// Where it was sent, where it began to wait at its receiver, and where it ended, by the places of these
    /// events in the list.
    pub(crate) events: [Option<u32>; 3],
}

/// The time for which a message was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Since when.
    pub from: Instant,
    /// Until when; none while it is held.
    pub to: Option<Instant>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet: it is on its way, held, or waits at its receiver.
    Open,
    /// Its receiver handled it.
    Delivered(Instant),
    /// It was lost.
    Lost(Instant, Loss),
}

/// Where a message is at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPoint {
    /// The moment.
    pub at: Instant,
    /// The part of the way that is behind it, from 0 to 1.
    pub fraction: f64,
}

impl Message {
    /// Tells whether it was on its way at some time between two moments.
    pub fn is_between(&self, from: Instant, to: Instant) -> bool {
        let began = self.sent.or(self.end()).is_some_and(|at| at <= to);
        began && self.end().is_none_or(|at| at >= from)
    }

    /// Gives when it ended.
    pub const fn end(&self) -> Option<Instant> {
        match self.fate {
            Fate::Open => None,
            Fate::Delivered(at) | Fate::Lost(at, _) => Some(at),
        }
    }

    /// Tells whether it is stopped on its way now.
    pub fn is_held(&self) -> bool {
        self.fate == Fate::Open && self.holds.last().is_some_and(|hold| hold.to.is_none())
    }

    /// Gives where it was sent, where it began to wait at its receiver, and where it ended, by the places of
    /// these events in the diagram's list.
    pub fn events(&self) -> impl Iterator<Item = usize> {
        self.events.into_iter().flatten().map(|place| place as usize)
    }

    /// Gives where it was sent, by the place of that event in the diagram's list.
    pub fn sent_event(&self) -> Option<usize> {
        self.events[0].map(|place| place as usize)
    }

    /// Gives where it ended, likewise.
    pub fn end_event(&self) -> Option<usize> {
        self.events[2].map(|place| place as usize)
    }

    /// Lists where it was when it was sent, stopped, let go and gone, or where it is `now`; the way between is
    /// straight. One spot alone means that it is forgotten when it was sent.
    pub fn path(&self, now: Instant, spots: &mut Vec<PathPoint>) {
        spots.clear();
        let Some(sent) = self.sent else {
            let (at, part) = (self.end().unwrap_or(now), self.last_part(1.0));
            spots.push(PathPoint { at, fraction: part });
            return;
        };
        let mut going = Going { at: sent, part: 0.0, left_us: self.due.since(sent).as_us() };
        let mut delays = self.delays.iter().copied().peekable();
        spots.push(PathPoint { at: sent, fraction: 0.0 });
        for hold in &self.holds {
            while let Some((at, by)) = delays.next_if(|(at, _)| *at < hold.from) {
                going.delay(at, by, spots);
            }
            going.go(hold.from);
            spots.push(PathPoint { at: hold.from, fraction: going.part });
            going.at = hold.to.unwrap_or_else(|| self.end().unwrap_or(now));
            spots.push(PathPoint { at: going.at, fraction: going.part });
            while let Some((_, by)) = delays.next_if(|(at, _)| *at < going.at) {
                going.left_us += by.as_us();
            }
        }
        if self.is_held() {
            return;
        }
        for (at, by) in delays {
            going.delay(at, by, spots);
        }
        let last = self.queued.or(self.end()).unwrap_or(now);
        going.go(last);
        spots.push(PathPoint { at: last, fraction: self.last_part(going.part) });
    }

    /// Gives how far it has come, where that does not follow from the time.
    const fn last_part(&self, part: f64) -> f64 {
        match self.fate {
            Fate::Delivered(_) | Fate::Lost(_, Loss::Down | Loss::Full) => 1.0,
            Fate::Open if self.queued.is_some() => 1.0,
            Fate::Open | Fate::Lost(..) => part,
        }
    }
}

/// A message that goes its way.
struct Going {
    at: Instant,
    part: f64,
    /// The time that it has still to go, in microseconds.
    left_us: u64,
}

impl Going {
    /// Goes on until a moment.
    fn go(&mut self, until: Instant) {
        let us = until.since(self.at).as_us();
        let share = if us < self.left_us { us as f64 / self.left_us as f64 } else { 1.0 };
        self.part += (1.0 - self.part) * share;
        self.left_us = self.left_us.saturating_sub(us);
        self.at = until;
    }

    /// Goes on until it is made to take longer, and is slower from there on.
    fn delay(&mut self, at: Instant, by: Duration, spots: &mut Vec<PathPoint>) {
        self.go(at);
        spots.push(PathPoint { at, fraction: self.part });
        self.left_us += by.as_us();
    }
}
