//! Data of the ring lens: placement and agreement of keys, and message rates.

mod flows;
mod frame;

pub use flows::{Flow, Flows, Party};
pub(crate) use frame::Shares;
pub use frame::{Agreement, FetchFrame, KeyPoint, RingFrame, RingNode};
