//! `cargo xtask bench`: how fast the cluster runs, natively and in wasm, what the page weighs, and how
//! Ringside's parts do against other crates and against numpy.
//!
//! A ratio is taken within one run on one machine; figures of two machines are never compared.

mod numpy;
mod page;
mod peers;
mod throughput;
mod weight;

use crate::arguments::BenchOptions;
use crate::failure::Outcome;
use crate::workshop::Workshop;
pub(crate) use peers::MANIFEST;

/// Runs the benchmarks and prints their tables.
pub(crate) fn bench(workshop: &Workshop, options: &BenchOptions) -> Outcome {
    if options.browser {
        return page::measure(workshop, options.minutes);
    }
    throughput::measure(workshop)?;
    weight::weigh(workshop)?;
    // Last, because it is the one step that others' crates can break.
    peers::compare(workshop)
}
