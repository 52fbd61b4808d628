//! Operations of a history: the call, and how it ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of an operation in its history, in the order of invocation, from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(pub u32);

/// The call of an operation on a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call<V> {
    /// Reads the value, which is `None` until the read has returned.
    Read(Option<V>),
    /// Writes a value.
    Write(V),
    /// Writes `to` if the value is `from`. If it is not, the operation fails.
    Cas {
        /// The expected value.
        from: V,
        /// The new value.
        to: V,
    },
}

impl<V> Call<V> {
    /// Returns the value that it leaves, if it changes the register.
    pub const fn written(&self) -> Option<&V> {
        match self {
            Self::Read(_) => None,
            Self::Write(value) | Self::Cas { to: value, .. } => Some(value),
        }
    }

    /// Returns the value that it must have found, if it observes the register.
    pub const fn observed(&self) -> Option<&V> {
        match self {
            Self::Read(value) => value.as_ref(),
            Self::Write(_) => None,
            Self::Cas { from, .. } => Some(from),
        }
    }

    /// Returns its name in histories: `read`, `write` or `cas`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Read(_) => "read",
            Self::Write(_) => "write",
            Self::Cas { .. } => "cas",
        }
    }
}

/// The end of an operation. Places count all events of the history, invocations and ends, from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// It took effect, before this place.
    Ok(u32),
    /// It never takes effect.
    Fail(u32),
    /// The outcome is unknown: it may take effect at any time after its invocation, or never. The place is
    /// that of the client's time-out, or `None` if the history ended first.
    Info(Option<u32>),
}

/// An operation of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation<K, V> {
    /// The process that invoked it, which is its session.
    pub process: u64,
    /// The key of the register.
    pub key: K,
    /// Its call.
    pub call: Call<V>,
    /// The place of its invocation among all events, from one.
    pub invoked: u32,
    /// Its end.
    pub end: Completion,
}

impl<K, V> Operation<K, V> {
    /// Returns the place by which it had certainly taken effect, or `u32::MAX` for any other outcome.
    pub const fn returned(&self) -> u32 {
        match self.end {
            Completion::Ok(place) => place,
            Completion::Fail(_) | Completion::Info(_) => u32::MAX,
        }
    }

    /// Whether it took effect, or may have.
    pub const fn may_count(&self) -> bool {
        !matches!(self.end, Completion::Fail(_))
    }
}

impl<K, V: fmt::Display> Operation<K, V> {
    /// Describes it within a sentence: "process 2's read of 7".
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
