//! Expiry of values, and collection of tombstones.

use crate::node::Node;
use crate::{Event, Instant};

impl Node {
    /// Turns values that have expired into tombstones, and drops tombstones whose grace has passed.
    pub(crate) fn collect_expired(&mut self, now: Instant) {
        let wall = self.replica.wall(now);
        while let Some(key) = self.replica.disk.storage.pop_expired(wall) {
            let change = self.replica.change(&key, |disk| disk.storage.expire(&key, wall));
            if change.changed {
                self.replica.emit(Event::Expired { key });
            }
        }
        let Some(grace) = self.config.settings.deletes.grace else { return };
        if wall.since_start() < grace {
            return;
        }
        let before = Instant::ZERO + (wall.since_start() - grace);
        while let Some(key) = self.replica.disk.storage.pop_tombstone(before) {
            let Some(held) = self.replica.disk.get(&key) else { continue };
            let since = held.iter().filter_map(|version| version.dead_since()).max();
            if let (true, Some(since)) = (self.replica.all_dead_for(held, grace, now), since) {
                self.replica.change(&key, |disk| disk.storage.forget(&key));
                self.replica.emit(Event::TombstoneCollected { key, since });
            }
        }
    }

    /// Returns the virtual time at which the next value expires or the next tombstone may be
    /// dropped.
    pub(crate) fn next_collection(&self) -> Option<Instant> {
        let storage = &self.replica.disk.storage;
        let grace = self.config.settings.deletes.grace;
        let tombstone = grace.and_then(|grace| Some(storage.oldest_tombstone()? + grace));
        let wall = storage.next_expiry().into_iter().chain(tombstone).min()?;
        Some(self.replica.clock.reaches(wall))
    }
}
