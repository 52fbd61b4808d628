//! Cut links in words: the sides of a partition, or single links.

use ringside_lab::NodeId;

use crate::format;

/// The cut links between nodes, and the sides if they form a clean cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cuts {
    /// The sides of a clean cut, each with its nodes; empty if the cut links form no clean cut.
    pub(crate) sides: Vec<Vec<NodeId>>,
    /// The cut links, each pair once; `true` if both directions are cut.
    pub(crate) links: Vec<(NodeId, NodeId, bool)>,
    /// All nodes on the dial, in order.
    members: Vec<NodeId>,
}

impl Cuts {
    /// Gathers directed cut links into pairs and sides. `members` must be sorted; links of any other node are
    /// ignored.
    pub(crate) fn new(members: &[NodeId], cut: &[(NodeId, NodeId)]) -> Self {
        let count = members.len();
        let place = |node: &NodeId| members.binary_search(node).ok();
        let mut blocked = vec![false; count * count];
        for (from, to) in cut {
            if let (Some(from), Some(to)) = (place(from), place(to)) {
                blocked[from * count + to] = true;
            }
        }
        let blocked = |from: usize, to: usize| blocked[from * count + to];
        let mut links = Vec::new();
        for one in 0..count {
            for other in one + 1..count {
                let (low, high) = (members[one], members[other]);
                match (blocked(one, other), blocked(other, one)) {
                    (true, true) => links.push((low, high, true)),
                    (true, false) => links.push((low, high, false)),
                    (false, true) => links.push((high, low, false)),
                    (false, false) => {}
                }
            }
        }
        if links.is_empty() {
            return Self::default();
        }
        Self { sides: sides(members, blocked), links, members: members.to_vec() }
    }

    /// Describes the cut as `A, B | C, D, E`, or link by link; returns `None` if no link is cut.
    pub(crate) fn words(&self) -> Option<String> {
        if self.links.is_empty() {
            return None;
        }
        if !self.sides.is_empty() {
            let sides: Vec<String> = self.sides.iter().map(|side| format::joined(side)).collect();
            return Some(sides.join(" | "));
        }
        let links: Vec<String> = self
            .links
            .iter()
            .map(|(from, to, both)| format!("{from} {} {to}", if *both { "↮" } else { "↛" }))
            .collect();
        Some(links.join(", "))
    }

    /// Returns the gaps between neighbours on the dial that lie on different sides, each as the place of the
    /// first neighbour, and the number of places.
    pub(crate) fn gaps(&self) -> (Vec<usize>, usize) {
        if self.sides.is_empty() {
            return (Vec::new(), self.members.len());
        }
        let count = self.members.len();
        let side_of =
            |place: usize| self.sides.iter().position(|side| side.contains(&self.members[place]));
        let gaps = (0..count).filter(|&place| side_of(place) != side_of((place + 1) % count));
        (gaps.collect(), count)
    }
}

/// Finds the sides of a clean cut, in which every link between sides is cut in both directions and none
/// within a side. Returns an empty list if the cut is not clean or has fewer than two sides.
fn sides(members: &[NodeId], blocked: impl Fn(usize, usize) -> bool) -> Vec<Vec<NodeId>> {
    let count = members.len();
    let mut side_of = vec![usize::MAX; count];
    let mut found = Vec::new();
    for first in 0..count {
        if side_of[first] != usize::MAX {
            continue;
        }
        // In a clean cut, a node's side is the set of nodes that the node reaches.
        let side: Vec<usize> =
            (first..count).filter(|&node| node == first || !blocked(first, node)).collect();
        for &node in &side {
            side_of[node] = found.len();
        }
        found.push(side);
    }
    let clean = (0..count).all(|from| {
        (0..count).all(|to| from == to || blocked(from, to) == (side_of[from] != side_of[to]))
    });
    if !clean || found.len() < 2 {
        return Vec::new();
    }
    let named = |side: Vec<usize>| side.into_iter().map(|place| members[place]).collect();
    found.into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(count: u16) -> Vec<NodeId> {
        (0..count).map(NodeId).collect()
    }

    fn between(one: &[u16], other: &[u16]) -> Vec<(NodeId, NodeId)> {
        let pairs = one.iter().flat_map(|&from| other.iter().map(move |&to| (from, to)));
        pairs.flat_map(|(a, b)| [(NodeId(a), NodeId(b)), (NodeId(b), NodeId(a))]).collect()
    }

    #[test]
    fn a_clean_cut_has_sides_and_a_boundary() {
        let cuts = Cuts::new(&first(5), &between(&[0, 1], &[2, 3, 4]));
        assert_eq!(cuts.words().as_deref(), Some("A, B | C, D, E"));
        assert_eq!(cuts.gaps(), (vec![1, 4], 5));
        assert_eq!(cuts.links.len(), 6);
    }

    #[test]
    fn sides_need_not_be_neighbours_nor_two() {
        let cuts = Cuts::new(&first(4), &between(&[0, 2], &[1, 3]));
        assert_eq!(cuts.words().as_deref(), Some("A, C | B, D"));
        assert_eq!(cuts.gaps().0, [0, 1, 2, 3]);
        let three = [between(&[0], &[1, 2]), between(&[1], &[2])].concat();
        assert_eq!(Cuts::new(&first(3), &three).words().as_deref(), Some("A | B | C"));
    }

    #[test]
    fn a_node_that_is_not_on_the_dial_is_on_no_side() {
        let members = [NodeId(0), NodeId(2), NodeId(3)];
        let cuts = Cuts::new(&members, &between(&[0, 1], &[2, 3]));
        assert_eq!(cuts.words().as_deref(), Some("A | C, D"));
        assert_eq!(cuts.gaps(), (vec![0, 2], 3));
    }

    #[test]
    fn links_that_form_no_clean_cut_are_listed_one_by_one() {
        let cuts = Cuts::new(&first(3), &[(NodeId(1), NodeId(0))]);
        assert_eq!(cuts.words().as_deref(), Some("B ↛ A"));
        assert!(cuts.gaps().0.is_empty());
        let cuts = Cuts::new(&first(3), &between(&[0], &[1]));
        assert_eq!(cuts.words().as_deref(), Some("A ↮ B"));
    }

    #[test]
    fn no_cut_has_no_description_and_unknown_nodes_are_ignored() {
        assert_eq!(Cuts::new(&first(3), &[]).words(), None);
        assert_eq!(Cuts::new(&first(1), &[(NodeId(7), NodeId(9))]).words(), None);
    }
}
