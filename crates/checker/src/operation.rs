//! One operation of a history: what was asked, and how it ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of an operation in its history: they are counted as they are invoked, from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(pub u32);

/// What an operation asks of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call<V> {
    /// Read the value: none until it is known what was read.
    Read(Option<V>),
    /// Write a value.
    Write(V),
    /// Write `to` if the value is `from`. One that answers "it is not" is a failed operation.
    Cas {
        /// The value that must be there.
        from: V,
        /// The value that takes its place.
        to: V,
    },
}

impl<V> Call<V> {
    /// Gives the value that it leaves, if it changes the register.
    pub const fn written(&self) -> Option<&V> {
        match self {
            Self::Read(_) => None,
            Self::Write(value) | Self::Cas { to: value, .. } => Some(value),
        }
    }

    /// Gives the value that it must have found, if it looked.
    pub const fn observed(&self) -> Option<&V> {
        match self {
            Self::Read(value) => value.as_ref(),
            Self::Write(_) => None,
            Self::Cas { from, .. } => Some(from),
        }
    }

    /// Gives the name that histories have for it: `read`, `write` or `cas`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Read(_) => "read",
            Self::Write(_) => "write",
            Self::Cas { .. } => "cas",
        }
    }
}

/// How an operation ended. Places count all events of the history, invocations and ends, from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It took effect, before this place.
    Ok(u32),
    /// It never takes effect.
    Fail(u32),
    /// Its client does not know: it may take effect at any time after its invocation, or never. There
    /// is a place if the client said so, and none if the history just ended first.
    Info(Option<u32>),
}

/// An operation of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation<K, V> {
    /// Who asked: its session.
    pub process: u64,
    /// Of which register.
    pub key: K,
    /// For what.
    pub call: Call<V>,
    /// The place of its invocation among all events, from one.
    pub invoked: u32,
    /// How it ended.
    pub end: End,
}

impl<K, V> Operation<K, V> {
    /// Gives the place at which it had certainly taken effect; for an unknown outcome, the end of
    /// time.
    pub const fn returned(&self) -> u32 {
        match self.end {
            End::Ok(place) => place,
            End::Fail(_) | End::Info(_) => u32::MAX,
        }
    }

    /// Tells whether it took effect, or may have.
    pub const fn may_count(&self) -> bool {
        !matches!(self.end, End::Fail(_))
    }
}

impl<K, V: fmt::Display> Operation<K, V> {
    /// Names it in a sentence: "process 2's read of 7".
    pub fn describe(&self) -> String {
        let process = self.process;
        match &self.call {
            Call::Read(Some(value)) => format!("process {process}'s read of {value}"),
            Call::Read(None) => format!("process {process}'s read"),
            Call::Write(value) => format!("process {process}'s write of {value}"),
            Call::Cas { from, to } => format!("process {process}'s cas from {from} to {to}"),
        }
    }
}
