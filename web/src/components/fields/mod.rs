//! The controls that panels are made of.

mod detent_slider;
mod scale;
mod select;
mod stepper;
mod switch;

pub(crate) use detent_slider::DetentSlider;
pub(crate) use scale::{LOSS, MEAN, RATE, SHARE, Scale, WORKING_SET};
pub(crate) use select::{Choice, Select};
pub(crate) use stepper::Stepper;
pub(crate) use switch::Switch;
