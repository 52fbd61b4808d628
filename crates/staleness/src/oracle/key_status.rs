//! The status of a key at its intended replicas, as a picture of the ring shows it.

use super::StoreModel;
use super::key_state::KeyState;
use super::store_model::is_empty;

/// The agreement of the intended replicas of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// All hold the same versions.
    Full,
    /// At least one has everything that any of them has, and at least one lacks some of it.
    Behind,
    /// None has everything that any of them has: they hold conflicting versions.
    Apart,
}

/// The status of one key at its intended replicas now.
#[derive(Clone, Copy, Debug)]
pub struct KeyStatus<'a, S: StoreModel> {
    pub(super) key: &'a S::Key,
    pub(super) state: &'a KeyState<S>,
}

impl<'a, S: StoreModel> KeyStatus<'a, S> {
    /// The key.
    pub const fn key(&self) -> &'a S::Key {
        self.key
    }

    /// The number of reads and writes of the key.
    pub const fn asked(&self) -> u32 {
        self.state.asked
    }

    /// Whether any intended replica holds a version of it.
    pub fn is_held(&self) -> bool {
        self.state.replicas().any(|(_, copy, _)| !is_empty::<S>(copy))
    }

    /// Whether the intended replicas all hold the same versions. Cheaper than
    /// [`agreement`](Self::agreement).
    pub fn is_full(&self) -> bool {
        let mut copies = self.state.replicas().map(|(_, copy, _)| copy);
        let Some(first) = copies.next() else { return true };
        copies.all(|copy| S::same_versions(first, copy))
    }

    /// Returns how far the intended replicas agree.
    pub fn agreement(&self) -> Agreement {
        if self.is_full() {
            return Agreement::Full;
        }
        let whole = self.state.replicas().any(|(_, copy, _)| self.is_whole(copy));
        if whole { Agreement::Behind } else { Agreement::Apart }
    }

    /// Lists the intended replicas that lack something that another one has, in the ring's order.
    pub fn lacking(&self) -> impl Iterator<Item = S::Node> {
        let lacks =
            |(node, copy, _): (S::Node, &S::Copy, _)| (!self.is_whole(copy)).then_some(node);
        self.state.replicas().filter_map(lacks)
    }

    /// Lists the intended replicas that lack a write of the frontier, each with since when it does: this
    /// key's part of the debt.
    pub fn debtors(&self) -> impl Iterator<Item = (S::Node, u64)> {
        self.state.replicas().filter_map(|(node, _, since)| Some((node, since?)))
    }

    /// Whether a copy has everything that any intended replica has.
    fn is_whole(&self, copy: &S::Copy) -> bool {
        let all = self.state.replicas().map(|(_, other, _)| other);
        all.flat_map(S::writes).all(|write| S::has(copy, write))
    }
}
