//! The settings of a prediction: the sizes of the quorums, the replicas that a read asks, the coordinators
//! and the delays.

use serde::{Deserialize, Serialize};

use super::delay::DelayError;
use super::legs::Legs;

/// The most replicas of a prediction.
pub(super) const REPLICAS_MAX: u16 = 64;

/// The replicas that a read asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadsTo {
    /// All N replicas; the read takes the first R answers: Dynamo, Cassandra, Riak.
    #[default]
    All,
    /// R replicas only; the read waits for all of them: Voldemort (Bailis et al., section 2.3).
    Quorum,
}

/// The nodes from which the coordinators of a write and a read are drawn.
///
/// A replica that coordinates needs no message to ask itself: its own legs take no time, and where
/// replicas are far apart, it is itself the near one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coordinator {
    /// A node that is no replica of the key: the model as published (Bailis et al., section 4.2).
    #[default]
    Apart,
    /// One of the N replicas, drawn independently for each write and each read.
    Replica,
    /// One of `nodes` nodes, the N replicas among them, drawn independently for each write and each read:
    /// a load balancer that knows nothing of keys.
    Any {
        /// The number of nodes, at least N. Ignored if there are layouts, which have their own numbers.
        nodes: u16,
    },
}

impl Coordinator {
    /// Returns the number of nodes that a coordinator is drawn from, the N replicas first, or `None` if it
    /// is no replica.
    pub(super) const fn drawn_from(self, n: u16) -> Option<u16> {
        match self {
            Self::Apart => None,
            Self::Replica => Some(n),
            Self::Any { nodes } if nodes < n => Some(n),
            Self::Any { nodes } => Some(nodes),
        }
    }
}

/// The WARS model with all its settings (Bailis et al., VLDB 2012, section 4.1).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wars {
    n: u16,
    r: u16,
    w: u16,
    reads_to: ReadsTo,
    coordinator: Coordinator,
    legs: Legs,
}

/// The reason why settings are impossible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WarsError {
    /// N, R or W is zero, or R or W is above N, or N is above 64.
    #[error("{field} is {value}, but must be from 1 to {most}")]
    Size {
        /// `'n'`, `'r'` or `'w'`.
        field: char,
        /// Its value.
        value: u16,
        /// The greatest possible value.
        most: u16,
    },
    /// A layout has fewer nodes than a key has replicas.
    #[error("layouts: a layout has {nodes} nodes, but n is {n}")]
    Layout {
        /// The number of nodes.
        nodes: u16,
        /// The number of replicas.
        n: u16,
    },
    /// The delays of a leg are impossible.
    #[error("{field}: {error}")]
    Leg {
        /// `w`, `a`, `r`, `s`, `remote_ms` or `layouts`.
        field: &'static str,
        /// The reason.
        #[source]
        error: DelayError,
    },
}

impl Wars {
    /// Creates the model from its settings: N replicas, R answers, W acknowledgements. The coordinators are
    /// no replicas; see [`Wars::with_coordinator`].
    ///
    /// # Errors
    ///
    /// Refuses zeros, an R or W above N, an N above 64, impossible delays, and layouts of fewer nodes
    /// than N.
    pub fn new(n: u16, r: u16, w: u16, reads_to: ReadsTo, legs: Legs) -> Result<Self, WarsError> {
        let sizes = [('n', n, REPLICAS_MAX), ('r', r, n), ('w', w, n)];
        for (field, value, most) in sizes {
            if value == 0 || value > most {
                return Err(WarsError::Size { field, value, most });
            }
        }
        legs.check().map_err(|(field, error)| WarsError::Leg { field, error })?;
        let sizes = legs.layouts.iter().map(|layout| layout.regions.len());
        if let Some(nodes) = sizes.min().filter(|&nodes| nodes < usize::from(n)) {
            return Err(WarsError::Layout { nodes: nodes as u16, n });
        }
        Ok(Self { n, r, w, reads_to, coordinator: Coordinator::Apart, legs })
    }

    /// Sets the nodes from which coordinators are drawn.
    #[must_use]
    pub const fn with_coordinator(mut self, coordinator: Coordinator) -> Self {
        self.coordinator = coordinator;
        self
    }

    /// N, the number of replicas.
    pub const fn n(&self) -> u16 {
        self.n
    }

    /// R, the number of answers that a read takes.
    pub const fn r(&self) -> u16 {
        self.r
    }

    /// W, the number of acknowledgements that a write waits for.
    pub const fn w(&self) -> u16 {
        self.w
    }

    /// The replicas that a read asks.
    pub const fn reads_to(&self) -> ReadsTo {
        self.reads_to
    }

    /// The nodes from which coordinators are drawn.
    pub const fn coordinator(&self) -> Coordinator {
        self.coordinator
    }

    /// The delays of the four legs.
    pub const fn legs(&self) -> &Legs {
        &self.legs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pbs::{Delay, Preset};

    #[test]
    fn impossible_settings_are_refused_with_the_reason() {
        let error = |n, r, w, legs| {
            Wars::new(n, r, w, ReadsTo::All, legs).expect_err("impossible settings").to_string()
        };
        let ssd = || Preset::LnkdSsd.legs();
        assert_eq!(error(0, 1, 1, ssd()), "n is 0, but must be from 1 to 64");
        assert_eq!(error(65, 1, 1, ssd()), "n is 65, but must be from 1 to 64");
        assert_eq!(error(3, 4, 1, ssd()), "r is 4, but must be from 1 to 3");
        assert_eq!(error(3, 1, 0, ssd()), "w is 0, but must be from 1 to 3");
        let bad = Legs { s: Delay::Constant { ms: -1.0 }, ..ssd() };
        assert!(error(3, 1, 1, bad).starts_with("s: the delay is -1 ms"));
        let layouts = vec![crate::pbs::Layout { weight: 1.0, regions: vec![0, 1] }];
        let small = Legs { layouts, ..ssd() };
        assert_eq!(error(3, 1, 1, small), "layouts: a layout has 2 nodes, but n is 3");
    }
}
