//! Commands on single messages: hold, release, drop, duplicate and delay.

use ringside_sim::{Intervention, MessageId};
use ringside_store::RequestId;

use super::Family;
use crate::error::CommandError;
use crate::lab::{Command, Lab};
use crate::scenario::bounds::{Check, positive};

pub(super) const FAMILY: Family = Family { check, execute, words };

fn check(command: &Command, _: u16) -> Check {
    match command {
        Command::Delay { message: _, by } => positive("by", *by),
        _ => Ok(()),
    }
}

fn execute(lab: &mut Lab, command: &Command) -> Result<Option<RequestId>, CommandError> {
    let cluster = &mut lab.cluster;
    match command {
        Command::Hold(message) => cluster.hold(*message)?,
        Command::Release(message) => cluster.release(*message)?,
        Command::Drop(message) => cluster.drop_message(*message)?,
        Command::Duplicate(message) => cluster.duplicate(*message)?,
        Command::Delay { message, by } => cluster.delay(*message, *by)?,
        _ => {}
    }
    Ok(None)
}

fn words(command: &Command) -> String {
    match command {
        Command::Hold(MessageId(id)) => format!("hold message {id}"),
        Command::Release(MessageId(id)) => format!("release message {id}"),
        Command::Drop(MessageId(id)) => format!("drop message {id}"),
        Command::Duplicate(MessageId(id)) => format!("duplicate message {id}"),
        Command::Delay { message: MessageId(id), by } => format!("delay message {id} by {by}"),
        _ => String::new(),
    }
}

pub(super) fn record(intervention: &Intervention) -> String {
    match intervention {
        Intervention::Hold(MessageId(id)) => format!("message {id} is held where it is"),
        Intervention::Release(MessageId(id), _) => format!("message {id} goes on"),
        Intervention::Duplicate { message: MessageId(id), copy } => {
            format!("message {id} goes out a second time, as message {}", copy.0)
        }
        Intervention::Delay { message: MessageId(id), by, .. } => {
            format!("message {id} takes {by} longer")
        }
        _ => String::new(),
    }
}
