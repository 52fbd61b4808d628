//! The twins lens: two runs side by side.

mod figures;
mod first_difference;
mod side;
mod view;

pub(crate) use view::TwinsLens;
