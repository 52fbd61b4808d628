//! The controls that panels are made of.

mod detent_slider;
mod scale;
pub(crate) mod scales;
mod segments;
mod select;
mod stepper;
mod switch;

pub(crate) use detent_slider::DetentSlider;
pub(crate) use scale::{Scale, duration, whole};
pub(crate) use segments::Segments;
pub(crate) use select::{Choice, Select};
pub(crate) use stepper::Stepper;
pub(crate) use switch::Switch;
