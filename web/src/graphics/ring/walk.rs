//! The walk of a key: clockwise from its place to the tokens of its preference list.

use ringside_lab::{NodeId, Token};

use super::turn;

/// A stop of the walk: a node of the preference list, and the turn of its first token on the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stop {
    /// The node.
    pub(crate) node: NodeId,
    /// The token's turn, at or after the key's; above 1 if the walk has passed the top.
    pub(crate) turn: f64,
}

/// Finds the stop at each node of a preference list on the walk from `place`, in the list's order. Nodes
/// without tokens are left out.
pub(crate) fn walk(tokens: &[Token], place: f64, list: impl Iterator<Item = NodeId>) -> Vec<Stop> {
    let start = tokens.partition_point(|token| turn(token) < place);
    let ahead = tokens[start..].iter().map(turn_of);
    let around = tokens[..start].iter().map(|token| (token.node, turn(token) + 1.0));
    let on_the_way: Vec<(NodeId, f64)> = ahead.chain(around).collect();
    let meet = |node: NodeId| on_the_way.iter().find(|(owner, _)| *owner == node);
    list.filter_map(|node| meet(node).map(|&(node, turn)| Stop { node, turn })).collect()
}

fn turn_of(token: &Token) -> (NodeId, f64) {
    (token.node, turn(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_passes_the_top() {
        let token =
            |eighths: u64, node| Token { position: eighths << 61, node: NodeId(node), ordinal: 0 };
        let tokens = [token(1, 0), token(2, 1), token(6, 1), token(7, 0)];
        let stops = walk(&tokens, 0.75, [NodeId(1), NodeId(0)].into_iter());
        assert_eq!(stops.iter().map(|stop| stop.turn).collect::<Vec<_>>(), [0.75, 0.875]);
        let stops = walk(&tokens, 0.9, [NodeId(0), NodeId(1)].into_iter());
        assert_eq!(stops.iter().map(|stop| stop.turn).collect::<Vec<_>>(), [1.125, 1.25]);
        assert!(walk(&[], 0.5, [NodeId(0)].into_iter()).is_empty());
    }
}
