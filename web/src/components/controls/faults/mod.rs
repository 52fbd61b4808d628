//! What a person breaks and mends: the simple faults in front, and the others behind them.

mod clock;
mod command_button;
mod link;
mod members;
mod more;
mod nodes;
mod panel;
mod plans;
mod random;
mod strained;
mod when;

pub(crate) use panel::FaultsPanel;
