//! The explanation of how a few operations break a guarantee.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::without_version_order::{OrderingRule, rules};
use super::{Guarantee, INITIAL, SessionOp, VersionId};
use crate::{History, OperationId};

/// A constraint: one version is no newer than another one, for a reason.
struct Constraint {
    older: VersionId,
    newer: VersionId,
    why: Reason,
}

#[derive(Clone, Copy)]
enum Reason {
    /// The older version is the one that the register began with.
    Beginning,
    /// A cas found the older version and wrote the newer one.
    Cas(OperationId),
    /// A rule orders the versions of two operations.
    OrderingRule(OrderingRule, OperationId, OperationId),
}

/// Describes a cycle of constraints, one after the other. The operations must be few.
pub(super) fn cycle<K, V: Ord + Display>(
    history: &History<K, V>,
    initial: &V,
    ops: &[SessionOp],
    guarantee: Guarantee,
) -> String {
    let mut names = BTreeMap::from([(INITIAL, initial)]);
    for op in ops {
        let call = &history.operations()[op.id.0 as usize].call;
        names.extend(op.read.zip(call.observed()));
        names.extend(op.written.zip(call.written()));
    }
    let name =
        |version: VersionId| names.get(&version).map_or_else(String::new, ToString::to_string);
    let describe = |id: OperationId| history.operations()[id.0 as usize].describe();
    let sentence = |edge: &Constraint| {
        let (older, newer) = (name(edge.older), name(edge.newer));
        match edge.why {
            Reason::Beginning => format!("the register began with {older}, so {newer} is newer"),
            Reason::Cas(id) => format!("{} makes {newer} newer than {older}", describe(id)),
            Reason::OrderingRule(rule, earlier, later) => {
                let pair = format!("{} ended before {} began", describe(earlier), describe(later));
                match rule {
                    OrderingRule::Time => format!("{pair}, so {newer} is newer than {older}"),
                    OrderingRule::Session(rule) => {
                        let rule = rule.name();
                        format!("{pair}, so by {rule} {newer} is not older than {older}")
                    }
                }
            }
        }
    };
    let edges = edges(ops, guarantee);
    shortest(&edges, guarantee).iter().map(|edge| sentence(edge)).collect::<Vec<_>>().join("; ")
}

/// Lists all constraints, pair by pair.
fn edges(ops: &[SessionOp], guarantee: Guarantee) -> Vec<Constraint> {
    let mut edges = Vec::new();
    for op in ops {
        for version in [op.read, op.written].into_iter().flatten() {
            edges.push(Constraint { older: INITIAL, newer: version, why: Reason::Beginning });
        }
        if let (Some(older), Some(newer)) = (op.read, op.written) {
            edges.push(Constraint { older, newer, why: Reason::Cas(op.id) });
        }
        for rule in rules(guarantee) {
            for later in ops {
                if let Some((older, newer)) = rule.pair(op, later) {
                    edges.push(Constraint {
                        older,
                        newer,
                        why: Reason::OrderingRule(rule, op.id, later.id),
                    });
                }
            }
        }
    }
    edges.retain(|edge| edge.older != edge.newer);
    edges
}

/// Returns the shortest cycle that begins with a constraint of the guarantee itself.
fn shortest(edges: &[Constraint], guarantee: Guarantee) -> Vec<&Constraint> {
    let is_own = |edge: &&Constraint| matches!(edge.why, Reason::OrderingRule(OrderingRule::Session(it), ..) if it == guarantee);
    let cycles = edges.iter().filter(is_own).filter_map(|own| {
        // The constraint by which each version was first reached from the newer one.
        let mut reached: BTreeMap<VersionId, &Constraint> = BTreeMap::new();
        let mut open = vec![own.newer];
        while !open.is_empty() && !reached.contains_key(&own.older) {
            let mut next = Vec::new();
            for edge in edges.iter().filter(|edge| open.contains(&edge.older)) {
                if edge.newer != own.newer && !reached.contains_key(&edge.newer) {
                    reached.insert(edge.newer, edge);
                    next.push(edge.newer);
                }
            }
            open = next;
        }
        let mut back = Vec::new();
        let mut at = own.older;
        while at != own.newer {
            let edge = reached.get(&at)?;
            back.push(*edge);
            at = edge.older;
        }
        back.push(own);
        back.reverse();
        Some(back)
    });
    cycles.min_by_key(Vec::len).unwrap_or_default()
}
