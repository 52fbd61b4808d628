//! Consistent hashing: who holds which key.

use serde::Serialize;
use smallvec::SmallVec;
use twox_hash::XxHash3_64;

use crate::{NodeId, Position};

/// A virtual node: one of the places that a node takes on the ring.
///
/// A token owns the arc that ends at it: the places after the preceding token, up to its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Token {
    /// Where it lies.
    pub position: Position,
    /// Whose it is.
    pub node: NodeId,
    /// Its number among the node's tokens, from zero.
    pub ordinal: u16,
}

/// The nodes responsible for a key, in ring order: the first is the key's first primary.
pub type PreferenceList = SmallVec<[NodeId; 5]>;

/// The ring of Dynamo (DeCandia et al., SOSP 2007, section 4.2) with random tokens (strategy 1).
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
    /// Places `tokens_per_node` tokens for each node, by the xxh3 hash of node and ordinal.
    ///
    /// The order in which nodes are named does not matter, and a node's tokens do not hang on who
    /// else is there.
    pub fn new(nodes: impl IntoIterator<Item = NodeId>, tokens_per_node: u16) -> Self {
        let mut nodes: Vec<NodeId> = nodes.into_iter().collect();
        nodes.sort_unstable();
        nodes.dedup();
        let tokens = nodes.iter().flat_map(|&node| {
            (0..tokens_per_node).map(move |ordinal| {
                let mut name = *b"ringside token ....";
                name[15..17].copy_from_slice(&node.0.to_le_bytes());
                name[17..19].copy_from_slice(&ordinal.to_le_bytes());
                Token { position: XxHash3_64::oneshot(&name), node, ordinal }
            })
        });
        let mut tokens: Vec<Token> = tokens.collect();
        tokens.sort_unstable();
        Self { tokens, nodes }
    }

    /// Gives the first `n` distinct nodes on the walk clockwise from a place, or all nodes where
    /// there are fewer.
    pub fn preference_list(&self, position: Position, n: u16) -> PreferenceList {
        let wanted = self.nodes.len().min(usize::from(n));
        let mut list = PreferenceList::new();
        let start = self.tokens.partition_point(|token| token.position < position);
        for token in self.tokens[start..].iter().chain(&self.tokens[..start]) {
            if list.len() == wanted {
                break;
            }
            if !list.contains(&token.node) {
                list.push(token.node);
            }
        }
        list
    }

    /// Lists all tokens, clockwise from place zero.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Lists the nodes, by number.
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

    /// Walks the whole circle by distance, with no search and no sorted order.
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
        fn a_token_owns_its_own_place(nodes in 1..8_u16, tokens in 1..8_u16, pick: prop::sample::Index) {
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

        /// The promise of consistent hashing: a newcomer takes keys, and no other key moves.
        #[test]
        fn a_join_moves_keys_to_the_newcomer_alone(nodes in 1..10_u16, position: u64) {
            let (before, after) = (ring(nodes, 8), ring(nodes + 1, 8));
            let owner = |ring: &Ring| ring.preference_list(position, 1)[0];
            prop_assert!(owner(&after) == owner(&before) || owner(&after) == NodeId(nodes));
        }
    }

    #[test]
    fn the_order_of_naming_nodes_does_not_matter() {
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
