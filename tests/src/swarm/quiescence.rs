//! What must come once a cluster is healed: replicas agree, hints and strays are gone, views are one.

use std::collections::{BTreeMap, BTreeSet};

use ringside_sim::{Cluster, NodeView};
use ringside_store::version::{Dot, Siblings};
use ringside_store::{Key, Member, Node, NodeId, Ring, Status};

/// Tells whether a cluster is at rest.
///
/// # Errors
///
/// Says what is still in motion, or wrong.
pub fn look(cluster: &Cluster) -> Result<(), String> {
    let nodes: Vec<NodeView<'_>> = cluster.nodes().filter(|node| node.up).collect();
    // Administrators on two sides of a cut can take everybody for gone.
    let Some(ring) = one_view(&nodes)? else { return Ok(()) };
    for node in &nodes {
        if let Some((target, count)) = node.disk.hints().targets().next() {
            return Err(format!("{} keeps {count} hints for {target}", node.id));
        }
        if node.coordinating > 0 {
            return Err(format!("{} coordinates {} operations", node.id, node.coordinating));
        }
    }
    agree(cluster, &nodes, &ring)
}

/// Gives the ring that all members see, if they do; none where no member is left.
fn one_view(nodes: &[NodeView<'_>]) -> Result<Option<Ring>, String> {
    let mut views: BTreeMap<NodeId, BTreeMap<NodeId, (Status, u32)>> = BTreeMap::new();
    let mut ring = None;
    let stay = staying(nodes);
    if stay == 0 {
        return Ok(None);
    }
    for view in nodes {
        let Some(node) = view.node else { continue };
        let standing = |member: &Member| (member.node, (member.status, member.epoch));
        let own = node.members().find(|member| member.node == view.id);
        // Who is out of the cluster is told nothing any more.
        if own.is_none_or(|own| own.status.is_gone()) {
            continue;
        }
        // The last member would like to leave, but there is nobody to leave its keys to.
        let is_last = |it: &&Member| it.status == Status::Leaving && stay == 1;
        let moves = |it: &&Member| matches!(it.status, Status::Joining | Status::Leaving);
        if let Some(member) = node.members().filter(moves).find(|it| !is_last(it)) {
            return Err(format!("{} believes {} to be {:?}", view.id, member.node, member.status));
        }
        let doubted = node.members().find(|it| !it.status.is_gone() && !node.believes_up(it.node));
        if let Some(member) = doubted {
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

/// Counts the nodes that are members by the latest standing that anybody knows of. One that was removed
/// may never hear of it, where nobody is left to tell it.
fn staying(nodes: &[NodeView<'_>]) -> usize {
    let mut latest: BTreeMap<NodeId, (u32, Status)> = BTreeMap::new();
    for member in nodes.iter().filter_map(|view| view.node).flat_map(Node::members) {
        let known = latest.entry(member.node).or_insert((member.epoch, member.status));
        *known = (*known).max((member.epoch, member.status));
    }
    latest.values().filter(|(_, status)| !status.is_gone()).count()
}

/// Checks that all replicas of each key hold the same, and that nobody else holds anything.
fn agree(cluster: &Cluster, nodes: &[NodeView<'_>], ring: &Ring) -> Result<(), String> {
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
            let held = living(held);
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

/// Gives the names of a key's versions; none where nothing but tombstones is left, for replicas drop
/// those at different times.
fn living(held: Option<&Siblings>) -> BTreeSet<Dot> {
    let held = held.filter(|held| held.is_live());
    held.into_iter().flat_map(Siblings::iter).map(|version| version.dot).collect()
}
