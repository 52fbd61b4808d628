//! Alerts: the rules that are broken, and those that were.

use std::collections::VecDeque;

use super::{Alert, Severity};

/// The most alerts that are kept.
const ALERTS_MAX: usize = 100;

/// The active alerts, and the latest that ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Alerts {
    /// In the order of their beginning.
    open: Vec<Alert>,
    /// The latest first.
    ended: VecDeque<Alert>,
    /// The number of times that an alert began or ended.
    changes: u64,
}

/// The reading of a rule's indicator at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuleReading {
    pub(super) objective: usize,
    pub(super) severity: Severity,
    pub(super) limit: f64,
    pub(super) at_ms: f64,
    /// The indicator, or `None` if nothing was measured.
    pub(super) value: Option<f64>,
    /// Whether the indicator is above the limit.
    pub(super) is_above: bool,
}

impl Alerts {
    /// Whether the alert of an objective's rule is active.
    pub(super) fn is_open(&self, objective: usize, severity: Severity) -> bool {
        self.position(objective, severity).is_some()
    }

    /// Begins an alert, or continues it.
    pub(super) fn hold(&mut self, reading: RuleReading) {
        let RuleReading { objective, severity, limit, at_ms, value, is_above } = reading;
        let Some(index) = self.position(objective, severity) else {
            let value = value.unwrap_or(limit);
            self.changes += 1;
            self.open.push(Alert {
                objective,
                severity,
                since_ms: at_ms,
                until_ms: None,
                limit,
                value,
                worst: value,
                ended_by: None,
            });
            return;
        };
        if let Some(value) = value.filter(|_| is_above) {
            self.open[index].value = value;
            self.open[index].worst = self.open[index].worst.max(value);
        }
    }

    /// Ends the alert, if there is one, with the reason in words.
    pub(super) fn end(&mut self, reading: RuleReading, ended_by: String) {
        let Some(index) = self.position(reading.objective, reading.severity) else {
            return;
        };
        let mut alert = self.open.remove(index);
        self.changes += 1;
        alert.until_ms = Some(reading.at_ms);
        alert.value = reading.value.unwrap_or(alert.value);
        alert.ended_by = Some(ended_by);
        self.ended.push_front(alert);
        self.ended.truncate(ALERTS_MAX);
    }

    /// Returns how often an alert began or ended.
    pub(super) const fn changes(&self) -> u64 {
        self.changes
    }

    fn position(&self, objective: usize, severity: Severity) -> Option<usize> {
        let is_it = |it: &Alert| it.objective == objective && it.severity == severity;
        self.open.iter().position(is_it)
    }

    /// Lists the active alerts, the latest to begin first, and then the ended ones, the latest first.
    pub(super) fn list(&self) -> Vec<Alert> {
        self.open.iter().rev().chain(&self.ended).take(ALERTS_MAX).cloned().collect()
    }
}
