//! What was done to the cluster, in plain words.

use ringside_random::Latency;
use ringside_sim::{ClockSkew, CoordinatorChoice, Intervention, Legs, Service};
use ringside_store::{Duration, NodeId, Settings};
use serde_json::Value;

use super::{count, joined};
use crate::scenario::Skew;

/// Tells what somebody did to the cluster.
pub(crate) fn words(act: &Intervention) -> String {
    match act {
        Intervention::Crash(node) => format!("{node} crashed: its memory is lost, its disk stays"),
        Intervention::Restart(node) => format!("{node} is back on its disk"),
        Intervention::Wipe(node) => format!("{node} stopped and lost its disk"),
        Intervention::Cut(links) => format!("the network was cut: {} blocked", ways(links)),
        Intervention::Heal => "the network healed: no link is blocked".to_owned(),
        Intervention::Quorum(quorum) => {
            format!("N, R, W are now {}, {}, {}", quorum.n(), quorum.r(), quorum.w())
        }
        Intervention::Load(None) => "the load is off".to_owned(),
        Intervention::Load(Some(load)) => {
            format!(
                "the load is on: {} operations a second, {:.0}% of them gets",
                load.rate,
                load.read_share * 100.0
            )
        }
        Intervention::Hold(message) => format!("message {} is held where it is", message.0),
        Intervention::Release(message, _) => format!("message {} goes on", message.0),
        Intervention::Service(service) => service_words(service),
        Intervention::Pause(node) => {
            format!("{node} is paused: it keeps its memory and handles nothing")
        }
        Intervention::Resume(node) => format!("{node} goes on"),
        Intervention::Slow { node, by } if *by == Duration::ZERO => {
            format!("{node} is as fast as the others")
        }
        Intervention::Slow { node, by } => format!("{node} takes {by} longer for each message"),
        Intervention::Mend(links) => format!("the network was mended: {} free again", ways(links)),
        Intervention::Clog { from, to } => {
            format!("the link from {from} to {to} is clogged: messages wait")
        }
        Intervention::Unclog { from, to, released } => {
            let waited = count(released.len() as u64, "message");
            format!("the link from {from} to {to} is free: {waited} had waited")
        }
        Intervention::Swizzle { nodes, every } => {
            let names = joined(nodes);
            format!("a swizzle begins: {names} are cut off one by one, {every} apart, then healed")
        }
        Intervention::Chaos(dial) if *dial > 0.0 => {
            format!("chaos is at {dial}: faults strike at random")
        }
        Intervention::Chaos(_) => "chaos is off, and the faults that it brought end".to_owned(),
        Intervention::Clock { node, skew } => clock_words(*node, *skew),
        Intervention::Coordinator(choice) => format!("clients ask {}", choice_words(*choice)),
        Intervention::Settings(settings) => settings_words(settings),
        Intervention::Join(node) => format!("{node} is told to join the cluster"),
        Intervention::Leave(node) => format!("{node} is told to leave the cluster"),
        Intervention::Remove { node, by } => format!("{by} is told that {node} is gone for good"),
        Intervention::Latency(_)
        | Intervention::Loss(_)
        | Intervention::Duplication(_)
        | Intervention::Reordering(_)
        | Intervention::Legs(_)
        | Intervention::Regions(_) => channel_words(act),
        Intervention::Duplicate { .. }
        | Intervention::Delay { .. }
        | Intervention::SlowLink { .. }
        | Intervention::LossyLink { .. } => strain_words(act),
        Intervention::Planned { at, what } => format!("planned for {at}: {what}"),
        Intervention::Cancelled(what) => format!("no longer planned: {what}"),
        Intervention::Refused(reason) => {
            format!("the schedule could not go on as written: {reason}")
        }
    }
}

/// Describes a change of the channels between nodes.
fn channel_words(act: &Intervention) -> String {
    match act {
        Intervention::Latency(latency) => {
            format!("messages between nodes now take {}", average(latency))
        }
        Intervention::Loss(loss) => {
            format!("{:.1}% of messages between nodes are lost now", loss * 100.0)
        }
        Intervention::Duplication(share) => {
            format!("{:.1}% of messages between nodes arrive twice now", share * 100.0)
        }
        Intervention::Reordering(share) => {
            format!("{:.1}% of messages between nodes take a second delay now", share * 100.0)
        }
        Intervention::Legs(legs) => legs_words(legs),
        Intervention::Regions(Some(regions)) if regions.count > 1 => format!(
            "the nodes are in {} regions, and a message from one to another takes {} longer",
            regions.count, regions.apart
        ),
        Intervention::Regions(_) => "all nodes are near each other".to_owned(),
        _ => String::new(),
    }
}

/// Tells what was done to a single message, or how a link differs from what it was.
fn strain_words(act: &Intervention) -> String {
    match act {
        Intervention::Duplicate { message, copy } => {
            format!("message {} goes out a second time, as message {}", message.0, copy.0)
        }
        Intervention::Delay { message, by, .. } => {
            format!("message {} takes {by} longer", message.0)
        }
        Intervention::SlowLink { from, to, by } if *by == Duration::ZERO => {
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
        _ => String::new(),
    }
}

fn clock_words(node: NodeId, skew: ClockSkew) -> String {
    let ClockSkew { skew_us, drift_ppm } = skew;
    if skew == ClockSkew::default() {
        return format!("{node}'s wall clock is right");
    }
    let skew = Skew(skew_us);
    format!("{node}'s wall clock is off by {skew} and drifts by {drift_ppm} parts per million")
}

/// Names a few links, and counts many.
pub(crate) fn ways(links: &[(NodeId, NodeId)]) -> String {
    match links {
        [_, _, _, ..] | [] => format!("{} links", links.len()),
        few => {
            let names: Vec<String> = few.iter().map(|(a, b)| format!("{a} to {b}")).collect();
            names.join(" and ")
        }
    }
}

fn average(latency: &Latency) -> String {
    match latency.mean_us() / 1e3 {
        ms if ms.is_finite() => format!("{ms:.1} ms on average"),
        _ => "so long at times that there is no average".to_owned(),
    }
}

fn legs_words(legs: &Legs) -> String {
    let legs = [
        ("writes take", &legs.w),
        ("their acknowledgements", &legs.a),
        ("reads", &legs.r),
        ("their answers", &legs.s),
    ];
    let models = legs.iter().filter_map(|(name, leg)| leg.as_ref().map(|leg| (name, leg)));
    let parts: Vec<String> = models.map(|(name, leg)| format!("{name} {}", average(leg))).collect();
    match &parts[..] {
        [] => "messages of writes and reads take as long as all others".to_owned(),
        parts => format!("between nodes: {}", parts.join(", ")),
    }
}

fn service_words(service: &Service) -> String {
    match &service.time {
        Some(time) => format!(
            "a node takes {:.1} ms for a message on average, and {} may wait",
            time.mean_us() / 1e3,
            service.mailbox
        ),
        None => "nodes take no time for a message".to_owned(),
    }
}

pub(crate) const fn choice_words(choice: CoordinatorChoice) -> &'static str {
    match choice {
        CoordinatorChoice::Replica => "one of the key's replicas",
        CoordinatorChoice::Any => "any node",
        CoordinatorChoice::Fixed => "one node each, always the same",
        CoordinatorChoice::Fastest => "the replica that answered first the last time",
    }
}

/// Says which of the store's settings are not as usual.
fn settings_words(settings: &Settings) -> String {
    let as_value = |settings: &Settings| serde_json::to_value(settings).unwrap_or_default();
    let mut changes = Vec::new();
    differences("", &as_value(&Settings::default()), &as_value(settings), &mut changes);
    if changes.is_empty() {
        return "the store's settings are as usual".to_owned();
    }
    format!("the store's settings are as usual but for {}", changes.join(", "))
}

/// Lists the fields that differ, each with its path and its new value.
fn differences(path: &str, usual: &Value, now: &Value, found: &mut Vec<String>) {
    match (usual, now) {
        (Value::Object(usual), Value::Object(now)) if usual.keys().eq(now.keys()) => {
            for (name, value) in now {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                differences(&path, &usual[name], value, found);
            }
        }
        _ if usual == now => {}
        (_, Value::String(text)) => found.push(format!("{path} = {text}")),
        (_, now) => found.push(format!("{path} = {now}")),
    }
}
