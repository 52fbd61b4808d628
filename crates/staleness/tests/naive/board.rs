//! A naive evaluation of an SLO from all events.

use ringside_staleness::Finding;
use ringside_staleness::slo::{
    Alert, AlertRule, Indicator, Lasting, Objective, ObjectiveStatus, Severity, Slo,
};

use super::{SECOND_US, before, between, convergence, ms, pending, quantile, reads};

/// Returns an objective without a runbook.
pub(crate) fn objective(
    indicator: Indicator,
    target: f64,
    warning: AlertRule,
    page: AlertRule,
) -> Objective {
    Objective { indicator, target, warning, page, look_at: Vec::new() }
}

/// A board computed from all events.
pub(crate) struct Naive {
    pub(crate) window_ms: f64,
    pub(crate) objectives: Vec<ObjectiveStatus>,
    /// In the order of their beginning.
    pub(crate) alerts: Vec<Alert>,
}

/// A closed span of time, for one objective.
struct Span {
    indicator: Indicator,
    values_us: Vec<u64>,
}

impl Span {
    fn new(events: &[(u64, Finding)], indicator: Indicator, from_us: u64, to_us: u64) -> Self {
        let inside = between(events, from_us, to_us);
        let values_us = match indicator {
            Indicator::StalenessAge { .. } => reads(inside, |read| read.age_us),
            Indicator::StaleReadRate => reads(inside, |read| u64::from(read.lag > 0)),
            Indicator::Convergence { .. } => {
                let mut values = convergence(inside);
                // The least age of the write, by the second of its acknowledgement.
                let age = |at_us: u64| to_us - (at_us / SECOND_US + 1) * SECOND_US + 1;
                values.extend(pending(before(events, to_us)).into_iter().map(age));
                values
            }
        };
        Self { indicator, values_us }
    }

    fn value(&self) -> Option<f64> {
        match self.indicator {
            Indicator::StalenessAge { quantile: it } | Indicator::Convergence { quantile: it } => {
                quantile(&self.values_us, (it * 1_000.0).round() as u64).map(ms)
            }
            Indicator::StaleReadRate => {
                let stale: u64 = self.values_us.iter().sum();
                let reads = self.values_us.len();
                (reads > 0).then(|| stale as f64 / reads as f64)
            }
        }
    }

    fn is_above(&self, limit: f64) -> bool {
        self.value().is_some_and(|value| value > limit)
    }

    fn bad(&self, target: f64) -> u64 {
        match self.indicator {
            Indicator::StaleReadRate => self.values_us.iter().sum(),
            _ => self.values_us.iter().filter(|us| ms(**us) > target).count() as u64,
        }
    }
}

impl Naive {
    /// Evaluates the run up to a time; the compression is a whole number.
    pub(crate) fn new(slo: &Slo, compression: u64, events: &[(u64, Finding)], now_us: u64) -> Self {
        let seconds = (slo.window_ms as u64).div_ceil(1_000 * compression);
        let part = seconds.div_ceil(60);
        let parts = seconds.div_ceil(part);
        let fine = |objective: &Objective| ObjectiveStatus {
            objective: objective.clone(),
            value: None,
            state: Severity::Fine,
            since_ms: 0.0,
            budget_left: None,
            events: 0,
            bad: 0,
        };
        let mut naive = Self {
            window_ms: (part * parts * 1_000) as f64,
            objectives: slo.objectives.iter().map(fine).collect(),
            alerts: Vec::new(),
        };
        for number in 0..slo.objectives.len() {
            naive.judge(number, compression, part * SECOND_US, parts, events, now_us);
        }
        naive.alerts.sort_by(|a, b| a.since_ms.total_cmp(&b.since_ms));
        naive
    }

    fn judge(
        &mut self,
        number: usize,
        compression: u64,
        part_us: u64,
        parts: u64,
        events: &[(u64, Finding)],
        now_us: u64,
    ) {
        let objective = self.objectives[number].objective.clone();
        let rules = [(objective.warning, Severity::Warning), (objective.page, Severity::Page)];
        let mut above: [Vec<bool>; 2] = [Vec::new(), Vec::new()];
        let mut open: [Option<usize>; 2] = [None, None];
        for part in 1..=now_us / part_us {
            let end_us = part * part_us;
            let span = |from_us| Span::new(events, objective.indicator, from_us, end_us);
            let latest = span(end_us - part_us);
            let window = span(end_us.saturating_sub(parts * part_us));
            let mut state = Severity::Fine;
            for (rule, (AlertRule { above: limit, lasting }, severity)) in
                rules.into_iter().enumerate()
            {
                above[rule].push(latest.is_above(limit));
                let in_us = |parts: usize| parts as u64 * part_us * compression;
                let within = above[rule].iter().rev().take(parts as usize).filter(|it| **it);
                let running = above[rule].iter().rev().take_while(|it| **it);
                let (is_broken, seen) = match lasting {
                    Lasting::AtOnce => (window.is_above(limit), &window),
                    Lasting::Within { ms } => (in_us(within.count()) >= ms as u64 * 1_000, &latest),
                    Lasting::Running { ms } => {
                        (in_us(running.count()) > ms as u64 * 1_000, &latest)
                    }
                };
                if is_broken {
                    state = severity;
                }
                self.alert(number, severity, limit, is_broken, seen, &mut open[rule], end_us);
            }
            let standing = &mut self.objectives[number];
            if standing.state != state {
                (standing.state, standing.since_ms) = (state, ms(end_us));
            }
            standing.value = window.value();
            standing.events = window.values_us.len() as u64;
            standing.bad = window.bad(objective.target);
            let allowed = match objective.indicator {
                Indicator::StaleReadRate => objective.target,
                Indicator::StalenessAge { quantile } | Indicator::Convergence { quantile } => {
                    1.0 - quantile
                }
            };
            let events = standing.events as f64;
            let left = 1.0 - standing.bad as f64 / (allowed * events);
            standing.budget_left = (standing.events > 0).then_some(left);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one step of a loop, in a function of its own")]
    fn alert(
        &mut self,
        objective: usize,
        severity: Severity,
        limit: f64,
        is_broken: bool,
        seen: &Span,
        open: &mut Option<usize>,
        end_us: u64,
    ) {
        let value = seen.value();
        match (*open, is_broken) {
            (None, true) => {
                let value = value.expect("a rule is broken by a value");
                *open = Some(self.alerts.len());
                self.alerts.push(Alert {
                    objective,
                    severity,
                    since_ms: ms(end_us),
                    until_ms: None,
                    limit,
                    value,
                    worst: value,
                    ended_by: None,
                });
            }
            (Some(index), true) if seen.is_above(limit) => {
                let alert = &mut self.alerts[index];
                alert.value = value.expect("it is above the limit");
                alert.worst = alert.worst.max(alert.value);
            }
            (Some(index), false) => {
                let alert = &mut self.alerts[index];
                alert.until_ms = Some(ms(end_us));
                alert.value = value.unwrap_or(alert.value);
                *open = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
}
