//! How a key stands at its intended replicas: what a picture of the ring shows of it.

use super::Store;
use super::key_state::KeyState;
use super::store_model::is_empty;

/// Whether the intended replicas of a key hold the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// All hold the same versions.
    Full,
    /// At least one has all that any of them has, and at least one lacks some of it.
    Behind,
    /// None has all that any of them has: versions stand against each other.
    Apart,
}

/// How one key stands at its intended replicas now.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a, S: Store> {
    pub(super) key: &'a S::Key,
    pub(super) state: &'a KeyState<S>,
}

impl<'a, S: Store> Standing<'a, S> {
    /// Gives the key.
    pub const fn key(&self) -> &'a S::Key {
        self.key
    }

    /// Gives how often the key was asked for, by reads and writes.
    pub const fn asked(&self) -> u32 {
        self.state.asked
    }

    /// Tells whether any intended replica holds a version of it.
    pub fn is_held(&self) -> bool {
        self.state.replicas().any(|(_, copy, _)| !is_empty::<S>(copy))
    }

    /// Tells whether the intended replicas all hold the same versions. Cheaper than
    /// [`agreement`](Self::agreement).
    pub fn is_full(&self) -> bool {
        let mut copies = self.state.replicas().map(|(_, copy, _)| copy);
        let Some(first) = copies.next() else { return true };
        copies.all(|copy| S::alike(first, copy))
    }

    /// Tells how far the intended replicas hold the same.
    pub fn agreement(&self) -> Agreement {
        if self.is_full() {
            return Agreement::Full;
        }
        let whole = self.state.replicas().any(|(_, copy, _)| self.is_whole(copy));
        if whole { Agreement::Behind } else { Agreement::Apart }
    }

    /// Lists the intended replicas that lack something that another one of them has, in the ring's order.
    pub fn lacking(&self) -> impl Iterator<Item = S::Node> {
        let lacks =
            |(node, copy, _): (S::Node, &S::Copy, _)| (!self.is_whole(copy)).then_some(node);
        self.state.replicas().filter_map(lacks)
    }

    /// Lists the intended replicas that lack an acknowledged write of the frontier, each with since when it
    /// does: this key's part of the debt.
    pub fn debtors(&self) -> impl Iterator<Item = (S::Node, u64)> {
        self.state.replicas().filter_map(|(node, _, since)| Some((node, since?)))
    }

    /// Tells whether a copy has all that any intended replica has.
    fn is_whole(&self, copy: &S::Copy) -> bool {
        let all = self.state.replicas().map(|(_, other, _)| other);
        all.flat_map(S::writes).all(|write| S::has(copy, write))
    }
}
