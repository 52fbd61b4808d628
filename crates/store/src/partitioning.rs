//! How the ring is parted among the nodes: two of the strategies of Dynamo's section 6.2.

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::{NodeId, Position, Ring, Token};

/// How the ring is parted among the nodes (DeCandia et al., SOSP 2007, section 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Partitioning {
    /// Strategy 1: each node takes places at random, and parts the arcs that it finds there.
    RandomTokens {
        /// How many places a node takes.
        tokens: u16,
    },
    /// Strategy 3: the ring has equal parts, fixed once and for all, and each of S nodes holds Q/S
    /// of them.
    EqualPartitions {
        /// Q, the number of parts, from 1 to [`PARTITIONS_MAX`](Partitioning::PARTITIONS_MAX).
        partitions: u32,
    },
}

impl Partitioning {
    /// The number of equal parts above which more are not made.
    pub const PARTITIONS_MAX: u32 = 4_096;

    /// Creates the ring of a set of nodes, and of nothing else: whoever knows the same nodes makes the
    /// same ring, however it came to know them. Too few or too many equal parts are taken as the
    /// nearest number that is allowed.
    pub fn ring(self, nodes: impl IntoIterator<Item = NodeId>) -> Ring {
        match self {
            Self::RandomTokens { tokens } => Ring::new(nodes, tokens),
            Self::EqualPartitions { partitions } => {
                let partitions = partitions.clamp(1, Self::PARTITIONS_MAX);
                Ring::assemble(nodes, |nodes| equal_partitions(nodes, partitions))
            }
        }
    }
}

/// How many neighbours to each side of a part should be others' where nodes suffice: with two, a
/// preference list of the usual three is three steps long, and no node holds fewer replicas because
/// its own parts stand in each other's way.
const SPACING: usize = 2;

/// Returns each part to a node, by rank: a token for each part, clockwise.
fn equal_partitions(nodes: &[NodeId], partitions: u32) -> Vec<Token> {
    let owners = owners(nodes, partitions as usize);
    let mut ordinals = vec![0; nodes.len()];
    let tokens = (0_u32..).zip(owners).map(|(partition, owner)| {
        let ordinal = ordinals[owner];
        ordinals[owner] += 1;
        Token { position: last_place(partition, partitions), node: nodes[owner], ordinal }
    });
    tokens.collect()
}

/// Returns the place at which a part ends.
const fn last_place(partition: u32, partitions: u32) -> Position {
    let end = ((partition as u128 + 1) << 64) / partitions as u128;
    (end - 1) as Position
}

/// Returns each part's owner, as an index into `nodes`.
///
/// Of all pairs of a node and a part, the best-ranked goes first, then the best-ranked that is still
/// possible, and so on. A pair's rank hangs on its node and part alone. So what a join or a leave
/// changes is what the newcomer takes or the leaver gives, and what those parts push aside in turn.
/// Measured, about twice as many parts move as must, and never three times as many, among up to 30
/// nodes with 8 parts each or more; among 100 nodes with 10 each, up to five times as many.
fn owners(nodes: &[NodeId], partitions: usize) -> Vec<usize> {
    if nodes.is_empty() {
        return Vec::new();
    }
    let mut places = Assignment::new(nodes.len(), partitions);
    let pairs = ranked_pairs(nodes, partitions);
    // To be strict with few nodes would leave but one order of them, and a newcomer would upset it all.
    let spacing = SPACING.min((nodes.len() - 1) / 2).min(partitions - 1);
    for spacing in [spacing, 0] {
        for &(node, partition) in &pairs {
            if places.left == 0 {
                break;
            }
            places.try_assign(node, partition, spacing);
        }
    }
    places.separate(spacing);
    places.owners
}

/// Lists all pairs of a node's index and a part, the best-ranked first.
fn ranked_pairs(nodes: &[NodeId], partitions: usize) -> Vec<(usize, usize)> {
    let mut keys = Vec::with_capacity(nodes.len() * partitions);
    for (index, node) in nodes.iter().enumerate() {
        let mut name = *b"ringside partitions ..";
        name[20..].copy_from_slice(&node.0.to_le_bytes());
        let mut ranks = Ranks(XxHash3_64::oneshot(&name));
        // One number sorts several times faster than a tuple. There are no more than 2^16 nodes and
        // 2^12 parts, and a tie of the upper 32 bits falls to the node that is named first.
        keys.extend((0..partitions).map(|partition| {
            (ranks.next() & (u64::MAX << 32)) | (index as u64) << 16 | partition as u64
        }));
    }
    keys.sort_unstable();
    keys.into_iter().map(|key| (usize::from((key >> 16) as u16), usize::from(key as u16))).collect()
}

/// A node's ranks at one part after the other: the generator `SplitMix64` (Steele et al., OOPSLA 2014).
struct Ranks(u64);

impl Ranks {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Who holds what while parts are given out.
struct Assignment {
    owners: Vec<usize>,
    counts: Vec<usize>,
    /// What every node gets, and how many nodes may still get one more.
    share: usize,
    extra: usize,
    left: usize,
}

/// The owner of a part that nobody has yet.
const UNOWNED: usize = usize::MAX;

impl Assignment {
    fn new(nodes: usize, partitions: usize) -> Self {
        Self {
            owners: vec![UNOWNED; partitions],
            counts: vec![0; nodes],
            share: partitions / nodes,
            extra: partitions % nodes,
            left: partitions,
        }
    }

    /// Returns the part to the node if it is free, the node has room, and none of the next `spacing`
    /// parts to both sides is the node's.
    fn try_assign(&mut self, node: usize, partition: usize, spacing: usize) {
        let count = self.counts[node];
        let has_room = count < self.share || (count == self.share && self.extra > 0);
        if self.owners[partition] != UNOWNED || !has_room || self.is_near(node, partition, spacing)
        {
            return;
        }
        self.extra -= usize::from(count == self.share);
        self.counts[node] += 1;
        self.owners[partition] = node;
        self.left -= 1;
    }

    /// Lets the few parts that came to lie near another of their node's change places with the next
    /// part with which that helps.
    fn separate(&mut self, spacing: usize) {
        let all = self.owners.len();
        for partition in 0..all {
            if !self.is_near(self.owners[partition], partition, spacing) {
                continue;
            }
            for step in 1..all {
                let other = (partition + step) % all;
                self.owners.swap(partition, other);
                let crowded = |at: usize| self.is_near(self.owners[at], at, spacing);
                if !crowded(partition) && !crowded(other) {
                    break;
                }
                self.owners.swap(partition, other);
            }
        }
    }

    fn is_near(&self, node: usize, partition: usize, spacing: usize) -> bool {
        let all = self.owners.len();
        (1..=spacing).any(|step| {
            let sides = [(partition + step) % all, (partition + all - step) % all];
            sides.iter().any(|&side| self.owners[side] == node)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn ring(nodes: impl IntoIterator<Item = u16>, partitions: u32) -> Ring {
        Partitioning::EqualPartitions { partitions }.ring(nodes.into_iter().map(NodeId))
    }

    /// The number of parts that have another owner in one ring than in the other.
    fn moved(one: &Ring, other: &Ring) -> u32 {
        let both = one.tokens().iter().zip(other.tokens());
        both.filter(|(one, other)| one.node != other.node).count() as u32
    }

    proptest! {
        #[test]
        fn parts_are_equal_and_evenly_shared(
            nodes in prop::collection::btree_set(any::<u16>(), 1..20),
            partitions in 1..300_u32,
        ) {
            let ring = ring(nodes.iter().copied(), partitions);
            prop_assert_eq!(ring.tokens().len() as u32, partitions);
            prop_assert!(ring.tokens().is_sorted());
            prop_assert_eq!(ring.tokens().last().map(|token| token.position), Some(u64::MAX));
            let width = (1_u128 << 64) / u128::from(partitions);
            for (range, _) in ring.arcs(1) {
                prop_assert!(range.width() - width <= 1);
            }
            let mut counts: BTreeMap<NodeId, u16> =
                nodes.iter().map(|&node| (NodeId(node), 0)).collect();
            for token in ring.tokens() {
                let count = counts.entry(token.node).or_default();
                prop_assert_eq!(token.ordinal, *count);
                *count += 1;
            }
            let (most, least) = (counts.values().max(), counts.values().min());
            prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1));
        }

        #[test]
        fn the_ring_hangs_on_the_set_of_nodes_alone(
            names in prop::collection::vec(0..30_u16, 1..40).prop_shuffle(),
            partitions in 1..100_u32,
        ) {
            let mut sorted = names.clone();
            sorted.sort_unstable();
            sorted.dedup();
            prop_assert_eq!(ring(names, partitions), ring(sorted, partitions));
        }

        #[test]
        fn any_numbers_make_a_ring(nodes in 0..4_u16, partitions: u32, tokens in 0..50_u16) {
            let ring = ring(0..nodes, partitions);
            prop_assert_eq!(ring.tokens().is_empty(), nodes == 0);
            prop_assert!(ring.tokens().len() as u32 <= Partitioning::PARTITIONS_MAX);
            let random = Partitioning::RandomTokens { tokens }.ring((0..nodes).map(NodeId));
            prop_assert_eq!(random, Ring::new((0..nodes).map(NodeId), tokens));
        }
    }

    /// The least that a change of one node among `nodes` moves is Q / `nodes`.
    #[test]
    fn a_join_or_a_leave_moves_three_times_the_least_at_most() {
        for (nodes, partitions) in [(3, 64), (5, 128), (10, 256), (16, 256), (30, 256), (30, 1_024)]
        {
            let whole = ring(0..nodes, partitions);
            let most = 3 * partitions / u32::from(nodes);
            for leaver in 0..nodes {
                let left = ring((0..nodes).filter(|&node| node != leaver), partitions);
                let moved = moved(&whole, &left);
                assert!(moved <= most, "{nodes} nodes lose {leaver}: {moved} of {partitions} move");
            }
        }
    }

    #[test]
    fn neighbouring_parts_have_different_owners() {
        for (nodes, partitions) in [(5, 128), (10, 256), (30, 1_024), (100, 1_024)] {
            let ring = ring(0..nodes, partitions);
            let owners: Vec<NodeId> = ring.tokens().iter().map(|token| token.node).collect();
            let crowded = owners.windows(3).filter(|w| w[0] == w[1] || w[0] == w[2]).count();
            assert_eq!(crowded, 0, "{nodes} nodes, {partitions} parts");
        }
    }

    /// Figure 8 of the paper: at S = 30 and N = 3, strategy 3 is the best balanced.
    #[test]
    fn equal_partitions_balance_better_than_random_tokens() {
        let nodes = || (0..30).map(NodeId);
        let best = [1, 8, 32, 128].map(|tokens| {
            Partitioning::RandomTokens { tokens }.ring(nodes()).load_balance_efficiency(3)
        });
        for partitions in [128, 256, 1_024, 4_096] {
            let efficiency = ring(0..30, partitions).load_balance_efficiency(3);
            // A part more or less than others have is all that is left of imbalance.
            let whole = f64::from(partitions) / 30.0;
            assert!(efficiency > whole / whole.ceil() - 0.01, "{partitions}: {efficiency}");
            let fewer = [1, 8, 32, 128].iter().zip(best).filter(|&(&t, _)| 30 * t <= partitions);
            for (tokens, random) in fewer {
                assert!(
                    efficiency > random,
                    "{tokens} tokens: {random}, {partitions}: {efficiency}"
                );
            }
        }
    }
}
