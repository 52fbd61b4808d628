//! Controls of the cluster: the request form, N/R/W, load, network, faults and mechanisms.

mod faults;
mod key_form;
mod latency;
mod load;
mod mechanisms;
mod network;
mod quorum;

pub(crate) use faults::FaultsPanel;
pub(crate) use key_form::KeyForm;
pub(crate) use load::LoadPanel;
pub(crate) use mechanisms::{MechanismsPanel, toggle_mechanisms};
pub(crate) use network::NetworkPanel;
pub(crate) use quorum::QuorumPanel;
