//! Pictures as plain data, and their painters.

pub(crate) mod charts;
pub(crate) mod diagram;
pub(crate) mod kinds;
pub(crate) mod messages;
pub(crate) mod ring;
pub(crate) mod svg;
pub(crate) mod version_graph;
