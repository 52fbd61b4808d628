//! The Merkle lens: the hash trees of two replicas, and what an anti-entropy exchange compared and moved.

mod bytes;
mod chooser;
mod keys;
mod layout;
mod levels;
mod messages;
mod picture;
mod view;

pub(crate) use view::MerkleLens;
