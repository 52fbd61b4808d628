//! Commands that plan other commands for later, and cancel them.

use ringside_sim::Intervention;
use ringside_store::{Instant, RequestId};

use super::Family;
use crate::error::{CommandError, ScenarioError};
use crate::lab::{Command, Lab, Planned};
use crate::scenario::MOST_EVENTS;
use crate::scenario::bounds::{Check, not_too_long};

pub(super) const FAMILY: Family = Family { check, execute, words };

fn check(command: &Command, nodes: u16) -> Check {
    match command {
        Command::Plan(planned) => check_plan(planned, nodes),
        _ => Ok(()),
    }
}

fn check_plan(planned: &Planned, nodes: u16) -> Check {
    not_too_long("at", planned.at)?;
    if matches!(*planned.command, Command::Plan(_) | Command::Cancel(_)) {
        let reason = "plans are made and cancelled at once, not later";
        return Err(ScenarioError::new("do", reason));
    }
    planned.command.check(nodes).map_err(|error| error.within("do"))
}

fn execute(lab: &mut Lab, command: &Command) -> Result<Option<RequestId>, CommandError> {
    match command {
        Command::Plan(planned) => plan(lab, planned)?,
        Command::Cancel(number) => cancel(lab, *number)?,
        _ => {}
    }
    Ok(None)
}

/// Adds a command to the schedule.
///
/// # Errors
///
/// Refuses a time that has passed, and one plan too many.
fn plan(lab: &mut Lab, planned: &Planned) -> Result<(), CommandError> {
    let (at, now) = (Instant::ZERO + planned.at, lab.now());
    if at <= now {
        let reason = format!("{at} is not ahead: the clock stands at {now}");
        return Err(ScenarioError::new("plan.at", reason).into());
    }
    if lab.schedule.iter().len() >= MOST_EVENTS {
        let reason = format!("{MOST_EVENTS} are planned already, and that is the most");
        return Err(ScenarioError::new("plan", reason).into());
    }
    lab.schedule.add(at, (*planned.command).clone());
    lab.cluster.note_plan(at, &planned.command.words());
    Ok(())
}

/// Removes the command of this number from the schedule.
///
/// # Errors
///
/// Refuses a number that was never given, or whose command was executed or cancelled.
fn cancel(lab: &mut Lab, number: u32) -> Result<(), CommandError> {
    let reason = || format!("nothing is planned under the number {number}, or no longer");
    let due = lab.schedule.take(number);
    let due = due.ok_or_else(|| ScenarioError::new("cancel", reason()))?;
    lab.cluster.note_cancelled(&due.command.words());
    Ok(())
}

fn words(command: &Command) -> String {
    match command {
        Command::Plan(planned) => format!("plan to {}", planned.command.words()),
        Command::Cancel(number) => format!("cancel plan {number}"),
        _ => String::new(),
    }
}

pub(super) fn record(intervention: &Intervention) -> String {
    match intervention {
        Intervention::Planned { at, what } => format!("planned for {at}: {what}"),
        Intervention::Cancelled(what) => format!("no longer planned: {what}"),
        Intervention::Refused(reason) => {
            format!("the schedule could not go on as written: {reason}")
        }
        _ => String::new(),
    }
}
