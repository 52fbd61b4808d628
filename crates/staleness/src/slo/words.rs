//! Texts for indicators, states, alerts and the runbook.

use super::{AlertRule, Indicator, Lasting, RunbookEntry, Severity};

impl Indicator {
    /// Returns its name: "staleness age, p95".
    pub fn name(self) -> String {
        match self {
            Self::StalenessAge { quantile } => format!("staleness age, {}", percentile(quantile)),
            Self::StaleReadRate => "stale-read rate".to_owned(),
            Self::Convergence { quantile } => format!("convergence, {}", percentile(quantile)),
        }
    }

    /// Formats a value of it with its unit: "340 ms", "2.1 s", "0.08%".
    pub fn show(self, value: f64) -> String {
        match self {
            Self::StalenessAge { .. } | Self::Convergence { .. } => time(value),
            Self::StaleReadRate => share(value),
        }
    }

    /// Returns its name within a sentence.
    fn phrase(self) -> String {
        match self {
            Self::StalenessAge { quantile } => format!("{} of staleness age", percentile(quantile)),
            Self::StaleReadRate => "the stale-read rate".to_owned(),
            Self::Convergence { quantile } => format!("{} of convergence", percentile(quantile)),
        }
    }

    /// Returns the clause for the absence of what it counts.
    const fn no_events(self) -> &'static str {
        match self {
            Self::StalenessAge { .. } | Self::StaleReadRate => "no read was measured",
            Self::Convergence { .. } => "no write converged or was pending",
        }
    }
}

impl Severity {
    /// Returns its name: "fine", "warning", "page".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Page => "page",
        }
    }
}

impl RunbookEntry {
    /// Describes what to check: "nodes that are down".
    pub const fn words(self) -> &'static str {
        match self {
            Self::LaggingReplicas => "replicas that lag behind",
            Self::Network => "delays, losses and cut links",
            Self::AntiEntropyBacklog => "what anti-entropy has still to repair",
            Self::Load => "operations a second, and messages that wait at nodes",
            Self::NodesDown => "nodes that are down",
            Self::WriteLoad => "the write load, against W",
            Self::HintQueues => "hints that wait for their replicas",
            Self::MerkleDifferences => "differences that Merkle exchanges find",
            Self::RepairThrottle => "whether repair is throttled",
            Self::Partitions => "cut links",
            Self::StuckReplica => "a stuck replica, to be taken out of rotation",
        }
    }
}

/// Describes the end of a rule's alert, from the value of its indicator and the total time that it was
/// above the limit within the window.
pub(super) fn ending(
    indicator: Indicator,
    rule: AlertRule,
    value: Option<f64>,
    within_ms: f64,
    compression: f64,
) -> String {
    let limit = indicator.show(rule.above);
    match (rule.lasting, value) {
        (Lasting::Within { ms }, _) => {
            let (phrase, needed) = (indicator.phrase(), time(ms / compression));
            let lasted = time(within_ms);
            format!("{phrase} was above {limit} for {lasted} within the window, less than {needed}")
        }
        (_, Some(value)) => {
            let (phrase, value) = (indicator.phrase(), indicator.show(value));
            let side = if value == limit { "which is not above" } else { "below" };
            format!("{phrase} fell to {value}, {side} {limit}")
        }
        (Lasting::AtOnce, None) => format!("{} within the window", indicator.no_events()),
        (Lasting::Running { .. }, None) => {
            format!("{} in the latest part of the window", indicator.no_events())
        }
    }
}

/// Formats a quantile as a percentile: "p99.9".
fn percentile(quantile: f64) -> String {
    // Rounded, because 0.07 * 100 is not 7.
    format!("p{}", (quantile * 1e8).round() / 1e6)
}

/// Formats a share as a percentage, with two significant digits below 1%.
fn share(value: f64) -> String {
    let percent = value * 100.0;
    let (mut decimals, mut leading) = (1, percent.abs());
    while leading > 0.0 && leading < 1.0 && decimals < 7 {
        (decimals, leading) = (decimals + 1, leading * 10.0);
    }
    format!("{}%", decimal(percent, decimals))
}

/// Formats a time in milliseconds: "0.24 ms", "340 ms", "2.1 s", "3 min 20 s", "2 h 5 min".
fn time(ms: f64) -> String {
    let seconds = ms / 1_000.0;
    // The bounds are those above which the rounded number would need another unit.
    if ms < 9.995 {
        format!("{} ms", decimal(ms, 2))
    } else if ms < 99.95 {
        format!("{} ms", decimal(ms, 1))
    } else if ms < 999.5 {
        format!("{} ms", decimal(ms, 0))
    } else if seconds < 59.95 {
        format!("{} s", decimal(seconds, 1))
    } else if seconds < 3_599.5 {
        two_units(seconds.round() as u64, 60, "min", "s")
    } else {
        two_units((seconds / 60.0).round() as u64, 60, "h", "min")
    }
}

/// Formats a number of small units as large ones and the rest.
fn two_units(small: u64, per_large: u64, large_name: &str, small_name: &str) -> String {
    match (small / per_large, small % per_large) {
        (large, 0) => format!("{large} {large_name}"),
        (large, rest) => format!("{large} {large_name} {rest} {small_name}"),
    }
}

/// Formats a number with at most `decimals` decimals.
fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_units() {
        let age = Indicator::StalenessAge { quantile: 0.95 };
        let times = [
            (0.0, "0 ms"),
            (0.235, "0.23 ms"),
            (9.999, "10 ms"),
            (340.4, "340 ms"),
            (999.7, "1 s"),
            (2_104.0, "2.1 s"),
            (59_990.0, "1 min"),
            (200_000.0, "3 min 20 s"),
            (300_000.0, "5 min"),
            (3_599_900.0, "1 h"),
            (7_500_000.0, "2 h 5 min"),
        ];
        for (ms, text) in times {
            assert_eq!(age.show(ms), text, "{ms}");
        }
        let shares = [
            (0.0, "0%"),
            (0.000_004, "0.0004%"),
            (0.000_5, "0.05%"),
            (0.000_834, "0.083%"),
            (0.001, "0.1%"),
            (0.123, "12.3%"),
            (1.0, "100%"),
        ];
        for (value, text) in shares {
            assert_eq!(Indicator::StaleReadRate.show(value), text, "{value}");
        }
    }

    #[test]
    fn indicators_have_names() {
        assert_eq!(Indicator::StalenessAge { quantile: 0.95 }.name(), "staleness age, p95");
        assert_eq!(Indicator::StaleReadRate.name(), "stale-read rate");
        assert_eq!(Indicator::Convergence { quantile: 0.999 }.name(), "convergence, p99.9");
        assert_eq!(Indicator::Convergence { quantile: 0.07 }.name(), "convergence, p7");
    }
}
