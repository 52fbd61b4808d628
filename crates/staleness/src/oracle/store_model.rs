//! The interface by which the oracle sees a store.

use std::fmt::Debug;

use smallvec::SmallVec;

/// A store, as far as the oracle must know it.
///
/// The oracle relies on two laws only. *Following is transitive*: a copy that has a write has whatever
/// that write followed when it was made. *Equal copies have the same writes*. A store that prunes its
/// clocks breaks the first one; the oracle then miscounts some writes, and nothing worse happens.
pub trait StoreModel: Clone + Debug {
    /// The name of a value.
    type Key: Ord + Clone + Debug;
    /// A node, which holds copies.
    type Node: Ord + Copy + Debug;
    /// A client; its number is for reports.
    type Client: Ord + Copy + Debug + Into<u64>;
    /// The identifier of an operation in progress.
    type Request: Ord + Copy + Debug;
    /// The name of a write, unique within its key.
    type Write: Ord + Copy + Debug;
    /// A set of versions: what a node holds of a key, or the answer to a read. The default is the empty
    /// set.
    type Copy: Clone + Debug + Default;
    /// The assignment of intended replicas to keys.
    type Ring: Clone + Debug;

    /// Returns a hash of a key, which two keys seldom share. It need not be spread evenly.
    fn hash(key: &Self::Key) -> u64;
    /// Whether a copy has the write or something causally after it.
    fn has(copy: &Self::Copy, write: Self::Write) -> bool;
    /// Returns the number of versions in a copy.
    fn branches(copy: &Self::Copy) -> u16;
    /// Lists the names of the versions in a copy.
    fn writes(copy: &Self::Copy) -> impl Iterator<Item = Self::Write>;
    /// Whether two copies are the same versions.
    fn same_versions(a: &Self::Copy, b: &Self::Copy) -> bool;
    /// Lists the N intended replicas of a key, each once.
    fn replicas(ring: &Self::Ring, key: &Self::Key) -> SmallVec<[Self::Node; 4]>;
}

/// Whether a copy has no version at all.
pub(super) fn is_empty<S: StoreModel>(copy: &S::Copy) -> bool {
    S::branches(copy) == 0
}
