//! The diagram lens: the space-time picture, its controls, its table and the selected event.

mod controls;
mod event_card;
mod event_table;
mod plot;
mod signs;
mod view;

pub(crate) use view::DiagramLens;
