//! The small components that panels are made of, and the hook that sizes a canvas.

mod canvas_room;
mod choice;
mod detent_slider;
mod icon;
mod kind_mark;
mod panel;
mod scale;
mod scales;
mod segments;
mod select;
mod stepper;
mod switch;
mod table_section;

pub(crate) use canvas_room::use_canvas_room;
pub(crate) use choice::Choice;
pub(crate) use detent_slider::DetentSlider;
pub(crate) use icon::{Icon, Picture};
pub(crate) use kind_mark::KindMark;
pub(crate) use panel::Panel;
pub(crate) use scale::{Scale, duration, whole};
pub(crate) use scales::{
    CAP, CHAOS, DELAY, DEPTH, DRIFT, KEYS_PER_SECOND, LIFETIME, LOSS, MAILBOX, MEAN, NUMBER,
    PERIOD, PHI, QUANTILE, RATE, READ_OUT, SERVICE, SHARE, SKEW, SLOWNESS, WINDOW, WORKING_SET,
};
pub(crate) use segments::Segments;
pub(crate) use select::Select;
pub(crate) use stepper::Stepper;
pub(crate) use switch::Switch;
pub(crate) use table_section::TableSection;
