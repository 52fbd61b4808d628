//! The panel with a switch or a slider for every mechanism of the store.
//!
//! Each group of mechanisms is a file with three functions: a summary of its settings, a line of counters,
//! and its controls.

mod anti_entropy;
mod catalog;
mod controls;
mod coordinator;
mod deletes;
mod gossip;
mod group;
mod handle;
mod hints;
mod network;
mod open_button;
mod panel;
mod quorums;
mod read_repair;
mod service;
mod spec;
mod streaming;
mod versions;

pub(crate) use open_button::MechanismsButton;
pub(crate) use panel::{MechanismsPanel, toggle_mechanisms};
