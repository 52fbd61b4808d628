//! The space-time diagram on the page: its picture, its controls, and what is told of it.

mod event_card;
mod controls;
mod signs;
mod plot;
mod save;
mod event_table;
mod view;

pub(crate) use view::DiagramLens;
