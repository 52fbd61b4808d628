//! The versions of the key in hand: their graph, their clocks, siblings and how to resolve them, and what
//! the latest write alone would have left.

mod clocks;
mod describe;
mod graph;
mod last_write_wins;
mod resolve;
mod view;

pub(crate) use view::VersionsLens;
