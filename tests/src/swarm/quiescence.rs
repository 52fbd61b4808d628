//! The state that every healed cluster must reach: equal replicas and views, no hints, and no key on a
//! node that does not own it.

use std::collections::{BTreeMap, BTreeSet};

use ringside_sim::{Cluster, NodeView};
use ringside_store::version::{Dot, Siblings};
use ringside_store::{Key, Member, Node, NodeId, Ring, Status};

/// Checks that a cluster is quiescent.
///
/// # Errors
///
/// If it is not; the text names the first fault, or the first activity that is still in progress.
pub fn check(cluster: &Cluster) -> Result<(), String> {
    let nodes: Vec<NodeView<'_>> = cluster.nodes().filter(|node| node.up).collect();
    // Administrators on both sides of a partition can remove every node.
    let Some(ring) = common_ring(&nodes)? else { return Ok(()) };
    for node in &nodes {
        if let Some((target, count)) = node.disk.hints().targets().next() {
            return Err(format!("{} keeps {count} hints for {target}", node.id));
        }
        if node.coordinating > 0 {
            return Err(format!("{} coordinates {} operations", node.id, node.coordinating));
        }
    }
    check_replicas(cluster, &nodes, &ring)
}

/// Returns the ring that all members see, or `None` if no member is left.
///
/// # Errors
///
/// If their views differ, or a membership change or a suspicion is not resolved.
fn common_ring(nodes: &[NodeView<'_>]) -> Result<Option<Ring>, String> {
    let mut views: BTreeMap<NodeId, BTreeMap<NodeId, (Status, u32)>> = BTreeMap::new();
    let mut ring = None;
    let count = member_count(nodes);
    if count == 0 {
        return Ok(None);
    }
    for view in nodes {
        let Some(node) = view.node else { continue };
        let standing = |member: &Member| (member.node, (member.status, member.epoch));
        let own = node.members().find(|member| member.node == view.id);
        // A node that is no longer a member receives no more gossip.
        if own.is_none_or(|own| own.status.is_gone()) {
            continue;
        }
        // The last member stays in the state of leaving, because there is no other node for its keys.
        let is_last = |it: &&Member| it.status == Status::Leaving && count == 1;
        let is_moving = |it: &&Member| matches!(it.status, Status::Joining | Status::Leaving);
        if let Some(member) = node.members().filter(is_moving).find(|it| !is_last(it)) {
            return Err(format!("{} believes {} to be {:?}", view.id, member.node, member.status));
        }
        let suspect = node.members().find(|it| !it.status.is_gone() && !node.believes_up(it.node));
        if let Some(member) = suspect {
            return Err(format!("{} suspects {}", view.id, member.node));
        }
        views.insert(view.id, node.members().map(standing).collect());
        ring = Some(Ring::clone(node.ring()));
    }
    let mut all = views.iter();
    if let Some((first, theirs)) = all.next()
        && let Some((other, _)) = all.find(|(_, view)| *view != theirs)
    {
        return Err(format!("{first} and {other} see different members"));
    }
    Ok(ring)
}

/// The number of members, by the latest status of each that any node knows. A removed node may never
/// learn of its removal if no other node is left.
fn member_count(nodes: &[NodeView<'_>]) -> usize {
    let mut latest: BTreeMap<NodeId, (u32, Status)> = BTreeMap::new();
    for member in nodes.iter().filter_map(|view| view.node).flat_map(Node::members) {
        let known = latest.entry(member.node).or_insert((member.epoch, member.status));
        *known = (*known).max((member.epoch, member.status));
    }
    latest.values().filter(|(_, status)| !status.is_gone()).count()
}

/// Checks that all replicas of each key have the same versions, and that no other node has any.
fn check_replicas(cluster: &Cluster, nodes: &[NodeView<'_>], ring: &Ring) -> Result<(), String> {
    let keys: BTreeSet<&Key> =
        nodes.iter().flat_map(|node| node.disk.iter().map(|(key, _)| key)).collect();
    for key in keys {
        let owners = ring.preference_list(key.position(), cluster.quorum().n());
        let mut agreed: Option<(NodeId, BTreeSet<Dot>)> = None;
        for node in nodes {
            let held = node.disk.get(key);
            if !owners.contains(&node.id) {
                if held.is_some() {
                    return Err(format!("{} still holds {key}, which is not its own", node.id));
                }
                continue;
            }
            let held = live_dots(held);
            match &agreed {
                None => agreed = Some((node.id, held)),
                Some((_, other)) if *other == held => {}
                Some((first, other)) => {
                    let dots = |dots: &BTreeSet<Dot>| {
                        dots.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
                    };
                    return Err(format!(
                        "{key} is [{}] on {first} and [{}] on {}",
                        dots(other),
                        dots(&held),
                        node.id
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Returns the dots of a key's versions; none if only tombstones are left, because replicas drop those at
/// different times.
fn live_dots(held: Option<&Siblings>) -> BTreeSet<Dot> {
    let held = held.filter(|held| held.is_live());
    held.into_iter().flat_map(Siblings::iter).map(|version| version.dot).collect()
}
