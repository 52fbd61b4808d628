//! Sibling sets: the versions of a key that no other known version replaces.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::Serialize;
use smallvec::SmallVec;

use super::{Context, Dot, Version, VersionVector};
use crate::settings::Order;
use crate::{Instant, Value};

/// The versions of a key that no other known version replaces.
///
/// One version is the common case; several are siblings, written without knowledge of each other.
/// They are sorted by dot, so that the set does not depend on the order of arrival. The [`Order`]
/// decides which version replaces which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Siblings {
    versions: SmallVec<[Arc<Version>; 1]>,
}

impl Siblings {
    /// Creates an empty set: a key that was never written.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates the set of one version.
    pub fn of(version: Arc<Version>) -> Self {
        Self { versions: SmallVec::from_buf([version]) }
    }

    /// Adds all versions of the other set that are neither held nor replaced already, and drops
    /// those that they replace. Returns whether anything changed.
    pub fn merge(&mut self, other: &Self, order: Order) -> bool {
        match order {
            Order::Dotted => {
                let mut changed = false;
                for version in &other.versions {
                    changed |= self.insert_dotted(version);
                }
                changed
            }
            Order::Plain => self.merge_plain(other),
            Order::LastWriteWins => self.merge_latest(other),
        }
    }

    /// Whether merging the other set would change nothing.
    pub fn covers(&self, other: &Self, order: Order) -> bool {
        match order {
            Order::Dotted => other.versions.iter().all(|version| self.covers_version(version)),
            Order::Plain => match self.clock().partial_cmp(&other.clock()) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => other.iter().all(|it| self.find(it.dot).is_ok()),
                Some(Ordering::Less) | None => other.is_empty(),
            },
            Order::LastWriteWins => {
                let rank = |set: &Self| set.latest().map(|version| last_write_rank(version));
                rank(self) >= rank(other) && (self.len() <= 1 || other.is_empty())
            }
        }
    }

    /// Returns the versions of this set that a replica which holds `held` lacks. Empty if `held`
    /// covers this set.
    #[must_use]
    pub fn lacking(&self, held: &Self, order: Order) -> Self {
        if order != Order::Dotted {
            return if held.covers(self, order) { Self::new() } else { self.clone() };
        }
        let lacking = self.versions.iter().filter(|version| !held.covers_version(version));
        Self { versions: lacking.cloned().collect() }
    }

    /// Returns the context of a client that has read this set: a put with it replaces the whole
    /// set.
    pub fn context(&self) -> Context {
        let mut context = Context::new();
        for version in &self.versions {
            context.merge(&version.past);
            context.insert(version.dot);
        }
        context
    }

    /// Returns the set's clock as a plain vector: the writes that any of its versions has seen, and
    /// their own.
    pub fn clock(&self) -> VersionVector {
        let mut clock = VersionVector::new();
        for version in &self.versions {
            clock.merge(&version.past.to_vector());
            clock.raise(version.dot.actor, version.dot.counter);
        }
        clock
    }

    /// Adds a write in the way of plain vectors, where the set as a whole has one clock. The write
    /// replaces the set if its writer had seen all of it, and joins it otherwise; in both cases the
    /// clock of the set is raised by the write. So the versions that the writer had seen of a set
    /// that has changed since stay beside the write that should have replaced them.
    pub fn put_plain(&mut self, version: &Arc<Version>) {
        let mut clock = version.past.to_vector();
        let held = self.clock();
        if clock.descends(&held) {
            self.versions.clear();
        }
        clock.merge(&held);
        clock.raise(version.dot.actor, version.dot.counter);
        self.add(version);
        self.stamp(&clock);
    }

    /// Iterates over the versions, sorted by dot.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Version>> {
        self.versions.iter()
    }

    /// Iterates over the values. Tombstones have none.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.versions.iter().filter_map(|version| version.value.as_ref())
    }

    /// The number of versions, tombstones included.
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Whether the key was never written, as far as is known here.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Whether there is a value to read, so some version is not a tombstone.
    pub fn is_live(&self) -> bool {
        self.versions.iter().any(|version| !version.is_tombstone())
    }

    /// Returns 64 bits that distinguish this set from others of its key: a hash of the names of its
    /// versions, and with plain vectors of the clock too. An empty set has digest zero.
    pub fn digest(&self, order: Order) -> u64 {
        let mut digest = 0;
        for version in &self.versions {
            digest = mix(digest, version.dot.actor.identity(), version.dot.counter);
        }
        if order == Order::Plain {
            for (actor, counter) in self.clock().iter() {
                digest = mix(digest, actor.identity(), counter);
            }
        }
        digest
    }

    /// Whether a value has expired by a wall clock.
    pub(crate) fn expires_by(&self, wall: Instant) -> bool {
        self.versions.iter().any(|version| version.expires_by(wall))
    }

    /// Turns versions whose values have expired into tombstones. Returns whether there were any.
    pub(crate) fn expire(&mut self, wall: Instant) -> bool {
        let mut changed = false;
        for version in &mut self.versions {
            if version.expires_by(wall) {
                Arc::make_mut(version).value = None;
                changed = true;
            }
        }
        changed
    }

    fn insert_dotted(&mut self, version: &Arc<Version>) -> bool {
        if let Ok(index) = self.find(version.dot) {
            // The same write in two forms: at the sender it has expired.
            let expired = version.is_tombstone() && !self.versions[index].is_tombstone();
            if expired {
                self.versions[index] = Arc::clone(version);
            }
            return expired;
        }
        if self.versions.iter().any(|held| held.supersedes(version)) {
            return false;
        }
        self.versions.retain(|held| !version.supersedes(held));
        self.add(version);
        true
    }

    fn covers_version(&self, version: &Version) -> bool {
        self.versions.iter().any(|held| {
            let same = held.dot == version.dot;
            same && (held.is_tombstone() || !version.is_tombstone()) || held.supersedes(version)
        })
    }

    fn merge_plain(&mut self, other: &Self) -> bool {
        if self.covers(other, Order::Plain) {
            return false;
        }
        let (mut clock, theirs) = (self.clock(), other.clock());
        if theirs.dominates(&clock) {
            *self = other.clone();
            return true;
        }
        clock.merge(&theirs);
        other.versions.iter().for_each(|version| self.add(version));
        self.stamp(&clock);
        true
    }

    fn merge_latest(&mut self, other: &Self) -> bool {
        if self.covers(other, Order::LastWriteWins) {
            return false;
        }
        let both = self.latest().into_iter().chain(other.latest());
        let latest = both.max_by_key(|version| last_write_rank(version)).cloned();
        self.versions = latest.into_iter().collect();
        true
    }

    fn latest(&self) -> Option<&Arc<Version>> {
        self.versions.iter().max_by_key(|version| last_write_rank(version))
    }

    fn add(&mut self, version: &Arc<Version>) {
        if let Err(index) = self.find(version.dot) {
            self.versions.insert(index, Arc::clone(version));
        }
    }

    /// Sets the clock of the set in all versions.
    fn stamp(&mut self, clock: &VersionVector) {
        let past = Context::from_vector(clock.clone());
        for version in &mut self.versions {
            if version.past != past {
                Arc::make_mut(version).past = past.clone();
            }
        }
    }

    fn find(&self, dot: Dot) -> Result<usize, usize> {
        self.versions.binary_search_by(|held| held.dot.cmp(&dot))
    }
}

/// Returns a version's place in the order of last-write-wins: by rank, wall clock and name, with
/// the expired form of a write after the write.
fn last_write_rank(version: &Version) -> (u64, Instant, Dot, bool) {
    (version.rank, version.written, version.dot, version.is_tombstone())
}

/// Mixes two numbers into a digest. The order of calls matters.
fn mix(digest: u64, a: u64, b: u64) -> u64 {
    const ODD: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03];
    let mut mixed = digest.rotate_left(23) ^ a.wrapping_mul(ODD[0]) ^ b.wrapping_mul(ODD[1]);
    mixed ^= mixed >> 32;
    mixed = mixed.wrapping_mul(ODD[0]);
    mixed ^ (mixed >> 29)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::NodeId;
    use crate::version::Actor;

    const REPLICAS: usize = 3;
    const CLIENTS: usize = 3;

    /// An event in the history of one key: clients put and read at replicas, replicas exchange
    /// their sets.
    #[derive(Clone, Debug)]
    enum Step {
        Put { client: usize, replica: usize, delete: bool, blind: bool },
        Read { client: usize, replica: usize },
        Exchange { from: usize, to: usize },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (0..CLIENTS, 0..REPLICAS, any::<bool>(), any::<bool>()).prop_map(
                |(client, replica, delete, blind)| Step::Put { client, replica, delete, blind }
            ),
            (0..CLIENTS, 0..REPLICAS).prop_map(|(client, replica)| Step::Read { client, replica }),
            (0..REPLICAS, 0..REPLICAS).prop_map(|(from, to)| Step::Exchange { from, to }),
        ];
        prop::collection::vec(step, 1..60)
    }

    /// The naive model: each write is a number with the full set of writes that it had seen, and a
    /// replica is the set of all writes that ever reached it. Nothing is compressed or dropped.
    #[derive(Default)]
    struct Model {
        histories: Vec<BTreeSet<usize>>,
        replicas: [BTreeSet<usize>; REPLICAS],
        seen: [BTreeSet<usize>; CLIENTS],
    }

    impl Model {
        /// Returns the writes at a replica that no other write there had seen.
        fn maximal(&self, replica: usize) -> BTreeSet<usize> {
            let held = &self.replicas[replica];
            let replaced =
                |&write: &usize| held.iter().any(|&w| self.histories[w].contains(&write));
            held.iter().copied().filter(|write| !replaced(write)).collect()
        }

        fn read(&mut self, client: usize, replica: usize) {
            for write in self.maximal(replica) {
                self.seen[client].extend(&self.histories[write]);
                self.seen[client].insert(write);
            }
        }
    }

    /// The same history in the store's types. `dots[w]` is the dot of the model's write `w`.
    #[derive(Default)]
    struct Real {
        dots: Vec<Dot>,
        minted: [u64; REPLICAS],
        replicas: [Siblings; REPLICAS],
        seen: [Context; CLIENTS],
    }

    impl Real {
        fn put(&mut self, replica: usize, past: Context, delete: bool) {
            self.minted[replica] += 1;
            let actor = Actor { node: NodeId(replica as u16), generation: 0 };
            let dot = Dot { actor, counter: self.minted[replica] };
            let value = (!delete).then(|| Value::new("v"));
            let version =
                Version { dot, past, rank: 0, written: Instant::ZERO, expires: None, value };
            self.replicas[replica].merge(&Siblings::of(Arc::new(version)), Order::Dotted);
            self.dots.push(dot);
        }
    }

    fn run(steps: &[Step]) -> (Model, Real) {
        let (mut model, mut real) = (Model::default(), Real::default());
        for step in steps {
            match *step {
                Step::Put { client, replica, delete, blind } => {
                    let (history, past) = if blind {
                        Default::default()
                    } else {
                        (model.seen[client].clone(), real.seen[client].clone())
                    };
                    model.replicas[replica].insert(model.histories.len());
                    model.histories.push(history);
                    real.put(replica, past, delete);
                }
                Step::Read { client, replica } => {
                    model.read(client, replica);
                    real.seen[client].merge(&real.replicas[replica].context());
                }
                Step::Exchange { from, to } => {
                    let moved = model.replicas[from].clone();
                    model.replicas[to].extend(moved);
                    let moved = real.replicas[from].clone();
                    real.replicas[to].merge(&moved, Order::Dotted);
                }
            }
        }
        (model, real)
    }

    proptest! {
        #[test]
        fn replicas_hold_exactly_what_nothing_known_replaces(steps in steps()) {
            let (model, real) = run(&steps);
            for replica in 0..REPLICAS {
                let expected: BTreeSet<Dot> =
                    model.maximal(replica).into_iter().map(|write| real.dots[write]).collect();
                let held: BTreeSet<Dot> =
                    real.replicas[replica].iter().map(|version| version.dot).collect();
                prop_assert_eq!(held, expected, "replica {}", replica);
            }
        }

        #[test]
        fn merge_obeys_the_laws_of_a_join(steps in steps()) {
            let (_, real) = run(&steps);
            let [a, b, c] = &real.replicas;
            let join = |x: &Siblings, y: &Siblings| {
                let mut joined = x.clone();
                let changed = joined.merge(y, Order::Dotted);
                assert_eq!(changed, !x.covers(y, Order::Dotted), "covers predicts whether a merge changes anything");
                joined
            };
            prop_assert_eq!(join(a, b), join(b, a));
            prop_assert_eq!(join(&join(a, b), c), join(a, &join(b, c)));
            prop_assert_eq!(join(a, a), a.clone());
            for part in [a, b] {
                prop_assert!(join(a, b).covers(part, Order::Dotted));
            }
            prop_assert!(join(a, &b.lacking(a, Order::Dotted)) == join(a, b));
        }
    }

    /// A set as in early Riak: one clock by node, and its writes.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct PlainSet {
        clock: [u64; REPLICAS],
        writes: BTreeSet<usize>,
    }

    impl PlainSet {
        fn descends(&self, other: &[u64; REPLICAS]) -> bool {
            self.clock.iter().zip(other).all(|(mine, theirs)| mine >= theirs)
        }

        fn raise(&mut self, other: &[u64; REPLICAS]) {
            self.clock.iter_mut().zip(other).for_each(|(mine, theirs)| *mine = *theirs.max(mine));
        }

        fn merge(&mut self, other: &Self) {
            match (self.descends(&other.clock), other.descends(&self.clock)) {
                (true, false) => {}
                (false, true) => *self = other.clone(),
                _ => {
                    self.raise(&other.clock);
                    self.writes.extend(&other.writes);
                }
            }
        }
    }

    proptest! {
        /// The naive model keeps clocks as arrays, and the writes of a set beside its clock.
        #[test]
        fn plain_vectors_keep_one_clock_per_set(steps in steps()) {
            let mut model: [PlainSet; REPLICAS] = Default::default();
            let mut seen = [[0; REPLICAS]; CLIENTS];
            let mut real: [Siblings; REPLICAS] = Default::default();
            let mut contexts: [Context; CLIENTS] = Default::default();
            let mut dots = Vec::new();
            for step in &steps {
                match *step {
                    Step::Put { client, replica, blind, .. } => {
                        let actor = Actor { node: NodeId(replica as u16), generation: 0 };
                        let counter = model[replica].clock[replica].max(seen[client][replica]) + 1;
                        let (past, knows) = if blind {
                            Default::default()
                        } else {
                            (contexts[client].clone(), seen[client])
                        };
                        let mut set = PlainSet { clock: knows, writes: [dots.len()].into() };
                        if !set.descends(&model[replica].clock) {
                            set.writes.extend(&model[replica].writes);
                        }
                        set.raise(&model[replica].clock);
                        set.clock[replica] = counter;
                        model[replica] = set;
                        let dot = Dot { actor, counter };
                        dots.push(dot);
                        let (written, value) = (Instant::ZERO, Some(Value::new("v")));
                        let version = Version { dot, past, rank: 0, written, expires: None, value };
                        real[replica].put_plain(&Arc::new(version));
                    }
                    Step::Read { client, replica } => {
                        let known = model[replica].clock;
                        (0..REPLICAS).for_each(|it| seen[client][it] = known[it].max(seen[client][it]));
                        contexts[client].merge(&real[replica].context());
                    }
                    Step::Exchange { from, to } => {
                        let (moved, set) = (model[from].clone(), real[from].clone());
                        model[to].merge(&moved);
                        let covered = real[to].covers(&set, Order::Plain);
                        prop_assert_eq!(real[to].merge(&set, Order::Plain), !covered);
                    }
                }
                for (model, real) in model.iter().zip(&real) {
                    let held: BTreeSet<Dot> = real.iter().map(|version| version.dot).collect();
                    prop_assert_eq!(held, model.writes.iter().map(|&it| dots[it]).collect());
                    let clock = real.clock();
                    for (node, &counter) in (0..).zip(&model.clock) {
                        let actor = Actor { node: NodeId(node), generation: 0 };
                        prop_assert_eq!(clock.get(actor), counter);
                    }
                }
            }
        }

        /// The naive model is the maximum of all versions that were merged.
        #[test]
        fn the_last_write_is_the_maximum_of_all(
            writes in prop::collection::vec((0..3_u64, 0..5_u64, 0..3_u16, any::<bool>()), 0..12),
        ) {
            let mut set = Siblings::new();
            for (index, &(rank, written, node, expired)) in writes.iter().enumerate() {
                let actor = Actor { node: NodeId(node), generation: 0 };
                let dot = Dot { actor, counter: rank * 5 + written + 1 };
                let (written, past) = (Instant::from_us(written), Context::new());
                let value = (!expired).then(|| Value::new("v"));
                let version = Version { dot, past, rank, written, expires: Some(written), value };
                let one = Siblings::of(Arc::new(version));
                let covered = set.covers(&one, Order::LastWriteWins);
                let lacking = one.lacking(&set, Order::LastWriteWins);
                prop_assert_eq!(lacking.is_empty(), covered);
                let before = set.clone();
                prop_assert_eq!(set.merge(&one, Order::LastWriteWins), !covered);
                prop_assert_eq!(set == before, covered);
                let place = |&(rank, written, node, expired): &(u64, u64, u16, bool)| {
                    (rank, written, node, expired)
                };
                let greatest = writes[..=index].iter().max_by_key(|it| place(it));
                let held: Vec<_> = set.iter().map(|it| {
                    (it.rank, it.written.as_us(), it.dot.actor.node.0, it.is_tombstone())
                }).collect();
                prop_assert_eq!(held, greatest.map(place).into_iter().collect::<Vec<_>>());
            }
        }
    }
}
