//! Commands that ask the store: put, get and delete.

use ringside_store::{Key, NodeId, Operation, RequestId, Value};

use super::Family;
use crate::error::{CommandError, ScenarioError};
use crate::lab::{Command, Lab};
use crate::scenario::bounds::{Check, known, positive, short};
use crate::scenario::check::{LONGEST_KEY, LONGEST_VALUE};

pub(super) const FAMILY: Family = Family { check, execute, words };

fn check(command: &Command, nodes: u16) -> Check {
    match command {
        Command::Put { key, value, through, ttl } => {
            short("value", value, LONGEST_VALUE)?;
            check_request(key, *through, nodes)?;
            ttl.map_or(Ok(()), |ttl| positive("ttl", ttl))
        }
        Command::Get { key, through } | Command::Delete { key, through } => {
            check_request(key, *through, nodes)
        }
        _ => Ok(()),
    }
}

fn check_request(key: &str, through: Option<NodeId>, nodes: u16) -> Check {
    if key.is_empty() {
        return Err(ScenarioError::new("key", "must not be empty"));
    }
    short("key", key, LONGEST_KEY)?;
    through.map_or(Ok(()), |node| known("through", node, nodes))
}

fn execute(lab: &mut Lab, command: &Command) -> Result<Option<RequestId>, CommandError> {
    let cluster = &mut lab.cluster;
    let request = match command {
        Command::Put { key, value, through, ttl: Some(ttl) } => {
            cluster.put_with_ttl(*ttl, &Key::new(key), Value::new(value), *through)?
        }
        Command::Put { key, value, through, ttl: None } => {
            let value = Some(Value::new(value));
            cluster.request(Operation::Put, &Key::new(key), value, *through)?
        }
        Command::Get { key, through } => {
            cluster.request(Operation::Get, &Key::new(key), None, *through)?
        }
        Command::Delete { key, through } => {
            cluster.request(Operation::Delete, &Key::new(key), None, *through)?
        }
        _ => return Ok(None),
    };
    Ok(Some(request))
}

fn words(command: &Command) -> String {
    let (order, through) = match command {
        Command::Put { key, value, through, .. } => (format!("put {key} = {value}"), through),
        Command::Get { key, through } => (format!("get {key}"), through),
        Command::Delete { key, through } => (format!("delete {key}"), through),
        _ => return String::new(),
    };
    match through {
        Some(node) => format!("{order} through {node}"),
        None => order,
    }
}
