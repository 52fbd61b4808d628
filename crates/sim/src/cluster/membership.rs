//! Membership: joins, leaves and removals by an administrator, and the ring as observers see it.

use std::sync::Arc;

use ringside_store::{Disk, Key, Node, NodeId, PreferenceList, Ring, Status};

use super::{ClockSkew, Cluster, Host};
use crate::ClusterError;
use crate::config::MAX_NODES;
use crate::journal::Intervention;

impl Cluster {
    /// Lets a node join: a new one, which takes the next free number, or one that has left or was
    /// removed, which returns with the disk that it has. A stopped node is started first.
    ///
    /// # Errors
    ///
    /// Refuses if gossip is off, a number that is not the next, a node that is a member or paused,
    /// and more nodes than a cluster can have; nothing has changed then.
    pub fn join(&mut self, id: NodeId) -> Result<(), ClusterError> {
        self.check_gossip()?;
        let next = NodeId(self.hosts.len() as u16);
        if id > next {
            return Err(ClusterError::NotNext { node: id, next });
        }
        if id == next {
            if next.0 >= MAX_NODES {
                return Err(ClusterError::TooManyNodes);
            }
            let disk = Disk::new(id, 0, self.ring().nodes().to_vec());
            let node = Node::new(self.config.clone(), disk, self.now);
            self.hosts.push(Host::new(node, ClockSkew::default().since(self.now)));
        } else if self.is_member(id) {
            return Err(ClusterError::IsMember(id));
        } else if self.hosts[id.index()].node().is_none() {
            self.start(id)?;
        } else if self.hosts[id.index()].mailbox.is_paused() {
            return Err(ClusterError::IsPaused(id));
        }
        self.record(Intervention::Join(id));
        self.drive(id, Node::join);
        Ok(())
    }

    /// Lets a node leave: it hands its ranges over first.
    ///
    /// # Errors
    ///
    /// Refuses if gossip is off, and a node that is unknown, stopped, paused, leaving already or
    /// the last member; nothing has changed then.
    pub fn leave(&mut self, id: NodeId) -> Result<(), ClusterError> {
        self.check_gossip()?;
        self.check_live(id)?;
        let node = self.hosts[id.index()].node();
        if !node.and_then(|node| status(node, id)).is_some_and(stays) {
            return Err(ClusterError::NotMember(id));
        }
        if self.ring().nodes().iter().all(|&other| other == id) {
            return Err(ClusterError::LastNode(id));
        }
        self.record(Intervention::Leave(id));
        self.drive(id, Node::leave);
        Ok(())
    }

    /// Removes a node that is gone for good. The node `by` starts the removal, or the
    /// lowest-numbered other node that is up.
    ///
    /// # Errors
    ///
    /// Refuses if gossip is off, unknown nodes, a node that is no member in the view of `by`, and a
    /// `by` that is stopped, paused or the node itself; nothing has changed then.
    pub fn remove(&mut self, id: NodeId, by: Option<NodeId>) -> Result<(), ClusterError> {
        self.check_gossip()?;
        self.check_node(id)?;
        let live = |&other: &NodeId| other != id && self.hosts[other.index()].is_live();
        let by = match by {
            Some(by) => by,
            None => self.ids().find(live).ok_or(ClusterError::NoRemover)?,
        };
        if by == id {
            return Err(ClusterError::SelfRemoval(id));
        }
        self.check_live(by)?;
        let remover = self.hosts[by.index()].node();
        if !remover.and_then(|remover| status(remover, id)).is_some_and(is_in) {
            return Err(ClusterError::NotMember(id));
        }
        self.record(Intervention::Remove { node: id, by });
        self.drive(by, |node, now| node.remove(now, id));
        Ok(())
    }

    /// The ring, in the view of the lowest-numbered node that is up and in it. With every node
    /// stopped it is the ring at the start of the run.
    pub fn ring(&self) -> &Arc<Ring> {
        self.reference_node(None).map_or(&self.first_ring, Node::ring)
    }

    /// Returns the nodes of a key's replicas, in ring order, in the same view as [`Cluster::ring`].
    pub fn preference_list(&self, key: &Key) -> PreferenceList {
        self.ring().preference_list(key.position(), self.config.quorum.n())
    }

    /// Returns the ids of all nodes, former members included.
    pub(super) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.hosts.len() as u16).map(NodeId)
    }

    /// Returns the node in whose view observers see the cluster: the lowest-numbered one that is up
    /// and, in its own view, in the ring, because a node that has left receives no more gossip.
    fn reference_node(&self, except: Option<NodeId>) -> Option<&Node> {
        let up = || {
            let up = self.hosts.iter().filter_map(Host::node);
            up.filter(|node| Some(node.id()) != except)
        };
        up().find(|node| node.ring().nodes().contains(&node.id())).or_else(|| up().next())
    }

    /// Whether a node is a member, in another node's view, or in its own if the other does not list
    /// it.
    fn is_member(&self, id: NodeId) -> bool {
        let others = self.reference_node(Some(id)).and_then(|other| status(other, id));
        let own = || self.hosts[id.index()].node().and_then(|node| status(node, id));
        others.or_else(own).is_some_and(is_in)
    }

    fn check_live(&self, id: NodeId) -> Result<(), ClusterError> {
        self.check_node(id)?;
        let host = &self.hosts[id.index()];
        match (host.node(), host.mailbox.is_paused()) {
            (None, _) => Err(ClusterError::IsDown(id)),
            (Some(_), true) => Err(ClusterError::IsPaused(id)),
            (Some(_), false) => Ok(()),
        }
    }

    fn check_gossip(&self) -> Result<(), ClusterError> {
        if self.settings().gossip.on { Ok(()) } else { Err(ClusterError::GossipOff) }
    }
}

/// Returns the status of a member in a node's view.
fn status(by: &Node, of: NodeId) -> Option<Status> {
    by.members().find(|member| member.node == of).map(|member| member.status)
}

const fn is_in(status: Status) -> bool {
    matches!(status, Status::Joining | Status::Normal | Status::Leaving)
}

const fn stays(status: Status) -> bool {
    matches!(status, Status::Joining | Status::Normal)
}
