//! What goes back and forth in time: the scrubber, its marks, what a jump came to, what is asked of who acts
//! in the past, and why something happened.

mod ask;
mod bar;
mod landing;
mod marks;
mod scrubber;
mod ticks;
mod why;

pub(crate) use ask::AskDialog;
pub(crate) use bar::TimeBar;
pub(crate) use marks::MarkJumps;
pub(crate) use why::WhyPanel;
