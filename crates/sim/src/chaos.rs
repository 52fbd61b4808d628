//! Plan of chaos: the kind, time, nodes, severity and duration of each fault.

use ringside_random::{Draws, Seed};
use ringside_store::{Duration, NodeId};

use crate::shuffle::shuffle;

/// A fault of chaos.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// A node crashes, and restarts later.
    Crash(NodeId),
    /// A node is paused.
    Pause(NodeId),
    /// A link is cut in one direction.
    Cut(NodeId, NodeId),
    /// A node is cut off from all others.
    Isolate(NodeId),
    /// These nodes, a minority, are cut off from the others.
    Partition(Vec<NodeId>),
    /// A node takes this much longer for each message.
    Slow(NodeId, Duration),
    /// Messages wait at a link, in one direction.
    Clog(NodeId, NodeId),
    /// This share of messages is lost.
    Loss(f64),
    /// This share of messages arrives twice.
    Duplication(f64),
    /// Nodes are isolated one after another, at this interval, and healed in another order.
    Swizzle(Vec<NodeId>, Duration),
}

/// A fault with its duration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlannedFault {
    pub(crate) fault: Fault,
    pub(crate) lasts: Duration,
}

/// The mean time between faults at intensity 1, in seconds.
const MIN_MEAN_S: f64 = 1.0;
/// The exponent by which the mean grows as the intensity decreases: log10(20), so that at 0.1 it is
/// 20 seconds.
const STEEPNESS: f64 = 1.301_029_995_663_981_2;
/// The shortest duration of a fault, in seconds, and the ratio of the longest to it.
const MIN_DURATION_S: f64 = 0.2;
const DURATION_RATIO: f64 = 25.0;

/// Returns the mean time between faults, in microseconds, of an intensity above zero.
fn mean_us(intensity: f64) -> f64 {
    MIN_MEAN_S * 1e6 * libm::pow(intensity, -STEEPNESS)
}

/// Returns the mean time from one fault to the next, or `None` if the intensity is zero.
pub(crate) fn mean_gap(intensity: f64) -> Option<Duration> {
    (intensity > 0.0).then(|| Duration::from_us((mean_us(intensity) + 0.5) as u64))
}

/// Returns the time from fault number `ordinal - 1`, or from when the intensity was set, to number
/// `ordinal`. Times are exponential, because faults do not come at regular intervals.
pub(crate) fn gap(seed: Seed, ordinal: u64, intensity: f64) -> Duration {
    let us = -libm::log(seed.child(ordinal).draws().unit()) * mean_us(intensity);
    // At an intensity near zero the gap is longer than any run; the cast saturates.
    Duration::from_us((us + 0.5) as u64)
}

/// Returns fault number `ordinal` for a cluster of these nodes, or `None` if it needs more nodes.
/// It depends on nothing else: a fault of a node that is down already has no effect, and leaves
/// later ones as they are.
pub(crate) fn plan_fault(seed: Seed, ordinal: u64, nodes: &[NodeId]) -> Option<PlannedFault> {
    let mut draws = seed.child(ordinal).draws();
    let _gap = draws.unit();
    let seconds = MIN_DURATION_S * libm::pow(DURATION_RATIO, draws.unit());
    let lasts = Duration::from_us((seconds * 1e6 + 0.5) as u64);
    let kind = draws.below(10);
    let mut shuffled = nodes.to_vec();
    shuffle(&mut shuffled, &mut draws);
    let first = *shuffled.first()?;
    // A single node has no links.
    let pair = shuffled.get(1).map(|&second| (first, second));
    let fault = match kind {
        0 => Fault::Crash(first),
        1 => Fault::Pause(first),
        2 => pair.map(|(from, to)| Fault::Cut(from, to))?,
        3 => pair.map(|(alone, _)| Fault::Isolate(alone))?,
        4 => {
            let largest = shuffled.len().saturating_sub(1) / 2;
            let size = 1 + draws.below(largest.max(1) as u64) as usize;
            pair.map(|_| Fault::Partition(shuffled[..size].to_vec()))?
        }
        5 => Fault::Slow(first, Duration::from_ms(5 + draws.below(96))),
        6 => pair.map(|(from, to)| Fault::Clog(from, to))?,
        7 => Fault::Loss(share(&mut draws)),
        8 => Fault::Duplication(share(&mut draws)),
        _ => {
            let size = 2 + draws.below(shuffled.len().saturating_sub(1).max(1) as u64) as usize;
            let nodes = shuffled.get(..size)?.to_vec();
            // It isolates and heals each node within its duration.
            let every = Duration::from_us((lasts.as_us() / (2 * nodes.len() as u64)).max(1));
            Fault::Swizzle(nodes, every)
        }
    };
    Some(PlannedFault { fault, lasts })
}

/// Draws a share of messages: 5 to 50 per cent.
fn share(draws: &mut Draws) -> f64 {
    (5 + draws.below(46)) as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn nodes(count: u16) -> Vec<NodeId> {
        (0..count).map(NodeId).collect()
    }

    #[test]
    fn the_intensity_sets_how_often_faults_occur() {
        for (intensity, expected_s) in [(0.1, 20.0), (1.0, 1.0)] {
            let total: u64 = (0..20_000).map(|n| gap(Seed::new(3), n, intensity).as_us()).sum();
            let mean_s = total as f64 / 20_000.0 / 1e6;
            assert!((mean_s / expected_s - 1.0).abs() < 0.03, "{mean_s} s at {intensity}");
        }
        assert!(
            gap(Seed::new(3), 1, 1e-300).as_us() > 1 << 60,
            "no overflow at an intensity near zero"
        );
    }

    #[test]
    fn every_fault_is_equally_likely_and_has_a_duration_within_bounds() {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for ordinal in 0..10_000 {
            let planned =
                plan_fault(Seed::new(8), ordinal, &nodes(5)).expect("five nodes allow every fault");
            let name = format!("{:?}", planned.fault);
            let name = name.split('(').next().unwrap_or_default().to_owned();
            *counts.entry(name).or_default() += 1;
            assert!((200_000..=5_000_000).contains(&planned.lasts.as_us()), "{planned:?}");
        }
        assert_eq!(counts.len(), 10, "{counts:?}");
        assert!(counts.values().all(|count| (880..1_120).contains(count)), "{counts:?}");
    }

    /// Returns the nodes that a fault names.
    fn nodes_of(fault: &Fault) -> Vec<NodeId> {
        match fault {
            Fault::Crash(node)
            | Fault::Pause(node)
            | Fault::Isolate(node)
            | Fault::Slow(node, _) => vec![*node],
            Fault::Cut(from, to) | Fault::Clog(from, to) => vec![*from, *to],
            Fault::Partition(nodes) | Fault::Swizzle(nodes, _) => nodes.clone(),
            Fault::Loss(_) | Fault::Duplication(_) => vec![],
        }
    }

    proptest! {
        #[test]
        fn faults_name_existing_nodes_each_once(count in 0..12_u16, seed: u64, ordinal: u64) {
            let all = nodes(count);
            let Some(planned) = plan_fault(Seed::new(seed), ordinal, &all) else {
                prop_assert!(count < 2, "only a cluster of one lacks faults");
                return Ok(());
            };
            let named = nodes_of(&planned.fault);
            prop_assert!(named.iter().all(|node| all.contains(node)));
            prop_assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len());
            match planned.fault {
                Fault::Partition(side) => {
                    let largest = (usize::from(count) - 1) / 2;
                    prop_assert!((1..=largest.max(1)).contains(&side.len()));
                }
                Fault::Loss(share) | Fault::Duplication(share) => {
                    prop_assert!((0.05..=0.5).contains(&share));
                }
                Fault::Swizzle(nodes, every) => {
                    let takes = every.as_us() * (2 * nodes.len() as u64);
                    prop_assert!(nodes.len() >= 2 && takes <= planned.lasts.as_us());
                }
                _ => {}
            }
        }
    }
}
