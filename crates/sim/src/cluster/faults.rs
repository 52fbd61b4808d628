//! What a person or a schedule does to nodes: the field's verbs.

use ringside_store::{Disk, Instant, Node, NodeId};

use super::Cluster;
use super::machine::{Machine, State};
use super::transmit::Transit;
use crate::Refusal;
use crate::journal::{Act, Loss};

impl Cluster {
    /// Stops a node. What it had in memory is lost, and so is what waited in its mailbox; its disk
    /// stays.
    ///
    /// # Errors
    ///
    /// Refuses a node that is stopped or unknown; nothing has changed then.
    pub fn crash(&mut self, id: NodeId) -> Result<(), Refusal> {
        let machine = self.machine(id)?;
        let State::Up(_) = machine.state else { return Err(Refusal::IsDown(id)) };
        let waiting = machine.stop();
        self.act(Act::Crash(id));
        self.lose_mailbox(&waiting);
        Ok(())
    }

    /// Starts a stopped node on its disk.
    ///
    /// # Errors
    ///
    /// Refuses a node that runs or is unknown; nothing has changed then.
    pub fn restart(&mut self, id: NodeId) -> Result<(), Refusal> {
        self.start(id)?;
        self.act(Act::Restart(id));
        self.drain(id);
        Ok(())
    }

    /// Stops a node, if it runs, and loses its disk.
    ///
    /// # Errors
    ///
    /// Refuses a node that is unknown; nothing has changed then.
    pub fn wipe(&mut self, id: NodeId) -> Result<(), Refusal> {
        self.check_node(id)?;
        // It comes back as it came at first: all that it is told is who is in the cluster.
        let members = self.ring().nodes().to_vec();
        let machine = self.machine(id)?;
        let waiting = machine.stop();
        // A node that comes back empty must not name writes as it did before.
        let generation = machine.disk().generation().saturating_add(1);
        machine.state = State::Down(Box::new(Disk::new(id, generation, members)));
        self.act(Act::Wipe(id));
        self.lose_mailbox(&waiting);
        Ok(())
    }

    /// Writes into the journal that something on a schedule could not be done.
    pub fn note_refusal(&mut self, reason: &str) {
        self.act(Act::Refused(reason.to_owned()));
    }

    /// Writes into the journal that something was planned for later, which whoever drives the cluster will
    /// do then.
    pub fn note_plan(&mut self, at: Instant, what: &str) {
        self.act(Act::Planned { at, what: what.to_owned() });
    }

    /// Writes into the journal that something planned will not be done.
    pub fn note_cancelled(&mut self, what: &str) {
        self.act(Act::Cancelled(what.to_owned()));
    }

    pub(super) fn check_node(&self, id: NodeId) -> Result<(), Refusal> {
        self.machines.get(id.index()).map(|_| ()).ok_or(Refusal::UnknownNode(id))
    }

    pub(super) fn machine(&mut self, id: NodeId) -> Result<&mut Machine, Refusal> {
        self.machines.get_mut(id.index()).ok_or(Refusal::UnknownNode(id))
    }

    /// Starts a stopped node on its disk; what it wants done is not asked for yet.
    pub(super) fn start(&mut self, id: NodeId) -> Result<(), Refusal> {
        let (config, now) = (self.config.clone(), self.now);
        let machine = self.machine(id)?;
        let State::Down(disk) = &mut machine.state else { return Err(Refusal::IsUp(id)) };
        let disk = std::mem::replace(&mut **disk, Disk::new(id, 0, []));
        let mut node = Node::new(config, disk, now);
        node.set_clock(machine.clock);
        machine.state = State::Up(Box::new(node));
        Ok(())
    }

    /// Loses what had reached a node that stopped before handling it. Whoever asked hears nothing, as
    /// from a node that stops in the middle of an operation.
    fn lose_mailbox(&mut self, waiting: &[Transit]) {
        for transit in waiting {
            self.lose(transit.envelope, Loss::Down);
        }
    }
}
