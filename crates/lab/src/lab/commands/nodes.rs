//! Commands on single nodes: crash, restart, wipe, pause, resume, slow, clock, join, leave and remove.

use ringside_sim::{ClockSkew, Intervention, MAX_NODES};
use ringside_store::{Duration, NodeId, RequestId};

use super::Family;
use crate::error::{CommandError, ScenarioError};
use crate::lab::{Command, Lab};
use crate::scenario::Skew;
use crate::scenario::bounds::{Check, known, not_too_long};

pub(super) const FAMILY: Family = Family { check, execute, words };

fn check(command: &Command, nodes: u16) -> Check {
    match command {
        Command::Crash(node)
        | Command::Restart(node)
        | Command::Wipe(node)
        | Command::Pause(node)
        | Command::Resume(node)
        | Command::Leave(node) => known("", *node, nodes),
        Command::Slow { node, by } => {
            known("node", *node, nodes)?;
            not_too_long("by", *by)
        }
        Command::Clock(clock) => clock.check(nodes),
        Command::Join(node) => check_join(*node, nodes),
        Command::Remove { node, by } => {
            known("node", *node, nodes)?;
            by.map_or(Ok(()), |by| known("by", by, nodes))
        }
        _ => Ok(()),
    }
}

fn check_join(node: NodeId, nodes: u16) -> Check {
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

fn execute(lab: &mut Lab, command: &Command) -> Result<Option<RequestId>, CommandError> {
    let cluster = &mut lab.cluster;
    match command {
        Command::Crash(node) => cluster.crash(*node)?,
        Command::Restart(node) => cluster.restart(*node)?,
        Command::Wipe(node) => cluster.wipe(*node)?,
        Command::Pause(node) => cluster.pause(*node)?,
        Command::Resume(node) => cluster.resume(*node)?,
        Command::Slow { node, by } => cluster.slow(*node, *by)?,
        Command::Clock(clock) => cluster.set_clock(clock.node, clock.to_sim())?,
        Command::Join(node) => cluster.join(*node)?,
        Command::Leave(node) => cluster.leave(*node)?,
        Command::Remove { node, by } => cluster.remove(*node, *by)?,
        _ => {}
    }
    Ok(None)
}

fn words(command: &Command) -> String {
    match command {
        Command::Crash(node) => format!("crash {node}"),
        Command::Restart(node) => format!("restart {node}"),
        Command::Wipe(node) => format!("wipe {node}"),
        Command::Pause(node) => format!("pause {node}"),
        Command::Resume(node) => format!("let {node} go on"),
        Command::Slow { node, by: Duration::ZERO } => {
            format!("let {node} be as fast as the others")
        }
        Command::Slow { node, by } => format!("slow {node} down by {by} a message"),
        Command::Clock(clock) => {
            format!("set the wall clock of {} off by {}", clock.node, clock.skew)
        }
        Command::Join(node) => format!("let {node} join"),
        Command::Leave(node) => format!("let {node} leave"),
        Command::Remove { node, .. } => format!("remove {node}"),
        _ => String::new(),
    }
}

pub(super) fn record(intervention: &Intervention) -> String {
    match intervention {
        Intervention::Crash(node) => format!("{node} crashed: its memory is lost, its disk stays"),
        Intervention::Restart(node) => format!("{node} is back on its disk"),
        Intervention::Wipe(node) => format!("{node} stopped and lost its disk"),
        Intervention::Pause(node) => {
            format!("{node} is paused: it keeps its memory and handles nothing")
        }
        Intervention::Resume(node) => format!("{node} goes on"),
        Intervention::Slow { node, by: Duration::ZERO } => {
            format!("{node} is as fast as the others")
        }
        Intervention::Slow { node, by } => format!("{node} takes {by} longer for each message"),
        Intervention::Clock { node, skew } if *skew == ClockSkew::default() => {
            format!("{node}'s wall clock is right")
        }
        Intervention::Clock { node, skew: ClockSkew { skew_us, drift_ppm } } => format!(
            "{node}'s wall clock is off by {} and drifts by {drift_ppm} parts per million",
            Skew(*skew_us)
        ),
        Intervention::Join(node) => format!("{node} is told to join the cluster"),
        Intervention::Leave(node) => format!("{node} is told to leave the cluster"),
        Intervention::Remove { node, by } => format!("{by} is told that {node} is gone for good"),
        _ => String::new(),
    }
}
