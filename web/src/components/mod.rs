//! The parts of the page, one component a file, each with a stylesheet of its name.

mod clock;
mod cut_lines;
mod event_log;
mod faults;
mod fields;
mod flights;
mod gone_nodes;
mod header;
mod help;
mod icon;
mod key_form;
mod key_walk;
mod kind_mark;
mod lamps;
mod legend;
mod lists;
mod load;
mod log_row;
mod mechanisms;
mod network;
mod node_button;
mod notice_bar;
mod operation;
mod panel;
mod quorum;
mod readings;
mod replicas;
mod ring_band;
mod seed_field;
mod speed_control;
mod stage;
mod stage_tags;
mod staleness;
mod time;
mod transport;
mod versions;
mod votes;

pub(crate) use faults::FaultsPanel;
pub(crate) use header::Header;
pub(crate) use key_form::KeyForm;
pub(crate) use lists::Lists;
pub(crate) use load::LoadPanel;
pub(crate) use mechanisms::{MechanismsPanel, toggle_mechanisms};
pub(crate) use network::NetworkPanel;
pub(crate) use notice_bar::NoticeBar;
pub(crate) use operation::OperationPanel;
pub(crate) use quorum::QuorumPanel;
pub(crate) use readings::Readings;
pub(crate) use replicas::ReplicasPanel;
pub(crate) use stage::Stage;
pub(crate) use staleness::{
    ObjectivesPanel, StalenessDesk, StalenessStrip, VerdictPanel, toggle_staleness,
};
pub(crate) use time::{AskDialog, MarkJumps, TimeBar, WhyPanel};
pub(crate) use transport::Transport;
