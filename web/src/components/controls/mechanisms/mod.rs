//! The panel with a switch or a dial for every mechanism of the store.
//!
//! Each group of mechanisms is a file with three functions: what is in force, in a line; what it has
//! done so far, in a line; and its controls.

mod anti_entropy;
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

pub(crate) use open_button::open_mechanisms;
pub(crate) use panel::{MechanismsPanel, toggle_mechanisms};
