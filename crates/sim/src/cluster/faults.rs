//! What a person or a schedule does to the cluster: the field's verbs.

use std::collections::BTreeSet;

use ringside_random::Latency;
use ringside_store::{Disk, Node, NodeId, Quorum};

use super::{Cluster, Due, Machine, State};
use crate::journal::{Act, Loss};
use crate::{MessageId, Refusal};

impl Cluster {
    /// Stops a node. What it had in memory is lost, its disk stays.
    ///
    /// # Errors
    ///
    /// Refuses a node that is stopped or unknown; nothing has changed then.
    pub fn crash(&mut self, id: NodeId) -> Result<(), Refusal> {
        let machine = self.machine(id)?;
        let State::Up(_) = machine.state else { return Err(Refusal::IsDown(id)) };
        machine.stop();
        self.act(Act::Crash(id));
        Ok(())
    }

    /// Starts a stopped node on its disk.
    ///
    /// # Errors
    ///
    /// Refuses a node that runs or is unknown; nothing has changed then.
    pub fn restart(&mut self, id: NodeId) -> Result<(), Refusal> {
        let config = self.node_config();
        let machine = self.machine(id)?;
        let State::Down(disk) = &mut machine.state else { return Err(Refusal::IsUp(id)) };
        let disk = std::mem::replace(disk, Disk::new(id, 0));
        machine.state = State::Up(Box::new(Node::new(config, disk)));
        self.act(Act::Restart(id));
        Ok(())
    }

    /// Stops a node, if it runs, and loses its disk.
    ///
    /// # Errors
    ///
    /// Refuses a node that is unknown; nothing has changed then.
    pub fn wipe(&mut self, id: NodeId) -> Result<(), Refusal> {
        let machine = self.machine(id)?;
        machine.stop();
        let generation = match &machine.state {
            State::Up(node) => node.disk().generation(),
            State::Down(disk) => disk.generation(),
        };
        // A node that comes back empty must not name writes as it did before.
        machine.state = State::Down(Disk::new(id, generation.saturating_add(1)));
        self.act(Act::Wipe(id));
        Ok(())
    }

    /// Cuts every link between `side` and all other nodes, in both directions. Messages that are on
    /// such a link are lost.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a side that leaves nobody on the other; nothing has changed then.
    pub fn partition(&mut self, side: &[NodeId]) -> Result<(), Refusal> {
        side.iter().try_for_each(|&node| self.check_node(node))?;
        let side: BTreeSet<NodeId> = side.iter().copied().collect();
        let others: Vec<NodeId> =
            self.ring.nodes().iter().copied().filter(|node| !side.contains(node)).collect();
        if side.is_empty() || others.is_empty() {
            return Err(Refusal::OneSided);
        }
        let mut cut = Vec::new();
        for (&near, &far) in side.iter().flat_map(|near| others.iter().map(move |far| (near, far)))
        {
            for (from, to) in [(near, far), (far, near)] {
                if self.network.cut(from, to) {
                    cut.push((from, to));
                }
            }
        }
        self.act(Act::Cut(cut));
        self.lose_what_is_cut();
        Ok(())
    }

    /// Mends every cut link.
    pub fn heal(&mut self) {
        self.network.heal();
        self.act(Act::Heal);
    }

    /// Changes N, R and W of every node. Operations in progress keep what they began with.
    ///
    /// A key's new replicas, where N grows, know nothing of it until a read repairs them.
    ///
    /// # Errors
    ///
    /// Refuses more replicas than there are nodes; nothing has changed then.
    pub fn set_quorum(&mut self, quorum: Quorum) -> Result<(), Refusal> {
        let nodes = self.machines.len() as u16;
        if quorum.n() > nodes {
            return Err(Refusal::TooFewNodes { n: quorum.n(), nodes });
        }
        self.quorum = quorum;
        let config = self.node_config();
        for machine in &mut self.machines {
            if let State::Up(node) = &mut machine.state {
                node.reconfigure(config.clone());
            }
        }
        self.act(Act::Quorum(quorum));
        Ok(())
    }

    /// Changes how long messages between nodes take, for those sent from now on.
    pub fn set_latency(&mut self, latency: Latency) {
        self.network.channels.latency = latency.clone();
        self.act(Act::Latency(latency));
    }

    /// Changes the share of messages between nodes that are lost, for those sent from now on.
    pub fn set_loss(&mut self, loss: f64) {
        self.network.channels.loss = loss;
        self.act(Act::Loss(loss));
    }

    /// Stops a message in flight where it is.
    ///
    /// # Errors
    ///
    /// Refuses a message that is not in flight; nothing has changed then.
    pub fn hold(&mut self, id: MessageId) -> Result<(), Refusal> {
        let Some(Due::Message(mut transit)) = self.take_message(id) else {
            return Err(Refusal::NotInFlight(id));
        };
        transit.held = Some(self.now);
        self.held.insert(id, transit);
        self.act(Act::Hold(id));
        Ok(())
    }

    /// Lets a held message go the rest of its way. It is lost where its link was cut meanwhile.
    ///
    /// # Errors
    ///
    /// Refuses a message that is not held; nothing has changed then.
    pub fn release(&mut self, id: MessageId) -> Result<(), Refusal> {
        let mut transit = self.held.remove(&id).ok_or(Refusal::NotHeld(id))?;
        let waited = self.now.since(transit.held.take().unwrap_or(self.now));
        // Both ends of its way move, so that it goes on from where it stood.
        transit.sent = transit.sent + waited;
        transit.arrives = transit.arrives + waited;
        self.act(Act::Release(id, transit.arrives));
        if self.network.is_cut(transit.envelope.from, transit.envelope.to) {
            self.lose(transit.envelope, Loss::Cut);
        } else {
            self.queue.push(transit.due(), Due::Message(transit));
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

    fn machine(&mut self, id: NodeId) -> Result<&mut Machine, Refusal> {
        self.machines.get_mut(id.index()).ok_or(Refusal::UnknownNode(id))
    }

    fn take_message(&mut self, id: MessageId) -> Option<Due> {
        let is_it = |due: &Due| matches!(due, Due::Message(transit) if transit.envelope.id == id);
        self.queue.take_where(is_it).pop()
    }

    fn lose_what_is_cut(&mut self) {
        let network = &self.network;
        let cut = self.queue.take_where(|due| match due {
            Due::Message(transit) => network.is_cut(transit.envelope.from, transit.envelope.to),
            Due::Wake(_) | Due::Arrival { .. } | Due::ClientDeadline => false,
        });
        for due in cut {
            if let Due::Message(transit) = due {
                self.lose(transit.envelope, Loss::Cut);
            }
        }
    }
}

impl Machine {
    /// Stops the node, if it runs.
    fn stop(&mut self) {
        if let State::Up(node) = &mut self.state {
            let id = node.id();
            // The node is moved out by way of an empty disk, which is replaced at once.
            let stopped = std::mem::replace(&mut self.state, State::Down(Disk::new(id, 0)));
            if let State::Up(node) = stopped {
                self.state = State::Down(node.into_disk());
            }
        }
        self.wake = None;
    }
}
