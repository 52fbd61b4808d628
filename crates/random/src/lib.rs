//! Counter-based randomness, and the latency and popularity models that draw from it.
//!
//! A draw in Ringside is a pure function of (seed, purpose, identity): the delay of a message
//! depends on its operation, its leg and its two endpoints, never on how many draws came before it.
//! Two runs that differ in one setting then share all draws that they can share, and a difference
//! on the screen is caused by the setting.
//!
//! This crate knows nothing of nodes, messages or time beyond "a number of microseconds", and it
//! holds no global state. Its results are bit for bit the same natively and in WebAssembly: it uses
//! integers, `+`, `*`, `sqrt`-class operations and the `libm` crate, never the standard library's
//! transcendental functions.
//!
//! ```
//! use ringside_random::{Latency, Seed};
//!
//! let seed = Seed::new(7).child(1); // 1: the purpose "message delay"
//! let latency = Latency::Exponential { mean_us: 5_000.0 };
//! let first = latency.sample_us(&mut seed.child(42).draws());
//! let again = latency.sample_us(&mut seed.child(42).draws());
//! assert_eq!(first, again, "the same identity has the same draws");
//! ```

mod draws;
mod latency;
mod popularity;

pub use draws::{Draws, Seed};
pub use latency::{Latency, LatencyError};
pub use popularity::{Popularity, PopularityError};
