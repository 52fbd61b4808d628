//! The cluster run as WARS assumes (Bailis et al., VLDB 2012, section 4.1), and held against what the
//! predictor says of it.
//!
//! A trial is one write of a key that nobody has touched, and reads of it that begin given times after
//! the write's quorum: no repair, no failure, nothing lost, and nodes that take no time. Trials do not
//! touch each other, so that many run at once; and reads change nothing, so that one write serves all
//! the times.
//!
//! The two have nothing in common but the fits of the delays: here are nodes, messages and an event
//! queue in whole microseconds, there are four draws a replica. What they say of the same settings may
//! differ by the luck of both, and by nothing else.

mod comparison;
mod grid;
mod trials;

pub use comparison::{Comparison, Latency, MOST_RMSE_POINTS, Percentile, Point, Predicted};
pub use grid::{SIZES, times_us};
pub use trials::{Measured, NODES, Setup, measure, measure_with};
