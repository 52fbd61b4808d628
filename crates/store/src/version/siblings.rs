//! Versions of a key, and the sets of concurrent ones.

use std::sync::Arc;

use serde::Serialize;
use smallvec::SmallVec;

use super::{Context, Dot};
use crate::Value;

/// One version of a key: a write, what its writer had seen, and the value.
///
/// This is a dotted version vector (Preguiça et al., 2012): the dot names the write itself, apart
/// from its causal past. Two blind puts through one coordinator have different dots and empty pasts,
/// so both survive; a plain vector would order them and lose the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The write.
    pub dot: Dot,
    /// The writes that this one replaces: all that its writer had seen.
    pub past: Context,
    /// The value; none is a tombstone, the mark that a delete leaves.
    pub value: Option<Value>,
}

impl Version {
    /// Tells whether this version replaces the other: its writer had seen it.
    pub fn supersedes(&self, other: &Self) -> bool {
        self.past.contains(other.dot)
    }

    /// Tells whether this version is the mark that a delete leaves.
    pub const fn is_tombstone(&self) -> bool {
        self.value.is_none()
    }
}

/// The versions of a key that no other known version replaces.
///
/// One version is the common case; several are siblings, written without knowledge of each other.
/// They are sorted by dot, so that the order in which they arrived does not show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Siblings {
    versions: SmallVec<[Arc<Version>; 1]>,
}

impl Siblings {
    /// Makes an empty set: a key that was never written.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a version unless it is held or replaced already, and drops those that it replaces.
    /// Tells whether anything changed.
    pub fn insert(&mut self, version: &Arc<Version>) -> bool {
        let Err(_) = self.find(version.dot) else { return false };
        if self.versions.iter().any(|held| held.supersedes(version)) {
            return false;
        }
        self.versions.retain(|held| !version.supersedes(held));
        let index = self.find(version.dot).unwrap_or_else(|index| index);
        self.versions.insert(index, Arc::clone(version));
        true
    }

    /// Adds all versions of the other set; tells whether anything changed.
    pub fn merge(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for version in &other.versions {
            changed |= self.insert(version);
        }
        changed
    }

    /// Tells whether merging the other set would change nothing.
    pub fn covers(&self, other: &Self) -> bool {
        other.versions.iter().all(|version| self.covers_version(version))
    }

    /// Tells whether the version is held, or replaced by one that is.
    pub fn covers_version(&self, version: &Version) -> bool {
        self.versions.iter().any(|held| held.dot == version.dot || held.supersedes(version))
    }

    /// Gives the context of a client that has read this set: a put with it replaces all of it.
    pub fn context(&self) -> Context {
        let mut context = Context::new();
        for version in &self.versions {
            context.merge(&version.past);
            context.insert(version.dot);
        }
        context
    }

    /// Lists the versions, sorted by dot.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Version>> {
        self.versions.iter()
    }

    /// Lists the values; tombstones have none.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.versions.iter().filter_map(|version| version.value.as_ref())
    }

    /// Gives the number of versions, tombstones included.
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Tells whether the key was never written, as far as is known here.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Tells whether there is a value to read: some version is no tombstone.
    pub fn is_live(&self) -> bool {
        self.versions.iter().any(|version| !version.is_tombstone())
    }

    fn find(&self, dot: Dot) -> Result<usize, usize> {
        self.versions.binary_search_by(|held| held.dot.cmp(&dot))
    }
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

    /// What happens to one key: clients put and read at replicas, replicas exchange their sets.
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
        /// The writes at a replica that no other write there had seen.
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

    /// The same in the store's own terms; `dots[w]` is the dot of the model's write `w`.
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
            self.replicas[replica].insert(&Arc::new(Version { dot, past, value }));
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
                    real.replicas[to].merge(&moved);
                }
            }
        }
        (model, real)
    }

    proptest! {
        #[test]
        fn replicas_hold_just_what_nothing_known_replaces(steps in steps()) {
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
                let changed = joined.merge(y);
                assert_eq!(changed, !x.covers(y), "covers tells whether a merge changes anything");
                joined
            };
            prop_assert_eq!(join(a, b), join(b, a));
            prop_assert_eq!(join(&join(a, b), c), join(a, &join(b, c)));
            prop_assert_eq!(join(a, a), a.clone());
            prop_assert!(join(a, b).covers(a) && join(a, b).covers(b));
        }
    }
}
