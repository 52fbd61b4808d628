//! Commands by family: for each family its checks, its execution, and its words.
//!
//! The words of a planned command are an order: `crash A`. The words of an intervention, the journal's record
//! of a command, describe in the log what was done.
//!
//! The words of a planned command and the reason of a refused one stand in the journal, so a change of
//! these texts changes the digests of runs that plan or are refused something.

mod channels;
mod links;
mod messages;
mod nodes;
mod plans;
mod requests;
mod settings;

use ringside_sim::{Intervention, MAX_NODES};
use ringside_store::RequestId;

use super::Lab;
use super::command::Command;
use crate::error::{CommandError, ScenarioError};
use crate::scenario::bounds::Check;

/// Commands that belong together. Each function is called with commands of its family alone.
struct Family {
    /// Checks the values of a command against a cluster of this number of nodes.
    check: fn(&Command, u16) -> Check,
    /// Executes a command. Returns the request of a put, get or delete.
    execute: fn(&mut Lab, &Command) -> Result<Option<RequestId>, CommandError>,
    /// Returns a command in words, as an order.
    words: fn(&Command) -> String,
}

impl Command {
    /// Checks the command's values against a cluster of `nodes` nodes.
    ///
    /// # Errors
    ///
    /// Names the value that is impossible in any state of the cluster.
    pub(crate) fn check(&self, nodes: u16) -> Result<(), ScenarioError> {
        (self.family().check)(self, nodes).map_err(|error| error.within(self.name()))
    }

    /// Returns the command in words, as an order: `crash A`.
    pub(crate) fn words(&self) -> String {
        (self.family().words)(self)
    }

    /// Returns the number of nodes that there can be after the command, from the number before it: one
    /// more if the next node joins.
    pub(crate) fn nodes_after(&self, nodes: u16) -> u16 {
        match self {
            Self::Join(node) if node.0 == nodes => nodes.saturating_add(1).min(MAX_NODES),
            Self::Plan(planned) => planned.command.nodes_after(nodes),
            _ => nodes,
        }
    }

    const fn family(&self) -> &'static Family {
        match self {
            Self::Put { .. } | Self::Get { .. } | Self::Delete { .. } => &requests::FAMILY,
            Self::Crash(_)
            | Self::Restart(_)
            | Self::Wipe(_)
            | Self::Pause(_)
            | Self::Resume(_)
            | Self::Slow { .. }
            | Self::Clock(_)
            | Self::Join(_)
            | Self::Leave(_)
            | Self::Remove { .. } => &nodes::FAMILY,
            Self::Partition(_)
            | Self::Isolate(_)
            | Self::Heal
            | Self::Cut(_)
            | Self::Mend(_)
            | Self::Clog(_)
            | Self::Unclog(_)
            | Self::SlowLink { .. }
            | Self::LossyLink { .. }
            | Self::Swizzle { .. } => &links::FAMILY,
            Self::Hold(_)
            | Self::Release(_)
            | Self::Drop(_)
            | Self::Duplicate(_)
            | Self::Delay { .. } => &messages::FAMILY,
            Self::Latency(_)
            | Self::Legs(_)
            | Self::Regions(_)
            | Self::Loss(_)
            | Self::Duplication(_)
            | Self::Reordering(_)
            | Self::Chaos(_) => &channels::FAMILY,
            Self::Quorum { .. }
            | Self::Load(_)
            | Self::Service(_)
            | Self::Coordinator(_)
            | Self::Settings(_) => &settings::FAMILY,
            Self::Plan(_) | Self::Cancel(_) => &plans::FAMILY,
        }
    }
}

impl Lab {
    /// Executes a command. Returns the request of a put, get or delete.
    ///
    /// # Errors
    ///
    /// Refuses impossible values, and what the cluster's state does not allow; nothing has changed
    /// then.
    pub(super) fn execute(&mut self, command: &Command) -> Result<Option<RequestId>, CommandError> {
        (command.family().execute)(self, command)
    }
}

/// Returns what was done to the cluster in words.
pub(crate) fn intervention_words(intervention: &Intervention) -> String {
    match intervention {
        Intervention::Crash(_)
        | Intervention::Restart(_)
        | Intervention::Wipe(_)
        | Intervention::Pause(_)
        | Intervention::Resume(_)
        | Intervention::Slow { .. }
        | Intervention::Clock { .. }
        | Intervention::Join(_)
        | Intervention::Leave(_)
        | Intervention::Remove { .. } => nodes::record(intervention),
        Intervention::Cut(_)
        | Intervention::Heal
        | Intervention::Mend(_)
        | Intervention::Clog { .. }
        | Intervention::Unclog { .. }
        | Intervention::SlowLink { .. }
        | Intervention::LossyLink { .. }
        | Intervention::Swizzle { .. } => links::record(intervention),
        Intervention::Hold(_)
        | Intervention::Release(..)
        | Intervention::Duplicate { .. }
        | Intervention::Delay { .. } => messages::record(intervention),
        Intervention::Latency(_)
        | Intervention::Legs(_)
        | Intervention::Regions(_)
        | Intervention::Loss(_)
        | Intervention::Duplication(_)
        | Intervention::Reordering(_)
        | Intervention::Chaos(_) => channels::record(intervention),
        Intervention::Quorum(_)
        | Intervention::Load(_)
        | Intervention::Service(_)
        | Intervention::Coordinator(_)
        | Intervention::Settings(_) => settings::record(intervention),
        Intervention::Planned { .. } | Intervention::Cancelled(_) | Intervention::Refused(_) => {
            plans::record(intervention)
        }
    }
}
