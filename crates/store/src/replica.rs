//! The replica in a node: its keys with their trees, and the queue of outputs.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::disk::Disk;
use crate::merkle_forest::MerkleForest;
use crate::quorum::Tally;
use crate::settings::{Order, Settings};
use crate::storage::Change;
use crate::version::Siblings;
use crate::{Clock, Duration, Event, Instant, Key, Message, NodeId, Output, RequestId, Response};

/// A node without the operations that it coordinates. It is a separate struct so that a
/// coordination can be borrowed while the replica beside it stores, sends and emits.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    pub(crate) id: NodeId,
    pub(crate) disk: Disk,
    pub(crate) outputs: VecDeque<Output>,
    pub(crate) order: Order,
    pub(crate) settings: Arc<Settings>,
    pub(crate) clock: Clock,
    /// The Merkle trees of the node's ranges, or `None` if anti-entropy is off.
    pub(crate) forest: Option<MerkleForest>,
    /// The changes of keys since they were last drained, or `None` if they are not recorded.
    pub(crate) recorded_changes: Option<Vec<(Key, Siblings)>>,
}

impl Replica {
    pub(crate) fn new(disk: Disk, order: Order, settings: Arc<Settings>) -> Self {
        let (id, outputs, clock) = (disk.node(), VecDeque::new(), Clock::default());
        Self { id, disk, outputs, order, settings, clock, forest: None, recorded_changes: None }
    }

    /// Returns all versions of a key that are known here: the node's own, and if a sloppy quorum
    /// reads from stand-ins, those of its hints. Expired values are returned as tombstones.
    pub(crate) fn read(&self, now: Instant, key: &Key) -> Siblings {
        let mut found = self.disk.get(key).cloned().unwrap_or_default();
        if self.settings.quorum.sloppy && !self.disk.hints.is_empty() {
            self.disk.hints.merge_into(key, &mut found, self.order);
        }
        found.expire(self.wall(now));
        found
    }

    /// Merges versions into a key and updates the trees. Tombstones whose grace has passed are not
    /// merged: a peer that has not collected them yet would bring them back forever.
    pub(crate) fn merge(&mut self, now: Instant, key: &Key, versions: &Siblings) -> Change {
        let wall = self.wall(now);
        let expired = versions.expires_by(wall).then(|| {
            let mut expired = versions.clone();
            expired.expire(wall);
            expired
        });
        let versions = expired.as_ref().unwrap_or(versions);
        if self.is_past_grace(now, versions) && self.disk.get(key).is_none() {
            return Change::default();
        }
        if self.settings.versions.truncation.is_some() {
            self.disk.storage.note_write_times(key, versions);
        }
        let order = self.order;
        self.change(key, |disk| disk.storage.merge(key, versions, order))
    }

    /// Changes a key, and its bucket in the trees with it.
    pub(crate) fn change(&mut self, key: &Key, change: impl FnOnce(&mut Disk) -> Change) -> Change {
        let changed = match &mut self.forest {
            None => change(&mut self.disk),
            Some(forest) => {
                let digest = |disk: &Disk| disk.get(key).map_or(0, |it| it.digest(self.order));
                let before = digest(&self.disk);
                let changed = change(&mut self.disk);
                let after = digest(&self.disk);
                if before != after {
                    forest.change(key, before, after);
                }
                changed
            }
        };
        if let (true, Some(recorded_changes)) = (changed.changed, &mut self.recorded_changes) {
            recorded_changes.push((key.clone(), self.disk.get(key).cloned().unwrap_or_default()));
        }
        changed
    }

    /// Stores the versions of a write.
    pub(crate) fn store(
        &mut self,
        now: Instant,
        request: RequestId,
        key: &Key,
        (dot, versions): (crate::version::Dot, &Siblings),
    ) {
        let Change { changed, siblings } = self.merge(now, key, versions);
        self.emit(Event::Stored { request, key: key.clone(), dot, changed, siblings });
    }

    /// Stores the versions of a read repair.
    pub(crate) fn repair(&mut self, now: Instant, request: RequestId, key: Key, it: &Siblings) {
        let Change { changed, siblings } = self.merge(now, &key, it);
        self.emit(Event::Repaired { request, key, changed, siblings });
    }

    /// Responds to a client, and emits the outcome of the vote.
    pub(crate) fn reply(&mut self, request: RequestId, tally: &Tally, response: Response) {
        let (have, needed) = (tally.have(), tally.needed());
        let siblings = match &response {
            Response::Found { siblings, .. } => siblings.len() as u16,
            Response::Stored { .. } | Response::Unavailable { .. } => 0,
        };
        self.emit(match response {
            Response::Unavailable { cause, asked, .. } => {
                Event::QuorumFailed { request, cause, have, needed, asked }
            }
            _ => Event::QuorumMet { request, have, needed, siblings },
        });
        self.outputs.push_back(Output::Reply { id: request, response });
    }

    /// Begins a background task, and returns its id.
    pub(crate) fn begin_task(&mut self) -> RequestId {
        let ordinal = self.disk.tasks;
        self.disk.tasks += 1;
        RequestId::background(self.id, self.disk.actor.generation, ordinal)
    }

    /// Returns the time of the node's wall clock.
    pub(crate) fn wall(&self, now: Instant) -> Instant {
        self.clock.wall(now)
    }

    /// Whether the versions are only tombstones, and all of them are past their grace.
    fn is_past_grace(&self, now: Instant, versions: &Siblings) -> bool {
        let Some(grace) = self.settings.deletes.grace else { return false };
        !versions.is_live() && self.all_dead_for(versions, grace, now)
    }

    /// Whether all versions are tombstones that are at least `grace` old.
    pub(crate) fn all_dead_for(&self, versions: &Siblings, grace: Duration, now: Instant) -> bool {
        let wall = self.wall(now);
        versions.iter().all(|it| it.dead_since().is_some_and(|since| since + grace <= wall))
    }

    pub(crate) fn send(&mut self, to: NodeId, message: Message) {
        self.outputs.push_back(Output::Send { to, message });
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
