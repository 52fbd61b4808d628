//! Interventions in nodes: crash, restart, wipe.

use ringside_store::{Disk, Instant, Node, NodeId};

use super::Cluster;
use super::host::{Host, State};
use super::transmit::Packet;
use crate::ClusterError;
use crate::journal::{Intervention, Loss};

impl Cluster {
    /// Stops a node. Its memory and the messages in its mailbox are lost; its disk stays.
    ///
    /// # Errors
    ///
    /// Refuses a node that is stopped or unknown; nothing has changed then.
    pub fn crash(&mut self, id: NodeId) -> Result<(), ClusterError> {
        let host = self.host_mut(id)?;
        let State::Up(_) = host.state else { return Err(ClusterError::IsDown(id)) };
        let waiting = host.stop();
        self.record(Intervention::Crash(id));
        self.lose_mailbox(&waiting);
        Ok(())
    }

    /// Starts a stopped node on its disk.
    ///
    /// # Errors
    ///
    /// Refuses a node that runs or is unknown; nothing has changed then.
    pub fn restart(&mut self, id: NodeId) -> Result<(), ClusterError> {
        self.start(id)?;
        self.record(Intervention::Restart(id));
        self.drain(id);
        Ok(())
    }

    /// Stops a node, if it runs, and erases its disk.
    ///
    /// # Errors
    ///
    /// Refuses a node that is unknown; nothing has changed then.
    pub fn wipe(&mut self, id: NodeId) -> Result<(), ClusterError> {
        self.check_node(id)?;
        // It restarts like a new node, with nothing but the list of members.
        let members = self.ring().nodes().to_vec();
        let host = self.host_mut(id)?;
        let waiting = host.stop();
        // A node that restarts empty must not reuse the names of its earlier writes.
        let generation = host.disk().generation().saturating_add(1);
        host.state = State::Down(Box::new(Disk::new(id, generation, members)));
        self.record(Intervention::Wipe(id));
        self.lose_mailbox(&waiting);
        Ok(())
    }

    /// Writes into the journal that a scheduled command was refused.
    pub fn note_refusal(&mut self, reason: &str) {
        self.record(Intervention::Refused(reason.to_owned()));
    }

    /// Writes into the journal that a command was planned for later. The caller will give it then.
    pub fn note_plan(&mut self, at: Instant, what: &str) {
        self.record(Intervention::Planned { at, what: what.to_owned() });
    }

    /// Writes into the journal that a planned command was cancelled.
    pub fn note_cancelled(&mut self, what: &str) {
        self.record(Intervention::Cancelled(what.to_owned()));
    }

    pub(super) fn check_node(&self, id: NodeId) -> Result<(), ClusterError> {
        self.hosts.get(id.index()).map(|_| ()).ok_or(ClusterError::UnknownNode(id))
    }

    pub(super) fn host_mut(&mut self, id: NodeId) -> Result<&mut Host, ClusterError> {
        self.hosts.get_mut(id.index()).ok_or(ClusterError::UnknownNode(id))
    }

    /// Starts a stopped node on its disk. Its outputs are not polled yet.
    pub(super) fn start(&mut self, id: NodeId) -> Result<(), ClusterError> {
        let (config, now) = (self.config.clone(), self.now);
        let host = self.host_mut(id)?;
        let State::Down(disk) = &mut host.state else { return Err(ClusterError::IsUp(id)) };
        let disk = std::mem::replace(&mut **disk, Disk::new(id, 0, []));
        let mut node = Node::new(config, disk, now);
        node.set_clock(host.clock);
        host.state = State::Up(Box::new(node));
        Ok(())
    }

    /// Loses the messages in the mailbox of a node that stopped. Their senders are not notified, as
    /// with a node that stops in the middle of an operation.
    fn lose_mailbox(&mut self, waiting: &[Packet]) {
        for packet in waiting {
            self.lose(packet.envelope, Loss::Down);
        }
    }
}
