//! The panel of faults: the common ones in front, and the others behind a button.

mod clock;
mod command_button;
mod delay_select;
mod impaired_links;
mod link;
mod members;
mod more;
mod nodes;
mod panel;
mod plans;
mod random;
mod scope;

pub(crate) use panel::FaultsPanel;
