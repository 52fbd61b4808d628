//! Charts: what they show as plain data, and how that is painted.
//!
//! A [`Plot`] is made of what the instruments say, by pure functions. The same plot is painted on a
//! canvas, written into a table, and said to those who can't see it, so that all three agree.

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
