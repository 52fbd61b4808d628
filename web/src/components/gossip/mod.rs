//! Gossip: who believes what of whom, and what one judges another by.

mod desk;
mod matrix;
mod pair;
mod sight;

pub(crate) use desk::GossipDesk;
