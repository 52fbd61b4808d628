//! What goes back and forth in time: the scrubber, its marks, what a jump came to, what is asked of who acts
//! in the past, and why something happened.

mod bar;
mod clock;
mod jump_summary;
mod marks;
mod past_dialog;
mod scrubber;
mod speed_control;
mod step_announcer;
mod ticks;
mod transport;
mod why;

pub(crate) use bar::TimeBar;
pub(crate) use marks::MarkJumps;
pub(crate) use past_dialog::AskDialog;
pub(crate) use step_announcer::StepTeller;
pub(crate) use transport::Transport;
pub(crate) use why::WhyPanel;
