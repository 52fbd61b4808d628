//! Two runs side by side.

mod desk;
mod figures;
mod first;
mod side;

pub(crate) use desk::TwinsDesk;
