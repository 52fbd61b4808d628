//! The frontier of a key: its acknowledged writes that no other acknowledged write follows.

use super::StoreModel;
use super::store_model::is_empty;
use super::write_history::NEVER;

/// The most writes that a frontier holds.
const WRITES_MAX: usize = 64;

/// The acknowledged writes of a key that no other acknowledged write follows. Each of its intended
/// replicas should have them all.
#[derive(Clone, Debug)]
pub(super) struct Frontier<S: StoreModel> {
    writes: Vec<FrontierWrite<S>>,
}

#[derive(Clone, Debug)]
struct FrontierWrite<S: StoreModel> {
    write: S::Write,
    /// A copy with this version alone, which shows what it follows.
    copy: S::Copy,
    vanishes: u64,
}

impl<S: StoreModel> Frontier<S> {
    pub(super) const fn new() -> Self {
        Self { writes: Vec::new() }
    }

    /// Adds an acknowledged write, unless the frontier already has writes that follow it, and returns the
    /// earliest instant at which it or one of those vanishes. Drops the oldest write of a full frontier.
    pub(super) fn add(&mut self, write: S::Write, copy: &S::Copy, vanishes: u64) -> u64 {
        let mut following = self.writes.iter().filter(|it| S::has(&it.copy, write)).peekable();
        if following.peek().is_some() {
            return following.map(|it| it.vanishes).fold(vanishes, u64::min);
        }
        self.writes.retain(|it| !S::has(copy, it.write));
        if self.writes.len() == WRITES_MAX {
            self.writes.remove(0);
        }
        self.writes.push(FrontierWrite { write, copy: copy.clone(), vanishes });
        vanishes
    }

    /// Removes a write.
    pub(super) fn remove(&mut self, write: S::Write) {
        self.writes.retain(|it| it.write != write);
    }

    /// Whether a copy lacks one of the writes. An empty copy does not lack a write that has vanished.
    pub(super) fn is_lacked_by(&self, copy: &S::Copy, at: u64) -> bool {
        if is_empty::<S>(copy) {
            return self.writes.iter().any(|it| it.vanishes > at);
        }
        self.writes.iter().any(|it| !S::has(copy, it.write))
    }

    /// Returns the next instant after `at` at which one of the writes vanishes.
    pub(super) fn next_vanishing(&self, at: u64) -> u64 {
        self.writes.iter().map(|it| it.vanishes).filter(|it| *it > at).min().unwrap_or(NEVER)
    }
}
