//! Which commands can be given: every value's bounds, each with its reason.

use std::collections::BTreeSet;

use ringside_sim::MAX_NODES;
use ringside_store::{Duration, NodeId};

use super::check::{
    Check, LONGEST_KEY, LONGEST_VALUE, between, known, not_too_long, positive, quorum, settings,
    short,
};
use super::legs;
use super::legs::check_regions;
use crate::error::ScenarioError;
use crate::lab::{Command, Way};

impl Command {
    /// Checks the command's values against a cluster of so many nodes.
    ///
    /// # Errors
    ///
    /// Names the value that is impossible whatever state the cluster is in.
    pub(crate) fn check(&self, nodes: u16) -> Result<(), ScenarioError> {
        let name = self.name();
        let inside = match self {
            Self::Put { key, value, through, ttl } => short("value", value, LONGEST_VALUE)
                .and_then(|()| ask(key, *through, nodes))
                .and_then(|()| ttl.map_or(Ok(()), |ttl| positive("ttl", ttl))),
            Self::Get { key, through } | Self::Delete { key, through } => ask(key, *through, nodes),
            Self::Quorum { n, r, w } => quorum(*n, *r, *w).and_then(|_| fits(*n, nodes)),
            Self::Load(load) => load.check(),
            Self::Latency(model) => model.to_latency().map(|_| ()),
            Self::Legs(models) => legs::to_sim(models.as_ref()).map(|_| ()),
            Self::Regions(regions) => check_regions(*regions),
            Self::Loss(share)
            | Self::Duplication(share)
            | Self::Reordering(share)
            | Self::Chaos(share) => between("", *share, 0.0..=1.0),
            Self::Crash(node)
            | Self::Restart(node)
            | Self::Wipe(node)
            | Self::Pause(node)
            | Self::Resume(node)
            | Self::Leave(node) => known("", *node, nodes),
            Self::Partition(side) => partition(side, nodes),
            Self::Isolate(node) => {
                known("", *node, nodes).and_then(|()| partition(&[*node], nodes))
            }
            Self::Service(service) => service.to_sim().map(|_| ()),
            Self::Slow { node, by } => {
                known("node", *node, nodes).and_then(|()| not_too_long("by", *by))
            }
            Self::Cut(ways) | Self::Mend(ways) => all(ways, nodes),
            Self::Clog(way) | Self::Unclog(way) => link(*way, nodes),
            Self::Swizzle { nodes: named, every } => swizzle(named, *every, nodes),
            Self::Clock(clock) => clock.check(nodes),
            Self::Settings(store) => settings(store),
            Self::Join(node) => newcomer(*node, nodes),
            Self::Remove { node, by } => known("node", *node, nodes)
                .and_then(|()| by.map_or(Ok(()), |by| known("by", by, nodes))),
            Self::Delay { message: _, by } => positive("by", *by),
            Self::SlowLink { from, to, by } => {
                link(Way { from: *from, to: *to }, nodes).and_then(|()| not_too_long("by", *by))
            }
            Self::LossyLink { from, to, share } => link(Way { from: *from, to: *to }, nodes)
                .and_then(|()| share.map_or(Ok(()), |share| between("share", share, 0.0..=1.0))),
            Self::Plan(planned) => planned.check(nodes),
            Self::Heal
            | Self::Duplicate(_)
            | Self::Cancel(_)
            | Self::Hold(_)
            | Self::Release(_)
            | Self::Drop(_)
            | Self::Coordinator(_) => Ok(()),
        };
        inside.map_err(|error| error.within(name))
    }

    /// Gives how many nodes there can be after the command, where there were so many before: one more
    /// when the next one joins.
    pub(crate) fn nodes_after(&self, nodes: u16) -> u16 {
        match self {
            Self::Join(node) if node.0 == nodes => nodes.saturating_add(1).min(MAX_NODES),
            Self::Plan(planned) => planned.command.nodes_after(nodes),
            _ => nodes,
        }
    }
}

fn ask(key: &str, through: Option<NodeId>, nodes: u16) -> Check {
    if key.is_empty() {
        return Err(ScenarioError::new("key", "must not be empty"));
    }
    short("key", key, LONGEST_KEY)?;
    through.map_or(Ok(()), |node| known("through", node, nodes))
}

fn fits(n: u16, nodes: u16) -> Check {
    if n <= nodes {
        return Ok(());
    }
    Err(ScenarioError::new("n", format!("n is {n}, but there are only {nodes} nodes")))
}

fn partition(side: &[NodeId], nodes: u16) -> Check {
    for (index, node) in side.iter().enumerate() {
        known(&format!("[{index}]"), *node, nodes)?;
    }
    let different = side.iter().collect::<BTreeSet<_>>().len();
    if different == 0 || different >= usize::from(nodes) {
        let reason = "a partition needs nodes on both sides: name some of them, but not all";
        return Err(ScenarioError::new("", reason));
    }
    Ok(())
}

fn link(way: Way, nodes: u16) -> Check {
    known("from", way.from, nodes)?;
    known("to", way.to, nodes)?;
    if way.from == way.to {
        let reason = format!("node {} has no link to itself", way.to);
        return Err(ScenarioError::new("to", reason));
    }
    Ok(())
}

fn all(ways: &[Way], nodes: u16) -> Check {
    if ways.is_empty() {
        return Err(ScenarioError::new(
            "",
            "name at least one link, as {\"from\": \"A\", \"to\": \"B\"}",
        ));
    }
    let most = usize::from(MAX_NODES) * usize::from(MAX_NODES);
    if ways.len() > most {
        let reason = format!("{} links, but {most} is the most", ways.len());
        return Err(ScenarioError::new("", reason));
    }
    let mut ways = ways.iter().enumerate();
    ways.try_for_each(|(index, way)| link(*way, nodes).map_err(|e| e.within(format!("[{index}]"))))
}

fn swizzle(named: &[NodeId], every: Duration, nodes: u16) -> Check {
    positive("every", every)?;
    if named.is_empty() {
        return Err(ScenarioError::new("nodes", "name at least one node"));
    }
    for (index, node) in named.iter().enumerate() {
        let path = format!("nodes[{index}]");
        known(&path, *node, nodes)?;
        if named[..index].contains(node) {
            return Err(ScenarioError::new(path, format!("node {node} is named twice")));
        }
    }
    if nodes < 2 {
        return Err(ScenarioError::new("nodes", "a node that is alone can't be isolated"));
    }
    Ok(())
}

fn newcomer(node: NodeId, nodes: u16) -> Check {
    if node.0 >= MAX_NODES {
        return Err(ScenarioError::new("", format!("{MAX_NODES} nodes is the most")));
    }
    if node.0 <= nodes {
        return Ok(());
    }
    let next = NodeId(nodes);
    let reason = format!("node {node} can't join yet: the next free name is {next}");
    Err(ScenarioError::new("", reason))
}
