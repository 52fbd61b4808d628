//! A node's view of the cluster, derived from its membership: rings, suspects, and how far changes
//! have spread.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::disk::Disk;
use crate::failure_detector::Heartbeats;
use crate::membership::{Membership, Status};
use crate::{Config, Duration, Instant, NodeId, Position, PreferenceList, RequestId, Ring};

/// A node's view of the cluster: its rings, the peers that it believes to be up, and how far
/// changes of membership have spread.
#[derive(Clone, Debug)]
pub(crate) struct ClusterView {
    pub(crate) own: NodeId,
    pub(crate) ring: Arc<Ring>,
    /// The nodes that join or leave, in the order of their turns, each with the ring after its
    /// transition.
    pub(crate) transitions: Vec<(NodeId, Arc<Ring>)>,
    /// Previous rings, which nodes that have not heard of the latest changes may still read by.
    pub(crate) past_rings: Vec<Arc<Ring>>,
    pub(crate) peers: BTreeMap<NodeId, Heartbeats>,
    pub(crate) suspects: BTreeSet<NodeId>,
    pub(crate) gone: BTreeSet<NodeId>,
    pub(crate) removed: BTreeSet<NodeId>,
    /// The number of status changes that the node has heard of.
    pub(crate) status_changes: u32,
    /// Peers that are known to have heard of all these changes.
    pub(crate) agreed: BTreeSet<NodeId>,
    /// The last gossip that was sent, and the number of status changes that it included.
    pub(crate) last_gossip: Option<(RequestId, u32)>,
    /// The time from which ranges may move: all peers that are up have heard of all status changes,
    /// and operations that they began before that are over.
    pub(crate) settles_at: Option<Instant>,
    pub(crate) round: u64,
    pub(crate) next_round: Option<Instant>,
}

impl ClusterView {
    pub(crate) fn new(config: &Config, disk: &Disk) -> Self {
        let mut cluster_view = Self {
            own: disk.node(),
            ring: config.ring(&[]),
            transitions: Vec::new(),
            past_rings: Vec::new(),
            peers: BTreeMap::new(),
            suspects: BTreeSet::new(),
            gone: BTreeSet::new(),
            removed: BTreeSet::new(),
            status_changes: 0,
            agreed: BTreeSet::new(),
            last_gossip: None,
            settles_at: None,
            round: 0,
            next_round: None,
        };
        cluster_view.update(config, &disk.membership);
        cluster_view.past_rings = disk.past_rings.iter().map(|nodes| config.ring(nodes)).collect();
        cluster_view
    }

    /// The ring that the node's reads use.
    pub(crate) const fn ring(&self) -> &Arc<Ring> {
        &self.ring
    }

    /// The nodes that join or leave, in the order of their turns, each with the ring after its
    /// transition.
    pub(crate) fn transitions(&self) -> &[(NodeId, Arc<Ring>)] {
        &self.transitions
    }

    /// Returns the nodes beside the primaries that a write must reach: those that will hold the
    /// position after some transition, and those that other nodes may still consider its replicas.
    pub(crate) fn extra_write_targets(
        &self,
        position: Position,
        primaries: &[NodeId],
        n: u16,
    ) -> PreferenceList {
        let mut targets = PreferenceList::new();
        let rings = self.transitions.iter().map(|(_, ring)| ring).chain(&self.past_rings);
        for node in rings.flat_map(|ring| ring.preference_list(position, n)) {
            let counts = !primaries.contains(&node) && !self.removed.contains(&node);
            if counts && !targets.contains(&node) {
                targets.push(node);
            }
        }
        targets
    }

    /// Whether the node believes that a peer is up. It always believes that of itself.
    pub(crate) fn believes_up(&self, peer: NodeId) -> bool {
        peer == self.own || !(self.suspects.contains(&peer) || self.gone.contains(&peer))
    }

    /// Whether ranges may move: all peers that are up have heard of the transition.
    pub(crate) fn is_settled(&self, now: Instant) -> bool {
        self.settles_at.is_some_and(|at| at <= now)
    }

    /// Returns the time since the last news of a peer.
    pub(crate) fn silence(&self, peer: NodeId, now: Instant) -> Duration {
        self.peers.get(&peer).map_or(Duration::ZERO, |beats| now.since(beats.last_heard()))
    }

    /// Returns the suspicion level of a peer, or zero if its heartbeats are not tracked.
    pub(crate) fn phi(&self, peer: NodeId, now: Instant) -> f64 {
        self.peers.get(&peer).map_or(0.0, |beats| beats.phi(now))
    }

    /// Returns the time at which the next round of gossip is due.
    pub(crate) const fn next_round(&self) -> Option<Instant> {
        self.next_round
    }

    /// Updates the rings from the membership. Returns whether the ring changed, and whether the
    /// transitions did.
    pub(crate) fn update(&mut self, config: &Config, membership: &Membership) -> (bool, bool) {
        self.gone = membership.nodes(Status::is_gone).into_iter().collect();
        self.removed = membership.nodes(|status| status == Status::Removed).into_iter().collect();
        let nodes = membership.nodes(Status::is_read);
        let ring = config.ring(&nodes);
        let transition = |mover: NodeId| {
            let mut after = nodes.clone();
            match after.binary_search(&mover) {
                Ok(index) => _ = after.remove(index),
                Err(index) => after.insert(index, mover),
            }
            (mover, config.ring(&after))
        };
        let transitions: Vec<(NodeId, Arc<Ring>)> =
            membership.movers().into_iter().map(transition).collect();
        let ring_changed = self.ring.nodes() != ring.nodes();
        let movers = |transitions: &[(NodeId, Arc<Ring>)]| -> Vec<NodeId> {
            transitions.iter().map(|(mover, _)| *mover).collect()
        };
        let transitions_changed = ring_changed || movers(&self.transitions) != movers(&transitions);
        if ring_changed {
            self.past_rings.push(std::mem::replace(&mut self.ring, ring));
        }
        self.transitions = transitions;
        (ring_changed, transitions_changed)
    }

    /// Begins to wait until all nodes have heard of a change.
    pub(crate) fn unsettle(&mut self) {
        self.status_changes += 1;
        self.agreed.clear();
        self.settles_at = None;
    }

    /// Whether all peers that are up are known to have heard of all changes.
    pub(crate) fn has_spread(&self) -> bool {
        let has_heard = |peer| self.agreed.contains(peer) || self.suspects.contains(peer);
        self.peers.keys().all(has_heard)
    }

    /// Returns the peers that a round of gossip chooses from: all of them, but in every other
    /// round, while a change is spreading, only those that are not known to have heard it.
    pub(crate) fn gossip_targets(&self) -> Vec<NodeId> {
        let is_new = |peer: &NodeId| !(self.agreed.contains(peer) || self.suspects.contains(peer));
        let spreads = self.settles_at.is_none() && self.round % 2 == 1;
        let fresh: Vec<NodeId> = self.peers.keys().copied().filter(is_new).collect();
        if spreads && !fresh.is_empty() { fresh } else { self.peers.keys().copied().collect() }
    }
}
