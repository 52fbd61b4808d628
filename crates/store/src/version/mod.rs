//! Versions: dots, version vectors, causal contexts and siblings.
//!
//! These are pure values that know no messages. The names are the field's: *increment*, *merge*,
//! *descends*, *dominates*, *concurrent*.

mod context;
mod dot;
mod siblings;
mod vector;
mod write;

pub use context::Context;
pub use dot::{Actor, Dot};
pub use siblings::Siblings;
pub use vector::VersionVector;
pub use write::Version;
