//! `cargo xtask bench`: the speed of the cluster, natively and in wasm, the size of the page, and
//! Ringside's parts against other crates and numpy.
//!
//! A ratio is measured within one run on one machine; figures of two machines are never compared.

mod numpy;
mod page;
mod peers;
mod throughput;
mod weight;

use anyhow::Result;

use crate::arguments::BenchOptions;
use crate::context::Context;
pub(crate) use peers::MANIFEST;

/// Runs the benchmarks and prints their tables.
pub(crate) fn bench(context: &Context, options: &BenchOptions) -> Result<()> {
    if options.browser {
        return page::measure(context, options.minutes);
    }
    throughput::measure(context)?;
    weight::weigh(context)?;
    // Last, because it is the only step that other people's crates can break.
    peers::compare(context)
}
