//! Traces of one node's suspicion of another over time: phi, or the silence that a timeout measures.

use std::collections::VecDeque;

use ringside_sim::{Observation, ObservationKind};
use ringside_store::{Detection, HeartbeatStats, Instant, NodeId};

use crate::lab::Lab;

/// The most changes that are kept. A node learns of a peer's heartbeats a few times a second.
const MOST_BEATS: usize = 4_000;

/// A recorder of the heartbeats by which one node judges another.
#[derive(Clone, Debug)]
pub(crate) struct PhiRecorder {
    pair: (NodeId, NodeId),
    /// The beginning of the record and then each change, oldest first.
    beats: VecDeque<(Instant, Option<HeartbeatStats>)>,
}

impl PhiRecorder {
    /// Records an observation of the detector.
    pub(crate) fn record_observation(&mut self, observation: &Observation) {
        if let ObservationKind::Detector(statistics) = observation.kind {
            if self.beats.len() == MOST_BEATS {
                self.beats.pop_front();
            }
            self.beats.push_back((observation.at, statistics));
        }
    }

    /// The judging node and the judged one.
    pub(crate) const fn pair(&self) -> (NodeId, NodeId) {
        self.pair
    }

    fn since(&self) -> Option<Instant> {
        self.beats.front().map(|(at, _)| *at)
    }
}

/// One node's suspicion of another over time.
#[derive(Clone, Debug, PartialEq)]
pub struct PhiTrace {
    /// The judging node.
    pub observer: NodeId,
    /// The judged node.
    pub subject: NodeId,
    /// The detector and its threshold.
    pub detection: Detection,
    /// The present time of the run.
    pub now: Instant,
    /// The times at which the observer learned of a new heartbeat, with the statistics from then on, or
    /// `None` if the subject is not judged from then on. Oldest first; the first is the beginning of the
    /// record.
    pub beats: Vec<(Instant, Option<HeartbeatStats>)>,
}

impl PhiTrace {
    /// Returns the detector's value from `from` on, as the corners of a line: phi or, for a timeout, the
    /// silence in milliseconds.
    ///
    /// The value rises linearly and falls to zero with each new heartbeat. It is `None` while the subject is
    /// not judged.
    pub fn corners(&self, from: Instant) -> Vec<(Instant, Option<f64>)> {
        let mut corners = Vec::new();
        let ends = self.beats.iter().skip(1).map(|(at, _)| *at).chain([self.now]);
        for ((began, statistics), end) in self.beats.iter().zip(ends) {
            if end < from {
                continue;
            }
            let value = |at: Instant| statistics.map(|statistics| self.value(&statistics, at));
            let began = (*began).max(from);
            corners.extend([(began, value(began)), (end, value(end))]);
        }
        corners
    }

    /// Returns the value from which the subject is suspected: phi or, for a timeout, milliseconds.
    pub const fn threshold(&self) -> f64 {
        match self.detection {
            Detection::PhiAccrual { threshold } => threshold,
            Detection::Timeout { after } => after.as_ms(),
        }
    }

    /// Returns the detector's present value, or `None` if the subject is not judged.
    pub fn latest(&self) -> Option<f64> {
        let (_, statistics) = self.beats.last()?;
        statistics.map(|statistics| self.value(&statistics, self.now))
    }

    fn value(&self, statistics: &HeartbeatStats, at: Instant) -> f64 {
        match self.detection {
            Detection::PhiAccrual { .. } => statistics.phi(at),
            Detection::Timeout { .. } => at.since(statistics.last).as_ms(),
        }
    }
}

impl Lab {
    /// Starts to record one node's suspicion of another, or stops if `pair` is `None`.
    ///
    /// The pair is the judging node and the judged one. A record of the same pair continues. The run itself
    /// does not change.
    pub fn watch_phi(&mut self, pair: Option<(NodeId, NodeId)>) {
        if self.watched_phi() == pair {
            return;
        }
        self.cluster.watch_detector(pair);
        self.phi_trace = pair.map(|pair| {
            let beats = [(self.now(), self.cluster.heartbeat_stats(pair))].into_iter().collect();
            PhiRecorder { pair, beats }
        });
    }

    /// Returns the judging node and the judged one whose suspicion is recorded, or `None` if nothing is
    /// recorded.
    pub fn watched_phi(&self) -> Option<(NodeId, NodeId)> {
        self.phi_trace.as_ref().map(PhiRecorder::pair)
    }

    /// Returns the record up to now, or `None` if nothing is recorded.
    pub fn phi_trace(&self) -> Option<PhiTrace> {
        let PhiRecorder { pair: (observer, subject), beats } = self.phi_trace.as_ref()?;
        let detection = self.cluster.settings().gossip.detection;
        let (observer, subject, now) = (*observer, *subject, self.now());
        Some(PhiTrace { observer, subject, detection, now, beats: beats.iter().copied().collect() })
    }

    /// Adopts the record of another copy of this run at the same time, if the copy has recorded the same pair
    /// for longer.
    pub(crate) fn adopt_phi_trace(&mut self, other: Self) {
        let longer = other
            .phi_trace
            .filter(|it| it.since() < self.phi_trace.as_ref().and_then(PhiRecorder::since));
        if let Some(longer) = longer.filter(|it| self.watched_phi() == Some(it.pair)) {
            self.phi_trace = Some(longer);
        }
    }
}
