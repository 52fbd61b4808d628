//! The space-time diagram on the page: its picture, its controls, and what is told of it.

mod card;
mod controls;
mod desk;
mod key;
mod plot;
mod save;
mod sheet;

pub(crate) use desk::DiagramDesk;
