//! Commands on the cluster as a whole: quorum, load, service, coordinator and the store's settings.

use ringside_sim::{CoordinatorChoice, Intervention, Service as SimService};
use ringside_store::{RequestId, Settings};
use serde_json::Value;

use super::Family;
use crate::error::{CommandError, ScenarioError};
use crate::lab::{Command, Lab};
use crate::scenario::bounds::Check;
use crate::scenario::check;
use crate::scenario::{Load, Service};

pub(super) const FAMILY: Family = Family { check, execute, words };

fn check(command: &Command, nodes: u16) -> Check {
    match command {
        Command::Quorum { n, r, w } => {
            check::quorum(*n, *r, *w)?;
            check_replicas(*n, nodes)
        }
        Command::Load(load) => load.check(),
        Command::Service(service) => service.to_sim().map(|_| ()),
        Command::Settings(settings) => check::settings(settings),
        _ => Ok(()),
    }
}

fn check_replicas(n: u16, nodes: u16) -> Check {
    if n <= nodes {
        return Ok(());
    }
    Err(ScenarioError::new("n", format!("n is {n}, but there are only {nodes} nodes")))
}

fn execute(lab: &mut Lab, command: &Command) -> Result<Option<RequestId>, CommandError> {
    match command {
        Command::Quorum { n, r, w } => lab.cluster.set_quorum(check::quorum(*n, *r, *w)?)?,
        Command::Load(load) => set_load(lab, load)?,
        Command::Service(service) => set_service(lab, service)?,
        Command::Coordinator(choice) => lab.cluster.set_coordinator(*choice),
        Command::Settings(settings) => lab.cluster.set_settings((**settings).clone()),
        _ => {}
    }
    Ok(None)
}

fn set_load(lab: &mut Lab, load: &Load) -> Result<(), CommandError> {
    let changed = lab.cluster.set_load(load.to_sim());
    changed.map_err(|error| ScenarioError::new("load", error))?;
    lab.load = load.clone();
    Ok(())
}

fn set_service(lab: &mut Lab, service: &Service) -> Result<(), CommandError> {
    lab.cluster.set_service(service.to_sim()?);
    lab.service = service.clone();
    Ok(())
}

fn words(command: &Command) -> String {
    match command {
        Command::Quorum { n, r, w } => format!("set N, R, W to {n}, {r}, {w}"),
        Command::Load(load) if load.on => format!("put {} operations a second on", load.rate),
        Command::Load(_) => "take the load off".to_owned(),
        Command::Service(_) => "change how long nodes take for a message".to_owned(),
        Command::Coordinator(choice) => format!("let clients ask {}", coordinator_words(*choice)),
        Command::Settings(_) => "change the settings of the store".to_owned(),
        _ => String::new(),
    }
}

pub(super) fn record(intervention: &Intervention) -> String {
    match intervention {
        Intervention::Quorum(quorum) => {
            format!("N, R, W are now {}, {}, {}", quorum.n(), quorum.r(), quorum.w())
        }
        Intervention::Load(None) => "the load is off".to_owned(),
        Intervention::Load(Some(load)) => format!(
            "the load is on: {} operations a second, {:.0}% of them gets",
            load.rate,
            load.read_share * 100.0
        ),
        Intervention::Service(SimService { time: Some(time), mailbox, .. }) => format!(
            "a node takes {:.1} ms for a message on average, and {mailbox} may wait",
            time.mean_us() / 1e3
        ),
        Intervention::Service(_) => "nodes take no time for a message".to_owned(),
        Intervention::Coordinator(choice) => format!("clients ask {}", coordinator_words(*choice)),
        Intervention::Settings(settings) => settings_words(settings),
        _ => String::new(),
    }
}

const fn coordinator_words(choice: CoordinatorChoice) -> &'static str {
    match choice {
        CoordinatorChoice::Replica => "one of the key's replicas",
        CoordinatorChoice::Any => "any node",
        CoordinatorChoice::Fixed => "one node each, always the same",
        CoordinatorChoice::Fastest => "the replica that answered first the last time",
    }
}

/// Returns the store's settings that are not at their defaults, in words.
fn settings_words(settings: &Settings) -> String {
    let as_value = |settings: &Settings| serde_json::to_value(settings).unwrap_or_default();
    let mut changes = Vec::new();
    add_differences("", &as_value(&Settings::default()), &as_value(settings), &mut changes);
    if changes.is_empty() {
        return "the store's settings are the defaults".to_owned();
    }
    format!("the store's settings are the defaults except {}", changes.join(", "))
}

/// Adds the fields that differ from their defaults, each with its path and its new value.
fn add_differences(path: &str, default: &Value, now: &Value, changes: &mut Vec<String>) {
    match (default, now) {
        (Value::Object(default), Value::Object(now)) if default.keys().eq(now.keys()) => {
            for (name, value) in now {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                add_differences(&path, &default[name], value, changes);
            }
        }
        _ if default == now => {}
        (_, Value::String(text)) => changes.push(format!("{path} = {text}")),
        (_, now) => changes.push(format!("{path} = {now}")),
    }
}
