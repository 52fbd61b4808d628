//! The versions of the key in hand: their graph, their clocks, siblings and how to resolve them, and what
//! the latest write alone would have left.

mod clocks;
mod desk;
mod graph;
mod latest;
mod resolve;
mod told;

pub(crate) use desk::LineageDesk;
