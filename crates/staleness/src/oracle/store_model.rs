//! What the oracle must know of a store.

use std::fmt::Debug;

use smallvec::SmallVec;

/// The kinds of things that a store has, as far as the oracle must know them.
///
/// The oracle rests on two laws, and on no others. *Following is transitive*: a copy that has a write
/// has whatever that write followed when it was made. *Alike copies have the same writes*. A store that
/// shortens its clocks breaks the first one; the oracle then counts some writes wrong, and nothing worse.
pub trait Store: Clone + Debug {
    /// What names a value.
    type Key: Ord + Clone + Debug;
    /// What keeps copies.
    type Node: Ord + Copy + Debug;
    /// Who asks; the number is for reports.
    type Client: Ord + Copy + Debug + Into<u64>;
    /// An operation in progress.
    type Request: Ord + Copy + Debug;
    /// The name of a write, unique within its key.
    type Write: Ord + Copy + Debug;
    /// What a node holds of a key, or what a read answers: a set of versions. The default is the empty
    /// one.
    type Copy: Clone + Debug + Default;
    /// Who the intended replicas of each key are.
    type Ring: Clone + Debug;

    /// Gives a number by which keys are found quickly: always the same for a key, and seldom the same for
    /// two. It need not be spread evenly.
    fn place(key: &Self::Key) -> u64;
    /// Tells whether a copy has the write or something causally after it.
    fn has(copy: &Self::Copy, write: Self::Write) -> bool;
    /// Gives the number of versions in a copy.
    fn branches(copy: &Self::Copy) -> u16;
    /// Lists the names of the versions in a copy.
    fn writes(copy: &Self::Copy) -> impl Iterator<Item = Self::Write>;
    /// Tells whether two copies are the same versions.
    fn alike(a: &Self::Copy, b: &Self::Copy) -> bool;
    /// Lists the N intended replicas of a key, each once.
    fn replicas(ring: &Self::Ring, key: &Self::Key) -> SmallVec<[Self::Node; 4]>;
}

/// Tells whether a copy has no version at all.
pub(super) fn is_empty<S: Store>(copy: &S::Copy) -> bool {
    S::branches(copy) == 0
}
