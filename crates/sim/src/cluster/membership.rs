//! Who is in the cluster: what an administrator does, and by whose view the cluster is looked at.

use std::sync::Arc;

use ringside_store::{Disk, Key, Node, NodeId, PreferenceList, Ring, Status};

use super::{Cluster, Deviation, Machine};
use crate::Refusal;
use crate::config::MOST_NODES;
use crate::journal::Act;

impl Cluster {
    /// Lets a node join: a new one, which takes the next free name, or one that has left or was
    /// removed, which comes back on the disk that it has. A stopped one is started for it.
    ///
    /// # Errors
    ///
    /// Refuses while gossip is off, a name that is not the next, a node that is in the cluster or
    /// paused, and more nodes than a cluster can have; nothing has changed then.
    pub fn join(&mut self, id: NodeId) -> Result<(), Refusal> {
        self.check_gossip()?;
        let next = NodeId(self.machines.len() as u16);
        if id > next {
            return Err(Refusal::NotNext { node: id, next });
        }
        if id == next {
            if next.0 >= MOST_NODES {
                return Err(Refusal::TooManyNodes);
            }
            let disk = Disk::new(id, 0, self.ring().nodes().to_vec());
            let node = Node::new(self.config.clone(), disk, self.now);
            self.machines.push(Machine::new(node, Deviation::default().since(self.now)));
        } else if self.is_member(id) {
            return Err(Refusal::IsMember(id));
        } else if self.machines[id.index()].node().is_none() {
            self.start(id)?;
        } else if self.machines[id.index()].mailbox.is_paused() {
            return Err(Refusal::IsPaused(id));
        }
        self.act(Act::Join(id));
        self.drive(id, Node::join);
        Ok(())
    }

    /// Lets a node leave: it hands its ranges over first.
    ///
    /// # Errors
    ///
    /// Refuses while gossip is off, and a node that is unknown, stopped, paused, on its way out or the
    /// last one; nothing has changed then.
    pub fn leave(&mut self, id: NodeId) -> Result<(), Refusal> {
        self.check_gossip()?;
        self.check_live(id)?;
        let node = self.machines[id.index()].node();
        if !node.and_then(|node| status(node, id)).is_some_and(stays) {
            return Err(Refusal::NotMember(id));
        }
        if self.ring().nodes().iter().all(|&other| other == id) {
            return Err(Refusal::LastNode(id));
        }
        self.act(Act::Leave(id));
        self.drive(id, Node::leave);
        Ok(())
    }

    /// Tells a node that another one is gone for good: `by`, or the lowest-numbered other node that is
    /// up.
    ///
    /// # Errors
    ///
    /// Refuses while gossip is off, nodes that are unknown, a node that is not in the cluster as far
    /// as the one knows that is told, and one to be told that is stopped, paused or the node itself;
    /// nothing has changed then.
    pub fn remove(&mut self, id: NodeId, by: Option<NodeId>) -> Result<(), Refusal> {
        self.check_gossip()?;
        self.check_node(id)?;
        let live = |&other: &NodeId| other != id && self.machines[other.index()].is_live();
        let by = match by {
            Some(by) => by,
            None => self.ids().find(live).ok_or(Refusal::NobodyToTell)?,
        };
        if by == id {
            return Err(Refusal::OwnRemoval(id));
        }
        self.check_live(by)?;
        let told = self.machines[by.index()].node();
        if !told.and_then(|told| status(told, id)).is_some_and(is_in) {
            return Err(Refusal::NotMember(id));
        }
        self.act(Act::Remove { node: id, by });
        self.drive(by, |node, now| node.remove(now, id));
        Ok(())
    }

    /// Gives the ring, by the view of the lowest-numbered node that is up and in it. With every node
    /// stopped it is the ring that the run began with.
    pub fn ring(&self) -> &Arc<Ring> {
        self.witness(None).map_or(&self.first_ring, Node::ring)
    }

    /// Gives the nodes that a key's replicas are on, in ring order, by the same view.
    pub fn preference_list(&self, key: &Key) -> PreferenceList {
        self.ring().preference_list(key.position(), self.config.quorum.n())
    }

    /// Lists the numbers of all nodes that there are or were.
    pub(super) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.machines.len() as u16).map(NodeId)
    }

    /// Gives the node by whose view the cluster is looked at: the lowest-numbered one that is up and,
    /// as far as it knows, in the ring; one that has left hears no news any more.
    fn witness(&self, except: Option<NodeId>) -> Option<&Node> {
        let up = || {
            let up = self.machines.iter().filter_map(Machine::node);
            up.filter(|node| Some(node.id()) != except)
        };
        up().find(|node| node.ring().nodes().contains(&node.id())).or_else(|| up().next())
    }

    /// Tells whether a node is in the cluster: by another's view, or by its own where the other has
    /// never heard of it.
    fn is_member(&self, id: NodeId) -> bool {
        let told = self.witness(Some(id)).and_then(|other| status(other, id));
        let own = || self.machines[id.index()].node().and_then(|node| status(node, id));
        told.or_else(own).is_some_and(is_in)
    }

    fn check_live(&self, id: NodeId) -> Result<(), Refusal> {
        self.check_node(id)?;
        let machine = &self.machines[id.index()];
        match (machine.node(), machine.mailbox.is_paused()) {
            (None, _) => Err(Refusal::IsDown(id)),
            (Some(_), true) => Err(Refusal::IsPaused(id)),
            (Some(_), false) => Ok(()),
        }
    }

    fn check_gossip(&self) -> Result<(), Refusal> {
        if self.settings().gossip.on { Ok(()) } else { Err(Refusal::GossipOff) }
    }
}

/// Gives what a node knows of a member.
fn status(by: &Node, of: NodeId) -> Option<Status> {
    by.members().find(|member| member.node == of).map(|member| member.status)
}

const fn is_in(status: Status) -> bool {
    matches!(status, Status::Joining | Status::Normal | Status::Leaving)
}

const fn stays(status: Status) -> bool {
    matches!(status, Status::Joining | Status::Normal)
}
