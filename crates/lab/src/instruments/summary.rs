//! Summary of a run: messages by kind, operations by outcome, latencies.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use ringside_sim::{Entry, EntryKind, MessageKind};
use ringside_store::{Duration, Instant, Operation, RequestId};
use serde::Serialize;

use crate::frame::{Mechanisms, Outcomes, Totals};

/// A count for each kind of message, in the order of [`MessageKind::ALL`].
type ByKind = [u64; MessageKind::ALL.len()];

/// The counters of a run, kept up to date from its journal.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    events: u64,
    sent: ByKind,
    delivered: ByKind,
    dropped: ByKind,
    reads: Tally,
    writes: Tally,
    mechanisms: Mechanisms,
    begun: BTreeMap<RequestId, (Instant, Operation)>,
}

/// The operations of one sort, reads or writes.
#[derive(Clone, Debug)]
struct Tally {
    ok: u64,
    failed: u64,
    /// The latencies of successful operations, in microseconds.
    latency_us: Histogram<u64>,
}

impl Default for Tally {
    fn default() -> Self {
        // Three digits are more than a table shows. The histogram widens by itself.
        let latency_us = Histogram::new(3).expect("three digits are possible");
        Self { ok: 0, failed: 0, latency_us }
    }
}

impl Summary {
    /// Processes an entry of the journal.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        self.events += 1;
        self.mechanisms.observe(entry);
        match &entry.kind {
            EntryKind::Sent { message, .. } => self.sent[message.kind as usize] += 1,
            EntryKind::Delivered { message } => self.delivered[message.kind as usize] += 1,
            EntryKind::Lost { message, .. } => self.dropped[message.kind as usize] += 1,
            EntryKind::Invoked { request, operation, .. } => {
                self.begun.insert(*request, (entry.at, *operation));
            }
            EntryKind::Returned { request, outcome } => {
                let Some((begun, operation)) = self.begun.remove(request) else { return };
                let tally = match operation {
                    Operation::Get => &mut self.reads,
                    Operation::Put | Operation::Delete => &mut self.writes,
                };
                tally.count(outcome.is_ok(), entry.at.since(begun));
            }
            EntryKind::Queued { .. } | EntryKind::Node { .. } | EntryKind::Intervention(_) => {}
        }
    }

    /// Returns the counters by mechanism.
    pub const fn mechanisms(&self) -> &Mechanisms {
        &self.mechanisms
    }

    /// Returns the counters of a frame. `stale` is the number of stale reads, which the instruments count.
    pub(crate) fn totals(&self, stale: u64) -> Totals {
        Totals {
            events: self.events,
            sent: self.sent.iter().sum(),
            delivered: self.delivered.iter().sum(),
            dropped: self.dropped.iter().sum(),
            reads: self.reads.outcomes(),
            stale,
            writes: self.writes.outcomes(),
        }
    }

    /// Returns the counters as plain data, for files and tables.
    pub fn report(&self) -> Report {
        Report {
            events: self.events,
            messages: Messages {
                sent: by_name(&self.sent),
                delivered: by_name(&self.delivered),
                dropped: by_name(&self.dropped),
            },
            reads: self.reads.report(),
            writes: self.writes.report(),
            in_progress: self.begun.len() as u64,
            mechanisms: self.mechanisms.clone(),
        }
    }
}

impl Tally {
    fn count(&mut self, ok: bool, latency: Duration) {
        if ok {
            self.ok += 1;
            // The histogram resizes itself; it can't refuse a latency that virtual time can hold.
            self.latency_us.record(latency.as_us()).expect("a latency fits");
        } else {
            self.failed += 1;
        }
    }

    const fn outcomes(&self) -> Outcomes {
        Outcomes { ok: self.ok, failed: self.failed }
    }

    fn report(&self) -> Operations {
        let quantile = |quantile: f64| {
            (self.ok > 0).then(|| self.latency_us.value_at_quantile(quantile) as f64 / 1e3)
        };
        let latency_ms =
            Quantiles { p50: quantile(0.5), p99: quantile(0.99), p99_9: quantile(0.999) };
        Operations { ok: self.ok, failed: self.failed, latency_ms }
    }
}

fn by_name(counts: &ByKind) -> BTreeMap<&'static str, u64> {
    MessageKind::ALL.iter().map(|kind| kind.name()).zip(counts.iter().copied()).collect()
}

/// A summary as plain data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The number of journal entries.
    pub events: u64,
    /// The messages by kind.
    pub messages: Messages,
    /// The gets.
    pub reads: Operations,
    /// The puts and deletes.
    pub writes: Operations,
    /// The number of operations that had not ended yet.
    pub in_progress: u64,
    /// The counters of each mechanism.
    #[serde(flatten)]
    pub mechanisms: Mechanisms,
}

/// The ring in force as plain data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RingReport {
    /// The number of nodes in the ring.
    pub nodes: u64,
    /// The total number of the nodes' tokens.
    pub tokens: u64,
    /// The balance of the nodes' shares of the ring: the mean share divided by the greatest. 1 is perfect.
    pub balance: f64,
}

/// The numbers of messages by the name of their kind. Messages that were neither delivered nor dropped are
/// still in flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Messages {
    /// The number of messages that were sent.
    pub sent: BTreeMap<&'static str, u64>,
    /// The number of messages that arrived.
    pub delivered: BTreeMap<&'static str, u64>,
    /// The number of messages that were lost: by chance, on a cut link, at a stopped node or by hand.
    pub dropped: BTreeMap<&'static str, u64>,
}

/// The operations of one sort, reads or writes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Operations {
    /// The number of operations that met their quorum.
    pub ok: u64,
    /// The number of operations that did not meet it, were refused, or were not answered in time.
    pub failed: u64,
    /// The latencies of the operations that met their quorum, as their clients saw them.
    pub latency_ms: Quantiles,
}

/// Latency quantiles in milliseconds, to three digits. Each is `None` if there were no latencies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// The median.
    pub p50: Option<f64>,
    /// The 99th percentile: one operation in a hundred took longer.
    pub p99: Option<f64>,
    /// The 99.9th percentile: one operation in a thousand took longer.
    #[serde(rename = "p99.9")]
    pub p99_9: Option<f64>,
}
