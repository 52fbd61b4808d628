//! The state of the time controls, with its reducer.

use std::rc::Rc;

use ringside_lab::explain::Explanation;
use ringside_lab::timeline::{Mark, MarkKind};
use ringside_lab::{Instant, NodeId, RequestId};

use crate::state::timeline_position::RunName;

/// The unit of a step in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stride {
    /// One event of any kind.
    #[default]
    Event,
    /// One message of the selected operation.
    Message,
    /// The beginning of an operation.
    Operation,
}

impl Stride {
    /// All values, in the order in which they are listed.
    pub(crate) const ALL: [Self; 3] = [Self::Event, Self::Message, Self::Operation];

    /// The name of the unit.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Message => "message",
            Self::Operation => "operation",
        }
    }

    /// A description of the unit.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Message => "message of the selected operation",
            Self::Operation => "operation",
        }
    }
}

/// The progress of a seek that takes a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seeking {
    /// The goal, if it is known.
    pub(crate) to: Option<Instant>,
    /// The share of the way that is done, from 0 to 1, or `None` before it has taken long.
    pub(crate) part: Option<f64>,
}

/// The summary of a jump in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JumpSummary {
    /// The mark that it led to, such as `Stale read at 12.345 s`; empty for a plain moment.
    pub(crate) place: String,
    /// The distance, such as `14.2 s later`.
    pub(crate) apart: String,
    /// The changes between the two moments.
    pub(crate) parts: Vec<String>,
    /// The operation that it led to.
    pub(crate) request: Option<RequestId>,
}

/// The dialog shown before a command is applied to a past moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asking {
    /// The current moment.
    pub(crate) now: Instant,
    /// The furthest moment that the run has reached.
    pub(crate) furthest: Instant,
    /// The run.
    pub(crate) run: RunName,
    /// The number that a fork would have.
    pub(crate) next: u32,
    /// The kept run that a fork would discard.
    pub(crate) leaves: Option<RunName>,
    /// Whether time was running.
    pub(crate) playing: bool,
}

/// The answer to the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Discard the future.
    Replace,
    /// Keep the future as a run of its own, and fork.
    Fork,
    /// Cancel the command.
    Cancel,
}

/// An explanation of an operation's outcome.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Why {
    /// The operation.
    pub(crate) request: RequestId,
    /// The operation in words, such as `get cart`.
    pub(crate) asked: String,
    /// The explanation, or the mark from which the journal reaches back far enough.
    pub(crate) explanation: Result<Explanation, Option<Mark>>,
}

/// The state of the time controls.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TimeState {
    /// The kind of mark to jump to, or `None` for any.
    pub(crate) kind: Option<MarkKind>,
    /// The unit of a step in time.
    pub(crate) stride: Stride,
    /// The progress of a seek that takes a while.
    pub(crate) seeking: Option<Seeking>,
    /// The summary of the last jump.
    pub(crate) jump: Option<Rc<JumpSummary>>,
    /// The dialog shown before a command is applied to a past moment.
    pub(crate) asking: Option<Rc<Asking>>,
    /// The explanation that is open.
    pub(crate) why: Option<Rc<Why>>,
    /// The nodes that the pointed-at sentence names.
    pub(crate) highlighted: Rc<Vec<NodeId>>,
}

/// An action on this state.
#[derive(Clone, Debug)]
pub(crate) enum TimeAction {
    /// Selects a kind of mark.
    SetKind(Option<MarkKind>),
    /// Selects the unit of a step.
    SetStride(Stride),
    /// Shows the progress of a seek, or that it is done.
    Seek(Option<Seeking>),
    /// Shows or hides the summary of a jump.
    Jumped(Option<JumpSummary>),
    /// Shows or closes the dialog about the past.
    Ask(Option<Asking>),
    /// Shows or closes an explanation.
    Explain(Option<Why>),
    /// Highlights the nodes of a sentence, or none.
    Highlight(Vec<NodeId>),
    /// Another run is shown, or another future begins: summaries and explanations no longer hold.
    Turn,
    /// Time goes on.
    GoOn,
}

impl TimeState {
    /// Returns the settings that outlive the run.
    pub(crate) fn reset(&self) -> Self {
        Self { kind: self.kind, stride: self.stride, ..Self::default() }
    }

    /// Applies an action.
    pub(crate) fn apply(&mut self, action: TimeAction) {
        match action {
            TimeAction::SetKind(kind) => self.kind = kind,
            TimeAction::SetStride(stride) => self.stride = stride,
            TimeAction::Seek(seeking) => self.seeking = seeking,
            TimeAction::Jumped(jump) => {
                self.seeking = None;
                self.jump = jump.map(Rc::new);
            }
            TimeAction::Ask(asking) => self.asking = asking.map(Rc::new),
            TimeAction::Explain(why) => {
                self.why = why.map(Rc::new);
                self.highlighted = Rc::default();
            }
            TimeAction::Highlight(nodes) => self.highlighted = Rc::new(nodes),
            TimeAction::Turn => *self = self.reset(),
            TimeAction::GoOn => self.jump = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections_outlive_a_run_and_announcements_do_not() {
        let mut state = TimeState::default();
        state.apply(TimeAction::SetKind(Some(MarkKind::Conflict)));
        state.apply(TimeAction::SetStride(Stride::Operation));
        state.apply(TimeAction::Highlight(vec![NodeId(1)]));
        let (to, part) = (Some(Instant::from_us(7)), None);
        state.apply(TimeAction::Seek(Some(Seeking { to, part })));
        let jump = JumpSummary {
            place: String::new(),
            apart: "1.0 s later".to_owned(),
            parts: Vec::new(),
            request: None,
        };
        state.apply(TimeAction::Jumped(Some(jump)));
        assert!(state.seeking.is_none() && state.jump.is_some());
        state.apply(TimeAction::Turn);
        assert_eq!((state.kind, state.stride), (Some(MarkKind::Conflict), Stride::Operation));
        assert!(state.jump.is_none() && state.highlighted.is_empty());
    }
}
