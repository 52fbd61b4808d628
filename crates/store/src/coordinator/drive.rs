//! How a node drives the operations that it coordinates, from request to reply and after.

use super::reads::send_repairs;
use super::writes::Written;
use super::{Answer, Coordination, Work};
use crate::node::Node;
use crate::quorum::Verdict;
use crate::request::Cause;
use crate::settings::ReadRepair;
use crate::version::Dot;
use crate::{
    Event, Instant, Key, NodeId, Operation, Output, PreferenceList, Request, RequestId, Response,
};

impl Node {
    /// Takes a client's request and begins to coordinate it.
    ///
    /// The answer comes as one [`Output::Reply`], at once or later, unless the node is stopped first.
    ///
    /// # Panics
    ///
    /// Panics when a request of the same id is in progress here.
    pub fn handle_request(&mut self, now: Instant, id: RequestId, request: Request) {
        let in_progress = self.coordinations.len() as u32;
        let most = self.config.settings.quorum.most_in_progress;
        if most.is_some_and(|most| in_progress >= most) {
            return self.refuse(id, &request, in_progress);
        }
        let operation = request.operation();
        match request {
            Request::Get { key } => self.begin_get(now, id, &key),
            Request::Put { key, value, context, ttl } => {
                let value = Some(value);
                self.begin_put(now, id, Written { operation, key, value, context, ttl });
            }
            Request::Delete { key, context } => {
                let (value, ttl) = (None, None);
                self.begin_put(now, id, Written { operation, key, value, context, ttl });
            }
        }
    }

    /// Refuses a request, because there are too many already.
    fn refuse(&mut self, id: RequestId, request: &Request, in_progress: u32) {
        let needed = match request.operation() {
            Operation::Get => self.config.quorum.r(),
            Operation::Put | Operation::Delete => self.config.quorum.w(),
        };
        let cause = Cause::Overloaded;
        let response = Response::Unavailable { cause, answered: 0, needed, asked: 0 };
        self.replica.tell(Event::Overloaded { request: id, in_progress });
        self.replica.outputs.push_back(Output::Reply { id, response });
    }

    /// Puts an operation in progress.
    pub(super) fn open(&mut self, now: Instant, request: RequestId, coordination: Coordination) {
        let earlier = self.coordinations.insert(request, Box::new(coordination));
        assert!(earlier.is_none(), "request {request:?} is in progress already");
        self.deadlines.push(now + self.config.request_timeout, request);
    }

    /// Tells whom an operation asks, and how many of them must answer.
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
        self.replica.tell(event);
    }

    /// Counts a replica's answer.
    pub(crate) fn count(&mut self, now: Instant, request: RequestId, from: NodeId, answer: Answer) {
        let order = self.replica.order;
        let replica = &mut self.replica;
        let Some(coordination) = self.coordinations.get_mut(&request) else {
            return replica.tell(Event::Ignored { request, from });
        };
        if let (Work::Get(get), Answer::Repaired) = (&mut coordination.work, &answer) {
            if let Some(holders) = get.add_holder(from) {
                let (have, needed) = (holders.have(), holders.needed());
                replica.tell(Event::WroteBack { request, from, have, needed });
                self.settle(now, request);
            }
            return;
        }
        let reads = match &coordination.work {
            Work::Get(_) => true,
            Work::Put(put) => put.is_reading(),
        };
        // A put that has gone on to write still gets answers of its read.
        let fits = reads != matches!(answer, Answer::Acknowledged);
        if !fits || !coordination.tally.answer(from) {
            return replica.tell(Event::Ignored { request, from });
        }
        let (have, needed) = (coordination.tally.have(), coordination.tally.needed());
        if reads && from != replica.id {
            self.latencies.record(now.since(coordination.began));
        }
        match (&mut coordination.work, answer) {
            (Work::Get(get), Answer::Versions(siblings)) => {
                if from != replica.id {
                    get.note_first(from);
                }
                get.add_answer(from, siblings.clone(), order);
                replica.tell(Event::Answered { request, from, siblings, have, needed });
            }
            (Work::Get(get), Answer::Digest(digest)) => {
                get.note_first(from);
                get.add_digest(from, digest);
                replica.tell(Event::DigestAnswered { request, from, have, needed });
            }
            (Work::Put(put), Answer::Versions(siblings)) => {
                put.add_found(&siblings, order);
                replica.tell(Event::Answered { request, from, siblings, have, needed });
            }
            _ => replica.tell(Event::Acknowledged { request, from, have, needed }),
        }
        self.settle(now, request);
    }

    /// Goes on with an operation as far as its answers allow, repairs after the reply, and ends what is
    /// complete.
    pub(super) fn settle(&mut self, now: Instant, request: RequestId) {
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        match (coordination.tally.verdict(), &coordination.work) {
            (Verdict::Unreachable, _) => {
                self.fail_for_want(request);
                return self.forget_idle_deadlines();
            }
            (Verdict::Met, Work::Get(_)) => self.settle_get(now, request),
            (Verdict::Met, Work::Put(put)) if put.is_reading() => {
                return self.write(now, request);
            }
            (Verdict::Met, Work::Put(_)) => {
                if let Some(response) = coordination.reply() {
                    self.replica.reply(request, &coordination.tally, response);
                }
            }
            (Verdict::Pending, _) => {}
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
            self.forget_idle_deadlines();
        }
    }

    /// Fails an operation for which too few replicas are left.
    fn fail_for_want(&mut self, request: RequestId) {
        let Some(mut coordination) = self.coordinations.remove(&request) else { return };
        if let Some(response) = coordination.fail(Cause::TooFewNodes) {
            self.replica.reply(request, coordination.vote(), response);
        }
    }

    /// Ends the operations whose time is up, and asks more where a read takes long.
    pub(crate) fn handle_deadlines(&mut self, now: Instant) {
        while let Some(request) = self.speculations.pop_due(now) {
            self.speculate(now, request);
        }
        while let Some(request) = self.deadlines.pop_due(now) {
            let Some(mut coordination) = self.coordinations.remove(&request) else { continue };
            if let Some(response) = coordination.fail(Cause::Timeout) {
                self.replica.reply(request, coordination.vote(), response);
            }
            self.hint_for_silent(now, request, &coordination);
        }
        self.forget_idle_deadlines();
    }

    fn forget_idle_deadlines(&mut self) {
        let coordinations = &self.coordinations;
        self.deadlines.retain_front(|request| coordinations.contains_key(&request));
        self.speculations.retain_front(|request| coordinations.contains_key(&request));
    }
}
