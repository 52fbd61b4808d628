//! The space-time diagram on the page: its picture, its controls, and what is told of it.

mod card;
mod controls;
mod key;
mod plot;
mod save;
mod sheet;
mod view;

pub(crate) use view::DiagramDesk;
