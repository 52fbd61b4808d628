//! Whole-system tests of Ringside, and the workloads of its benchmarks.

#[cfg(not(target_arch = "wasm32"))]
pub mod swarm;
pub mod throughput;
#[cfg(not(target_arch = "wasm32"))]
pub mod wars;
