//! The error of a command.

/// The reason why a command failed: a sentence for the user that names the place.
pub(crate) type Problem = String;
