//! Ring transitions: nodes join and leave the ring, one after the other.
//!
//! A transition adds or removes one node. A node that gains a range by it fetches the range from
//! the node that loses it, because the quorums on the old ring counted on that node's copy:
//!
//! ```text
//!   X joins          before  A B C        X fetches the range from C; meanwhile writes go to
//!                    after   X A B        A, B, C and X, and need one acknowledgement more
//! ```
//!
//! Two transitions at once could make two nodes gain from one copy, so they take turns, as
//! Cassandra asks of its operators. A joining or leaving node that has crashed keeps its turn until
//! it is back or removed. Fetching starts once all nodes that are up have heard of the transition,
//! because a node that has not would not send its writes to the new node.

use crate::membership::Status;
use crate::node::Node;
use crate::ownership_change::OwnershipChange;
use crate::range_set::RangeSet;
use crate::streaming::{FetchJob, silence_timeout};
use crate::{Instant, Message, NodeId, PreferenceList, Range};

impl Node {
    /// Returns the positions that the node owns or will own, or `None` if they have never changed.
    pub(crate) const fn own_positions(&self) -> Option<&RangeSet> {
        self.streams.own_positions.as_ref()
    }

    /// Records the positions that the node holds, before the rings change for the first time: all
    /// that the ring assigns to it.
    pub(crate) fn record_initial_ranges(&mut self, n: u16) {
        if self.replica.disk.owned.is_none() {
            let arcs = self.cluster_view.ring().arcs_of(self.replica.id, n);
            self.replica.disk.owned = Some(RangeSet::of(arcs));
        }
    }

    /// Resumes, after a restart, the streams that had begun.
    pub(crate) fn resume_streams(&mut self, now: Instant) {
        if self.replica.disk.owned.is_some() {
            self.plan_streams(now, false);
        }
    }

    /// Lists the ownership changes of the current transition, which is the first one.
    fn current_changes(&self) -> Vec<OwnershipChange> {
        let ring = self.cluster_view.ring();
        let after = self.cluster_view.transitions().first().map_or(ring, |(_, after)| after);
        OwnershipChange::between(ring, after, self.config.quorum.n())
    }

    /// Plans the ranges to fetch, after the transitions have changed, and perhaps the ring.
    pub(crate) fn plan_streams(&mut self, now: Instant, ring_changed: bool) {
        let (id, n) = (self.replica.id, self.config.quorum.n());
        let current = RangeSet::of(self.cluster_view.ring().arcs_of(id, n));
        let transitions = self.cluster_view.transitions().iter();
        let own_positions = transitions.fold(current.clone(), |own_positions, (_, after)| {
            own_positions.union(&RangeSet::of(after.arcs_of(id, n)))
        });
        // A range that was fetched for a transition counts once that transition is done. If another
        // was done instead, the range may have to be fetched again, from another node.
        let keeps = if ring_changed { &current } else { &own_positions };
        let mut held = self.replica.disk.owned.take().unwrap_or_default().intersection(keeps);
        let mut running = std::mem::take(&mut self.streams.jobs);
        for OwnershipChange { range, before, after } in self.current_changes() {
            if !before.contains(&id) && !after.contains(&id) {
                continue;
            }
            let mut sources: PreferenceList =
                before.into_iter().filter(|node| *node != id).collect();
            if sources.is_empty() {
                // No node holds the range, so it can't be fetched.
                held.insert(range);
                continue;
            }
            // The node that loses the range comes first. The sort is stable: the others stay in
            // ring order.
            sources.sort_by_key(|node| after.contains(node));
            for range in held.missing(range) {
                let old = running.remove(&range).filter(|job| job.sources == sources);
                let job = old.unwrap_or_else(|| FetchJob::new(sources.clone()));
                self.streams.jobs.insert(range, job);
            }
        }
        self.replica.disk.progress.retain(|range, _| self.streams.jobs.contains_key(range));
        self.replica.disk.owned = Some(held);
        self.streams.own_positions = Some(own_positions);
        self.streams.fetched.clear();
        self.streams.next_notice = now;
        let check = now + self.config.settings.gossip.period;
        self.streams.next_check = self.has_transition().then_some(check);
    }

    /// Whether the node takes part in a transition.
    fn has_transition(&self) -> bool {
        !(self.streams.jobs.is_empty() && self.cluster_view.transitions().is_empty())
    }

    /// Continues to fetch and to send ranges, when that is due.
    pub(crate) fn advance_streams(&mut self, now: Instant) {
        self.streams.now = now;
        self.send_ready_parts(now);
        self.retry_streams(now);
        if self.streams.next_check.is_none_or(|check| now < check) {
            return;
        }
        let next = now + self.config.settings.gossip.period;
        self.streams.next_check = self.has_transition().then_some(next);
        self.start_streams(now);
        self.notify_leaver(now);
        self.finish_transition(now);
    }

    /// Notifies a leaving node of the ranges that this node has fetched. It does so repeatedly,
    /// because the leaver may have been down, or the message lost.
    fn notify_leaver(&mut self, now: Instant) {
        let own = self.replica.id;
        let Some(&(leaver, _)) = self.cluster_view.transitions().first() else { return };
        let stays = self.cluster_view.ring().nodes().contains(&leaver);
        if leaver == own
            || !stays
            || now < self.streams.next_notice
            || !self.streams.jobs.is_empty()
        {
            return;
        }
        self.streams.next_notice = now + silence_timeout(self.config.request_timeout);
        let changes = self.current_changes().into_iter();
        let fetched = changes.filter(|it| it.before.contains(&leaver) && it.after.contains(&own));
        let fetched: Vec<Range> =
            RangeSet::of(fetched.map(|change| change.range)).ranges().collect();
        for range in fetched {
            let (stream, after) = (self.replica.begin_task(), None);
            let notice = Message::StreamRequest { stream, step: 0, range, after, done: true };
            self.replica.send(leaver, notice);
        }
    }

    /// Advances the node's own status from joining to normal, or from leaving to left, if it is its
    /// turn and all ranges have been fetched.
    pub(crate) fn finish_transition(&mut self, now: Instant) {
        let turn = self.cluster_view.transitions().first().map(|(mover, _)| *mover);
        if turn != Some(self.replica.id) || !self.cluster_view.is_settled(now) {
            return;
        }
        match self.own_status() {
            Some(Status::Joining) if self.streams.jobs.is_empty() => {
                self.advance_status(now, Status::Normal);
            }
            Some(Status::Leaving) if self.is_fully_fetched() => {
                self.advance_status(now, Status::Left);
            }
            _ => {}
        }
    }

    /// Whether every node that will hold a range of this one has reported that it fetched the
    /// range. That includes nodes that held the range on the old ring: such a node may still be
    /// fetching it, because it gained the range from a node that was removed.
    fn is_fully_fetched(&self) -> bool {
        self.current_changes().into_iter().all(|OwnershipChange { range, before, after }| {
            let has_it =
                |node: &NodeId| self.streams.fetched.get(node).is_some_and(|it| it.covers(range));
            // If no node would hold the range, this one stays.
            !before.contains(&self.replica.id) || !after.is_empty() && after.iter().all(has_it)
        })
    }
}
