//! What the page shows of going back and forth in time: a part of its state, with a reducer of its own.

use std::rc::Rc;

use ringside_lab::explain::Explanation;
use ringside_lab::timeline::{Mark, MarkKind};
use ringside_lab::{Instant, NodeId, RequestId};

use crate::state::course::RunName;

/// What a step goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stride {
    /// Whatever happens.
    #[default]
    Event,
    /// A message of the operation in hand.
    Message,
    /// The beginning of an operation.
    Operation,
}

impl Stride {
    /// All of them, in the order in which they are listed.
    pub(crate) const ALL: [Self; 3] = [Self::Event, Self::Message, Self::Operation];

    /// Names what it goes by.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Message => "message",
            Self::Operation => "operation",
        }
    }

    /// Says what it goes by.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Message => "message of the operation in hand",
            Self::Operation => "operation",
        }
    }
}

/// The way to a moment that takes a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seeking {
    /// The moment, where it is known.
    pub(crate) to: Option<Instant>,
    /// How much of the way is done, from 0 to 1; none before it has taken long.
    pub(crate) part: Option<f64>,
}

/// What is told of a jump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JumpSummary {
    /// Where it led, as `Stale read at 12.345 s`; nothing where it led to a plain moment.
    pub(crate) place: String,
    /// How far, as `14.2 s later`.
    pub(crate) apart: String,
    /// What changed.
    pub(crate) parts: Vec<String>,
    /// The operation that it led to.
    pub(crate) request: Option<RequestId>,
}

/// What is asked of a person who acts in the past.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asking {
    /// Now.
    pub(crate) now: Instant,
    /// How far the run has come.
    pub(crate) furthest: Instant,
    /// The run.
    pub(crate) run: RunName,
    /// The number that a fork would get.
    pub(crate) next: u32,
    /// The kept run that would have to go for it.
    pub(crate) leaves: Option<RunName>,
    /// Whether time ran.
    pub(crate) playing: bool,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// What comes after goes.
    Replace,
    /// What comes after is kept as a run of its own.
    Fork,
    /// Nothing is done.
    Cancel,
}

/// Why an operation ended as it did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Why {
    /// The operation.
    pub(crate) request: RequestId,
    /// The same in words, as `get cart`.
    pub(crate) asked: String,
    /// Its explanation; where the journal does not reach back, the mark from which it does.
    pub(crate) told: Result<Explanation, Option<Mark>>,
}

/// What the page shows of going back and forth in time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TimeState {
    /// The sort of mark that is jumped to; any where there is none.
    pub(crate) kind: Option<MarkKind>,
    /// What a step goes by.
    pub(crate) stride: Stride,
    /// The way to a moment, while it takes a while.
    pub(crate) seeking: Option<Seeking>,
    /// What is told of the last jump.
    pub(crate) landing: Option<Rc<JumpSummary>>,
    /// What is asked of a person who acts in the past.
    pub(crate) asking: Option<Rc<Asking>>,
    /// Why, once somebody has asked.
    pub(crate) why: Option<Rc<Why>>,
    /// The nodes that a sentence is about.
    pub(crate) lit: Rc<Vec<NodeId>>,
}

/// A change of it.
#[derive(Clone, Debug)]
pub(crate) enum TimeAction {
    /// A sort of mark was chosen.
    SetKind(Option<MarkKind>),
    /// It was chosen what a step goes by.
    SetStride(Stride),
    /// The way to a moment takes a while, or is done.
    Seek(Option<Seeking>),
    /// A jump led somewhere, or what was told of one is put away.
    Land(Option<JumpSummary>),
    /// Somebody acts in the past, or has decided.
    Ask(Option<Asking>),
    /// Somebody asked why, or has read it.
    Explain(Option<Why>),
    /// A sentence is looked at, or no longer.
    Light(Vec<NodeId>),
    /// Another run is shown, or another future begins: what was told no longer holds.
    Turn,
    /// Time goes on.
    GoOn,
}

impl TimeState {
    /// Gives what holds for another run: what was chosen.
    pub(crate) fn reset(&self) -> Self {
        Self { kind: self.kind, stride: self.stride, ..Self::default() }
    }

    /// Changes it.
    pub(crate) fn apply(&mut self, action: TimeAction) {
        match action {
            TimeAction::SetKind(kind) => self.kind = kind,
            TimeAction::SetStride(stride) => self.stride = stride,
            TimeAction::Seek(seeking) => self.seeking = seeking,
            TimeAction::Land(landing) => {
                self.seeking = None;
                self.landing = landing.map(Rc::new);
            }
            TimeAction::Ask(asking) => self.asking = asking.map(Rc::new),
            TimeAction::Explain(why) => {
                self.why = why.map(Rc::new);
                self.lit = Rc::default();
            }
            TimeAction::Light(nodes) => self.lit = Rc::new(nodes),
            TimeAction::Turn => *self = self.reset(),
            TimeAction::GoOn => self.landing = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_outlives_a_turn_and_what_was_told_does_not() {
        let mut state = TimeState::default();
        state.apply(TimeAction::SetKind(Some(MarkKind::Conflict)));
        state.apply(TimeAction::SetStride(Stride::Operation));
        state.apply(TimeAction::Light(vec![NodeId(1)]));
        let (to, part) = (Some(Instant::from_us(7)), None);
        state.apply(TimeAction::Seek(Some(Seeking { to, part })));
        let landing = JumpSummary {
            place: String::new(),
            apart: "1.0 s later".to_owned(),
            parts: Vec::new(),
            request: None,
        };
        state.apply(TimeAction::Land(Some(landing)));
        assert!(state.seeking.is_none() && state.landing.is_some());
        state.apply(TimeAction::Turn);
        assert_eq!((state.kind, state.stride), (Some(MarkKind::Conflict), Stride::Operation));
        assert!(state.landing.is_none() && state.lit.is_empty());
    }
}
