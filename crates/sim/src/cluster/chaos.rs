//! Chaos: random faults that begin and end by themselves.

use std::collections::BTreeMap;

use ringside_random::Seed;
use ringside_store::{Duration, NodeId};

use super::links::Link;
use super::{Cluster, Due, purpose};
use crate::ClusterError;
use crate::chaos::{Fault, gap, mean_gap, plan_fault};
use crate::journal::Intervention;

/// The action that ends a fault. It undoes what chaos did, and nothing that was done from outside.
#[derive(Clone, Debug, PartialEq)]
enum Undo {
    Restart(NodeId),
    Resume(NodeId),
    Mend(Vec<Link>),
    Slow { node: NodeId, was: Duration, by: Duration },
    Unclog(NodeId, NodeId),
    Loss { was: f64, burst: f64 },
    Duplication { was: f64, burst: f64 },
    Swizzle(u64),
}

impl Undo {
    fn slows(&self, slowed: NodeId) -> bool {
        matches!(self, Self::Slow { node, .. } if *node == slowed)
    }
}

/// The intensity of chaos, and the faults in force.
#[derive(Clone, Debug, Default)]
pub(super) struct Chaos {
    intensity: f64,
    /// Counts how often the intensity was set, to recognize faults that were scheduled before.
    epoch: u64,
    /// The number of the next fault.
    ordinal: u64,
    in_force: BTreeMap<u64, Undo>,
}

impl Cluster {
    /// Sets the intensity of chaos, from 0 to 1: the higher, the more random faults there are, each
    /// for a limited time. Zero ends the faults in force and begins no more. Disks are never wiped,
    /// and the last running node is spared.
    pub fn set_chaos(&mut self, intensity: f64) {
        self.chaos.intensity = intensity;
        self.chaos.epoch += 1;
        self.record(Intervention::Chaos(intensity));
        if intensity > 0.0 {
            self.schedule_fault();
        } else {
            while let Some((_, undo)) = self.chaos.in_force.pop_first() {
                self.undo(undo);
            }
        }
    }

    /// The intensity of chaos, from 0 to 1.
    pub const fn chaos(&self) -> f64 {
        self.chaos.intensity
    }

    /// Returns the mean time between two faults of chaos, or `None` if its intensity is zero.
    pub fn chaos_gap(&self) -> Option<Duration> {
        mean_gap(self.chaos.intensity)
    }

    /// The number of faults of chaos in force.
    pub fn chaos_faults(&self) -> usize {
        self.chaos.in_force.len()
    }

    /// Begins the next fault, unless the intensity was set since it was scheduled.
    pub(super) fn start_fault(&mut self, epoch: u64) {
        if epoch != self.chaos.epoch {
            return;
        }
        let ordinal = self.chaos.ordinal;
        self.chaos.ordinal += 1;
        self.schedule_fault();
        let nodes = self.ring().nodes().to_vec();
        let Some(planned) = plan_fault(self.chaos_seed(), ordinal, &nodes) else { return };
        // Its node may be down already; then the fault has no effect.
        if let Ok(Some(undo)) = self.apply_fault(ordinal, planned.fault) {
            self.chaos.in_force.insert(ordinal, undo);
            self.queue.push(self.now + planned.lasts, Due::FaultEnd(ordinal));
        }
    }

    /// Ends a fault, unless it has ended already.
    pub(super) fn end_fault(&mut self, ordinal: u64) {
        if let Some(undo) = self.chaos.in_force.remove(&ordinal) {
            self.undo(undo);
        }
    }

    fn chaos_seed(&self) -> Seed {
        self.seed.child(purpose::CHAOS)
    }

    fn schedule_fault(&mut self) {
        let at = self.now + gap(self.chaos_seed(), self.chaos.ordinal, self.chaos.intensity);
        self.queue.push(at, Due::FaultStart { epoch: self.chaos.epoch });
    }

    /// Applies a fault by the same calls that interventions use. Returns how to undo it, or `None`
    /// if it has no effect.
    fn apply_fault(&mut self, ordinal: u64, fault: Fault) -> Result<Option<Undo>, ClusterError> {
        let in_force = &self.chaos.in_force;
        let channels = &self.network.channels;
        let (loss, duplication) = (channels.loss, channels.duplication);
        Ok(Some(match fault {
            Fault::Crash(node) | Fault::Pause(node) if self.is_last_live(node) => return Ok(None),
            Fault::Crash(node) => {
                self.crash(node)?;
                Undo::Restart(node)
            }
            Fault::Pause(node) => {
                self.pause(node)?;
                Undo::Resume(node)
            }
            Fault::Cut(from, to) => Undo::Mend(self.cut_all(&[(from, to)])),
            Fault::Isolate(node) => {
                let links = self.links_across(&[node])?;
                Undo::Mend(self.cut_all(&links))
            }
            Fault::Partition(side) => {
                let links = self.links_across(&side)?;
                Undo::Mend(self.cut_all(&links))
            }
            // One at a time: the second would otherwise restore the first one's value.
            Fault::Slow(node, _) if in_force.values().any(|undo| undo.slows(node)) => {
                return Ok(None);
            }
            Fault::Slow(node, by) => {
                let was = self.host_mut(node)?.slow_by;
                self.slow(node, by)?;
                Undo::Slow { node, was, by }
            }
            Fault::Clog(from, to) => {
                self.clog(from, to)?;
                Undo::Unclog(from, to)
            }
            Fault::Loss(_) if in_force.values().any(|undo| matches!(undo, Undo::Loss { .. })) => {
                return Ok(None);
            }
            Fault::Loss(burst) => {
                self.set_loss(burst);
                Undo::Loss { was: loss, burst }
            }
            Fault::Duplication(_)
                if in_force.values().any(|undo| matches!(undo, Undo::Duplication { .. })) =>
            {
                return Ok(None);
            }
            Fault::Duplication(burst) => {
                self.set_duplication(burst);
                Undo::Duplication { was: duplication, burst }
            }
            Fault::Swizzle(nodes, every) => {
                let seed = self.chaos_seed().child(ordinal).child(purpose::SWIZZLE);
                Undo::Swizzle(self.begin_swizzle(&nodes, every, seed)?)
            }
        }))
    }

    /// Undoes a fault. What an intervention changed meanwhile stays.
    fn undo(&mut self, undo: Undo) {
        // A refusal means that an intervention has undone it already.
        let _ = match undo {
            Undo::Restart(node) => self.restart(node),
            Undo::Resume(node) => self.resume(node),
            Undo::Mend(mut links) => {
                links.retain(|link| self.cuts().contains(link));
                if !links.is_empty() {
                    self.mend_all(&links);
                }
                Ok(())
            }
            Undo::Slow { node, was, by } => match self.host_mut(node) {
                Ok(host) if host.slow_by == by => self.slow(node, was),
                _ => Ok(()),
            },
            Undo::Unclog(from, to) => self.unclog(from, to),
            Undo::Loss { was, burst } => {
                if self.network.channels.loss.to_bits() == burst.to_bits() {
                    self.set_loss(was);
                }
                Ok(())
            }
            Undo::Duplication { was, burst } => {
                if self.network.channels.duplication.to_bits() == burst.to_bits() {
                    self.set_duplication(was);
                }
                Ok(())
            }
            Undo::Swizzle(id) => {
                self.end_swizzle(id);
                Ok(())
            }
        };
    }

    /// Whether no other node could serve a client.
    fn is_last_live(&self, node: NodeId) -> bool {
        self.ids().all(|other| other == node || !self.hosts[other.index()].is_live())
    }
}
