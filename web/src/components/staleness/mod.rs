//! The staleness lens with its curve, charts and playbook, the strip of objectives above every lens, and the
//! panels of the objectives and of the verdict.

mod alerts;
mod caveats;
mod chart;
mod charts;
mod curve;
mod objectives;
mod playbook;
mod slo;
mod strip;
mod verdict;
mod view;

pub(crate) use chart::{Chart, most_rows};
pub(crate) use objectives::ObjectivesPanel;
pub(crate) use strip::StalenessStrip;
pub(crate) use verdict::VerdictPanel;
pub(crate) use view::StalenessLens;
