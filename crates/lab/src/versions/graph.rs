//! The descent of versions: happened-before among at most 64 versions, as sets of bits.

use ringside_store::version::{Context, Dot};

/// The most versions of a graph: one for each bit.
pub(super) const MOST: usize = 64;

/// The part of a version that determines its place in the graph.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The dot of the write.
    pub(super) dot: Dot,
    /// The context of the write, or `None` if it is not known.
    pub(super) past: Option<Context>,
    /// The versions that were kept as siblings of this one, with one bit per version.
    pub(super) beside: u64,
}

/// Happened-before among versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Graph {
    /// For each version, the set of its ancestors.
    below: Vec<u64>,
}

impl Graph {
    /// Finds the ancestors of each version. Versions beyond the first [`MOST`] are left out.
    pub(super) fn new(nodes: &[Node]) -> Self {
        let nodes = &nodes[..nodes.len().min(MOST)];
        let mut below: Vec<u64> = nodes.iter().map(|node| knows(node, nodes)).collect();
        close(&mut below);
        // The clocks of sibling sets that were seen at different times may each claim to contain the other.
        for a in 0..below.len() {
            for b in 0..a {
                if below[a] & bit(b) != 0 && below[b] & bit(a) != 0 {
                    below[a] &= !bit(b);
                    below[b] &= !bit(a);
                }
            }
        }
        for (place, set) in below.iter_mut().enumerate() {
            *set &= !bit(place);
        }
        close(&mut below);
        Self { below }
    }

    /// Whether a version descends from another.
    pub(super) fn descends(&self, newer: usize, older: usize) -> bool {
        self.below.get(newer).is_some_and(|set| older < MOST && set & bit(older) != 0)
    }

    /// Lists the pairs of an older and a newer version without another version between them: the transitive
    /// reduction.
    pub(super) fn edges(&self) -> Vec<(usize, usize)> {
        let mut edges = Vec::new();
        for (newer, &set) in self.below.iter().enumerate() {
            let implied = bits(set).fold(0, |implied, between| implied | self.below[between]);
            edges.extend(bits(set & !implied).map(|older| (older, newer)));
        }
        edges
    }

    /// Returns the length of the longest chain before each version.
    pub(super) fn generations(&self) -> Vec<u16> {
        let mut order: Vec<usize> = (0..self.below.len()).collect();
        // An ancestor has fewer ancestors than its descendants.
        order.sort_by_key(|&place| self.below[place].count_ones());
        let mut generations = vec![0; self.below.len()];
        for place in order {
            let before = bits(self.below[place]).map(|older| generations[older] + 1);
            generations[place] = before.max().unwrap_or(0);
        }
        generations
    }

    /// Lists the versions of a set from which no other version of the set descends.
    pub(super) fn foremost(&self, set: &[usize]) -> Vec<usize> {
        let replaced = |&older: &usize| set.iter().any(|&newer| self.descends(newer, older));
        set.iter().copied().filter(|place| !replaced(place)).collect()
    }
}

/// Returns the set of versions that a version's writer had seen.
fn knows(node: &Node, nodes: &[Node]) -> u64 {
    let Some(past) = &node.past else { return 0 };
    // The clock of a sibling set contains the version itself and its siblings, which its writer had not seen.
    let is_of_set = past.contains(node.dot);
    let set = nodes.iter().enumerate().filter(|(_, other)| past.contains(other.dot));
    let known = set.fold(0, |known, (place, _)| known | bit(place));
    if is_of_set { known & !node.beside } else { known }
}

/// Adds the ancestors of ancestors: the transitive closure.
fn close(below: &mut [u64]) {
    for between in 0..below.len() {
        let through = below[between];
        for set in below.iter_mut() {
            if *set & bit(between) != 0 {
                *set |= through;
            }
        }
    }
}

pub(super) const fn bit(place: usize) -> u64 {
    1 << place
}

fn bits(set: u64) -> impl Iterator<Item = usize> {
    (0..MOST).filter(move |&place| set & bit(place) != 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use ringside_store::NodeId;
    use ringside_store::version::Actor;

    use super::*;

    /// A step in the life of a key: a client writes through a node, or sees a write.
    #[derive(Clone, Debug)]
    enum Step {
        Write { client: usize, node: u16, blind: bool },
        See { client: usize, write: prop::sample::Index },
    }

    const CLIENTS: usize = 3;

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (0..CLIENTS, 0..3_u16, prop::bool::weighted(0.2))
                .prop_map(|(client, node, blind)| Step::Write { client, node, blind }),
            (0..CLIENTS, any::<prop::sample::Index>())
                .prop_map(|(client, write)| Step::See { client, write }),
        ];
        prop::collection::vec(step, 1..60)
    }

    /// The naive model: each write has the full set of the writes before it, uncompressed.
    #[derive(Default)]
    struct Model {
        before: Vec<BTreeSet<usize>>,
        seen: [BTreeSet<usize>; CLIENTS],
    }

    fn play(steps: &[Step]) -> (Model, Vec<Node>) {
        let (mut model, mut nodes) = (Model::default(), Vec::<Node>::new());
        let mut seen: [Context; CLIENTS] = Default::default();
        let mut named = [0; 3];
        for step in steps {
            match step {
                Step::Write { client, node, blind } => {
                    named[usize::from(*node)] += 1;
                    let actor = Actor { node: NodeId(*node), generation: 0 };
                    let dot = Dot { actor, counter: named[usize::from(*node)] };
                    let past = if *blind { Context::new() } else { seen[*client].clone() };
                    seen[*client].merge(&past);
                    seen[*client].insert(dot);
                    let before = if *blind { BTreeSet::new() } else { model.seen[*client].clone() };
                    model.seen[*client].insert(model.before.len());
                    model.before.push(before);
                    nodes.push(Node { dot, past: Some(past), beside: 0 });
                }
                Step::See { client, write } if !nodes.is_empty() => {
                    let write = write.index(nodes.len());
                    let node = &nodes[write];
                    node.past.iter().for_each(|past| seen[*client].merge(past));
                    seen[*client].insert(node.dot);
                    let before = model.before[write].clone();
                    model.seen[*client].extend(before);
                    model.seen[*client].insert(write);
                }
                Step::See { .. } => {}
            }
        }
        (model, nodes)
    }

    /// Returns the length of the longest chain before a write, by trying all chains.
    fn longest(model: &Model, write: usize) -> u16 {
        model.before[write].iter().map(|&older| longest(model, older) + 1).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn descent_and_edges_match_the_full_sets_of_causes(steps in steps()) {
            let (model, nodes) = play(&steps);
            let graph = Graph::new(&nodes);
            let all = 0..nodes.len();
            for newer in all.clone() {
                for older in all.clone() {
                    let expected = model.before[newer].contains(&older);
                    prop_assert_eq!(graph.descends(newer, older), expected, "{} {}", newer, older);
                }
            }
            // An edge is a pair without a version between.
            let edges: BTreeSet<(usize, usize)> = graph.edges().into_iter().collect();
            for newer in all.clone() {
                for older in all.clone() {
                    let pair = model.before[newer].contains(&older);
                    let between = all.clone().any(|it| {
                        model.before[newer].contains(&it) && model.before[it].contains(&older)
                    });
                    prop_assert_eq!(edges.contains(&(older, newer)), pair && !between);
                }
            }
            // The edges alone determine all ancestors.
            for newer in all.clone() {
                let mut reached = BTreeSet::new();
                let mut open = vec![newer];
                while let Some(place) = open.pop() {
                    for &(older, _) in edges.iter().filter(|edge| edge.1 == place) {
                        if reached.insert(older) {
                            open.push(older);
                        }
                    }
                }
                prop_assert_eq!(&reached, &model.before[newer]);
            }
        }

        #[test]
        fn a_generation_is_the_longest_chain_before_it(steps in prop::collection::vec(steps(), 1)) {
            let steps = &steps[0][..steps[0].len().min(16)];
            let (model, nodes) = play(steps);
            let generations = Graph::new(&nodes).generations();
            for (write, generation) in generations.into_iter().enumerate() {
                prop_assert_eq!(generation, longest(&model, write));
            }
        }

        #[test]
        fn foremost_versions_are_those_without_a_descendant(
            steps in steps(),
            chosen in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let (model, nodes) = play(&steps);
            let some = |index: &prop::sample::Index| {
                (!nodes.is_empty()).then(|| index.index(nodes.len()))
            };
            let set: BTreeSet<usize> = chosen.iter().filter_map(some).collect();
            let followed = |write: &usize| set.iter().any(|it| model.before[*it].contains(write));
            let expected: Vec<usize> = set.iter().copied().filter(|it| !followed(it)).collect();
            let places: Vec<usize> = set.iter().copied().collect();
            prop_assert_eq!(Graph::new(&nodes).foremost(&places), expected);
        }
    }

    #[test]
    fn siblings_under_one_clock_do_not_descend_from_each_other() {
        let dot = |node| Dot { actor: Actor { node: NodeId(node), generation: 0 }, counter: 1 };
        let mut clock = Context::new();
        clock.insert(dot(0));
        clock.insert(dot(1));
        let node = |of, beside| Node { dot: dot(of), past: Some(clock.clone()), beside };
        let graph = Graph::new(&[node(0, bit(1)), node(1, bit(0))]);
        assert_eq!(graph.edges(), []);
        // If they were seen separately, each would claim to come after the other, so neither does.
        assert_eq!(Graph::new(&[node(0, 0), node(1, 0)]).edges(), []);
    }
}
