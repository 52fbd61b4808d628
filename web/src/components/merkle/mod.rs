//! Anti-entropy: two hash trees face to face, and what an exchange of them moved.

mod bytes;
mod chooser;
mod desk;
mod keys;
mod levels;
mod messages;
mod picture;
mod row;

pub(crate) use desk::MerkleDesk;
