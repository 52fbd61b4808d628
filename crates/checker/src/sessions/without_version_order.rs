//! The judgement of a guarantee when the order of the versions is unknown: cycles of ordering constraints
//! between versions, found without trying every order.
//!
//! The constraints are edges of a graph of versions. A row of the guarantees' table, and the order of
//! writes in time, both order all pairs of operations of which one ended before the other began. Instead of
//! one edge per pair there is a chain of moments, with an edge from a version at the end of its operation,
//! and an edge to a version at the beginning of its operation:
//!
//! ```text
//!    write of 1 ends      write of 2 ends
//!          |                    |
//!          v                    v
//!        moment  ----------> moment  ---> ...
//!          |                    |
//!          v                    v
//!    read of 2 begins     read of 3 begins
//! ```
//!
//! Two versions that each lead to the other are in one strongly connected component (Tarjan,
//! "Depth-First Search and Linear Graph Algorithms", 1972).

use std::collections::{BTreeMap, BTreeSet};

use super::{Guarantee, INITIAL, SessionOp, VersionId, effective};

/// A rule that orders the versions of pairs of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderingRule {
    /// A row of the table, within each session.
    Session(Guarantee),
    /// Versions are in the order of their writes in time.
    Time,
}

/// Returns the rules that a guarantee is judged by: its own, and the evidence.
pub(super) const fn rules(guarantee: Guarantee) -> [OrderingRule; 2] {
    let evidence = if guarantee.orders_versions() {
        OrderingRule::Session(Guarantee::MonotonicReads)
    } else {
        OrderingRule::Time
    };
    [OrderingRule::Session(guarantee), evidence]
}

impl OrderingRule {
    /// Returns the older and the newer version (or equal ones) if the rule orders those of two operations.
    pub(super) fn pair(
        self,
        earlier: &SessionOp,
        later: &SessionOp,
    ) -> Option<(VersionId, VersionId)> {
        if earlier.returned >= later.invoked || self.scope(earlier) != self.scope(later) {
            return None;
        }
        let (from, to) = self.is_about_writes();
        Some((earlier.version(from)?, later.version(to)?))
    }

    /// Returns what two operations must have in common to be a pair: nothing, or their session.
    const fn scope(self, op: &SessionOp) -> Option<u64> {
        match self {
            Self::Session(_) => Some(op.process),
            Self::Time => None,
        }
    }

    const fn is_about_writes(self) -> (bool, bool) {
        match self {
            Self::Session(guarantee) => guarantee.is_about_writes(),
            Self::Time => (true, true),
        }
    }
}

/// The beginning or the end of an operation.
#[derive(Clone, Copy)]
struct Boundary {
    op: SessionOp,
    is_end: bool,
}

/// Returns the operations on the versions of a cycle that one of the guarantee's own constraints is part
/// of, or `None` if there is no such cycle. Of several cycles, the one with the fewest operations counts.
pub(super) fn cycle(ops: &[SessionOp], guarantee: Guarantee) -> Option<Vec<SessionOp>> {
    let ops = &effective(ops)[..];
    let mut boundaries: Vec<(u32, Boundary)> = Vec::with_capacity(2 * ops.len());
    for &op in ops {
        boundaries.push((op.invoked, Boundary { op, is_end: false }));
        if op.returned != u32::MAX {
            boundaries.push((op.returned, Boundary { op, is_end: true }));
        }
    }
    boundaries.sort_unstable_by_key(|(place, _)| *place);
    let boundaries: Vec<Boundary> = boundaries.into_iter().map(|(_, boundary)| boundary).collect();

    let versions =
        ops.iter().flat_map(|op| [op.read, op.written]).flatten().max().unwrap_or(INITIAL);
    let mut edges: Vec<Vec<u32>> = vec![Vec::new(); versions as usize + 1];
    // The register's first version is older than all others.
    edges[INITIAL as usize] = (INITIAL + 1..=versions).collect();
    for op in ops {
        if let (Some(read), Some(written)) = (op.read, op.written) {
            edges[read as usize].push(written);
        }
    }
    for rule in rules(guarantee) {
        add_chains(&mut edges, &boundaries, rule);
    }
    let components = components(&edges);

    let guilty = guilty(&boundaries, &components, guarantee);
    guilty.iter().map(|component| suspects(ops, &components, *component)).min_by_key(Vec::len)
}

/// Lists the operations on the versions of a component, and those that prove their effects.
fn suspects(ops: &[SessionOp], components: &[u32], component: u32) -> Vec<SessionOp> {
    let is_inside = |version: VersionId| components[version as usize] == component;
    let mut proven: BTreeSet<VersionId> = BTreeSet::new();
    loop {
        let is_suspect = |op: &&SessionOp| {
            [op.read, op.written].into_iter().flatten().any(is_inside)
                || op.read.is_some_and(|version| proven.contains(&version))
        };
        let suspects: Vec<SessionOp> = ops.iter().filter(is_suspect).copied().collect();
        let unsure = suspects.iter().filter(|op| op.returned == u32::MAX);
        let before = proven.len();
        let more: Vec<VersionId> = unsure.filter_map(|op| op.written).collect();
        proven.extend(more);
        if proven.len() == before {
            return suspects;
        }
    }
}

/// Adds the constraints of a rule, by a chain of moments for each session, or one chain for all.
fn add_chains(edges: &mut Vec<Vec<u32>>, boundaries: &[Boundary], rule: OrderingRule) {
    let (from, to) = rule.is_about_writes();
    let mut chains: BTreeMap<Option<u64>, u32> = BTreeMap::new();
    for Boundary { op, is_end } in boundaries {
        let chain = rule.scope(op);
        if *is_end {
            let Some(version) = op.version(from) else { continue };
            let link = edges.len() as u32;
            edges.push(Vec::new());
            edges[version as usize].push(link);
            if let Some(before) = chains.insert(chain, link) {
                edges[before as usize].push(link);
            }
        } else if let (Some(version), Some(link)) = (op.version(to), chains.get(&chain)) {
            edges[*link as usize].push(version);
        }
    }
}

/// Lists the components in which a constraint of the guarantee leads from one version to another one.
fn guilty(boundaries: &[Boundary], components: &[u32], guarantee: Guarantee) -> Vec<u32> {
    let (from, to) = guarantee.is_about_writes();
    // Up to two versions of each component that a session has had so far: one of them differs from the
    // next version.
    let mut had: BTreeMap<(u64, u32), Vec<VersionId>> = BTreeMap::new();
    let mut guilty = Vec::new();
    for Boundary { op, is_end } in boundaries {
        let Some(version) = op.version(if *is_end { from } else { to }) else { continue };
        let component = components[version as usize];
        let versions = had.entry((op.process, component)).or_default();
        if *is_end {
            if versions.len() < 2 && !versions.contains(&version) {
                versions.push(version);
            }
        } else if versions.iter().any(|it| *it != version) {
            guilty.push(component);
        }
    }
    guilty.sort_unstable();
    guilty.dedup();
    guilty
}

/// Returns the number of the strongly connected component of each vertex.
fn components(edges: &[Vec<u32>]) -> Vec<u32> {
    const NONE: u32 = u32::MAX;
    let count = edges.len();
    let (mut index, mut low) = (vec![NONE; count], vec![0; count]);
    let mut component = vec![NONE; count];
    let (mut next_index, mut next_component) = (0, 0);
    let mut path: Vec<usize> = Vec::new();
    for root in 0..count {
        if index[root] != NONE {
            continue;
        }
        // Recursion would overflow the call stack on a long history: this stack has vertices and their
        // next edges.
        let mut calls = vec![(root, 0)];
        while let Some((vertex, edge)) = calls.pop() {
            if edge == 0 {
                (index[vertex], low[vertex]) = (next_index, next_index);
                next_index += 1;
                path.push(vertex);
            } else {
                let child = edges[vertex][edge - 1] as usize;
                low[vertex] = low[vertex].min(low[child]);
            }
            let mut at = edge;
            let mut child = None;
            while let Some(&to) = edges[vertex].get(at) {
                at += 1;
                let to = to as usize;
                if index[to] == NONE {
                    child = Some(to);
                    break;
                }
                if component[to] == NONE {
                    low[vertex] = low[vertex].min(index[to]);
                }
            }
            if let Some(child) = child {
                calls.extend([(vertex, at), (child, 0)]);
            } else if low[vertex] == index[vertex] {
                while let Some(member) = path.pop() {
                    component[member] = next_component;
                    if member == vertex {
                        break;
                    }
                }
                next_component += 1;
            }
        }
    }
    component
}
