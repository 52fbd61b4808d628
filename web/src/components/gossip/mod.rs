//! Gossip: who believes what of whom, and what one judges another by.

mod belief;
mod matrix;
mod pair;
mod view;

pub(crate) use view::GossipLens;
