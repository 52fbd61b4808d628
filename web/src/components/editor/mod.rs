//! The scenario editor: the text of a scenario with the checks of its reader, a form over the text for the
//! most common fields, and the field of the seed.

mod dialog;
mod form;
mod located_error;
mod seed_field;
mod text;

pub(crate) use dialog::ScenarioEditor;
pub(crate) use seed_field::SeedField;
