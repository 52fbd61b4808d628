//! Data of files: keys and values of histories.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A key or a value of a history that was read from a file: JSON's and EDN's data alike.
///
/// Equal data are equal values of a register; the checkers need nothing else of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Datum {
    /// `nil` or `null`: the value of a register before anything was written.
    #[default]
    Nil,
    /// A boolean.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// A string.
    Text(String),
    /// Any other single word, as it is written: a keyword with its colon, a symbol, a character, any other
    /// number. In JSON it is written as a string.
    Word(String),
    /// A vector, list or array.
    List(Vec<Datum>),
    /// A set. In JSON it is written as an array.
    Set(BTreeSet<Datum>),
    /// A map or object.
    Map(BTreeMap<Datum, Datum>),
}

impl Datum {
    /// Converts a list of two into a pair, or returns `None` for other data.
    pub(crate) fn into_pair(self) -> Option<(Self, Self)> {
        let Self::List(list) = self else { return None };
        let [first, second] = <[Self; 2]>::try_from(list).ok()?;
        Some((first, second))
    }
}

impl From<serde_json::Value> for Datum {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Nil,
            serde_json::Value::Bool(it) => Self::Bool(it),
            serde_json::Value::Number(it) => {
                it.as_i64().map_or_else(|| Self::Word(it.to_string()), Self::Int)
            }
            serde_json::Value::String(it) => Self::Text(it),
            serde_json::Value::Array(list) => {
                Self::List(list.into_iter().map(Self::from).collect())
            }
            serde_json::Value::Object(map) => {
                let entries = map.into_iter();
                Self::Map(entries.map(|(key, it)| (Self::Text(key), it.into())).collect())
            }
        }
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn spaced<'datum>(
            f: &mut fmt::Formatter<'_>,
            brackets: [&str; 2],
            data: impl Iterator<Item = &'datum Datum>,
        ) -> fmt::Result {
            f.write_str(brackets[0])?;
            for (index, datum) in data.enumerate() {
                if index > 0 {
                    f.write_str(" ")?;
                }
                write!(f, "{datum}")?;
            }
            f.write_str(brackets[1])
        }
        match self {
            Self::Nil => f.write_str("nil"),
            Self::Bool(it) => write!(f, "{it}"),
            Self::Int(it) => write!(f, "{it}"),
            Self::Text(it) | Self::Word(it) => f.write_str(it),
            Self::List(list) => spaced(f, ["[", "]"], list.iter()),
            Self::Set(set) => spaced(f, ["#{", "}"], set.iter()),
            Self::Map(map) => spaced(f, ["{", "}"], map.iter().flat_map(|(key, it)| [key, it])),
        }
    }
}

impl Serialize for Datum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nil => serializer.serialize_unit(),
            Self::Bool(it) => serializer.serialize_bool(*it),
            Self::Int(it) => serializer.serialize_i64(*it),
            Self::Text(it) | Self::Word(it) => serializer.serialize_str(it),
            Self::List(list) => serializer.collect_seq(list),
            Self::Set(set) => serializer.collect_seq(set),
            Self::Map(map) => {
                // JSON's keys are strings, and those of a map may be anything: its text stands for each.
                let mut object = serializer.serialize_map(Some(map.len()))?;
                for (key, datum) in map {
                    object.serialize_entry(&key.to_string(), datum)?;
                }
                object.end()
            }
        }
    }
}
