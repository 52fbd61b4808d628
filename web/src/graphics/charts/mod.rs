//! Charts as plain data, and their painter.
//!
//! A [`Plot`] is built from the readings of the instruments by pure functions. The same plot is painted on a
//! canvas, written into a table, and described for screen readers, so that all three agree.

mod axis;
mod freshness;
mod labels;
mod over_time;
mod paint;
mod palette;
mod phi;
mod plot;
mod twins;

pub(crate) use freshness::{Freshness, READ_OUT_MS, times_ms};
pub(crate) use over_time::{CHARTS, OverTime, Source, closed};
pub(crate) use paint::paint;
pub(crate) use phi::{phi_plot, phi_summary, phi_table};
pub(crate) use plot::{Plot, Table};
pub(crate) use twins::Sli;
