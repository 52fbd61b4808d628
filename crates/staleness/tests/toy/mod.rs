//! A store too simple to be wrong: a version has the full set of the writes that it follows, and nothing is
//! compressed.

#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod naive;
pub(crate) mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringside_staleness::oracle::{Oracle, StoreModel};
use ringside_staleness::{Monitor, OperationKind};
use smallvec::SmallVec;

/// A store whose versions are sets of writes.
#[derive(Clone, Debug)]
pub(crate) struct Toy;

/// A set of versions, each with the set of itself and all writes that it follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Versions(pub(crate) BTreeMap<u32, Arc<BTreeSet<u32>>>);

/// The nodes in order, and the number of replicas of each key.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    pub(crate) nodes: Vec<u8>,
    pub(crate) n: usize,
}

impl StoreModel for Toy {
    type Key = u8;
    type Node = u8;
    type Client = u8;
    type Request = u32;
    type Write = u32;
    type Copy = Versions;
    type Ring = Ring;

    fn hash(_: &u8) -> u64 {
        // Keys with the same hash are distinguished all the same.
        7
    }

    fn has(copy: &Versions, write: u32) -> bool {
        copy.0.values().any(|past| past.contains(&write))
    }

    fn branches(copy: &Versions) -> u16 {
        copy.0.len() as u16
    }

    fn writes(copy: &Versions) -> impl Iterator<Item = u32> {
        copy.0.keys().copied()
    }

    fn same_versions(a: &Versions, b: &Versions) -> bool {
        a.0.keys().eq(b.0.keys())
    }

    fn replicas(ring: &Ring, key: &u8) -> SmallVec<[u8; 4]> {
        let from = usize::from(*key) % ring.nodes.len();
        ring.nodes.iter().cycle().skip(from).take(ring.n).copied().collect()
    }
}

impl Versions {
    /// Returns a copy with one version alone.
    pub(crate) fn of(write: u32, follows: impl IntoIterator<Item = u32>) -> Self {
        let past = follows.into_iter().chain([write]).collect();
        Self(BTreeMap::from([(write, Arc::new(past))]))
    }

    /// Returns all writes that the versions are or follow.
    pub(crate) fn past(&self) -> BTreeSet<u32> {
        self.0.values().flat_map(|past| past.iter().copied()).collect()
    }

    /// Returns the versions of both sets, except those that another one follows.
    pub(crate) fn merged(&self, other: &Self) -> Self {
        let all: BTreeMap<_, _> =
            self.0.iter().chain(&other.0).map(|(w, past)| (*w, Arc::clone(past))).collect();
        let followed = |write: &u32| all.iter().any(|(w, past)| w != write && past.contains(write));
        Self(
            all.iter()
                .filter(|(w, _)| !followed(w))
                .map(|(w, past)| (*w, Arc::clone(past)))
                .collect(),
        )
    }
}

/// Makes a call of the oracle.
macro_rules! calls {
    ($call:expr, $at:expr, $to:expr) => {
        match $call {
            Call::Assigned(ring) => $to.assigned($at, ring.clone()),
            Call::Holds { node, key, copy } => $to.holds($at, *node, key, copy),
            Call::Wiped(node) => $to.wiped($at, *node),
            Call::Invoked { request, client, key, sort } => {
                $to.invoked($at, *request, *client, key, *sort);
            }
            Call::Coordinated(request) => $to.coordinated($at, *request),
            Call::Committed { request, acknowledgements, n } => {
                $to.committed($at, *request, *acknowledgements, *n);
            }
            Call::Wrote { request, write, copy, vanishes } => {
                $to.wrote($at, *request, *write, copy, *vanishes);
            }
            Call::Read { request, answer } => $to.read($at, *request, answer),
            Call::Ended(request) => $to.ended($at, *request),
            Call::Hints { node, held, bytes, oldest } => {
                $to.hints($at, *node, *held, *bytes, *oldest);
            }
        }
    };
}

/// A call of the oracle.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Assigned(Ring),
    Holds { node: u8, key: u8, copy: Versions },
    Wiped(u8),
    Invoked { request: u32, client: u8, key: u8, sort: OperationKind },
    Coordinated(u32),
    Committed { request: u32, acknowledgements: u16, n: u16 },
    Wrote { request: u32, write: u32, copy: Versions, vanishes: Option<u64> },
    Read { request: u32, answer: Versions },
    Ended(u32),
    Hints { node: u8, held: u32, bytes: u64, oldest: Option<u64> },
}

impl Call {
    /// Returns the same call in a run that takes `by` times as long.
    pub(crate) fn stretched(&self, by: u64) -> Self {
        let mut call = self.clone();
        match &mut call {
            Self::Wrote { vanishes: Some(at), .. } | Self::Hints { oldest: Some(at), .. } => {
                *at *= by;
            }
            _ => {}
        }
        call
    }

    /// Makes the call of an oracle.
    pub(crate) fn make(&self, at: u64, oracle: &mut Oracle<Toy>) {
        calls!(self, at, oracle);
    }

    /// Makes the call of a monitor.
    pub(crate) fn observe_by(&self, at: u64, monitor: &mut Monitor<Toy>) {
        monitor.observe(at, |oracle| self.make(at, oracle), |_| ());
    }
}
