//! Time travel: transport, scrubber and marks, the summary of a jump, the dialog about a change of the past,
//! and the explanation of an outcome.

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
pub(crate) use past_dialog::PastDialog;
pub(crate) use step_announcer::StepAnnouncer;
pub(crate) use transport::Transport;
pub(crate) use why::WhyPanel;
