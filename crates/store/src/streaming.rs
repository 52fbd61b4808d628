//! Streaming: how the keys of a range come to a node that it becomes the range of.
//!
//! The node that gains a range asks for it, part by part, and keeps on disk how far it has got. Which
//! ranges those are, and from whom, is for [`crate::ring_transitions`] to say.

use std::collections::{BTreeMap, VecDeque};

use crate::node::Node;
use crate::range_set::RangeSet;
use crate::settings::Settings;
use crate::throttle::Throttle;
use crate::version::Siblings;
use crate::{
    Duration, Event, Instant, Key, Message, NodeId, Position, PreferenceList, Range, RequestId,
};

/// How many ranges a node fetches at once.
const CONCURRENT_FETCHES_MAX: usize = 4;
/// How many request timeouts a part may take.
const TIMEOUT_FACTOR: u64 = 4;
/// How often a source is asked before another is. The first one is the best: its copy is what the
/// quorums of before counted on.
const TRIES_PER_SOURCE: u32 = 8;

/// A range that a node fetches because it becomes its own, as an observer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// The range.
    pub range: Range,
    /// Who sends it now; none while it waits for its turn.
    pub source: Option<NodeId>,
    /// The place of the last key that has come; none while none has. Keys come in the ring's order.
    pub reached: Option<Position>,
}

/// A range that the node fetches.
#[derive(Clone, Debug)]
pub(crate) struct FetchJob {
    /// Who has it, the best first.
    pub(crate) sources: PreferenceList,
    /// How often a source has fallen silent.
    failed: u32,
    /// The stream, once it runs.
    running: Option<RunningStream>,
}

#[derive(Clone, Copy, Debug)]
struct RunningStream {
    stream: RequestId,
    source: NodeId,
    /// The steps in which the next part has been asked for: once, and again after each silence. An
    /// answer to any of them will do.
    first: u32,
    step: u32,
    deadline: Instant,
}

/// A part that another node asked for and that the throttle has not let go yet.
#[derive(Clone, Debug)]
struct PartRequest {
    from: NodeId,
    stream: RequestId,
    step: u32,
    range: Range,
    after: Option<Key>,
}

/// The ranges that come to a node and go from it.
#[derive(Clone, Debug)]
pub(crate) struct Streams {
    pub(crate) jobs: BTreeMap<Range, FetchJob>,
    requests: VecDeque<PartRequest>,
    throttle: Throttle,
    /// Whether something waits for the throttle.
    throttled: bool,
    /// What others have fetched from here.
    pub(crate) fetched: BTreeMap<NodeId, RangeSet>,
    /// The positions that are the node's, or will be. None while they never changed.
    pub(crate) own_positions: Option<RangeSet>,
    /// When there is a look at what moves next; none when nothing moves.
    pub(crate) next_check: Option<Instant>,
    /// From when on a node that leaves may be told again what has been fetched from it.
    pub(crate) next_notice: Instant,
    pub(crate) now: Instant,
}

impl FetchJob {
    pub(crate) const fn new(sources: PreferenceList) -> Self {
        Self { sources, failed: 0, running: None }
    }

    /// Notes a sign of life of the source: it may fall silent as often as before.
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

    /// Returns the number of ranges that are still to be fetched.
    pub(crate) fn remaining(&self) -> usize {
        self.jobs.len()
    }

    /// Returns when there is something to do next.
    pub(crate) fn next(&self) -> Option<Instant> {
        let running = self.jobs.values().filter_map(|job| job.running);
        let deadline = running.map(|it| it.deadline).min();
        let throttled = self.throttled.then(|| self.throttle.next(self.now));
        [deadline, throttled, self.next_check].into_iter().flatten().min()
    }
}

/// Returns how long a source may be silent.
pub(crate) fn silence_timeout(request_timeout: Duration) -> Duration {
    Duration::from_us(request_timeout.as_us().saturating_mul(TIMEOUT_FACTOR).max(1_000))
}

impl Node {
    /// Lists the ranges that the node still has to fetch before they are its own, in their order.
    pub fn fetches(&self) -> impl Iterator<Item = Fetch> {
        self.streams.jobs.iter().map(|(&range, job)| Fetch {
            range,
            source: job.running.map(|running| running.source),
            reached: self.replica.disk.progress.get(&range).map(Key::position),
        })
    }

    /// Asks sources again that have fallen silent, and gives up those that did so too often or are
    /// believed to be down: their ranges are fetched from others.
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
            let ask = Message::StreamAsk { stream, step, range, after, done: false };
            self.replica.send(source, ask);
        }
        if gave_up {
            self.start_streams(now);
        }
    }

    /// Starts to fetch as many ranges as may be fetched at once, if all have heard of the step.
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
            let ask = Message::StreamAsk { stream, step: 0, range, after, done: false };
            self.replica.send(source, ask);
        }
    }

    /// Takes a part of a range.
    pub(crate) fn handle_stream_part(
        &mut self,
        now: Instant,
        from: NodeId,
        (stream, step): (RequestId, u32),
        items: &[(Key, Siblings)],
        last: bool,
    ) {
        let is_it = |job: &FetchJob| {
            job.running.is_some_and(|it| {
                (it.stream, it.source) == (stream, from) && (it.first..=it.step).contains(&step)
            })
        };
        let found = self.streams.jobs.iter_mut().find(|(_, job)| is_it(job));
        let Some((&range, job)) = found else { return };
        job.note_answer();
        let Some(running) = &mut job.running else { return };
        running.deadline = now + silence_timeout(self.config.request_timeout);
        if items.is_empty() && !last {
            // The source is there, and throttled or not ready.
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
        self.replica.send(from, Message::StreamAsk { stream, step, range, after, done: last });
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

    /// Notes that another node wants a part of a range, or has got all of it.
    pub(crate) fn handle_stream_request(
        &mut self,
        now: Instant,
        from: NodeId,
        (stream, step): (RequestId, u32),
        range: Range,
        (after, done): (Option<Key>, bool),
    ) {
        self.streams.now = now;
        // What it asks for the range now stands in the place of what it asked before.
        let is_it = |request: &PartRequest| (request.from, request.range) == (from, range);
        let place = self.streams.requests.iter().position(is_it);
        if done {
            self.streams.requests.retain(|request| !is_it(request));
            self.streams.fetched.entry(from).or_default().insert(range);
            return self.finish_transition(now);
        }
        let request = PartRequest { from, stream, step, range, after };
        match place {
            Some(place) => self.streams.requests[place] = request,
            None => self.streams.requests.push_back(request),
        }
        self.send_ready_parts(now);
        if self.streams.requests.iter().any(is_it) {
            // It should not take this for silence.
            let wait = Message::StreamPart { stream, step, items: Vec::new(), last: false };
            self.replica.send(from, wait);
        }
    }

    /// Sends the parts that others wait for, as fast as the throttle lets.
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

    /// Whether a part may be sent: who gains a range by a step is to gain all of it, so it waits
    /// while it is still being fetched here. Who should hold the range already waits for nobody, or two
    /// that both lack it would wait for each other.
    fn is_ready(&self, request: &PartRequest) -> bool {
        let (range, n) = (request.range, self.config.quorum.n());
        let owned = self.replica.disk.owned.as_ref();
        owned.is_none_or(|owned| owned.covers(range))
            || self.cluster_view.ring().preference_list(range.end, n).contains(&request.from)
            || !self.streams.jobs.keys().any(|it| it.contains(range.end) || range.contains(it.end))
    }
}
