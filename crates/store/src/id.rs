//! Identifiers of nodes and requests.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A node of the cluster, by number.
///
/// It is displayed as letters, counted like the columns of a spreadsheet: A to Z, then AA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u16);

impl NodeId {
    /// The number as an index into a table with one row per node.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = [0_u8; 4];
        let mut start = letters.len();
        let mut left = u32::from(self.0) + 1;
        while left > 0 {
            start -= 1;
            letters[start] = b'A' + ((left - 1) % 26) as u8;
            left = (left - 1) / 26;
        }
        f.pad(std::str::from_utf8(&letters[start..]).unwrap_or("?"))
    }
}

/// The error of parsing a text that is not a node's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseNodeIdError {
    text: String,
}

impl fmt::Display for ParseNodeIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no node's name: nodes are called A, B, C and so on", self.text)
    }
}

impl std::error::Error for ParseNodeIdError {}

impl FromStr for NodeId {
    type Err = ParseNodeIdError;

    fn from_str(text: &str) -> Result<Self, ParseNodeIdError> {
        let number = text.bytes().try_fold(0_u32, |number, letter| {
            letter
                .is_ascii_uppercase()
                .then(|| number.saturating_mul(26).saturating_add(u32::from(letter - b'A') + 1))
        });
        number
            .and_then(|number| number.checked_sub(1))
            .and_then(|number| u16::try_from(number).ok())
            .map(Self)
            .ok_or_else(|| ParseNodeIdError { text: text.chars().take(40).collect() })
    }
}

impl Serialize for NodeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_u16(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
        } else {
            u16::deserialize(deserializer).map(Self)
        }
    }
}

/// The cause of a message: a client's request, or a background task that a node began by itself.
/// The number is unique in a run.
///
/// The owner of the nodes chooses the numbers of requests; a node only compares them. The upper 16
/// bits of a background task are [`RequestId::BACKGROUND`] and the node, so no request may have
/// those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u64);

impl RequestId {
    /// The mark in the upper 16 bits of background tasks, beside the node.
    pub const BACKGROUND: u16 = 0x4000;

    /// Returns the id of a node's `ordinal`th background task.
    pub(crate) const fn background(node: NodeId, generation: u16, ordinal: u64) -> Self {
        let owner = (Self::BACKGROUND | node.0) as u64;
        Self(owner << 48 | (generation as u64) << 32 | (ordinal & 0xFFFF_FFFF))
    }

    /// Returns the node that began this task by itself, or `None` for a client's request.
    pub const fn own_work(self) -> Option<NodeId> {
        let owner = (self.0 >> 48) as u16;
        match owner & 0xC000 {
            Self::BACKGROUND => Some(NodeId(owner & !Self::BACKGROUND)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_like_spreadsheet_columns() {
        let names = [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ")];
        for (number, name) in names {
            assert_eq!(NodeId(number).to_string(), name);
        }
        for number in 0..=u16::MAX {
            assert_eq!(NodeId(number).to_string().parse(), Ok(NodeId(number)));
        }
        for bad in ["", "a", "A1", "Ä", "ZZZZZZZZZZ"] {
            assert!(bad.parse::<NodeId>().is_err(), "{bad:?} is no name");
        }
    }
}
