//! The settings in force, and the handle through which a group changes them.

use std::rc::Rc;

use ringside_lab::frame::Frame;
use ringside_lab::scenario::Service;
use ringside_lab::settings::Settings;
use ringside_lab::{Command, CoordinatorChoice};
use yew::Callback;

use crate::engine::Engine;

/// The settings in force that the groups show and change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InForce {
    /// The settings of the store.
    pub(super) settings: Settings,
    /// The rule by which clients choose a coordinator.
    pub(super) coordinator: CoordinatorChoice,
    /// The service time of nodes, and the size of their mailboxes.
    pub(super) service: Service,
    /// The share of messages that arrive twice.
    pub(super) duplication: f64,
    /// The share of messages that are overtaken.
    pub(super) reordering: f64,
}

impl InForce {
    /// Reads the settings from a frame.
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

/// The settings in force, and the engine to which changes are sent.
#[derive(Clone, PartialEq)]
pub(super) struct SettingsHandle {
    /// The engine.
    pub(super) engine: Engine,
    /// The settings in force.
    pub(super) in_force: Rc<InForce>,
}

impl SettingsHandle {
    /// Returns the settings of the store.
    pub(super) fn settings(&self) -> &Settings {
        &self.in_force.settings
    }

    /// Returns a callback that changes one part of the store's settings and leaves the rest.
    pub(super) fn change<T: 'static>(
        &self,
        set: impl Fn(&mut Settings, T) + 'static,
    ) -> Callback<T> {
        let handle = self.clone();
        Callback::from(move |value| {
            let mut changed = handle.settings().clone();
            set(&mut changed, value);
            handle.engine.act(Command::Settings(Box::new(changed)));
        })
    }

    /// Returns a callback that sends a command made from the settings in force and a value.
    pub(super) fn command<T: 'static>(
        &self,
        command: impl Fn(&InForce, T) -> Command + 'static,
    ) -> Callback<T> {
        let handle = self.clone();
        Callback::from(move |value| handle.engine.act(command(&handle.in_force, value)))
    }
}
