//! Division of the ring among the nodes: two of the strategies of Dynamo's section 6.2.

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::{NodeId, Position, Ring, Token};

/// A strategy to divide the ring among the nodes (DeCandia et al., SOSP 2007, section 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Partitioning {
    /// Strategy 1: each node takes tokens at random positions, which divide the arcs that are
    /// there.
    RandomTokens {
        /// The number of tokens of each node.
        tokens: u16,
    },
    /// Strategy 3: the ring has Q equal partitions that never change, and each of S nodes holds Q/S
    /// of them.
    EqualPartitions {
        /// Q, the number of partitions, from 1 to [`PARTITIONS_MAX`](Partitioning::PARTITIONS_MAX).
        partitions: u32,
    },
}

impl Partitioning {
    /// The largest number of equal partitions.
    pub const PARTITIONS_MAX: u32 = 4_096;

    /// Creates the ring of a set of nodes. It depends on nothing else, so two nodes with equal
    /// views have equal rings, however they learned of the members. Too few or too many equal
    /// partitions are clamped to the nearest allowed number.
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

/// The number of neighbours on each side of a partition that should have other owners, if there are
/// enough nodes. With two, a preference list of the usual three is three steps long, and no node
/// holds fewer replicas because its own partitions are too close to each other.
const SPACING: usize = 2;

/// Assigns each partition to a node, by rank. Returns a token for each partition, clockwise.
fn equal_partitions(nodes: &[NodeId], partitions: u32) -> Vec<Token> {
    let owners = owners(nodes, partitions as usize);
    let mut ordinals = vec![0; nodes.len()];
    let tokens = (0_u32..).zip(owners).map(|(partition, owner)| {
        let ordinal = ordinals[owner];
        ordinals[owner] += 1;
        Token { position: last_position(partition, partitions), node: nodes[owner], ordinal }
    });
    tokens.collect()
}

/// Returns the last position of a partition.
const fn last_position(partition: u32, partitions: u32) -> Position {
    let end = ((partition as u128 + 1) << 64) / partitions as u128;
    (end - 1) as Position
}

/// Returns each partition's owner, as an index into `nodes`.
///
/// Of all pairs of a node and a partition, the best-ranked is assigned first, then the best-ranked
/// that is still possible, and so on. A pair's rank depends on its node and partition alone. So a
/// join or a leave moves only the partitions that the new node takes or the leaving node gives, and
/// those that they displace in turn. Measured, about twice as many partitions move as must, and
/// never three times as many, among up to 30 nodes with 8 partitions each or more; among 100 nodes
/// with 10 each, up to five times as many.
fn owners(nodes: &[NodeId], partitions: usize) -> Vec<usize> {
    if nodes.is_empty() {
        return Vec::new();
    }
    let mut assignment = Assignment::new(nodes.len(), partitions);
    let pairs = ranked_pairs(nodes, partitions);
    // Strict spacing with few nodes would leave only one order of them, and a new node would change
    // all of it.
    let spacing = SPACING.min((nodes.len() - 1) / 2).min(partitions - 1);
    for spacing in [spacing, 0] {
        for &(node, partition) in &pairs {
            if assignment.left == 0 {
                break;
            }
            assignment.try_assign(node, partition, spacing);
        }
    }
    assignment.separate(spacing);
    assignment.owners
}

/// Lists all pairs of a node's index and a partition, the best-ranked first.
fn ranked_pairs(nodes: &[NodeId], partitions: usize) -> Vec<(usize, usize)> {
    let mut keys = Vec::with_capacity(nodes.len() * partitions);
    for (index, node) in nodes.iter().enumerate() {
        let mut name = *b"ringside partitions ..";
        name[20..].copy_from_slice(&node.0.to_le_bytes());
        let mut ranks = Ranks(XxHash3_64::oneshot(&name));
        // One number sorts several times faster than a tuple. There are no more than 2^16 nodes and
        // 2^12 partitions, and a tie of the upper 32 bits goes to the node that is listed first.
        keys.extend((0..partitions).map(|partition| {
            (ranks.next() & (u64::MAX << 32)) | (index as u64) << 16 | partition as u64
        }));
    }
    keys.sort_unstable();
    keys.into_iter().map(|key| (usize::from((key >> 16) as u16), usize::from(key as u16))).collect()
}

/// A node's ranks at one partition after the other: the generator `SplitMix64` (Steele et al.,
/// OOPSLA 2014).
struct Ranks(u64);

impl Ranks {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// The state of an assignment of partitions to nodes.
struct Assignment {
    owners: Vec<usize>,
    counts: Vec<usize>,
    /// The number of partitions that every node gets, and the number of nodes that may still get
    /// one more.
    share: usize,
    extra: usize,
    left: usize,
}

/// The owner of a partition that is not assigned yet.
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

    /// Assigns the partition to the node if it is free, the node has room, and none of the next
    /// `spacing` partitions on either side is the node's.
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

    /// Swaps each of the few partitions that lie near another of their owner with the next
    /// partition with which a swap helps.
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

    /// The number of partitions that have different owners in two rings.
    fn moved(one: &Ring, other: &Ring) -> u32 {
        let both = one.tokens().iter().zip(other.tokens());
        both.filter(|(one, other)| one.node != other.node).count() as u32
    }

    proptest! {
        #[test]
        fn partitions_are_equal_and_evenly_shared(
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
        fn the_ring_depends_on_the_set_of_nodes_alone(
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
    fn a_join_or_leave_moves_at_most_three_times_the_minimum() {
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
    fn neighbouring_partitions_have_different_owners() {
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
            // The only imbalance left is that nodes differ by one partition.
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
