//! `cargo xtask bench`: how fast the cluster runs, natively and in wasm, and what the page weighs.
//!
//! A ratio is taken within one run on one machine; figures of two machines are never compared.

mod throughput;
mod weight;

use crate::failure::Outcome;
use crate::workshop::Workshop;

/// Runs the benchmarks and prints their tables.
pub(crate) fn bench(workshop: &Workshop) -> Outcome {
    throughput::measure(workshop)?;
    weight::weigh(workshop)
}
