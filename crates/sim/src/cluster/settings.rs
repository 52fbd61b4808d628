//! What all nodes are told alike, which node clients ask, and the wall clocks.

use std::sync::Arc;

use ringside_store::{Clock, NodeId, Quorum, Settings};

use super::Cluster;
use crate::journal::Act;
use crate::{CoordinatorChoice, Deviation, Refusal};

impl Cluster {
    /// Changes N, R and W of every node. Operations in progress keep what they began with.
    ///
    /// A key's new replicas, where N grows, know nothing of it until a read repairs them.
    ///
    /// # Errors
    ///
    /// Refuses more replicas than there are nodes; nothing has changed then.
    pub fn set_quorum(&mut self, quorum: Quorum) -> Result<(), Refusal> {
        let nodes = self.ring().nodes().len() as u16;
        if quorum.n() > nodes {
            return Err(Refusal::TooFewNodes { n: quorum.n(), nodes });
        }
        self.config.quorum = quorum;
        self.act(Act::Quorum(quorum));
        self.reconfigure_all();
        Ok(())
    }

    /// Changes the settings of the store at every node. Operations in progress keep what they began
    /// with.
    pub fn set_settings(&mut self, settings: Settings) {
        self.config.settings = Arc::new(settings.clone());
        self.act(Act::Settings(Box::new(settings)));
        self.reconfigure_all();
    }

    /// Changes which node clients ask, for operations that begin from now on.
    pub fn set_coordinator(&mut self, choice: CoordinatorChoice) {
        self.coordinator = choice;
        self.act(Act::Coordinator(choice));
    }

    /// Sets a node's wall clock off, from now on. Its timers are right: they hang on how long
    /// something takes, and not on what time it is.
    ///
    /// # Errors
    ///
    /// Refuses a node that is unknown; nothing has changed then.
    pub fn set_clock(&mut self, node: NodeId, deviation: Deviation) -> Result<(), Refusal> {
        let clock = deviation.since(self.now);
        let machine = self.machine(node)?;
        machine.clock = clock;
        if let super::State::Up(node) = &mut machine.state {
            node.set_clock(clock);
        }
        self.act(Act::Clock { node, deviation });
        Ok(())
    }

    /// Gives N, R and W.
    pub const fn quorum(&self) -> Quorum {
        self.config.quorum
    }

    /// Gives the settings of the store.
    pub fn settings(&self) -> &Settings {
        &self.config.settings
    }

    /// Gives which node clients ask.
    pub const fn coordinator(&self) -> CoordinatorChoice {
        self.coordinator
    }

    /// Gives a running node the settings in force.
    pub(super) fn reconfigure(&mut self, id: NodeId) {
        let config = self.config.clone();
        self.drive(id, |node, now| node.reconfigure(now, config));
    }

    fn reconfigure_all(&mut self) {
        for id in (0..self.machines.len() as u16).map(NodeId) {
            let machine = &mut self.machines[id.index()];
            if machine.mailbox.is_paused() {
                // It learns of it when it goes on, as of all else.
                machine.behind = true;
            } else {
                self.reconfigure(id);
            }
        }
    }
}

impl Deviation {
    /// Gives the clock of a node that is off by this much from an instant on.
    pub(super) const fn since(self, since: ringside_store::Instant) -> Clock {
        Clock { skew_us: self.skew_us, drift_ppm: self.drift_ppm, since }
    }
}
