//! The panels about the selected key and operation: outcome, votes, replicas, log, messages and counters.

mod counters;
mod event_log;
mod lamps;
mod lists;
mod log_row;
mod message_actions;
mod messages;
mod panel;
mod replicas;
mod side_effects;
mod version_list;
mod votes;

pub(crate) use counters::Counters;
pub(crate) use lists::Lists;
pub(crate) use panel::OperationPanel;
pub(crate) use replicas::ReplicasPanel;
pub(crate) use version_list::VersionList;
