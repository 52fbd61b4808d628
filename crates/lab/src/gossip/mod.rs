//! Data of the gossip lens: membership beliefs, and one node's suspicion of another over time.

mod beliefs;
mod phi_trace;

pub use beliefs::{Belief, BeliefError, Beliefs, Truth};
pub(crate) use phi_trace::PhiRecorder;
pub use phi_trace::PhiTrace;
