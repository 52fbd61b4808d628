//! Whole-system tests of Ringside, and the workloads of its benchmarks.

pub mod throughput;
