//! Swizzles in progress, carried out step by step.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ringside_random::Seed;
use ringside_store::{Duration, NodeId};

use super::links::Link;
use super::{Cluster, Due, purpose};
use crate::ClusterError;
use crate::journal::Intervention;
use crate::swizzle::{Step, plan};

/// A swizzle in progress.
#[derive(Clone, Debug)]
pub(super) struct Swizzle {
    /// The remaining steps.
    steps: VecDeque<Step>,
    every: Duration,
    isolated: BTreeSet<NodeId>,
    /// The links that it has cut itself. It does not mend those that were cut before.
    cut: BTreeSet<Link>,
}

/// All swizzles in progress, by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Swizzles {
    running: BTreeMap<u64, Swizzle>,
    begun: u64,
}

impl Cluster {
    /// Isolates these nodes one after another, `every` apart, the first one now, and then heals
    /// them one after another in another, random order.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, a node named twice, no nodes, and a cluster of one node; nothing has
    /// changed then.
    pub fn swizzle(&mut self, nodes: &[NodeId], every: Duration) -> Result<(), ClusterError> {
        // The seed depends on when the swizzle begins and on its nodes, not on earlier swizzles.
        let seed = self.seed.child(purpose::SWIZZLE).child(self.now.as_us());
        let seed = nodes.iter().fold(seed, |seed, node| seed.child(u64::from(node.0)));
        self.begin_swizzle(nodes, every, seed).map(|_| ())
    }

    pub(super) fn begin_swizzle(
        &mut self,
        nodes: &[NodeId],
        every: Duration,
        seed: Seed,
    ) -> Result<u64, ClusterError> {
        nodes.iter().try_for_each(|&node| self.check_node(node))?;
        let distinct: BTreeSet<&NodeId> = nodes.iter().collect();
        if nodes.is_empty() || distinct.len() < nodes.len() {
            return Err(ClusterError::NoSwizzle);
        }
        if self.hosts.len() < 2 {
            return Err(ClusterError::OneSided);
        }
        let id = self.swizzles.begun;
        self.swizzles.begun += 1;
        let steps = plan(nodes, seed).into();
        let (isolated, cut) = (BTreeSet::new(), BTreeSet::new());
        self.swizzles.running.insert(id, Swizzle { steps, every, isolated, cut });
        self.record(Intervention::Swizzle { nodes: nodes.to_vec(), every });
        self.step_swizzle(id);
        Ok(id)
    }

    /// Carries out the next step of a swizzle, unless it was ended.
    pub(super) fn step_swizzle(&mut self, id: u64) {
        let Some(swizzle) = self.swizzles.running.get_mut(&id) else { return };
        let (step, every) = (swizzle.steps.pop_front(), swizzle.every);
        if swizzle.steps.is_empty() {
            // The last step heals the last node; no further one is scheduled.
            let Some(mut swizzle) = self.swizzles.running.remove(&id) else { return };
            if let Some(Step::Heal(node)) = step {
                let links = swizzle.heal(node);
                self.mend_all(&links);
            }
            return;
        }
        match step {
            Some(Step::Isolate(node)) => {
                swizzle.isolated.insert(node);
                let links = self.links_across(&[node]).unwrap_or_default();
                let cut = self.cut_all(&links);
                if let Some(swizzle) = self.swizzles.running.get_mut(&id) {
                    swizzle.cut.extend(cut);
                }
            }
            Some(Step::Heal(node)) => {
                let links = swizzle.heal(node);
                self.mend_all(&links);
            }
            None => {}
        }
        self.queue.push(self.now + every, Due::Swizzle(id));
    }

    /// Ends a swizzle early: all links that it cut are mended at once.
    pub(super) fn end_swizzle(&mut self, id: u64) {
        let Some(swizzle) = self.swizzles.running.remove(&id) else { return };
        let links: Vec<Link> = swizzle.cut.into_iter().collect();
        self.mend_all(&links);
    }
}

impl Swizzle {
    /// Removes a node from the isolated ones. Returns the links to mend.
    fn heal(&mut self, node: NodeId) -> Vec<Link> {
        self.isolated.remove(&node);
        let isolated = &self.isolated;
        let stays = |&(from, to): &Link| {
            (from != node && to != node) || isolated.contains(&from) || isolated.contains(&to)
        };
        let links = self.cut.iter().copied().filter(|link| !stays(link)).collect();
        self.cut.retain(stays);
        links
    }
}
