//! Service of messages by nodes: waiting, service time, slow and paused nodes.

use ringside_store::{Duration, Node, NodeId};

use super::mailbox::Admission;
use super::transmit::Packet;
use super::{Cluster, Due, purpose};
use crate::journal::{EntryKind, Intervention, Loss};
use crate::{ClusterError, Service};

/// The number of messages that may wait at a node without a service time, if it is paused or
/// slowed.
const MAX_WAITING: u32 = 10_000;

impl Cluster {
    /// Changes the nodes' service time and mailbox capacity, for messages that reach them from now
    /// on. Messages that wait already stay.
    pub fn set_service(&mut self, service: Service) {
        self.service = service.clone();
        self.record(Intervention::Service(service));
    }

    /// Makes a node take longer for each message; zero restores its usual time.
    ///
    /// A slowed node handles one message after another, even if nodes have no service time.
    ///
    /// # Errors
    ///
    /// Refuses a node that is unknown; nothing has changed then.
    pub fn slow(&mut self, id: NodeId, by: Duration) -> Result<(), ClusterError> {
        self.host_mut(id)?.slow_by = by;
        self.record(Intervention::Slow { node: id, by });
        Ok(())
    }

    /// Pauses a node, as a stop-the-world collection does: its memory stays, its timers do not
    /// fire, and messages that reach it wait.
    ///
    /// # Errors
    ///
    /// Refuses a node that is stopped, paused or unknown; nothing has changed then.
    pub fn pause(&mut self, id: NodeId) -> Result<(), ClusterError> {
        let now = self.now;
        let host = self.host_mut(id)?;
        if host.node().is_none() {
            return Err(ClusterError::IsDown(id));
        }
        if !host.mailbox.pause(now) {
            return Err(ClusterError::IsPaused(id));
        }
        self.record(Intervention::Pause(id));
        Ok(())
    }

    /// Resumes a paused node: it handles the messages that have waited, in order, and then the
    /// timeouts that were due meanwhile.
    ///
    /// # Errors
    ///
    /// Refuses a node that is stopped, not paused or unknown; nothing has changed then.
    pub fn resume(&mut self, id: NodeId) -> Result<(), ClusterError> {
        let now = self.now;
        let host = self.host_mut(id)?;
        if host.node().is_none() {
            return Err(ClusterError::IsDown(id));
        }
        let resumed = host.mailbox.resume(now).ok_or(ClusterError::NotPaused(id))?;
        let missed_settings = std::mem::take(&mut host.missed_settings);
        if let Some((turn, ends)) = resumed.service {
            self.queue.push(ends, Due::Served { node: id, turn });
        }
        self.record(Intervention::Resume(id));
        if missed_settings {
            self.reconfigure(id);
        }
        self.serve_waiting(id);
        self.drive(id, Node::handle_timeout);
        Ok(())
    }

    /// The service time of nodes and the capacity of their mailboxes.
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// Receives a message at a node: handles it, queues it in the mailbox or refuses it.
    pub(super) fn receive(&mut self, node: NodeId, packet: Packet) {
        let capacity = if self.service.time.is_some() { self.service.mailbox } else { MAX_WAITING };
        let message = packet.envelope;
        let host = &mut self.hosts[node.index()];
        if host.node().is_none() {
            return self.refuse(&packet, Loss::Down);
        }
        match host.mailbox.accept(packet, capacity) {
            Admission::Free(packet) => self.serve(node, packet),
            Admission::Waits(waiting) => {
                self.journal.write(self.now, EntryKind::Queued { message, waiting });
            }
            Admission::Refused(packet) => self.refuse(&packet, Loss::Full),
        }
    }

    /// Ends the service of a message, unless its node stopped or paused meanwhile.
    pub(super) fn finish_service(&mut self, node: NodeId, turn: u64) {
        if let Some(packet) = self.hosts[node.index()].mailbox.end(turn) {
            self.deliver(packet);
            self.serve_waiting(node);
        }
    }

    /// Serves waiting messages until one takes time.
    fn serve_waiting(&mut self, node: NodeId) {
        while let Some(packet) = self.hosts[node.index()].mailbox.next() {
            self.serve(node, packet);
        }
    }

    /// Begins the service of a message, or handles it at once if that takes no time.
    fn serve(&mut self, node: NodeId, packet: Packet) {
        let time = self.service_time(node, &packet);
        if time == Duration::ZERO {
            return self.deliver(packet);
        }
        let ends = self.now + time;
        let turn = self.hosts[node.index()].mailbox.begin(packet, ends);
        self.queue.push(ends, Due::Served { node, turn });
    }

    /// Draws a node's service time of a message. It depends on the message's identity alone.
    fn service_time(&self, node: NodeId, packet: &Packet) -> Duration {
        let slow_by = self.hosts[node.index()].slow_by;
        let Some(time) = &self.service.time else { return slow_by };
        let seed = packet.identity().seed(self.seed.child(purpose::SERVICE));
        let us = time.sample_us(&mut seed.draws());
        Duration::from_us(us.saturating_add(slow_by.as_us()))
    }
}
