//! Resolving siblings: a real get and then a real put through the store, by the same client.
//!
//! A put replaces exactly what its writer has seen. A writer that has not seen all siblings therefore gets
//! first, and the result goes with the put as its context, as with any other client.

use ringside_lab::frame::OperationFrame;
use ringside_lab::{Command, Dot, Focus, RequestId};

use super::Engine;
use crate::state::Action;
use crate::state::versions::{Resolving, Stage, VersionsAction};

impl Engine {
    /// Replaces siblings by a value, or by a delete if there is none; gets first if the user has not seen all
    /// of them.
    pub(crate) fn resolve(&self, resolving: &Resolving) {
        if self.unseen(resolving).is_empty() {
            self.write_resolution(resolving);
        } else {
            self.read_again(resolving);
        }
    }

    /// Gets the siblings that are to be replaced.
    pub(crate) fn read_again(&self, resolving: &Resolving) {
        self.set_resolution(Some(resolving.at(Stage::Reading(None))));
        let (key, through) = (resolving.key.clone(), resolving.through);
        self.act(Command::Get { key, through });
    }

    /// Puts with whatever the user has seen as the context.
    pub(crate) fn write_resolution(&self, resolving: &Resolving) {
        self.set_resolution(Some(resolving.at(Stage::Writing(None))));
        let (key, through) = (resolving.key.clone(), resolving.through);
        self.act(match resolving.value.clone() {
            Some(value) => Command::Put { key, value, through, ttl: None },
            None => Command::Delete { key, through },
        });
    }

    /// Stops resolving, or dismisses its result. Requests under way go on.
    pub(crate) fn leave_resolution(&self) {
        self.set_resolution(None);
    }

    /// Stops resolving, if it is under way.
    pub(super) fn drop_resolution(&self) {
        if self.0.resolution.borrow().is_some() {
            self.set_resolution(None);
        }
    }

    fn set_resolution(&self, resolving: Option<Resolving>) {
        self.0.resolution.replace(resolving.clone());
        self.dispatch(Action::Versions(VersionsAction::Resolve(resolving)));
    }

    fn unseen(&self, resolving: &Resolving) -> Vec<Dot> {
        let player = self.0.player.borrow();
        player.timeline.lab().unseen(&resolving.key, resolving.through, &resolving.siblings)
    }

    /// Records the request of a get or put.
    pub(super) fn note_resolution(&self, request: RequestId) {
        let mut resolution = self.0.resolution.borrow_mut();
        if let Some(Resolving { stage: Stage::Reading(made) | Stage::Writing(made), .. }) =
            resolution.as_mut()
        {
            made.get_or_insert(request);
        }
    }

    /// Records that a get or put was refused.
    pub(super) fn refuse_resolution(&self, why: &str) {
        let open = self.0.resolution.borrow().clone().filter(Resolving::is_under_way);
        if let Some(resolving) = open {
            self.set_resolution(Some(resolving.at(Stage::Failed(why.to_owned()))));
        }
    }

    /// Continues resolving once its get or put has ended.
    pub(super) fn follow_resolution(&self) {
        let resolution = self.0.resolution.borrow().clone();
        let Some(resolving) = resolution else { return };
        let (Stage::Reading(Some(request)) | Stage::Writing(Some(request))) = resolving.stage
        else {
            return;
        };
        let Some(operation) = self.operation(request) else {
            let why = "the run stands at a moment before it was asked".to_owned();
            return self.set_resolution(Some(resolving.at(Stage::Failed(why))));
        };
        let Some(outcome) = operation.outcome else { return };
        match resolving.stage {
            _ if !outcome.ok => {
                self.set_resolution(Some(resolving.at(Stage::Failed(outcome.words))));
            }
            Stage::Writing(_) => self.set_resolution(Some(resolving.at(Stage::Done))),
            _ => match self.unseen(&resolving) {
                unseen if unseen.is_empty() => self.write_resolution(&resolving),
                unseen => self.set_resolution(Some(resolving.at(Stage::Short(unseen)))),
            },
        }
        // A finished resolution is not followed any more, but still shown.
        self.0.resolution.borrow_mut().take_if(|it| !it.is_under_way());
    }

    fn operation(&self, request: RequestId) -> Option<OperationFrame> {
        let focus = Focus { key: None, operation: Some(request) };
        let operation = self.0.player.borrow().timeline.lab().frame(&focus).operation;
        operation.filter(|operation| operation.request == request)
    }
}
