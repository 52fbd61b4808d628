//! Messages as lines from their sending to their end.

use ringside_sim::{Endpoint, Loss, MessageId, MessageKind};
use ringside_store::{Duration, Instant, RequestId};

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// Its kind.
    pub kind: MessageKind,
    /// The request that caused it, of a client or of a node's background work.
    pub cause: RequestId,
    /// The sender.
    pub from: Endpoint,
    /// The receiver.
    pub to: Endpoint,
    /// The time of its sending, or `None` if that entry is not kept.
    pub sent: Option<Instant>,
    /// The time at which it was due when it was sent.
    pub due: Instant,
    /// The time at which it was queued at its receiver.
    pub queued: Option<Instant>,
    /// The times for which it was held, oldest first.
    pub holds: Vec<Hold>,
    /// The times at which it was delayed, and by how much, oldest first.
    pub delays: Vec<(Instant, Duration)>,
    /// Its fate.
    pub fate: Fate,
    /// The places in the list of the events of its sending, its queueing and its end.
    pub(crate) events: [Option<u32>; 3],
}

/// The time for which a message was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The beginning.
    pub from: Instant,
    /// The end, or `None` while it is held.
    pub to: Option<Instant>,
}

/// The fate of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is in flight, held, or queued at its receiver.
    Open,
    /// Its receiver handled it.
    Delivered(Instant),
    /// It was lost.
    Lost(Instant, Loss),
}

/// A point on a message's path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPoint {
    /// The time.
    pub at: Instant,
    /// The fraction of the path that is behind it, from 0 to 1.
    pub fraction: f64,
}

impl Message {
    /// Whether it was in flight at some time between two moments.
    pub fn is_between(&self, from: Instant, to: Instant) -> bool {
        let began = self.sent.or(self.end()).is_some_and(|at| at <= to);
        began && self.end().is_none_or(|at| at >= from)
    }

    /// Returns the time of its end, or `None` while it is open.
    pub const fn end(&self) -> Option<Instant> {
        match self.fate {
            Fate::Open => None,
            Fate::Delivered(at) | Fate::Lost(at, _) => Some(at),
        }
    }

    /// Whether it is held now.
    pub fn is_held(&self) -> bool {
        self.fate == Fate::Open && self.holds.last().is_some_and(|hold| hold.to.is_none())
    }

    /// The places in the diagram's list of the events of its sending, its queueing and its end.
    pub fn events(&self) -> impl Iterator<Item = usize> {
        self.events.into_iter().flatten().map(|place| place as usize)
    }

    /// Returns the place in the diagram's list of the event of its sending.
    pub fn sent_event(&self) -> Option<usize> {
        self.events[0].map(|place| place as usize)
    }

    /// Returns the place in the diagram's list of the event of its end.
    pub fn end_event(&self) -> Option<usize> {
        self.events[2].map(|place| place as usize)
    }

    /// Writes the points of its path into `points`: its sending, its holds and releases, and its end or `now`.
    /// The path between them is straight. A single point means that its sending is not kept.
    pub fn path(&self, now: Instant, points: &mut Vec<PathPoint>) {
        points.clear();
        let Some(sent) = self.sent else {
            let (at, fraction) = (self.end().unwrap_or(now), self.last_fraction(1.0));
            points.push(PathPoint { at, fraction });
            return;
        };
        let mut progress =
            Progress { at: sent, fraction: 0.0, left_us: self.due.since(sent).as_us() };
        let mut delays = self.delays.iter().copied().peekable();
        points.push(PathPoint { at: sent, fraction: 0.0 });
        for hold in &self.holds {
            while let Some((at, by)) = delays.next_if(|(at, _)| *at < hold.from) {
                progress.delay(at, by, points);
            }
            progress.advance(hold.from);
            points.push(PathPoint { at: hold.from, fraction: progress.fraction });
            progress.at = hold.to.unwrap_or_else(|| self.end().unwrap_or(now));
            points.push(PathPoint { at: progress.at, fraction: progress.fraction });
            while let Some((_, by)) = delays.next_if(|(at, _)| *at < progress.at) {
                progress.left_us += by.as_us();
            }
        }
        if self.is_held() {
            return;
        }
        for (at, by) in delays {
            progress.delay(at, by, points);
        }
        let last = self.queued.or(self.end()).unwrap_or(now);
        progress.advance(last);
        points.push(PathPoint { at: last, fraction: self.last_fraction(progress.fraction) });
    }

    /// Returns the fraction of the path at its end, which is the whole path if the message arrived.
    const fn last_fraction(&self, fraction: f64) -> f64 {
        match self.fate {
            Fate::Delivered(_) | Fate::Lost(_, Loss::Down | Loss::Full) => 1.0,
            Fate::Open if self.queued.is_some() => 1.0,
            Fate::Open | Fate::Lost(..) => fraction,
        }
    }
}

/// The progress of a message on its path.
struct Progress {
    at: Instant,
    fraction: f64,
    /// The remaining time, in microseconds.
    left_us: u64,
}

impl Progress {
    /// Advances to a moment.
    fn advance(&mut self, until: Instant) {
        let us = until.since(self.at).as_us();
        let share = if us < self.left_us { us as f64 / self.left_us as f64 } else { 1.0 };
        self.fraction += (1.0 - self.fraction) * share;
        self.left_us = self.left_us.saturating_sub(us);
        self.at = until;
    }

    /// Advances to a delay, from which on the message is slower.
    fn delay(&mut self, at: Instant, by: Duration, points: &mut Vec<PathPoint>) {
        self.advance(at);
        points.push(PathPoint { at, fraction: self.fraction });
        self.left_us += by.as_us();
    }
}
