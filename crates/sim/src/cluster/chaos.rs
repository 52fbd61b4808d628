//! Chaos in force: faults strike at random, and end by themselves.

use std::collections::BTreeMap;

use ringside_random::Seed;
use ringside_store::{Duration, NodeId};

use super::links::Link;
use super::{Cluster, Due, purpose};
use crate::Refusal;
use crate::chaos::{Fault, gap, mean_gap, strike};
use crate::journal::Act;

/// What has to be undone when a fault ends. What somebody else did is not chaos's to undo.
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

/// The dial, and the faults in force.
#[derive(Clone, Debug, Default)]
pub(super) struct Chaos {
    dial: f64,
    /// Counts how often the dial was set, to tell the next fault from one that was planned before.
    epoch: u64,
    /// The number of the next fault.
    ordinal: u64,
    in_force: BTreeMap<u64, Undo>,
}

impl Cluster {
    /// Sets the dial of chaos, from 0 to 1: the higher, the more faults strike at random, each for a
    /// while. Zero ends those in force and brings no more. Disks are never wiped, and the last node
    /// that runs is spared.
    pub fn set_chaos(&mut self, dial: f64) {
        self.chaos.dial = dial;
        self.chaos.epoch += 1;
        self.act(Act::Chaos(dial));
        if dial > 0.0 {
            self.schedule_strike();
        } else {
            while let Some((_, undo)) = self.chaos.in_force.pop_first() {
                self.undo(undo);
            }
        }
    }

    /// Gives the dial of chaos, from 0 to 1.
    pub const fn chaos(&self) -> f64 {
        self.chaos.dial
    }

    /// Gives how much time is between two faults of chaos on average; none where the dial is at zero.
    pub fn chaos_gap(&self) -> Option<Duration> {
        mean_gap(self.chaos.dial)
    }

    /// Gives how many faults of chaos are in force.
    pub fn chaos_faults(&self) -> usize {
        self.chaos.in_force.len()
    }

    /// Lets the next fault strike, unless the dial was set since it was planned.
    pub(super) fn strike(&mut self, epoch: u64) {
        if epoch != self.chaos.epoch {
            return;
        }
        let ordinal = self.chaos.ordinal;
        self.chaos.ordinal += 1;
        self.schedule_strike();
        let nodes = self.ring().nodes().to_vec();
        let Some(strike) = strike(self.chaos_luck(), ordinal, &nodes) else { return };
        // Whom it strikes may be down already; then it comes to nothing.
        if let Ok(Some(undo)) = self.inflict(ordinal, strike.fault) {
            self.chaos.in_force.insert(ordinal, undo);
            self.queue.push(self.now + strike.lasts, Due::Relief(ordinal));
        }
    }

    /// Ends a fault, unless it has ended already.
    pub(super) fn relieve(&mut self, ordinal: u64) {
        if let Some(undo) = self.chaos.in_force.remove(&ordinal) {
            self.undo(undo);
        }
    }

    fn chaos_luck(&self) -> Seed {
        self.luck.child(purpose::CHAOS)
    }

    fn schedule_strike(&mut self) {
        let at = self.now + gap(self.chaos_luck(), self.chaos.ordinal, self.chaos.dial);
        self.queue.push(at, Due::Strike { epoch: self.chaos.epoch });
    }

    /// Does a fault by the verbs that a person has; gives how it is undone, where it came to anything.
    fn inflict(&mut self, ordinal: u64, fault: Fault) -> Result<Option<Undo>, Refusal> {
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
            // One at a time: the second would take the first for what was there before.
            Fault::Slow(node, _) if in_force.values().any(|undo| undo.slows(node)) => {
                return Ok(None);
            }
            Fault::Slow(node, by) => {
                let was = self.machine(node)?.slow_by;
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
                let luck = self.chaos_luck().child(ordinal).child(purpose::SWIZZLE);
                Undo::Swizzle(self.begin_swizzle(&nodes, every, luck)?)
            }
        }))
    }

    /// Ends a fault. What somebody changed meanwhile stays as they have it.
    fn undo(&mut self, undo: Undo) {
        // A refusal says that somebody has undone it already.
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
            Undo::Slow { node, was, by } => match self.machine(node) {
                Ok(machine) if machine.slow_by == by => self.slow(node, was),
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

    /// Tells whether no other node is left to serve anybody.
    fn is_last_live(&self, node: NodeId) -> bool {
        self.ids().all(|other| other == node || !self.machines[other.index()].is_live())
    }
}
