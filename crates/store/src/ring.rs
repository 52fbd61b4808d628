//! Consistent hashing: which nodes hold which key.

use serde::Serialize;
use smallvec::SmallVec;
use twox_hash::XxHash3_64;

use crate::{NodeId, Position, Range};

/// A token: one of the positions that a node takes on the ring, also called a virtual node.
///
/// A token owns the arc that ends at it: the positions after the preceding token, up to its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Token {
    /// Its position.
    pub position: Position,
    /// The node that it belongs to.
    pub node: NodeId,
    /// Its number among the node's tokens, from zero.
    pub ordinal: u16,
}

/// The nodes that are responsible for a key, in ring order. The first is the key's first primary.
pub type PreferenceList = SmallVec<[NodeId; 5]>;

/// The ring of Dynamo (DeCandia et al., SOSP 2007, section 4.2).
///
/// ```text
///          A1
///      C0      B0      a key walks clockwise from its place and
///     key *            takes the first N distinct nodes: here B, A, C
///      B1      A0
///          C1
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    tokens: Vec<Token>,
    nodes: Vec<NodeId>,
}

impl Ring {
    /// Creates a ring with `tokens_per_node` tokens for each node, at the xxh3 hash of node and
    /// ordinal: strategy 1 of Dynamo's section 6.2. [`Partitioning`](crate::Partitioning) has
    /// another.
    ///
    /// The order of `nodes` does not matter, and a node's tokens do not depend on the other nodes.
    pub fn new(nodes: impl IntoIterator<Item = NodeId>, tokens_per_node: u16) -> Self {
        Self::assemble(nodes, |nodes| {
            let tokens = nodes.iter().flat_map(|&node| {
                (0..tokens_per_node).map(move |ordinal| {
                    let mut name = *b"ringside token ....";
                    name[15..17].copy_from_slice(&node.0.to_le_bytes());
                    name[17..19].copy_from_slice(&ordinal.to_le_bytes());
                    Token { position: XxHash3_64::oneshot(&name), node, ordinal }
                })
            });
            tokens.collect()
        })
    }

    /// Creates a ring with the tokens that `place` returns for the nodes, which are passed sorted
    /// by id.
    pub(crate) fn assemble(
        nodes: impl IntoIterator<Item = NodeId>,
        place: impl FnOnce(&[NodeId]) -> Vec<Token>,
    ) -> Self {
        let mut nodes: Vec<NodeId> = nodes.into_iter().collect();
        nodes.sort_unstable();
        nodes.dedup();
        let mut tokens = place(&nodes);
        tokens.sort_unstable();
        Self { tokens, nodes }
    }

    /// Returns the first `n` distinct nodes on the walk clockwise from a position, or all nodes if
    /// there are fewer.
    pub fn preference_list(&self, position: Position, n: u16) -> PreferenceList {
        self.list_from(self.token_after(position), n)
    }

    /// Returns the first `wanted` distinct nodes that satisfy `fits` on the walk clockwise from a
    /// position, or all such nodes if there are fewer. `fits` is called at most once for each node.
    pub fn walk(
        &self,
        position: Position,
        mut fits: impl FnMut(NodeId) -> bool,
        wanted: usize,
    ) -> PreferenceList {
        let mut list = PreferenceList::new();
        let mut refused: SmallVec<[NodeId; 16]> = SmallVec::new();
        for token in self.tokens_from(self.token_after(position)) {
            if list.len() == wanted || list.len() + refused.len() == self.nodes.len() {
                break;
            }
            if !list.contains(&token.node) && !refused.contains(&token.node) {
                if fits(token.node) {
                    list.push(token.node);
                } else {
                    refused.push(token.node);
                }
            }
        }
        list
    }

    /// Returns the arc that contains a position and ends at the token that owns it, or `None` on a
    /// ring without tokens.
    pub fn arc_of(&self, position: Position) -> Option<Range> {
        let index = self.token_after(position);
        self.arc(if index == self.tokens.len() { 0 } else { index })
    }

    /// Lists the arcs, clockwise from position zero, each with the preference list of its
    /// positions. Of several tokens at one position only the first owns an arc.
    pub fn arcs(&self, n: u16) -> Vec<(Range, PreferenceList)> {
        let owns = |index: &usize| {
            *index == 0 || self.tokens[index - 1].position != self.tokens[*index].position
        };
        let owning = (0..self.tokens.len()).filter(owns);
        owning.filter_map(|index| Some((self.arc(index)?, self.list_from(index, n)))).collect()
    }

    /// Lists the arcs of which a node holds a replica, clockwise from position zero.
    pub(crate) fn arcs_of(&self, node: NodeId, n: u16) -> impl Iterator<Item = Range> {
        let held = self.arcs(n).into_iter().filter(move |(_, list)| list.contains(&node));
        held.map(|(range, _)| range)
    }

    /// Returns the fraction of the ring, from 0 to 1, of which each node holds a replica, by node.
    pub fn shares(&self, n: u16) -> Vec<(NodeId, f64)> {
        let mut widths = vec![0_u128; self.nodes.len()];
        for (range, list) in self.arcs(n) {
            for node in list {
                if let Ok(index) = self.nodes.binary_search(&node) {
                    widths[index] += range.width();
                }
            }
        }
        let whole = (1_u128 << 64) as f64;
        self.nodes.iter().zip(widths).map(|(&node, width)| (node, width as f64 / whole)).collect()
    }

    /// Returns the mean over the maximum of the nodes' shares (Dynamo, section 6.2). 1 is perfect;
    /// a ring on which no node holds anything also counts as 1.
    pub fn load_balance_efficiency(&self, n: u16) -> f64 {
        let shares = self.shares(n);
        let most = shares.iter().map(|&(_, share)| share).fold(0.0, f64::max);
        let sum: f64 = shares.iter().map(|&(_, share)| share).sum();
        if most > 0.0 { sum / shares.len() as f64 / most } else { 1.0 }
    }

    /// Returns the index of the first token at or after a position, which is the number of tokens
    /// if the walk continues at zero.
    fn token_after(&self, position: Position) -> usize {
        self.tokens.partition_point(|token| token.position < position)
    }

    /// Walks once around the ring, from a token's index.
    fn tokens_from(&self, start: usize) -> impl Iterator<Item = &Token> {
        self.tokens[start..].iter().chain(&self.tokens[..start])
    }

    fn list_from(&self, start: usize, n: u16) -> PreferenceList {
        let wanted = self.nodes.len().min(usize::from(n));
        let mut list = PreferenceList::new();
        for token in self.tokens_from(start) {
            if list.len() == wanted {
                break;
            }
            if !list.contains(&token.node) {
                list.push(token.node);
            }
        }
        list
    }

    /// Returns the arc between the preceding token and a token, which is the whole ring for a
    /// single token.
    fn arc(&self, index: usize) -> Option<Range> {
        let end = self.tokens.get(index)?.position;
        let before = if index == 0 { self.tokens.last() } else { self.tokens.get(index - 1) };
        before.map(|before| Range { start: before.position, end })
    }

    /// Returns all tokens, clockwise from position zero.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Returns the nodes, sorted by id.
    pub fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ring(nodes: u16, tokens_per_node: u16) -> Ring {
        Ring::new((0..nodes).map(NodeId), tokens_per_node)
    }

    /// Walks the whole circle by distance, without search or sorted order.
    fn brute_force(ring: &Ring, position: Position, n: usize) -> Vec<NodeId> {
        let mut nearest: Vec<(u64, NodeId)> = Vec::new();
        for &node in ring.nodes() {
            let own = ring.tokens().iter().filter(|token| token.node == node);
            let distance = own.map(|token| token.position.wrapping_sub(position)).min();
            nearest.extend(distance.map(|distance| (distance, node)));
        }
        nearest.sort_unstable();
        nearest.into_iter().take(n).map(|(_, node)| node).collect()
    }

    proptest! {
        #[test]
        fn preference_lists_agree_with_brute_force(
            nodes in 1..12_u16,
            tokens in 1..20_u16,
            n in 1..8_u16,
            position: u64,
        ) {
            let ring = ring(nodes, tokens);
            let list = ring.preference_list(position, n);
            prop_assert_eq!(list.to_vec(), brute_force(&ring, position, usize::from(n)));
        }

        #[test]
        fn a_walk_agrees_with_filtering_the_whole_circle(
            nodes in 1..12_u16,
            tokens in 0..12_u16,
            fitting: u16,
            wanted in 0..8_usize,
            position: u64,
        ) {
            let ring = ring(nodes, tokens);
            let fits = |node: NodeId| fitting >> node.0 & 1 == 1;
            let mut tested = Vec::new();
            let list = ring.walk(position, |node| { tested.push(node); fits(node) }, wanted);
            let all = brute_force(&ring, position, usize::MAX);
            let expected: Vec<NodeId> = all.iter().copied().filter(|&n| fits(n)).take(wanted).collect();
            prop_assert_eq!(list.to_vec(), expected);
            prop_assert!(all.starts_with(&tested), "each node is tested once, in order");
        }

        #[test]
        fn arcs_cover_the_ring_and_have_the_right_lists(
            nodes in 1..10_u16,
            tokens in 1..10_u16,
            n in 1..6_u16,
            position: u64,
        ) {
            let ring = ring(nodes, tokens);
            let arcs = ring.arcs(n);
            prop_assert_eq!(arcs.iter().map(|(range, _)| range.width()).sum::<u128>(), 1 << 64);
            let holding: Vec<_> = arcs.iter().filter(|(range, _)| range.contains(position)).collect();
            prop_assert_eq!(holding.len(), 1);
            prop_assert_eq!(Some(holding[0].0), ring.arc_of(position));
            prop_assert_eq!(&holding[0].1, &ring.preference_list(position, n));
        }

        #[test]
        fn shares_add_up_to_the_replicas(nodes in 1..10_u16, tokens in 1..10_u16, n in 1..6_u16) {
            let ring = ring(nodes, tokens);
            let shares = ring.shares(n);
            prop_assert!(shares.iter().map(|(node, _)| node).eq(ring.nodes()));
            let sum: f64 = shares.iter().map(|(_, share)| share).sum();
            prop_assert!((sum - f64::from(n.min(nodes))).abs() < 1e-9);
            let efficiency = ring.load_balance_efficiency(n);
            prop_assert!(efficiency > 0.0 && efficiency <= 1.0 + 1e-9);
            prop_assert!(n < nodes || efficiency > 1.0 - 1e-9, "all nodes hold all keys");
        }

        #[test]
        fn a_token_owns_its_own_position(nodes in 1..8_u16, tokens in 1..8_u16, pick: prop::sample::Index) {
            let ring = ring(nodes, tokens);
            let token = ring.tokens()[pick.index(ring.tokens().len())];
            prop_assert_eq!(ring.preference_list(token.position, 1)[0], token.node);
        }

        #[test]
        fn a_longer_list_begins_with_the_shorter(nodes in 2..10_u16, n in 1..9_u16, position: u64) {
            let ring = ring(nodes, 8);
            let (short, long) = (ring.preference_list(position, n), ring.preference_list(position, n + 1));
            prop_assert!(long.starts_with(&short));
        }

        /// The promise of consistent hashing: a new node takes keys, and no other key moves.
        #[test]
        fn a_join_moves_keys_to_the_new_node_only(nodes in 1..10_u16, position: u64) {
            let (before, after) = (ring(nodes, 8), ring(nodes + 1, 8));
            let owner = |ring: &Ring| ring.preference_list(position, 1)[0];
            prop_assert!(owner(&after) == owner(&before) || owner(&after) == NodeId(nodes));
        }
    }

    #[test]
    fn one_token_owns_the_whole_ring_and_none_owns_nothing() {
        let alone = ring(1, 1);
        let place = alone.tokens()[0].position;
        let whole = Range { start: place, end: place };
        assert_eq!(alone.arcs(3), [(whole, PreferenceList::from_slice(&[NodeId(0)]))]);
        assert_eq!(alone.arc_of(place.wrapping_add(1)), Some(whole));
        for empty in [ring(0, 4), ring(4, 0)] {
            assert_eq!((empty.arcs(3), empty.arc_of(7)), (Vec::new(), None));
            assert!((empty.load_balance_efficiency(3) - 1.0).abs() < f64::EPSILON);
            assert!(empty.walk(7, |_| true, 2).is_empty());
        }
    }

    #[test]
    fn a_token_at_the_position_of_another_has_no_arc() {
        let token = |position, node| Token { position, node: NodeId(node), ordinal: 0 };
        let tokens = vec![token(10, 0), token(20, 0), token(20, 1), token(30, 1)];
        let ring = Ring::assemble([0, 1].map(NodeId), |_| tokens);
        let arcs: Vec<_> =
            ring.arcs(1).iter().map(|(r, list)| (r.start, r.end, list[0].0)).collect();
        assert_eq!(arcs, [(30, 10, 0), (10, 20, 0), (20, 30, 1)]);
        assert_eq!(ring.arc_of(20), Some(Range { start: 10, end: 20 }));
    }

    #[test]
    fn the_order_of_nodes_does_not_matter() {
        let names = [3, 1, 2, 0, 2].map(NodeId);
        assert_eq!(Ring::new(names, 16), ring(4, 16));
    }

    #[test]
    fn many_tokens_share_the_ring_evenly() {
        let ring = ring(10, 256);
        let mut shares = [0_u128; 10];
        let mut previous = ring.tokens()[ring.tokens().len() - 1].position;
        for token in ring.tokens() {
            shares[token.node.index()] += u128::from(token.position.wrapping_sub(previous));
            previous = token.position;
        }
        assert_eq!(shares.iter().sum::<u128>(), 1 << 64);
        let mean = (1_u128 << 64) / 10;
        assert!(shares.iter().all(|share| share.abs_diff(mean) < mean / 5), "{shares:?}");
    }
}
