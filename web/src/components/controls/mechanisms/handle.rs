//! What the groups show and act on.

use std::rc::Rc;

use ringside_lab::frame::Frame;
use ringside_lab::scenario::Service;
use ringside_lab::settings::Settings;
use ringside_lab::{Command, CoordinatorChoice};
use yew::Callback;

use crate::engine::Engine;

/// What is in force of all that the groups set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InForce {
    /// The settings of the store.
    pub(super) settings: Settings,
    /// Which node clients ask.
    pub(super) coordinator: CoordinatorChoice,
    /// How long nodes take for a message, and how many may wait.
    pub(super) service: Service,
    /// The share of messages that arrive twice.
    pub(super) duplication: f64,
    /// The share of messages that are overtaken.
    pub(super) reordering: f64,
}

impl InForce {
    /// Takes it from a frame.
    pub(super) fn of(frame: &Frame) -> Self {
        Self {
            settings: frame.settings.clone(),
            coordinator: frame.coordinator,
            service: frame.service.clone(),
            duplication: frame.duplication,
            reordering: frame.reordering,
        }
    }
}

/// What is in force, and whom to tell when it is to change.
#[derive(Clone, PartialEq)]
pub(super) struct Desk {
    /// Whom to tell.
    pub(super) engine: Engine,
    /// What is in force.
    pub(super) in_force: Rc<InForce>,
}

impl Desk {
    /// Gives the settings of the store in force.
    pub(super) fn settings(&self) -> &Settings {
        &self.in_force.settings
    }

    /// Makes what changes one part of the store's settings and leaves the rest.
    pub(super) fn change<T: 'static>(
        &self,
        set: impl Fn(&mut Settings, T) + 'static,
    ) -> Callback<T> {
        let desk = self.clone();
        Callback::from(move |value| {
            let mut changed = desk.settings().clone();
            set(&mut changed, value);
            desk.engine.act(Command::Settings(Box::new(changed)));
        })
    }

    /// Makes what gives a command of its own.
    pub(super) fn command<T: 'static>(
        &self,
        command: impl Fn(&InForce, T) -> Command + 'static,
    ) -> Callback<T> {
        let desk = self.clone();
        Callback::from(move |value| desk.engine.act(command(&desk.in_force, value)))
    }
}
