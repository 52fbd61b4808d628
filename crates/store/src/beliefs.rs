//! What follows from a node's view of the cluster: its rings, whom it believes to be up, and who is
//! known to have heard what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::disk::Disk;
use crate::failure_detector::Heartbeats;
use crate::membership::{Status, View};
use crate::{Config, Duration, Instant, NodeId, Position, PreferenceList, RequestId, Ring};

/// What follows from a node's view: its rings, and whom it believes to be up.
#[derive(Clone, Debug)]
pub(crate) struct Beliefs {
    pub(crate) own: NodeId,
    pub(crate) ring: Arc<Ring>,
    /// The nodes that move, in the order of their turns, each with the ring as it is after its step.
    pub(crate) steps: Vec<(NodeId, Arc<Ring>)>,
    /// Rings of before, by which those may still read who have not heard of the last changes.
    pub(crate) past: Vec<Arc<Ring>>,
    pub(crate) peers: BTreeMap<NodeId, Heartbeats>,
    pub(crate) suspects: BTreeSet<NodeId>,
    pub(crate) gone: BTreeSet<NodeId>,
    pub(crate) removed: BTreeSet<NodeId>,
    /// How often a standing has changed here.
    pub(crate) changes: u32,
    /// Peers that are known to have heard all that the node has heard of standings.
    pub(crate) agreed: BTreeSet<NodeId>,
    /// The last telling, and how many changes it knew of.
    pub(crate) told: Option<(RequestId, u32)>,
    /// From when on ranges may move: who is up has heard of all standings, and whatever was begun
    /// before it had heard is over.
    pub(crate) settles: Option<Instant>,
    pub(crate) round: u64,
    pub(crate) next: Option<Instant>,
}

impl Beliefs {
    pub(crate) fn new(config: &Config, disk: &Disk) -> Self {
        let mut beliefs = Self {
            own: disk.node(),
            ring: config.ring(&[]),
            steps: Vec::new(),
            past: Vec::new(),
            peers: BTreeMap::new(),
            suspects: BTreeSet::new(),
            gone: BTreeSet::new(),
            removed: BTreeSet::new(),
            changes: 0,
            agreed: BTreeSet::new(),
            told: None,
            settles: None,
            round: 0,
            next: None,
        };
        beliefs.follow(config, &disk.view);
        beliefs.past = disk.past.iter().map(|nodes| config.ring(nodes)).collect();
        beliefs
    }

    /// Gives the ring by which the node reads.
    pub(crate) const fn ring(&self) -> &Arc<Ring> {
        &self.ring
    }

    /// Lists the nodes that move, in the order of their turns, each with the ring as it is after its
    /// step.
    pub(crate) fn steps(&self) -> &[(NodeId, Arc<Ring>)] {
        &self.steps
    }

    /// Gives the nodes beside the primaries that a write must reach: those that will hold the place
    /// after some step, and those that others may still take for its replicas.
    pub(crate) fn others(
        &self,
        position: Position,
        primaries: &[NodeId],
        n: u16,
    ) -> PreferenceList {
        let mut others = PreferenceList::new();
        let rings = self.steps.iter().map(|(_, ring)| ring).chain(&self.past);
        for node in rings.flat_map(|ring| ring.preference_list(position, n)) {
            let counts = !primaries.contains(&node) && !self.removed.contains(&node);
            if counts && !others.contains(&node) {
                others.push(node);
            }
        }
        others
    }

    /// Tells whether the node believes that another is up. Of itself it always does.
    pub(crate) fn believes_up(&self, peer: NodeId) -> bool {
        peer == self.own || !(self.suspects.contains(&peer) || self.gone.contains(&peer))
    }

    /// Tells whether ranges may move: whoever is up has heard of it.
    pub(crate) fn is_settled(&self, now: Instant) -> bool {
        self.settles.is_some_and(|at| at <= now)
    }

    /// Gives for how long nothing new was heard of a peer.
    pub(crate) fn silence(&self, peer: NodeId, now: Instant) -> Duration {
        self.peers.get(&peer).map_or(Duration::ZERO, |beats| now.since(beats.last_heard()))
    }

    /// Gives how sure the node is that a peer is down.
    pub(crate) fn phi(&self, peer: NodeId, now: Instant) -> f64 {
        self.peers.get(&peer).map_or(0.0, |beats| beats.phi(now))
    }

    /// Gives when the next round of gossip is due.
    pub(crate) const fn next(&self) -> Option<Instant> {
        self.next
    }

    /// Takes over what the view says of the rings; tells whether the ring changed, and whether the
    /// steps did.
    pub(crate) fn follow(&mut self, config: &Config, view: &View) -> (bool, bool) {
        self.gone = view.nodes(Status::is_gone).into_iter().collect();
        self.removed = view.nodes(|status| status == Status::Removed).into_iter().collect();
        let nodes = view.nodes(Status::is_read);
        let ring = config.ring(&nodes);
        let step = |mover: NodeId| {
            let mut after = nodes.clone();
            match after.binary_search(&mover) {
                Ok(index) => _ = after.remove(index),
                Err(index) => after.insert(index, mover),
            }
            (mover, config.ring(&after))
        };
        let steps: Vec<(NodeId, Arc<Ring>)> = view.movers().into_iter().map(step).collect();
        let changed = self.ring.nodes() != ring.nodes();
        let movers = |steps: &[(NodeId, Arc<Ring>)]| -> Vec<NodeId> {
            steps.iter().map(|(mover, _)| *mover).collect()
        };
        let stepped = changed || movers(&self.steps) != movers(&steps);
        if changed {
            self.past.push(std::mem::replace(&mut self.ring, ring));
        }
        self.steps = steps;
        (changed, stepped)
    }

    /// Begins to wait until all have heard of a change.
    pub(crate) fn unsettle(&mut self) {
        self.changes += 1;
        self.agreed.clear();
        self.settles = None;
    }

    /// Tells whether all that are up are known to have heard of all changes.
    pub(crate) fn has_spread(&self) -> bool {
        let has_heard = |peer| self.agreed.contains(peer) || self.suspects.contains(peer);
        self.peers.keys().all(has_heard)
    }

    /// Gives whom a round of gossip may tell: anybody, and in every other round, while something must
    /// spread, only who is not known to have heard it.
    pub(crate) fn listeners(&self) -> Vec<NodeId> {
        let is_new = |peer: &NodeId| !(self.agreed.contains(peer) || self.suspects.contains(peer));
        let spreads = self.settles.is_none() && self.round % 2 == 1;
        let fresh: Vec<NodeId> = self.peers.keys().copied().filter(is_new).collect();
        if spreads && !fresh.is_empty() { fresh } else { self.peers.keys().copied().collect() }
    }
}
