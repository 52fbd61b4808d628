//! What a person does with the versions of a key: a part of the page's state, with a reducer of its own.

use std::rc::Rc;

use ringside_lab::{Dot, NodeId, RequestId};

/// What a person does with the versions of a key.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct VersionsState {
    /// The versions that are compared, the latest choice last: two at most.
    pub(crate) chosen: Vec<Dot>,
    /// The text of the field that merges siblings by hand.
    pub(crate) merged: String,
    /// How far resolving siblings has come.
    pub(crate) resolving: Option<Rc<Resolving>>,
}

/// A change of it.
#[derive(Clone, Debug)]
pub(crate) enum VersionsAction {
    /// A version was chosen to be compared, or no longer.
    Choose(Dot),
    /// The merged value was typed.
    Merge(String),
    /// Resolving has come so far, or is over.
    Resolve(Option<Resolving>),
}

/// What is put in the place of siblings, and how far that has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Resolving {
    /// The key.
    pub(crate) key: String,
    /// The node that it goes through; any where there is none.
    pub(crate) through: Option<NodeId>,
    /// What is put; a delete where there is none.
    pub(crate) value: Option<String>,
    /// The siblings that are to be replaced.
    pub(crate) siblings: Vec<Dot>,
    /// How far it has come.
    pub(crate) stage: Stage,
}

/// How far resolving has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The person reads first; the request, once it is made.
    Reading(Option<RequestId>),
    /// The read did not return these: a put would not replace them.
    Short(Vec<Dot>),
    /// The put is under way; the request, once it is made.
    Writing(Option<RequestId>),
    /// The put was acknowledged.
    Done,
    /// The get or the put did not go well, in words.
    Failed(String),
}

impl Resolving {
    /// Gives the same at another stage.
    pub(crate) fn at(&self, stage: Stage) -> Self {
        Self { stage, ..self.clone() }
    }

    /// Tells whether it goes on by itself.
    pub(crate) const fn is_under_way(&self) -> bool {
        matches!(self.stage, Stage::Reading(_) | Stage::Writing(_))
    }
}

impl VersionsState {
    /// Takes a change.
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

    /// Gives the same for another run: what was typed stays.
    pub(crate) fn reset(&self) -> Self {
        Self { merged: self.merged.clone(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_versions_are_chosen_at_most_and_the_oldest_choice_goes() {
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
