//! A scenario as text that can be changed, with the reader's own checks, and a form for what is changed
//! most.

mod dialog;
mod form;
mod seed_field;
mod text;

pub(crate) use dialog::ScenarioEditor;
pub(crate) use seed_field::SeedField;
