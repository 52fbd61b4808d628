//! The versions lens: the graph and the clocks of a key's versions, its siblings and how to resolve them,
//! and what last write wins would drop.

mod clocks;
mod compared;
mod describe;
mod graph;
mod last_write_wins;
mod resolve;
mod view;

pub(crate) use view::VersionsLens;
