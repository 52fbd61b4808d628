//! Range streaming: a node fetches the keys of a range that it is about to own.
//!
//! The node that gains a range asks for it, part by part, and keeps its progress on disk. Which
//! ranges these are, and from which nodes, is decided in [`crate::ring_transitions`].

use std::collections::{BTreeMap, VecDeque};

use crate::node::Node;
use crate::range_set::RangeSet;
use crate::settings::Settings;
use crate::throttle::Throttle;
use crate::version::Siblings;
use crate::{
    Duration, Event, Instant, Key, Message, NodeId, Position, PreferenceList, Range, RequestId,
};

/// The number of ranges that a node fetches at once.
const CONCURRENT_FETCHES_MAX: usize = 4;
/// The number of request timeouts that a part may take.
const TIMEOUT_FACTOR: u64 = 4;
/// The number of times that a source is asked before another is. The first source is the best: the
/// quorums on the old ring counted on its copy.
const TRIES_PER_SOURCE: u32 = 8;

/// A range that a node fetches because it is about to own it, for observers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// The range.
    pub range: Range,
    /// The node that sends it, or `None` while it waits for its turn.
    pub source: Option<NodeId>,
    /// The position of the last key that has arrived, or `None` before the first. Keys arrive in
    /// ring order.
    pub reached: Option<Position>,
}

/// A range that the node fetches.
#[derive(Clone, Debug)]
pub(crate) struct FetchJob {
    /// The nodes that hold the range, the best first.
    pub(crate) sources: PreferenceList,
    /// The number of times that a source has fallen silent.
    failed: u32,
    /// The stream, if it has started.
    running: Option<RunningStream>,
}

#[derive(Clone, Copy, Debug)]
struct RunningStream {
    stream: RequestId,
    source: NodeId,
    /// The steps in which the next part was requested: once, and again after each silence. An
    /// answer to any of them is accepted.
    first: u32,
    step: u32,
    deadline: Instant,
}

/// A request of another node for a part, which the throttle has not permitted yet.
#[derive(Clone, Debug)]
struct PartRequest {
    from: NodeId,
    stream: RequestId,
    step: u32,
    range: Range,
    after: Option<Key>,
}

/// The ranges that a node fetches, and those that it sends.
#[derive(Clone, Debug)]
pub(crate) struct Streams {
    pub(crate) jobs: BTreeMap<Range, FetchJob>,
    requests: VecDeque<PartRequest>,
    throttle: Throttle,
    /// Whether a request waits for the throttle.
    throttled: bool,
    /// The ranges that other nodes have fetched from this one.
    pub(crate) fetched: BTreeMap<NodeId, RangeSet>,
    /// The positions that the node owns or will own, or `None` if they have never changed.
    pub(crate) own_positions: Option<RangeSet>,
    /// The time of the next check of the transition, or `None` if there is no transition.
    pub(crate) next_check: Option<Instant>,
    /// The time from which a leaving node may be notified again of what has been fetched from it.
    pub(crate) next_notice: Instant,
    pub(crate) now: Instant,
}

impl FetchJob {
    pub(crate) const fn new(sources: PreferenceList) -> Self {
        Self { sources, failed: 0, running: None }
    }

    /// Notes an answer of the source, which may then fall silent as often as before.
    const fn note_answer(&mut self) {
        self.failed -= self.failed % TRIES_PER_SOURCE;
    }
}

impl Streams {
    pub(crate) fn new(settings: &Settings, now: Instant) -> Self {
        Self {
            jobs: BTreeMap::new(),
            requests: VecDeque::new(),
            throttle: Throttle::new(settings.streaming.keys_per_second, now),
            throttled: false,
            fetched: BTreeMap::new(),
            own_positions: None,
            next_check: None,
            next_notice: now,
            now,
        }
    }

    pub(crate) fn set_rate(&mut self, settings: &Settings, now: Instant) {
        self.throttle.set_rate(settings.streaming.keys_per_second, now);
    }

    /// The number of ranges that are still to be fetched.
    pub(crate) fn remaining(&self) -> usize {
        self.jobs.len()
    }

    /// Returns the time at which something is due next.
    pub(crate) fn next(&self) -> Option<Instant> {
        let running = self.jobs.values().filter_map(|job| job.running);
        let deadline = running.map(|it| it.deadline).min();
        let throttled = self.throttled.then(|| self.throttle.next(self.now));
        [deadline, throttled, self.next_check].into_iter().flatten().min()
    }
}

/// Returns the time for which a source may be silent.
pub(crate) fn silence_timeout(request_timeout: Duration) -> Duration {
    Duration::from_us(request_timeout.as_us().saturating_mul(TIMEOUT_FACTOR).max(1_000))
}

impl Node {
    /// Iterates over the ranges that the node still has to fetch before it owns them, in order.
    pub fn fetches(&self) -> impl Iterator<Item = Fetch> {
        self.streams.jobs.iter().map(|(&range, job)| Fetch {
            range,
            source: job.running.map(|running| running.source),
            reached: self.replica.disk.progress.get(&range).map(Key::position),
        })
    }

    /// Repeats requests to sources that have fallen silent, and gives up sources that did so too
    /// often or are believed to be down: their ranges are fetched from others.
    pub(crate) fn retry_streams(&mut self, now: Instant) {
        let deadline = now + silence_timeout(self.config.request_timeout);
        let mut gave_up = false;
        for (&range, job) in &mut self.streams.jobs {
            let Some(running) = job.running.as_mut().filter(|it| it.deadline <= now) else {
                continue;
            };
            job.failed += 1;
            if job.failed.is_multiple_of(TRIES_PER_SOURCE)
                || !self.cluster_view.believes_up(running.source)
            {
                job.running = None;
                gave_up = true;
                continue;
            }
            (running.step, running.deadline) = (running.step + 1, deadline);
            let (stream, step, source) = (running.stream, running.step, running.source);
            let after = self.replica.disk.progress.get(&range).cloned();
            let ask = Message::StreamRequest { stream, step, range, after, done: false };
            self.replica.send(source, ask);
        }
        if gave_up {
            self.start_streams(now);
        }
    }

    /// Starts to fetch as many ranges as may be fetched at once, if all nodes have heard of the
    /// transition.
    pub(crate) fn start_streams(&mut self, now: Instant) {
        if !self.cluster_view.is_settled(now) {
            return;
        }
        let running = self.streams.jobs.values().filter(|job| job.running.is_some()).count();
        let mut room = CONCURRENT_FETCHES_MAX.saturating_sub(running);
        let deadline = now + silence_timeout(self.config.request_timeout);
        for (&range, job) in self.streams.jobs.iter_mut().filter(|(_, job)| job.running.is_none()) {
            if room == 0 {
                return;
            }
            let up = |node: &NodeId| self.cluster_view.believes_up(*node);
            let candidates: PreferenceList = job.sources.iter().copied().filter(up).collect();
            let turn = (job.failed / TRIES_PER_SOURCE) as usize;
            let Some(&source) = candidates.get(turn % candidates.len().max(1)) else { continue };
            room -= 1;
            let stream = self.replica.begin_task();
            job.running = Some(RunningStream { stream, source, first: 0, step: 0, deadline });
            let after = self.replica.disk.progress.get(&range).cloned();
            let resumed = after.is_some();
            self.replica.emit(Event::StreamBegan { stream, range, source, resumed });
            let ask = Message::StreamRequest { stream, step: 0, range, after, done: false };
            self.replica.send(source, ask);
        }
    }

    /// Merges a part of a range that the node fetches.
    pub(crate) fn handle_stream_part(
        &mut self,
        now: Instant,
        from: NodeId,
        (stream, step): (RequestId, u32),
        items: &[(Key, Siblings)],
        last: bool,
    ) {
        let matches = |job: &FetchJob| {
            job.running.is_some_and(|it| {
                (it.stream, it.source) == (stream, from) && (it.first..=it.step).contains(&step)
            })
        };
        let found = self.streams.jobs.iter_mut().find(|(_, job)| matches(job));
        let Some((&range, job)) = found else { return };
        job.note_answer();
        let Some(running) = &mut job.running else { return };
        running.deadline = now + silence_timeout(self.config.request_timeout);
        if items.is_empty() && !last {
            // The source is up, but throttled or not ready.
            return;
        }
        let step = running.step + 1;
        (running.first, running.step) = (step, step);
        let mut changed = 0;
        for (key, siblings) in items {
            changed += u32::from(self.replica.merge(now, key, siblings).changed);
        }
        let (keys, source) = (items.len() as u32, from);
        self.replica.emit(Event::Streamed { stream, range, source, keys, changed });
        if let Some((key, _)) = items.last() {
            self.replica.disk.progress.insert(range, key.clone());
        }
        let after = self.replica.disk.progress.get(&range).cloned();
        self.replica.send(from, Message::StreamRequest { stream, step, range, after, done: last });
        if last {
            self.end_stream(now, stream, range);
        }
    }

    fn end_stream(&mut self, now: Instant, stream: RequestId, range: Range) {
        self.streams.jobs.remove(&range);
        self.replica.disk.progress.remove(&range);
        self.replica.disk.owned.get_or_insert_default().insert(range);
        self.replica.emit(Event::StreamEnded { stream, range });
        self.send_ready_parts(now);
        self.start_streams(now);
        self.finish_transition(now);
    }

    /// Records that another node asks for a part of a range, or has fetched all of it.
    pub(crate) fn handle_stream_request(
        &mut self,
        now: Instant,
        from: NodeId,
        (stream, step): (RequestId, u32),
        range: Range,
        (after, done): (Option<Key>, bool),
    ) {
        self.streams.now = now;
        // A new request for a range replaces the node's previous one.
        let matches = |request: &PartRequest| (request.from, request.range) == (from, range);
        let index = self.streams.requests.iter().position(matches);
        if done {
            self.streams.requests.retain(|request| !matches(request));
            self.streams.fetched.entry(from).or_default().insert(range);
            return self.finish_transition(now);
        }
        let request = PartRequest { from, stream, step, range, after };
        match index {
            Some(index) => self.streams.requests[index] = request,
            None => self.streams.requests.push_back(request),
        }
        self.send_ready_parts(now);
        if self.streams.requests.iter().any(matches) {
            // The empty part shows the node that this source is not silent.
            let wait = Message::StreamPart { stream, step, items: Vec::new(), last: false };
            self.replica.send(from, wait);
        }
    }

    /// Sends the parts that other nodes wait for, as fast as the throttle permits.
    pub(crate) fn send_ready_parts(&mut self, now: Instant) {
        let most = usize::from(self.config.settings.streaming.keys_per_message);
        self.streams.throttled = false;
        while let Some(index) =
            self.streams.requests.iter().position(|request| self.is_ready(request))
        {
            let request = &self.streams.requests[index];
            let storage = &self.replica.disk.storage;
            let keys = storage.range_after(request.range, request.after.as_ref());
            let mut items: Vec<(Key, Siblings)> = keys
                .take(most + 1)
                .map(|(key, siblings)| (key.clone(), siblings.clone()))
                .collect();
            let mut last = items.len() <= most;
            items.truncate(most);
            if !items.is_empty() {
                let granted = self.streams.throttle.take(items.len() as u32, now) as usize;
                if granted == 0 {
                    self.streams.throttled = true;
                    return;
                }
                last &= granted >= items.len();
                items.truncate(granted);
            }
            let (to, stream, step) = (request.from, request.stream, request.step);
            self.streams.requests.remove(index);
            self.replica.send(to, Message::StreamPart { stream, step, items, last });
        }
    }

    /// Whether a part may be sent. A node that gains a range by a transition must get all of it, so
    /// its request waits while this node is still fetching the range. A request of a node that
    /// should hold the range already never waits, or two nodes that both lack it would wait for
    /// each other.
    fn is_ready(&self, request: &PartRequest) -> bool {
        let (range, n) = (request.range, self.config.quorum.n());
        let owned = self.replica.disk.owned.as_ref();
        owned.is_none_or(|owned| owned.covers(range))
            || self.cluster_view.ring().preference_list(range.end, n).contains(&request.from)
            || !self.streams.jobs.keys().any(|it| it.contains(range.end) || range.contains(it.end))
    }
}
