//! Commands on links: partition, isolate, heal, cut, mend, clog, unclog, slow, lossy and swizzle.

use std::collections::BTreeSet;

use ringside_sim::{Intervention, MAX_NODES};
use ringside_store::{Duration, NodeId, RequestId};

use super::Family;
use crate::error::{CommandError, ScenarioError};
use crate::lab::{Command, DirectedLink, Lab};
use crate::scenario::bounds::{Check, between, known, not_too_long, positive};
use crate::words::{count, joined};

pub(super) const FAMILY: Family = Family { check, execute, words };

fn check(command: &Command, nodes: u16) -> Check {
    match command {
        Command::Partition(side) => check_partition(side, nodes),
        Command::Isolate(node) => {
            known("", *node, nodes)?;
            check_partition(&[*node], nodes)
        }
        Command::Cut(links) | Command::Mend(links) => check_links(links, nodes),
        Command::Clog(link) | Command::Unclog(link) => check_link(*link, nodes),
        Command::SlowLink { from, to, by } => {
            check_link(DirectedLink { from: *from, to: *to }, nodes)?;
            not_too_long("by", *by)
        }
        Command::LossyLink { from, to, share } => {
            check_link(DirectedLink { from: *from, to: *to }, nodes)?;
            share.map_or(Ok(()), |share| between("share", share, 0.0..=1.0))
        }
        Command::Swizzle { nodes: isolated, every } => check_swizzle(isolated, *every, nodes),
        _ => Ok(()),
    }
}

fn check_partition(side: &[NodeId], nodes: u16) -> Check {
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

fn check_link(link: DirectedLink, nodes: u16) -> Check {
    known("from", link.from, nodes)?;
    known("to", link.to, nodes)?;
    if link.from == link.to {
        let reason = format!("node {} has no link to itself", link.to);
        return Err(ScenarioError::new("to", reason));
    }
    Ok(())
}

fn check_links(links: &[DirectedLink], nodes: u16) -> Check {
    if links.is_empty() {
        let reason = "name at least one link, as {\"from\": \"A\", \"to\": \"B\"}";
        return Err(ScenarioError::new("", reason));
    }
    let most = usize::from(MAX_NODES) * usize::from(MAX_NODES);
    if links.len() > most {
        let reason = format!("{} links, but {most} is the most", links.len());
        return Err(ScenarioError::new("", reason));
    }
    let mut links = links.iter().enumerate();
    links.try_for_each(|(index, link)| {
        check_link(*link, nodes).map_err(|error| error.within(format!("[{index}]")))
    })
}

fn check_swizzle(isolated: &[NodeId], every: Duration, nodes: u16) -> Check {
    positive("every", every)?;
    if isolated.is_empty() {
        return Err(ScenarioError::new("nodes", "name at least one node"));
    }
    for (index, node) in isolated.iter().enumerate() {
        let path = format!("nodes[{index}]");
        known(&path, *node, nodes)?;
        if isolated[..index].contains(node) {
            return Err(ScenarioError::new(path, format!("node {node} is named twice")));
        }
    }
    if nodes < 2 {
        return Err(ScenarioError::new("nodes", "a node that is alone can't be isolated"));
    }
    Ok(())
}

fn execute(lab: &mut Lab, command: &Command) -> Result<Option<RequestId>, CommandError> {
    let cluster = &mut lab.cluster;
    match command {
        Command::Partition(side) => cluster.partition(side)?,
        Command::Isolate(node) => cluster.isolate(*node)?,
        Command::Heal => cluster.heal(),
        Command::Cut(links) => cluster.cut(&pairs(links))?,
        Command::Mend(links) => cluster.mend(&pairs(links))?,
        Command::Clog(link) => cluster.clog(link.from, link.to)?,
        Command::Unclog(link) => cluster.unclog(link.from, link.to)?,
        Command::SlowLink { from, to, by } => cluster.slow_link(*from, *to, *by)?,
        Command::LossyLink { from, to, share } => cluster.lossy_link(*from, *to, *share)?,
        Command::Swizzle { nodes, every } => cluster.swizzle(nodes, *every)?,
        _ => {}
    }
    Ok(None)
}

fn words(command: &Command) -> String {
    match command {
        Command::Partition(side) => format!("cut {} off from the others", joined(side)),
        Command::Isolate(node) => format!("cut {node} off from everybody"),
        Command::Heal => "make every link whole".to_owned(),
        Command::Cut(links) => format!("cut {}", few_links(&pairs(links))),
        Command::Mend(links) => format!("mend {}", few_links(&pairs(links))),
        Command::Clog(DirectedLink { from, to }) => format!("clog {from} to {to}"),
        Command::Unclog(DirectedLink { from, to }) => format!("unclog {from} to {to}"),
        Command::SlowLink { from, to, by } => format!("slow {from} to {to} by {by}"),
        Command::LossyLink { from, to, share: None } => {
            format!("let {from} to {to} lose no more than it did")
        }
        Command::LossyLink { from, to, share: Some(share) } => {
            format!("lose {:.1}% from {from} to {to}", share * 100.0)
        }
        Command::Swizzle { nodes, .. } => format!("swizzle {}", joined(nodes)),
        _ => String::new(),
    }
}

pub(super) fn record(intervention: &Intervention) -> String {
    match intervention {
        Intervention::Cut(links) => format!("the network was cut: {} blocked", few_links(links)),
        Intervention::Heal => "the network healed: no link is blocked".to_owned(),
        Intervention::Mend(links) => {
            format!("the network was mended: {} free again", few_links(links))
        }
        Intervention::Clog { from, to } => {
            format!("the link from {from} to {to} is clogged: messages wait")
        }
        Intervention::Unclog { from, to, released } => {
            let waited = count(released.len() as u64, "message");
            format!("the link from {from} to {to} is free: {waited} had waited")
        }
        Intervention::SlowLink { from, to, by: Duration::ZERO } => {
            format!("the link from {from} to {to} is as fast as it was")
        }
        Intervention::SlowLink { from, to, by } => {
            format!("the link from {from} to {to} takes {by} longer")
        }
        Intervention::LossyLink { from, to, share: None } => {
            format!("the link from {from} to {to} loses no more than it did")
        }
        Intervention::LossyLink { from, to, share: Some(share) } => {
            format!("the link from {from} to {to} loses {:.1}% of its messages", share * 100.0)
        }
        Intervention::Swizzle { nodes, every } => format!(
            "a swizzle begins: {} are cut off one by one, {every} apart, then healed",
            joined(nodes)
        ),
        _ => String::new(),
    }
}

fn pairs(links: &[DirectedLink]) -> Vec<(NodeId, NodeId)> {
    links.iter().map(|link| (link.from, link.to)).collect()
}

/// Returns the names of one or two links, or the number of more.
fn few_links(links: &[(NodeId, NodeId)]) -> String {
    match links {
        [_, _, _, ..] | [] => format!("{} links", links.len()),
        few => {
            let names: Vec<String> =
                few.iter().map(|(from, to)| format!("{from} to {to}")).collect();
            names.join(" and ")
        }
    }
}
