//! Two runs side by side.

mod figures;
mod first;
mod side;
mod view;

pub(crate) use view::TwinsDesk;
