//! What a person or a schedule does to nodes and to single messages: the field's verbs.

use ringside_store::{Disk, Node, NodeId};

use super::machine::{Machine, State};
use super::transmit::Transit;
use super::{Cluster, Due};
use crate::journal::{Act, Loss};
use crate::{MessageId, Refusal};

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

    /// Stops a message in flight where it is.
    ///
    /// # Errors
    ///
    /// Refuses a message that is not in flight; nothing has changed then.
    pub fn hold(&mut self, id: MessageId) -> Result<(), Refusal> {
        if self.held.get(&id).is_some_and(|transit| transit.clogged) {
            return Err(Refusal::AtClog(id));
        }
        let Some(Due::Message(mut transit)) = self.take_message(id) else {
            return Err(Refusal::NotInFlight(id));
        };
        transit.stop(self.now, false);
        self.held.insert(id, transit);
        self.act(Act::Hold(id));
        Ok(())
    }

    /// Lets a held message go the rest of its way. It is lost where its link was cut meanwhile, and
    /// waits on where its link was clogged.
    ///
    /// # Errors
    ///
    /// Refuses a message that is not held; nothing has changed then.
    pub fn release(&mut self, id: MessageId) -> Result<(), Refusal> {
        let transit = self.held.get(&id).ok_or(Refusal::NotHeld(id))?;
        if transit.clogged {
            return Err(Refusal::AtClog(id));
        }
        let Some(mut transit) = self.held.remove(&id) else { return Err(Refusal::NotHeld(id)) };
        transit.go_on(self.now);
        self.act(Act::Release(id, transit.arrives));
        let (from, to) = (transit.envelope.from, transit.envelope.to);
        if self.network.is_clogged(from, to) {
            transit.stop(self.now, true);
            self.held.insert(id, transit);
        } else {
            self.send_on(transit);
        }
        Ok(())
    }

    /// Loses one message, in flight or held.
    ///
    /// # Errors
    ///
    /// Refuses a message that is neither; nothing has changed then.
    pub fn drop_message(&mut self, id: MessageId) -> Result<(), Refusal> {
        let envelope = match (self.held.remove(&id), self.take_message(id)) {
            (Some(transit), _) | (None, Some(Due::Message(transit))) => transit.envelope,
            _ => return Err(Refusal::NotInFlight(id)),
        };
        self.lose(envelope, Loss::Hand);
        Ok(())
    }

    /// Writes into the journal that something on a schedule could not be done.
    pub fn note_refusal(&mut self, reason: &str) {
        self.act(Act::Refused(reason.to_owned()));
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

    /// Puts a message on the rest of its way, or loses it where its link is cut.
    pub(super) fn send_on(&mut self, transit: Transit) {
        if self.network.is_cut(transit.envelope.from, transit.envelope.to) {
            self.lose(transit.envelope, Loss::Cut);
        } else {
            self.queue.push(transit.due(), Due::Message(transit));
        }
    }

    fn take_message(&mut self, id: MessageId) -> Option<Due> {
        let is_it = |due: &Due| matches!(due, Due::Message(transit) if transit.envelope.id == id);
        self.queue.take_where(is_it).pop()
    }

    /// Loses what had reached a node that stopped before handling it. Whoever asked hears nothing, as
    /// from a node that stops in the middle of an operation.
    fn lose_mailbox(&mut self, waiting: &[Transit]) {
        for transit in waiting {
            self.lose(transit.envelope, Loss::Down);
        }
    }
}
