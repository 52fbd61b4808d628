//! What a command is to do, in plain words: as an order, for what is planned.

use ringside_store::{Duration, NodeId};

use super::interventions::{choice_words, ways};
use super::joined;
use crate::lab::{Command, Way};
use ringside_sim::MessageId;

/// Tells what a command is to do.
pub(crate) fn words(command: &Command) -> String {
    asked(command)
        .or_else(|| of_nodes(command))
        .or_else(|| of_links(command))
        .or_else(|| of_messages(command))
        .or_else(|| of_channels(command))
        .unwrap_or_else(|| others(command))
}

fn asked(command: &Command) -> Option<String> {
    let by = |through: &Option<NodeId>| {
        through.map(|node| format!(" through {node}")).unwrap_or_default()
    };
    Some(match command {
        Command::Put { key, value, through, .. } => format!("put {key} = {value}{}", by(through)),
        Command::Get { key, through } => format!("get {key}{}", by(through)),
        Command::Delete { key, through } => format!("delete {key}{}", by(through)),
        _ => return None,
    })
}

fn of_nodes(command: &Command) -> Option<String> {
    Some(match command {
        Command::Crash(node) => format!("crash {node}"),
        Command::Restart(node) => format!("restart {node}"),
        Command::Wipe(node) => format!("wipe {node}"),
        Command::Pause(node) => format!("pause {node}"),
        Command::Resume(node) => format!("let {node} go on"),
        Command::Slow { node, by } if *by == Duration::ZERO => {
            format!("let {node} be as fast as the others")
        }
        Command::Slow { node, by } => format!("slow {node} down by {by} a message"),
        Command::Clock(clock) => {
            format!("set the wall clock of {} off by {}", clock.node, clock.skew)
        }
        Command::Join(node) => format!("let {node} join"),
        Command::Leave(node) => format!("let {node} leave"),
        Command::Remove { node, .. } => format!("remove {node}"),
        _ => return None,
    })
}

fn of_links(command: &Command) -> Option<String> {
    let listed = |links: &[Way]| ways(&links.iter().map(|it| (it.from, it.to)).collect::<Vec<_>>());
    Some(match command {
        Command::Partition(side) => format!("cut {} off from the others", joined(side)),
        Command::Isolate(node) => format!("cut {node} off from everybody"),
        Command::Heal => "make every link whole".to_owned(),
        Command::Cut(links) => format!("cut {}", listed(links)),
        Command::Mend(links) => format!("mend {}", listed(links)),
        Command::Clog(Way { from, to }) => format!("clog {from} to {to}"),
        Command::Unclog(Way { from, to }) => format!("unclog {from} to {to}"),
        Command::SlowLink { from, to, by } => format!("slow {from} to {to} by {by}"),
        Command::LossyLink { from, to, share: None } => {
            format!("let {from} to {to} lose no more than it did")
        }
        Command::LossyLink { from, to, share: Some(share) } => {
            format!("lose {:.1}% from {from} to {to}", share * 100.0)
        }
        Command::Swizzle { nodes, .. } => format!("swizzle {}", joined(nodes)),
        _ => return None,
    })
}

fn of_messages(command: &Command) -> Option<String> {
    let one = |verb: &str, message: &MessageId| format!("{verb} message {}", message.0);
    Some(match command {
        Command::Hold(message) => one("hold", message),
        Command::Release(message) => one("release", message),
        Command::Drop(message) => one("drop", message),
        Command::Duplicate(message) => one("duplicate", message),
        Command::Delay { message, by } => format!("delay message {} by {by}", message.0),
        _ => return None,
    })
}

fn of_channels(command: &Command) -> Option<String> {
    let share = |what: &str, share: &f64| format!("{what} {:.1}% of messages", share * 100.0);
    Some(match command {
        Command::Loss(part) => share("lose", part),
        Command::Duplication(part) => share("double", part),
        Command::Reordering(part) => share("reorder", part),
        Command::Chaos(dial) if *dial > 0.0 => format!("set chaos to {dial}"),
        Command::Chaos(_) => "end chaos".to_owned(),
        _ => return None,
    })
}

fn others(command: &Command) -> String {
    match command {
        Command::Quorum { n, r, w } => format!("set N, R, W to {n}, {r}, {w}"),
        Command::Load(load) if load.on => format!("put {} operations a second on", load.rate),
        Command::Load(_) => "take the load off".to_owned(),
        Command::Coordinator(choice) => format!("let clients ask {}", choice_words(*choice)),
        Command::Latency(_) | Command::Legs(_) => "change how long messages take".to_owned(),
        Command::Regions(_) => "change which nodes are far from which".to_owned(),
        Command::Service(_) => "change how long nodes take for a message".to_owned(),
        Command::Settings(_) => "change the settings of the store".to_owned(),
        Command::Plan(planned) => format!("plan to {}", words(&planned.command)),
        Command::Cancel(number) => format!("cancel what is planned under {number}"),
        other => other.name().to_owned(),
    }
}
