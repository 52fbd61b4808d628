//! The default SLO.

use super::{AlertRule, Indicator, Lasting, Objective, RunbookEntry, Slo};

const MINUTE_MS: f64 = 60_000.0;

impl Default for Slo {
    /// Returns an SLO that promises, over an hour: 95% of reads see data that is at most 500 ms stale, at
    /// most 0.1% of reads are stale, and 99.9% of writes converge within 5 s.
    fn default() -> Self {
        Self { window_ms: 60.0 * MINUTE_MS, objectives: vec![age(), rate(), convergence()] }
    }
}

fn age() -> Objective {
    Objective {
        indicator: Indicator::StalenessAge { quantile: 0.95 },
        target: 500.0,
        warning: AlertRule { above: 500.0, lasting: Lasting::Within { ms: 5.0 * MINUTE_MS } },
        page: AlertRule { above: 500.0, lasting: Lasting::Running { ms: 10.0 * MINUTE_MS } },
        look_at: vec![
            RunbookEntry::LaggingReplicas,
            RunbookEntry::Network,
            RunbookEntry::AntiEntropyBacklog,
            RunbookEntry::Load,
        ],
    }
}

fn rate() -> Objective {
    Objective {
        indicator: Indicator::StaleReadRate,
        target: 0.001,
        warning: AlertRule { above: 0.000_5, lasting: Lasting::AtOnce },
        page: AlertRule { above: 0.001, lasting: Lasting::AtOnce },
        look_at: vec![
            RunbookEntry::NodesDown,
            RunbookEntry::WriteLoad,
            RunbookEntry::HintQueues,
            RunbookEntry::MerkleDifferences,
        ],
    }
}

fn convergence() -> Objective {
    Objective {
        indicator: Indicator::Convergence { quantile: 0.999 },
        target: 5_000.0,
        warning: AlertRule { above: 3_000.0, lasting: Lasting::AtOnce },
        page: AlertRule { above: 5_000.0, lasting: Lasting::AtOnce },
        look_at: vec![
            RunbookEntry::AntiEntropyBacklog,
            RunbookEntry::RepairThrottle,
            RunbookEntry::Partitions,
            RunbookEntry::StuckReplica,
        ],
    }
}
