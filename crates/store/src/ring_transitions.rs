//! Moving: how nodes come into the ring and go out of it, one after the other.
//!
//! A step of the ring is one node more or one node less. Whoever gains a range by it fetches the range
//! from the node that loses it, for that one's copy is what the quorums of before counted on:
//!
//! ```text
//!   X joins          before  A B C        X fetches the range from C; meanwhile writes go to
//!                    after   X A B        A, B, C and X, and need one acknowledgement more
//! ```
//!
//! Two steps at once would make two nodes gain from one copy, so movers take turns, as Cassandra asks
//! of its operators. A mover that has crashed keeps its turn until it is back or removed. Nothing is
//! fetched before all that are up have heard who moves: who has not heard of it writes past the
//! newcomer.

use crate::membership::Status;
use crate::node::Node;
use crate::ownership_change::OwnershipChange;
use crate::range_set::RangeSet;
use crate::streaming::{FetchJob, silence_timeout};
use crate::{Instant, Message, NodeId, PreferenceList, Range};

impl Node {
    /// Returns the positions that are the node's own, or will be; none while all that it holds is.
    pub(crate) const fn own_positions(&self) -> Option<&RangeSet> {
        self.streams.own_positions.as_ref()
    }

    /// Before the rings change for the first time: what the node holds is what the ring gave it.
    pub(crate) fn record_initial_ranges(&mut self, n: u16) {
        if self.replica.disk.owned.is_none() {
            let arcs = self.cluster_view.ring().arcs_of(self.replica.id, n);
            self.replica.disk.owned = Some(RangeSet::of(arcs));
        }
    }

    /// Goes on after a restart with what had been begun.
    pub(crate) fn resume_streams(&mut self, now: Instant) {
        if self.replica.disk.owned.is_some() {
            self.plan_streams(now, false);
        }
    }

    /// Parts the ring by what the present step changes: the first mover's.
    fn step_changes(&self) -> Vec<OwnershipChange> {
        let ring = self.cluster_view.ring();
        let after = self.cluster_view.transitions().first().map_or(ring, |(_, after)| after);
        OwnershipChange::between(ring, after, self.config.quorum.n())
    }

    /// Sets out which ranges must be fetched, now that the steps have changed, and perhaps the ring.
    pub(crate) fn plan_streams(&mut self, now: Instant, ring_changed: bool) {
        let (id, n) = (self.replica.id, self.config.quorum.n());
        let present = RangeSet::of(self.cluster_view.ring().arcs_of(id, n));
        let steps = self.cluster_view.transitions().iter();
        let own_positions = steps.fold(present.clone(), |own_positions, (_, after)| {
            own_positions.union(&RangeSet::of(after.arcs_of(id, n)))
        });
        // What was fetched for a step counts once the step is done. If another was done instead, then
        // this one may have to be fetched from another node.
        let keeps = if ring_changed { &present } else { &own_positions };
        let mut held = self.replica.disk.owned.take().unwrap_or_default().intersection(keeps);
        let mut running = std::mem::take(&mut self.streams.jobs);
        for OwnershipChange { range, before, after } in self.step_changes() {
            if !before.contains(&id) && !after.contains(&id) {
                continue;
            }
            let mut sources: PreferenceList =
                before.into_iter().filter(|node| *node != id).collect();
            if sources.is_empty() {
                // Nobody has it, so nobody can bring it.
                held.insert(range);
                continue;
            }
            // Who loses the range comes first; the stable sort keeps the ring's order otherwise.
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
        let look = now + self.config.settings.gossip.period;
        self.streams.next_check = self.has_transition().then_some(look);
    }

    /// Whether ranges move that this node has to do with.
    fn has_transition(&self) -> bool {
        !(self.streams.jobs.is_empty() && self.cluster_view.transitions().is_empty())
    }

    /// Goes on with what is fetched and sent, when that is due.
    pub(crate) fn advance_streams(&mut self, now: Instant) {
        self.streams.now = now;
        self.send_ready_parts(now);
        self.retry_streams(now);
        if self.streams.next_check.is_none_or(|look| now < look) {
            return;
        }
        let next = now + self.config.settings.gossip.period;
        self.streams.next_check = self.has_transition().then_some(next);
        self.start_streams(now);
        self.notify_leaver(now);
        self.finish_transition(now);
    }

    /// Tells a node that leaves what this one has got of its ranges, and does so again: it may have been
    /// down, or the message was lost.
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
        let step = self.step_changes().into_iter();
        let got = step.filter(|it| it.before.contains(&leaver) && it.after.contains(&own));
        let got: Vec<Range> = RangeSet::of(got.map(|change| change.range)).ranges().collect();
        for range in got {
            let (stream, after) = (self.replica.begin_task(), None);
            let told = Message::StreamAsk { stream, step: 0, range, after, done: true };
            self.replica.send(leaver, told);
        }
    }

    /// Goes from joining to being in the ring, or from leaving to having left, once it is this node's
    /// turn and all ranges are where they must be.
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

    /// Whether every node that will hold a range of this one has told that it has it. Not even
    /// who held it before is taken to: it may still fetch what a removed node should have brought.
    fn is_fully_fetched(&self) -> bool {
        self.step_changes().into_iter().all(|OwnershipChange { range, before, after }| {
            let has_it =
                |node: &NodeId| self.streams.fetched.get(node).is_some_and(|it| it.covers(range));
            // Where nobody would be left to hold it, the node stays.
            !before.contains(&self.replica.id) || !after.is_empty() && after.iter().all(has_it)
        })
    }
}
