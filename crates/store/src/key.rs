//! Keys, their positions on the ring, and values.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use twox_hash::XxHash3_64;

/// A position on the ring: the circle of the numbers from 0 to 2^64 - 1, clockwise.
pub type Position = u64;

/// A key with its position on the ring.
///
/// Keys are ordered by position, then by name, so that a range of the ring is a range of keys.
#[derive(Clone, Debug)]
pub struct Key {
    position: Position,
    name: Arc<str>,
}

impl Key {
    /// Creates a key from its name. Its position is the xxh3 hash of the name.
    pub fn new(name: &str) -> Self {
        Self { position: XxHash3_64::oneshot(name.as_bytes()), name: name.into() }
    }

    /// Creates the lower bound of all keys at a position, to begin a range of keys.
    pub(crate) fn at(position: Position) -> Self {
        Self { position, name: "".into() }
    }

    /// The key's position on the ring.
    pub const fn position(&self) -> Position {
        self.position
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.position == other.position
            && (Arc::ptr_eq(&self.name, &other.name) || self.name == other.name)
    }
}

impl Eq for Key {}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.position.cmp(&other.position).then_with(|| {
            if Arc::ptr_eq(&self.name, &other.name) {
                Ordering::Equal
            } else {
                self.name.cmp(&other.name)
            }
        })
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

/// A value: text that the store does not interpret. Clones share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(Arc<str>);

impl Value {
    /// Creates a value from a text.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
