//! Anti-entropy: two hash trees face to face, and what an exchange of them moved.

mod bytes;
mod chooser;
mod keys;
mod levels;
mod messages;
mod picture;
mod layout;
mod view;

pub(crate) use view::MerkleLens;
