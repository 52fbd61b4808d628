//! The predictor of Probabilistically Bounded Staleness (PBS).
//!
//! # The model
//!
//! WARS (Bailis et al., VLDB 2012, section 4.1) is one write and then one read of the same key:
//!
//! ```text
//!   writer's coordinator     replica i     reader's coordinator
//!           |------- W[i] ------>|
//!           |<------ A[i] -------|                   each leg is a random delay of its own;
//!           |  acknowledged at   |                   the write is done at w_t, the W-th
//!           |  the W-th smallest |                   smallest W[i] + A[i]; the read starts
//!           |  W[i] + A[i]       |<------ R[i] ------|  t later and takes the first R answers
//!           |                    |------- S[i] ----->|  by R[i] + S[i]
//! ```
//!
//! Answer i is fresh when its request found the write at the replica: `w_t + t + R[i] >= W[i]`. The
//! read is fresh when one of its answers is. There is no repair, no failure, and no coordinator that is a
//! replica itself (section 4.2).
//!
//! The last is the paper's simplification. If a store asks one of the replicas to coordinate, that
//! one needs no message to ask itself: W = A = 0 for the write's coordinator, R = S = 0 for the read's.
//! [`Coordinator`] selects it.
//!
//! # One pass for all times and quantiles
//!
//! The answers that a read takes do not depend on t. So one number per trial describes all of its
//! freshness, the smallest t from which on its read is fresh:
//!
//! ```text
//!   fresh at t  <=>  w_t + t + R[i] >= W[i]  for some answer i taken
//!               <=>  t >= threshold  :=  max(0, min over the answers taken of (W[i] - R[i]) - w_t)
//! ```
//!
//! `P(consistent)` at t is the share of thresholds of at most t, and t-visibility at 99.9% (section
//! 3.4) is the 99.9% quantile of the thresholds. It is not the first of some swept times whose
//! estimate reaches 99.9%, as the paper has it, which reads low.
//!
//! # Is an exact answer worth having?
//!
//! If all delays are exponential and R = W = 1, P(consistent) has a closed form, and with any
//! delays at R = W = 1 it is a double integral that a grid solves. Neither reaches other R and W,
//! nor tables, nor the latencies' quantiles without more work per case, while a million trials take
//! a fraction of a second and leave an uncertainty of 0.1 points. So the predictor samples, always,
//! and the exact answers are tests of it (`tests/exact_pbs.rs`). Only the forms of section 3 that involve
//! no time are exact and cheap everywhere: [`k_staleness`] and [`monotonic_reads`].

mod closed_form;
mod delay;
mod delay_histogram;
mod legs;
mod log_tables;
mod prediction;
mod report;
mod sampler;
mod topology;
mod trial;
mod trial_set;
mod wars;

pub use closed_form::{k_staleness, kt_staleness, monotonic_reads, strict_monotonic_reads};
pub use delay::{Delay, DelayError};
pub use legs::{Layout, Legs, Preset, UnknownPreset};
pub use prediction::{MergeError, Prediction, TimesError};
pub use report::{CONFIDENCE, KStaleness, Point, PredictionReport, Quantile, Share};
pub use wars::{Coordinator, ReadsTo, Wars, WarsError};
