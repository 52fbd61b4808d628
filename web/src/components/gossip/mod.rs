//! The gossip lens: each node's beliefs about the others, and one node's failure detection over time.

mod belief;
mod matrix;
mod pair;
mod view;

pub(crate) use view::GossipLens;
