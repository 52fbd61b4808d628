//! The plan of chaos: which fault strikes when, whom, how hard and for how long.

use ringside_random::{Draws, Seed};
use ringside_store::{Duration, NodeId};

use crate::shuffle::shuffle;

/// A fault that chaos wants to happen.
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
    /// A node takes so much longer for each message.
    Slow(NodeId, Duration),
    /// Messages wait at a link, in one direction.
    Clog(NodeId, NodeId),
    /// This share of messages is lost.
    Loss(f64),
    /// This share of messages arrives twice.
    Duplication(f64),
    /// Nodes are isolated one after another, so far apart, and healed in another order.
    Swizzle(Vec<NodeId>, Duration),
}

/// A fault and how long it lasts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Strike {
    pub(crate) fault: Fault,
    pub(crate) lasts: Duration,
}

/// The mean time between faults with the dial at its end, in seconds.
const SHORTEST_MEAN_S: f64 = 1.0;
/// How fast the mean grows as the dial goes down: log10(20), so that at a tenth it is 20 seconds.
const STEEPNESS: f64 = 1.301_029_995_663_981_2;
/// How long a fault lasts at least, in seconds, and how many times longer at most.
const SHORTEST_S: f64 = 0.2;
const STRETCH: f64 = 25.0;

/// Gives the mean time between faults, in microseconds, of a dial above zero.
fn mean_us(dial: f64) -> f64 {
    SHORTEST_MEAN_S * 1e6 * libm::pow(dial, -STEEPNESS)
}

/// Gives the mean time from one fault to the next; none for a dial at zero, which brings none.
pub(crate) fn mean_gap(dial: f64) -> Option<Duration> {
    (dial > 0.0).then(|| Duration::from_us((mean_us(dial) + 0.5) as u64))
}

/// Gives the time from fault number `ordinal - 1`, or from when the dial was set, to number `ordinal`.
/// Times are exponential, so that faults come as unevenly as they do.
pub(crate) fn gap(luck: Seed, ordinal: u64, dial: f64) -> Duration {
    let us = -libm::log(luck.child(ordinal).draws().unit()) * mean_us(dial);
    // At a dial near zero the gap is beyond all runs; the cast stops at the largest number.
    Duration::from_us((us + 0.5) as u64)
}

/// Gives fault number `ordinal` for a cluster of these nodes. It hangs on nothing else: a fault that
/// strikes somebody who is down already comes to nothing, and leaves those after it as they are.
pub(crate) fn strike(luck: Seed, ordinal: u64, nodes: &[NodeId]) -> Option<Strike> {
    let mut draws = luck.child(ordinal).draws();
    let _gap = draws.unit();
    let seconds = SHORTEST_S * libm::pow(STRETCH, draws.unit());
    let lasts = Duration::from_us((seconds * 1e6 + 0.5) as u64);
    let kind = draws.below(10);
    let mut shuffled = nodes.to_vec();
    shuffle(&mut shuffled, &mut draws);
    let first = *shuffled.first()?;
    // With nobody else there, nothing can come between two nodes.
    let pair = shuffled.get(1).map(|&second| (first, second));
    let fault = match kind {
        0 => Fault::Crash(first),
        1 => Fault::Pause(first),
        2 => pair.map(|(from, to)| Fault::Cut(from, to))?,
        3 => pair.map(|(alone, _)| Fault::Isolate(alone))?,
        4 => {
            let most = shuffled.len().saturating_sub(1) / 2;
            let size = 1 + draws.below(most.max(1) as u64) as usize;
            pair.map(|_| Fault::Partition(shuffled[..size].to_vec()))?
        }
        5 => Fault::Slow(first, Duration::from_ms(5 + draws.below(96))),
        6 => pair.map(|(from, to)| Fault::Clog(from, to))?,
        7 => Fault::Loss(share(&mut draws)),
        8 => Fault::Duplication(share(&mut draws)),
        _ => {
            let size = 2 + draws.below(shuffled.len().saturating_sub(1).max(1) as u64) as usize;
            let nodes = shuffled.get(..size)?.to_vec();
            // It takes each node down and up again within its time.
            let every = Duration::from_us((lasts.as_us() / (2 * nodes.len() as u64)).max(1));
            Fault::Swizzle(nodes, every)
        }
    };
    Some(Strike { fault, lasts })
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
    fn the_dial_sets_how_often_faults_come() {
        for (dial, expected_s) in [(0.1, 20.0), (1.0, 1.0)] {
            let total: u64 = (0..20_000).map(|n| gap(Seed::new(3), n, dial).as_us()).sum();
            let mean_s = total as f64 / 20_000.0 / 1e6;
            assert!((mean_s / expected_s - 1.0).abs() < 0.03, "{mean_s} s at {dial}");
        }
        assert!(gap(Seed::new(3), 1, 1e-300).as_us() > 1 << 60, "no overflow at a dial near zero");
    }

    #[test]
    fn every_fault_is_as_likely_and_lasts_its_time() {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for ordinal in 0..10_000 {
            let strike = strike(Seed::new(8), ordinal, &nodes(5)).expect("five nodes have any");
            let name = format!("{:?}", strike.fault);
            let name = name.split('(').next().unwrap_or_default().to_owned();
            *counts.entry(name).or_default() += 1;
            assert!((200_000..=5_000_000).contains(&strike.lasts.as_us()), "{strike:?}");
        }
        assert_eq!(counts.len(), 10, "{counts:?}");
        assert!(counts.values().all(|count| (880..1_120).contains(count)), "{counts:?}");
    }

    /// Lists whom a fault names.
    fn named(fault: &Fault) -> Vec<NodeId> {
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
        fn faults_name_nodes_that_there_are_each_once(count in 0..12_u16, seed: u64, ordinal: u64) {
            let all = nodes(count);
            let Some(strike) = strike(Seed::new(seed), ordinal, &all) else {
                prop_assert!(count < 2, "only a cluster of one lacks faults");
                return Ok(());
            };
            let named = named(&strike.fault);
            prop_assert!(named.iter().all(|node| all.contains(node)));
            prop_assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len());
            match strike.fault {
                Fault::Partition(side) => {
                    let largest = (usize::from(count) - 1) / 2;
                    prop_assert!((1..=largest.max(1)).contains(&side.len()));
                }
                Fault::Loss(share) | Fault::Duplication(share) => {
                    prop_assert!((0.05..=0.5).contains(&share));
                }
                Fault::Swizzle(nodes, every) => {
                    let takes = every.as_us() * (2 * nodes.len() as u64);
                    prop_assert!(nodes.len() >= 2 && takes <= strike.lasts.as_us());
                }
                _ => {}
            }
        }
    }
}
