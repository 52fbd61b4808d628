//! The cluster, run under the assumptions of WARS (Bailis et al., VLDB 2012, section 4.1) and compared
//! with the predictor.
//!
//! A trial is one write of a new key, and reads of it that begin at given times after the write's quorum,
//! without repair, failures, losses or service time. Trials do not affect each other, so that many run at
//! once; and reads change nothing, so that one write serves all times.
//!
//! The two share only the fits of the delays: the cluster has nodes, messages and an event queue in whole
//! microseconds, the predictor four draws per replica. Their results for the same settings may differ by
//! the sampling noise of both, and by nothing else.

mod comparison;
mod grid;
mod trials;

pub use comparison::{Comparison, Latency, MOST_RMSE_POINTS, Percentile, Point, Predicted};
pub use grid::{SIZES, times_us};
pub use trials::{Measured, NODES, Setup, measure, measure_with};
