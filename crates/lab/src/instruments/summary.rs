//! Summary of a run: messages by kind, operations by outcome, latencies.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use ringside_sim::{Entry, EntryKind, MessageKind};
use ringside_store::{Duration, Instant, Operation, RequestId};
use serde::Serialize;

use crate::frame::{Mechanisms, Outcomes, Totals};

/// Counts by kind of message, in the order of [`MessageKind::ALL`].
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

/// The operations of one sort.
#[derive(Clone, Debug)]
struct Tally {
    ok: u64,
    failed: u64,
    /// The time that clients waited for operations that went well, in microseconds.
    latency_us: Histogram<u64>,
}

impl Default for Tally {
    fn default() -> Self {
        // Three digits are more than a table shows; the histogram widens by itself.
        let latency_us = Histogram::new(3).expect("three digits are possible");
        Self { ok: 0, failed: 0, latency_us }
    }
}

impl Summary {
    /// Takes one entry of the journal into account.
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

    /// Returns the counters that a screen shows, with the stale reads that the instruments counted.
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
    /// Journal entries.
    pub events: u64,
    /// Messages by kind.
    pub messages: Messages,
    /// Gets.
    pub reads: Operations,
    /// Puts and deletes.
    pub writes: Operations,
    /// Operations that had neither ended nor been given up when the run stopped.
    pub in_progress: u64,
    /// The counters of each mechanism.
    #[serde(flatten)]
    pub mechanisms: Mechanisms,
}

/// The ring in force as plain data: a run's report has it beside what streamed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RingReport {
    /// The nodes in it.
    pub nodes: u64,
    /// Their tokens, all together.
    pub tokens: u64,
    /// The evenness of the shares: the mean share of a node over the greatest; 1 is perfect.
    pub balance: f64,
}

/// Messages by the name of their kind. What was neither delivered nor dropped is still in flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Messages {
    /// The number of messages that were sent.
    pub sent: BTreeMap<&'static str, u64>,
    /// The number of messages that arrived.
    pub delivered: BTreeMap<&'static str, u64>,
    /// The number of messages that were lost: by chance, on a cut link, at a stopped node or by hand.
    pub dropped: BTreeMap<&'static str, u64>,
}

/// Operations of one sort.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Operations {
    /// Met their quorum.
    pub ok: u64,
    /// Did not, were refused, or were not answered in time.
    pub failed: u64,
    /// The time that clients waited for those that went well.
    pub latency_ms: Quantiles,
}

/// Latency quantiles in milliseconds, to three digits, or `None` where nothing was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// The median.
    pub p50: Option<f64>,
    /// One in a hundred took longer.
    pub p99: Option<f64>,
    /// One in a thousand took longer.
    #[serde(rename = "p99.9")]
    pub p99_9: Option<f64>,
}
