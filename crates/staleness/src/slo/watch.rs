//! The evaluation of an SLO over a sliding window.

use std::collections::VecDeque;
use std::sync::Arc;

use super::alerts::{Alerts, RuleReading};
use super::meter::{ObjectiveCounts, ObjectiveMeter, PendingWrites, RULES, Span};
use super::words;
use super::{Board, Lasting, Objective, ObjectiveStatus, Severity, Slo};
use crate::finding::Finding;
use crate::sli::Bins;

/// The most parts into which a window is divided.
const PARTS: u64 = 60;

/// An SLO evaluated over a sliding window, which moves by a sixtieth of itself.
///
/// ```text
///      |<------------- the window: 60 parts ------------->|
///   ...| 1 s | 1 s | 1 s |    ...     | 1 s | 1 s | 1 s   | open: 1 s |
///                                                         ^ judged when a part ends
/// ```
///
/// A part is a whole number of seconds. So a window shorter than a minute has fewer parts, and one of an
/// uneven length is rounded up; the board has its length.
#[derive(Clone, Debug)]
pub(crate) struct SloWatch {
    compression: f64,
    part_s: u64,
    parts_max: usize,
    /// The end of the open part.
    end_s: u64,
    open: WindowPart,
    /// The closed parts, which the clones of a watch share, for they don't change.
    parts: VecDeque<Arc<WindowPart>>,
    /// The sum of the parts.
    window: WindowPart,
    tracks: Vec<ObjectiveTrack>,
    alerts: Alerts,
}

/// The counts of a part of the window.
#[derive(Clone, Debug, Default)]
struct WindowPart {
    counted: Vec<ObjectiveCounts>,
    ages: Bins,
    convergence: Bins,
}

impl WindowPart {
    fn new(objectives: usize) -> Self {
        Self { counted: vec![ObjectiveCounts::default(); objectives], ..Self::default() }
    }

    fn add(&mut self, counted: &[ObjectiveCounts], ages: &Bins, convergence: &Bins) {
        self.counted.iter_mut().zip(counted).for_each(|(sum, more)| sum.add(more));
        self.ages.add(ages);
        self.convergence.add(convergence);
    }

    /// Returns the measurements for one objective.
    fn span<'a>(
        &'a self,
        number: usize,
        meter: &'a ObjectiveMeter,
        pending: PendingWrites<'a>,
    ) -> Span<'a> {
        Span::new(meter, self.counted[number], [&self.ages, &self.convergence], pending)
    }

    fn subtract(&mut self, other: &Self) {
        self.counted.iter_mut().zip(&other.counted).for_each(|(sum, less)| sum.subtract(less));
        self.ages.subtract(&other.ages);
        self.convergence.subtract(&other.convergence);
    }
}

/// One objective over the course of the run.
#[derive(Clone, Debug)]
struct ObjectiveTrack {
    objective: Objective,
    meter: ObjectiveMeter,
    /// Whether the indicator was above each rule's limit, by part of the window.
    above: VecDeque<[bool; RULES]>,
    /// The number of parts of the window in which it was above.
    within: [u64; RULES],
    /// The number of latest parts in which it was above without a pause.
    running: [u64; RULES],
    value: Option<f64>,
    counted: ObjectiveCounts,
    state: Severity,
    since_ms: f64,
}

impl SloWatch {
    /// Creates a watch that begins at time zero, with all durations divided by a compression.
    pub(crate) fn new(slo: &Slo, compression: f64) -> Self {
        let compression = if compression > 1.0 { compression } else { 1.0 };
        let window_s = (slo.window_ms / compression / 1_000.0).ceil().min(1e9) as u64;
        let window_s = window_s.max(1);
        let part_s = window_s.div_ceil(PARTS);
        let objectives = slo.objectives.len();
        Self {
            compression,
            part_s,
            parts_max: window_s.div_ceil(part_s) as usize,
            end_s: part_s,
            open: WindowPart::new(objectives),
            parts: VecDeque::new(),
            window: WindowPart::new(objectives),
            tracks: slo.objectives.iter().map(ObjectiveTrack::new).collect(),
            alerts: Alerts::default(),
        }
    }

    /// Counts a finding for each objective of the SLO.
    pub(crate) fn count(&self, finding: &Finding, counted: &mut [ObjectiveCounts]) {
        let tracks = self.tracks.iter().zip(counted);
        tracks.for_each(|(track, counted)| track.meter.count(finding, counted));
    }

    /// Adds the counts of a second to the open part.
    pub(crate) fn add(&mut self, counted: &[ObjectiveCounts], ages: &Bins, convergence: &Bins) {
        self.open.add(counted, ages, convergence);
    }

    /// Closes every part that ended at or before the end of a second. There are no findings since the last
    /// [`add`](Self::add), so all of the parts but the first are empty.
    pub(crate) fn advance_to(&mut self, end_s: u64, pending: PendingWrites<'_>) {
        while self.end_s <= end_s {
            self.close(pending);
            if self.end_s <= end_s && self.is_steady(pending.total()) {
                self.skip((end_s - self.end_s) / self.part_s);
            }
        }
    }

    /// Closes the open part, slides the window, and judges each objective.
    fn close(&mut self, pending: PendingWrites<'_>) {
        let pending = pending.at(self.end_s);
        let mut part = std::mem::replace(&mut self.open, WindowPart::new(self.tracks.len()));
        part.ages.shrink();
        part.convergence.shrink();
        self.window.add(&part.counted, &part.ages, &part.convergence);
        self.parts.push_back(Arc::new(part));
        if self.parts.len() > self.parts_max
            && let Some(gone) = self.parts.pop_front()
        {
            self.window.subtract(&gone);
            let longest = |bins: fn(&WindowPart) -> &Bins| {
                self.parts.iter().map(|part| bins(part).max_us()).max().unwrap_or(0)
            };
            self.window.ages.set_max(longest(|part| &part.ages));
            self.window.convergence.set_max(longest(|part| &part.convergence));
        }
        let Some(latest) = self.parts.back() else { return };
        let moment = PartTiming {
            at_ms: self.end_s as f64 * 1_000.0,
            part_ms: self.part_s as f64 * 1_000.0,
            compression: self.compression,
            parts_max: self.parts_max,
        };
        for (number, track) in self.tracks.iter_mut().enumerate() {
            let meter = track.meter;
            let latest = latest.span(number, &meter, pending);
            let window = self.window.span(number, &meter, pending);
            track.judge(number, moment, latest, window, &mut self.alerts);
        }
        self.end_s += self.part_s;
    }

    /// Whether further empty parts change nothing but the ages of pending writes.
    fn is_steady(&self, pending: u64) -> bool {
        let is_full = self.parts.len() == self.parts_max;
        let longest = self.parts_max as u64;
        is_full
            && self.tracks.iter().zip(&self.window.counted).all(|(track, counted)| {
                let is_quiet = track.within == [0; RULES] && track.counted.events == 0;
                // All of them are above every limit, for longer than any rule takes to break.
                let is_stuck = track.counted.over == [pending; 1 + RULES]
                    && track.running.iter().all(|parts| *parts > longest);
                counted.events == 0 && (is_quiet || (track.meter.counts_pending() && is_stuck))
            })
    }

    /// Skips empty parts of a steady window, before one that is closed as usual.
    fn skip(&mut self, parts: u64) {
        self.end_s += parts * self.part_s;
        for track in &mut self.tracks {
            let running = track.running.iter_mut().filter(|running| **running > 0);
            running.for_each(|running| *running += parts);
        }
    }

    /// Returns how often an alert began or ended.
    pub(crate) const fn alert_changes(&self) -> u64 {
        self.alerts.changes()
    }

    /// Returns the status of the run as of the latest closed part.
    pub(crate) fn board(&self) -> Board {
        Board {
            window_ms: self.part_s as f64 * self.parts_max as f64 * 1_000.0,
            compression: self.compression,
            objectives: self.tracks.iter().map(ObjectiveTrack::status).collect(),
            alerts: self.alerts.list(),
        }
    }
}

/// The end of a part, and the length of parts.
#[derive(Clone, Copy, Debug)]
struct PartTiming {
    at_ms: f64,
    part_ms: f64,
    compression: f64,
    parts_max: usize,
}

impl ObjectiveTrack {
    fn new(objective: &Objective) -> Self {
        Self {
            objective: objective.clone(),
            meter: ObjectiveMeter::new(objective),
            above: VecDeque::new(),
            within: [0; RULES],
            running: [0; RULES],
            value: None,
            counted: ObjectiveCounts::default(),
            state: Severity::Fine,
            since_ms: 0.0,
        }
    }

    /// Judges the objective by the latest part of the window and by the whole window.
    fn judge(
        &mut self,
        number: usize,
        moment: PartTiming,
        latest: Span<'_>,
        window: Span<'_>,
        alerts: &mut Alerts,
    ) {
        self.slide([latest.is_above(0), latest.is_above(1)], moment.parts_max);
        self.value = window.value();
        self.counted = window.counted();
        let mut state = Severity::Fine;
        let rules =
            [(self.objective.warning, Severity::Warning), (self.objective.page, Severity::Page)];
        for (index, (rule, severity)) in rules.into_iter().enumerate() {
            let within_ms = self.within[index] as f64 * moment.part_ms;
            let running_ms = self.running[index] as f64 * moment.part_ms;
            // Multiplied, not divided: whole milliseconds stay whole.
            let is_broken = match rule.lasting {
                Lasting::AtOnce => window.is_above(index),
                Lasting::Within { ms } => within_ms * moment.compression >= ms,
                Lasting::Running { ms } => running_ms * moment.compression > ms,
            };
            if is_broken {
                state = severity;
            } else if !alerts.is_open(number, severity) {
                continue;
            }
            let span = if rule.lasting == Lasting::AtOnce { window } else { latest };
            let reading = RuleReading {
                objective: number,
                severity,
                limit: rule.above,
                at_ms: moment.at_ms,
                value: span.value(),
                is_above: span.is_above(index),
            };
            if is_broken {
                alerts.hold(reading);
            } else {
                let (indicator, value) = (self.meter.indicator, reading.value);
                let words = words::ending(indicator, rule, value, within_ms, moment.compression);
                alerts.end(reading, words);
            }
        }
        if state != self.state {
            (self.state, self.since_ms) = (state, moment.at_ms);
        }
    }

    /// Records whether the latest part was above each rule's limit.
    fn slide(&mut self, above: [bool; RULES], parts_max: usize) {
        self.above.push_back(above);
        let gone = if self.above.len() > parts_max { self.above.pop_front() } else { None };
        for (rule, is_above) in above.into_iter().enumerate() {
            self.within[rule] += u64::from(is_above);
            self.within[rule] -= u64::from(gone.is_some_and(|gone| gone[rule]));
            self.running[rule] = if is_above { self.running[rule] + 1 } else { 0 };
        }
    }

    fn status(&self) -> ObjectiveStatus {
        let ObjectiveCounts { events, over: [bad, ..] } = self.counted;
        let allowed = self.meter.allowed() * events as f64;
        ObjectiveStatus {
            objective: self.objective.clone(),
            value: self.value,
            state: self.state,
            since_ms: self.since_ms,
            budget_left: (events > 0).then(|| 1.0 - bad as f64 / allowed),
            events,
            bad,
        }
    }
}
