//! Interventions in the settings of all nodes, the choice of the coordinator and the wall clocks.

use std::sync::Arc;

use ringside_store::{Clock, NodeId, Quorum, Settings};

use super::Cluster;
use crate::journal::Intervention;
use crate::{ClockSkew, ClusterError, CoordinatorChoice};

impl Cluster {
    /// Changes N, R and W of every node. Operations in progress keep what they began with.
    ///
    /// If N grows, a key's new replicas have no copy until a read repairs them.
    ///
    /// # Errors
    ///
    /// Refuses more replicas than there are nodes; nothing has changed then.
    pub fn set_quorum(&mut self, quorum: Quorum) -> Result<(), ClusterError> {
        let nodes = self.ring().nodes().len() as u16;
        if quorum.n() > nodes {
            return Err(ClusterError::TooFewNodes { n: quorum.n(), nodes });
        }
        self.config.quorum = quorum;
        self.record(Intervention::Quorum(quorum));
        self.reconfigure_all();
        Ok(())
    }

    /// Changes the settings of the store at every node. Operations in progress keep what they began
    /// with.
    pub fn set_settings(&mut self, settings: Settings) {
        self.config.settings = Arc::new(settings.clone());
        self.record(Intervention::Settings(Box::new(settings)));
        self.reconfigure_all();
    }

    /// Changes which node clients ask, for operations that begin from now on.
    pub fn set_coordinator(&mut self, choice: CoordinatorChoice) {
        self.coordinator = choice;
        self.record(Intervention::Coordinator(choice));
    }

    /// Makes a node's wall clock wrong, from now on. Its timers stay right: they depend on
    /// durations, and not on the time of day.
    ///
    /// # Errors
    ///
    /// Refuses a node that is unknown; nothing has changed then.
    pub fn set_clock(&mut self, node: NodeId, skew: ClockSkew) -> Result<(), ClusterError> {
        let clock = skew.since(self.now);
        let host = self.host_mut(node)?;
        host.clock = clock;
        if let super::State::Up(node) = &mut host.state {
            node.set_clock(clock);
        }
        self.record(Intervention::Clock { node, skew });
        Ok(())
    }

    /// N, R and W.
    pub const fn quorum(&self) -> Quorum {
        self.config.quorum
    }

    /// The settings of the store.
    pub fn settings(&self) -> &Settings {
        &self.config.settings
    }

    /// The choice of the coordinator.
    pub const fn coordinator(&self) -> CoordinatorChoice {
        self.coordinator
    }

    /// Passes the configuration in force to a running node.
    pub(super) fn reconfigure(&mut self, id: NodeId) {
        let config = self.config.clone();
        self.drive(id, |node, now| node.reconfigure(now, config));
    }

    fn reconfigure_all(&mut self) {
        for id in (0..self.hosts.len() as u16).map(NodeId) {
            let host = &mut self.hosts[id.index()];
            if host.mailbox.is_paused() {
                // It is reconfigured when it resumes.
                host.missed_settings = true;
            } else {
                self.reconfigure(id);
            }
        }
    }
}

impl ClockSkew {
    /// Returns the clock of a node that has this skew from an instant on.
    pub(super) const fn since(self, since: ringside_store::Instant) -> Clock {
        Clock { skew_us: self.skew_us, drift_ppm: self.drift_ppm, since }
    }
}
