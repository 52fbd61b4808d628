//! The state of the versions lens, with its reducer.

use std::rc::Rc;

use ringside_lab::{Dot, NodeId, RequestId};

/// The settings of the versions lens.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct VersionsState {
    /// The versions that are compared, the latest choice last: two at most.
    pub(crate) chosen: Vec<Dot>,
    /// The text of the field that merges siblings by hand.
    pub(crate) merged: String,
    /// The progress of resolving siblings.
    pub(crate) resolving: Option<Rc<Resolving>>,
}

/// An action on this state.
#[derive(Clone, Debug)]
pub(crate) enum VersionsAction {
    /// Selects a version to compare, or deselects it.
    Choose(Dot),
    /// Sets the text of the merged value.
    Merge(String),
    /// Sets the progress of resolving, or ends it.
    Resolve(Option<Resolving>),
}

/// A resolution of siblings under way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Resolving {
    /// The key.
    pub(crate) key: String,
    /// The node that the requests go through, or `None` for any.
    pub(crate) through: Option<NodeId>,
    /// The value to put, or `None` for a delete.
    pub(crate) value: Option<String>,
    /// The siblings that are to be replaced.
    pub(crate) siblings: Vec<Dot>,
    /// Its stage.
    pub(crate) stage: Stage,
}

/// A stage of resolving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A get is under way, with its request once it is made.
    Reading(Option<RequestId>),
    /// The get did not return these siblings: a put would not replace them.
    Short(Vec<Dot>),
    /// The put is under way, with its request once it is made.
    Writing(Option<RequestId>),
    /// The put was acknowledged.
    Done,
    /// The get or the put failed, with the reason.
    Failed(String),
}

impl Resolving {
    /// Returns the resolution at another stage.
    pub(crate) fn at(&self, stage: Stage) -> Self {
        Self { stage, ..self.clone() }
    }

    /// Whether it continues by itself.
    pub(crate) const fn is_under_way(&self) -> bool {
        matches!(self.stage, Stage::Reading(_) | Stage::Writing(_))
    }
}

impl VersionsState {
    /// Applies an action.
    pub(crate) fn apply(&mut self, action: VersionsAction) {
        match action {
            VersionsAction::Choose(dot) => {
                let was_chosen = self.chosen.contains(&dot);
                self.chosen.retain(|other| *other != dot);
                if !was_chosen {
                    let surplus = (self.chosen.len() + 1).saturating_sub(2);
                    self.chosen.drain(..surplus);
                    self.chosen.push(dot);
                }
            }
            VersionsAction::Merge(text) => self.merged = text,
            VersionsAction::Resolve(resolving) => {
                if resolving.as_ref().is_some_and(|it| it.stage == Stage::Done) {
                    self.merged.clear();
                }
                self.resolving = resolving.map(Rc::new);
            }
        }
    }

    /// Returns the settings that outlive the run: the typed text.
    pub(crate) fn reset(&self) -> Self {
        Self { merged: self.merged.clone(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_two_versions_are_selected_and_the_oldest_is_dropped() {
        let dot = |counter| Dot {
            actor: ringside_lab::Actor { node: NodeId(0), generation: 0 },
            counter,
        };
        let mut state = VersionsState::default();
        for counter in 1..=3 {
            state.apply(VersionsAction::Choose(dot(counter)));
        }
        assert_eq!(state.chosen, [dot(2), dot(3)]);
        state.apply(VersionsAction::Choose(dot(2)));
        assert_eq!(state.chosen, [dot(3)]);
    }
}
