//! The life cycle that gets and puts share: refusal, opening, settling and deadlines.

use super::get::send_repairs;
use super::{Coordination, Core};
use crate::node::Node;
use crate::quorum::QuorumState;
use crate::request::UnavailableReason;
use crate::settings::ReadRepair;
use crate::version::Dot;
use crate::{Event, Instant, Key, Operation, Output, PreferenceList, Request, RequestId, Response};

impl Node {
    /// Refuses a request because too many operations are in progress.
    pub(crate) fn refuse(&mut self, id: RequestId, request: &Request, in_progress: u32) {
        let needed = match request.operation() {
            Operation::Get => self.config.quorum.r(),
            Operation::Put | Operation::Delete => self.config.quorum.w(),
        };
        let cause = UnavailableReason::Overloaded;
        let response = Response::Unavailable { cause, answered: 0, needed, asked: 0 };
        self.replica.emit(Event::Overloaded { request: id, in_progress });
        self.replica.outputs.push_back(Output::Reply { id, response });
    }

    /// Puts an operation in progress.
    pub(super) fn open(&mut self, now: Instant, request: RequestId, coordination: Coordination) {
        let earlier = self.coordinations.insert(request, Box::new(coordination));
        assert!(earlier.is_none(), "request {request:?} is in progress already");
        self.deadlines.push(now + self.config.request_timeout, request);
    }

    /// Puts an operation in progress that begins with a read of the replicas `asked`. Returns
    /// whether they suffice: if they do not, the operation has failed, and none of them is to be
    /// asked.
    pub(super) fn open_read(
        &mut self,
        now: Instant,
        request: RequestId,
        mut coordination: Coordination,
        asked: &PreferenceList,
        (operation, dot): (Operation, Option<Dot>),
    ) -> bool {
        let needed = coordination.tally.needed();
        coordination.tally.ask(asked);
        self.announce(request, operation, &coordination.key, (asked, needed), dot);
        self.open(now, request, coordination);
        let can_be_met = asked.len() >= usize::from(needed);
        if !can_be_met {
            self.settle(now, request);
        }
        can_be_met
    }

    /// Emits which replicas an operation asks, and how many of them must answer.
    pub(super) fn announce(
        &mut self,
        request: RequestId,
        operation: Operation,
        key: &Key,
        (asked, needed): (&PreferenceList, u16),
        dot: Option<Dot>,
    ) {
        let (key, asked) = (key.clone(), asked.clone());
        let event = Event::Coordinating { request, operation, key, asked, needed, dot };
        self.replica.emit(event);
    }

    /// Advances an operation as far as its answers allow, sends repairs after the reply, and
    /// removes the operation once it is complete.
    pub(super) fn settle(&mut self, now: Instant, request: RequestId) {
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        match (coordination.tally.state(), &coordination.core) {
            (QuorumState::Unreachable, _) => {
                self.fail_unreachable(request);
                return self.drop_idle_deadlines();
            }
            (QuorumState::Met, Core::Get(_)) => self.settle_get(now, request),
            (QuorumState::Met, Core::Put(put)) if put.is_reading() => {
                return self.write(now, request);
            }
            (QuorumState::Met, Core::Put(_)) => {
                if let Some(response) = coordination.reply() {
                    self.replica.reply(request, &coordination.tally, response);
                }
            }
            (QuorumState::Pending, _) => {}
        }
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        if !coordination.has_replied() {
            return;
        }
        if self.config.settings.read_repair != ReadRepair::Off {
            send_repairs(&mut self.replica, now, request, coordination);
        }
        if coordination.tally.is_complete() {
            self.coordinations.remove(&request);
            self.drop_idle_deadlines();
        }
    }

    /// Fails an operation for which too few replicas are left.
    fn fail_unreachable(&mut self, request: RequestId) {
        let Some(mut coordination) = self.coordinations.remove(&request) else { return };
        if let Some(response) = coordination.fail(UnavailableReason::TooFewNodes) {
            self.replica.reply(request, coordination.deciding_tally(), response);
        }
    }

    /// Ends the operations whose time is up, and asks one more replica for reads that take long.
    pub(crate) fn handle_deadlines(&mut self, now: Instant) {
        while let Some(request) = self.speculations.pop_due(now) {
            self.speculate(now, request);
        }
        while let Some(request) = self.deadlines.pop_due(now) {
            let Some(mut coordination) = self.coordinations.remove(&request) else { continue };
            if let Some(response) = coordination.fail(UnavailableReason::Timeout) {
                self.replica.reply(request, coordination.deciding_tally(), response);
            }
            self.hint_for_silent(now, request, &coordination);
        }
        self.drop_idle_deadlines();
    }

    /// Drops deadlines at the front whose operations have ended.
    fn drop_idle_deadlines(&mut self) {
        let coordinations = &self.coordinations;
        self.deadlines.retain_front(|request| coordinations.contains_key(&request));
        self.speculations.retain_front(|request| coordinations.contains_key(&request));
    }
}
