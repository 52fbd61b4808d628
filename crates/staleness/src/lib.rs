//! The staleness of reads: predicted for a cluster, and measured in one.
//!
//! - [`pbs`] predicts staleness from the delays of the network and from N, R and W alone, as Bailis et
//!   al. do ("Probabilistically Bounded Staleness for Practical Partial Quorums", VLDB 2012).
//! - [`oracle`] observes a run and finds how stale each read is.
//! - [`Monitor`] counts the findings, and watches the service level objectives of [`slo`].
//!
//! This crate knows no node, no message and no cluster: an instrument that shares code with what it
//! measures inherits its bugs. It reads no clock, starts no thread and touches no file. Its results
//! are bit for bit the same natively and in WebAssembly.
//!
//! ```
//! use ringside_staleness::pbs::{Prediction, Preset, ReadsTo, Wars};
//!
//! // R = W = 1, on a cluster with slow disks.
//! let wars = Wars::new(3, 1, 1, ReadsTo::All, Preset::LnkdDisk.legs())?;
//! let mut prediction = Prediction::new(wars, &[0.0, 10.0], 7)?;
//!
//! // A caller that must stay responsive runs a slice at a time; the result is the same.
//! prediction.run(0..40_000);
//! prediction.run(40_000..100_000);
//!
//! let at_once = prediction.p_consistent()[0].share;
//! assert!((at_once.value - 0.439).abs() < 0.01, "the paper's 43.9%");
//! assert!(at_once.low < at_once.value && at_once.value < at_once.high);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod finding;
mod histogram;
mod monitor;
pub mod oracle;
pub mod pbs;
mod report;
mod sli;
pub mod slo;
mod tallies;
mod units;

pub use finding::{Finding, Gauges, OperationKind, Read, Write};
pub use histogram::Histogram;
pub use monitor::Monitor;
pub use report::{
    Ages, ClientSessions, Conflicts, Convergence, CurvePoint, Debt, HintQueue, Lags, Measured,
    Quorums, Repairs, ReplicaLag, Sessions, Staleness, Window,
};
pub use sli::Meters;
pub use tallies::{OperationTally, Tallies};
