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

use crate::coverage::Coverage;
use crate::membership::Status;
use crate::node::Node;
use crate::shift::Shift;
use crate::streaming::{Job, arcs_of, patience};
use crate::{Instant, Message, NodeId, PreferenceList, Range};

impl Node {
    /// Gives the positions that are the node's own, or will be; none while all that it holds is.
    pub(crate) const fn own_positions(&self) -> Option<&Coverage> {
        self.streams.mine.as_ref()
    }

    /// Before the rings change for the first time: what the node holds is what the ring gave it.
    pub(crate) fn remember_ranges(&mut self, n: u16) {
        if self.replica.disk.owned.is_none() {
            let arcs = arcs_of(self.beliefs.ring(), self.replica.id, n);
            self.replica.disk.owned = Some(Coverage::of(arcs));
        }
    }

    /// Goes on after a restart with what had been begun.
    pub(crate) fn resume_streams(&mut self, now: Instant) {
        if self.replica.disk.owned.is_some() {
            self.plan_streams(now, false);
        }
    }

    /// Parts the ring by what the present step changes: the first mover's.
    fn present_step(&self) -> Vec<Shift> {
        let ring = self.beliefs.ring();
        let after = self.beliefs.steps().first().map_or(ring, |(_, after)| after);
        Shift::all(ring, after, self.config.quorum.n())
    }

    /// Sets out which ranges must be fetched, now that the steps have changed, and perhaps the ring.
    pub(crate) fn plan_streams(&mut self, now: Instant, ring_changed: bool) {
        let (id, n) = (self.replica.id, self.config.quorum.n());
        let present = Coverage::of(arcs_of(self.beliefs.ring(), id, n));
        let steps = self.beliefs.steps().iter();
        let mine = steps.fold(present.clone(), |mine, (_, after)| {
            mine.union(&Coverage::of(arcs_of(after, id, n)))
        });
        // What was fetched for a step counts once the step is done. If another was done instead, then
        // this one may have to be fetched from another node.
        let keeps = if ring_changed { &present } else { &mine };
        let mut held = self.replica.disk.owned.take().unwrap_or_default().intersection(keeps);
        let mut running = std::mem::take(&mut self.streams.jobs);
        for Shift { range, before, after } in self.present_step() {
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
                let job = old.unwrap_or_else(|| Job::new(sources.clone()));
                self.streams.jobs.insert(range, job);
            }
        }
        self.replica.disk.progress.retain(|range, _| self.streams.jobs.contains_key(range));
        self.replica.disk.owned = Some(held);
        self.streams.mine = Some(mine);
        self.streams.fetched.clear();
        self.streams.retell = now;
        let look = now + self.config.settings.gossip.period;
        self.streams.next_look = self.is_moving().then_some(look);
    }

    /// Tells whether ranges move that this node has to do with.
    fn is_moving(&self) -> bool {
        !(self.streams.jobs.is_empty() && self.beliefs.steps().is_empty())
    }

    /// Goes on with what is fetched and sent, when that is due.
    pub(crate) fn stream(&mut self, now: Instant) {
        self.streams.now = now;
        self.serve(now);
        self.ask_again(now);
        if self.streams.next_look.is_none_or(|look| now < look) {
            return;
        }
        let next = now + self.config.settings.gossip.period;
        self.streams.next_look = self.is_moving().then_some(next);
        self.start_streams(now);
        self.tell_the_leaver(now);
        self.finish_moving(now);
    }

    /// Tells a node that leaves what this one has got of its ranges, and does so again: it may have been
    /// down, or the message was lost.
    fn tell_the_leaver(&mut self, now: Instant) {
        let own = self.replica.id;
        let Some(&(leaver, _)) = self.beliefs.steps().first() else { return };
        let stays = self.beliefs.ring().nodes().contains(&leaver);
        if leaver == own || !stays || now < self.streams.retell || !self.streams.jobs.is_empty() {
            return;
        }
        self.streams.retell = now + patience(self.config.request_timeout);
        let step = self.present_step().into_iter();
        let got = step.filter(|it| it.before.contains(&leaver) && it.after.contains(&own));
        let got: Vec<Range> = Coverage::of(got.map(|shift| shift.range)).ranges().collect();
        for range in got {
            let (stream, after) = (self.replica.begin_work(), None);
            let told = Message::StreamAsk { stream, step: 0, range, after, done: true };
            self.replica.send(leaver, told);
        }
    }

    /// Goes from joining to being in the ring, or from leaving to having left, once it is this node's
    /// turn and all ranges are where they must be.
    pub(crate) fn finish_moving(&mut self, now: Instant) {
        let turn = self.beliefs.steps().first().map(|(mover, _)| *mover);
        if turn != Some(self.replica.id) || !self.beliefs.is_settled(now) {
            return;
        }
        match self.own_status() {
            Some(Status::Joining) if self.streams.jobs.is_empty() => {
                self.advance_standing(now, Status::Normal);
            }
            Some(Status::Leaving) if self.all_is_fetched() => {
                self.advance_standing(now, Status::Left);
            }
            _ => {}
        }
    }

    /// Tells whether every node that will hold a range of this one has told that it has it. Not even
    /// who held it before is taken to: it may still fetch what a removed node should have brought.
    fn all_is_fetched(&self) -> bool {
        self.present_step().into_iter().all(|Shift { range, before, after }| {
            let has_it =
                |node: &NodeId| self.streams.fetched.get(node).is_some_and(|it| it.covers(range));
            // Where nobody would be left to hold it, the node stays.
            !before.contains(&self.replica.id) || !after.is_empty() && after.iter().all(has_it)
        })
    }
}
