//! A naive model of the meters: it keeps all events, and computes every figure from all of them.

mod board;

use std::collections::{BTreeMap, BTreeSet};

use ringside_staleness::{Finding, Gauges, OperationKind, Read, Window};

pub(crate) use board::{Naive, objective};

pub(crate) const SECOND_US: u64 = 1_000_000;

/// The events of a run: times in microseconds, each with a finding.
pub(crate) type Events = Vec<(u64, Finding)>;

/// Returns the exact quantile of some values: the smallest value that `per_mille` thousandths do not exceed.
pub(crate) fn quantile(values: &[u64], per_mille: u64) -> Option<u64> {
    let mut values = values.to_vec();
    values.sort_unstable();
    let rank = (values.len() as u64 * per_mille).div_ceil(1_000).max(1);
    values.get(rank as usize - 1).copied()
}

/// Lists when the writes that have not converged after some events were acknowledged.
pub(crate) fn pending(events: &[(u64, Finding)]) -> Vec<u64> {
    let mut acknowledged = Vec::new();
    for (at_us, finding) in events {
        match finding {
            Finding::Write(_) => acknowledged.push(*at_us),
            Finding::Converged { took_us } => {
                let position = acknowledged.iter().position(|it| *it == at_us - took_us);
                acknowledged.remove(position.expect("a write that converges was acknowledged"));
            }
            _ => {}
        }
    }
    acknowledged
}

pub(crate) fn by_second(pending: &[u64]) -> BTreeMap<u64, u32> {
    let seconds: BTreeSet<u64> = pending.iter().map(|at_us| at_us / SECOND_US).collect();
    let count = |second: u64| pending.iter().filter(|at_us| **at_us / SECOND_US == second).count();
    seconds.into_iter().map(|second| (second, count(second) as u32)).collect()
}

/// Returns the gauges after some events. The hints are invented, but depend on the events alone.
pub(crate) fn gauges(events: &[(u64, Finding)]) -> Gauges {
    let pending = pending(events);
    let hints = events.len() as u64 * 7 % 13;
    Gauges {
        debt: sum(
            events,
            |it| if let Finding::Accrued { pairs } = it { (*pairs).into() } else { 0 },
        ) - sum(
            events,
            |it| if let Finding::Paid { pairs } = it { (*pairs).into() } else { 0 },
        ),
        pending: pending.len() as u64,
        oldest_pending: pending.iter().min().copied(),
        hints,
        hint_bytes: hints * 100,
        oldest_hint: events.last().map(|(at_us, _)| *at_us).filter(|_| hints > 0),
    }
}

pub(crate) fn sum(events: &[(u64, Finding)], of: impl Fn(&Finding) -> u64) -> u64 {
    events.iter().map(|(_, finding)| of(finding)).sum()
}

/// Returns the number of pairs that began to diverge.
pub(crate) fn accrued(events: &[(u64, Finding)]) -> u64 {
    sum(events, |it| if let Finding::Accrued { pairs } = it { (*pairs).into() } else { 0 })
}

/// Returns the number of pairs that stopped diverging.
pub(crate) fn paid(events: &[(u64, Finding)]) -> u64 {
    sum(events, |it| if let Finding::Paid { pairs } = it { (*pairs).into() } else { 0 })
}

pub(crate) fn count(events: &[(u64, Finding)], is_it: impl Fn(&Finding) -> bool) -> u64 {
    sum(events, |finding| u64::from(is_it(finding)))
}

/// Lists a figure of each read.
pub(crate) fn reads(events: &[(u64, Finding)], of: impl Fn(&Read) -> u64) -> Vec<u64> {
    let read =
        |finding: &Finding| if let Finding::Read(read) = finding { Some(of(read)) } else { None };
    events.iter().filter_map(|(_, finding)| read(finding)).collect()
}

/// Lists the times that converged writes had taken.
pub(crate) fn convergence(events: &[(u64, Finding)]) -> Vec<u64> {
    let took = |finding: &Finding| match finding {
        Finding::Converged { took_us } => Some(*took_us),
        _ => None,
    };
    events.iter().filter_map(|(_, finding)| took(finding)).collect()
}

pub(crate) fn write_latencies(events: &[(u64, Finding)]) -> Vec<u64> {
    let latency = |finding: &Finding| match finding {
        Finding::Write(write) => Some(write.latency_us),
        _ => None,
    };
    events.iter().filter_map(|(_, finding)| latency(finding)).collect()
}

/// Returns the events before a time.
pub(crate) fn before(events: &[(u64, Finding)], us: u64) -> &[(u64, Finding)] {
    &events[..events.partition_point(|(at_us, _)| *at_us < us)]
}

/// Returns the events from one time to before another.
pub(crate) fn between(events: &[(u64, Finding)], from_us: u64, to_us: u64) -> &[(u64, Finding)] {
    &before(events, to_us)[before(events, from_us).len()..]
}

pub(crate) fn ms(us: u64) -> f64 {
    us as f64 / 1_000.0
}

/// Computes the series, with as few doublings of a second as give fewer than 600 closed windows.
pub(crate) fn series(events: &[(u64, Finding)], now_us: u64) -> Vec<Window> {
    let seconds = now_us / SECOND_US;
    let mut length = 1;
    while seconds / length >= 600 {
        length *= 2;
    }
    let length_us = length * SECOND_US;
    let over = (0..seconds / length).map(|number| {
        let (from_us, to_us) = (number * length_us, (number + 1) * length_us);
        window(between(events, from_us, to_us), from_us, to_us, gauges(before(events, to_us)))
    });
    let from_us = seconds / length * length_us;
    let mut windows: Vec<Window> = over.collect();
    if now_us > from_us {
        let inside = &events[before(events, from_us).len()..];
        windows.push(window(inside, from_us, now_us, gauges(events)));
    }
    windows
}

fn window(events: &[(u64, Finding)], from_us: u64, to_us: u64, gauges: Gauges) -> Window {
    let ages = reads(events, |read| read.age_us);
    let converged = convergence(events);
    let age = |per_mille| quantile(&ages, per_mille).map(ms);
    let tail =
        |values: &[u64]| [500, 990, 999].map(|per_mille| quantile(values, per_mille).map(ms));
    Window {
        from_ms: ms(from_us),
        to_ms: ms(to_us),
        reads: ages.len() as u64,
        stale: reads(events, |read| u64::from(read.lag > 0)).iter().sum(),
        age_ms: ringside_staleness::Ages {
            p50: age(500),
            p95: age(950),
            p99: age(990),
            max: ages.iter().max().copied().map(ms),
        },
        converged: converged.len() as u64,
        convergence_ms: tail(&converged),
        pending: gauges.pending,
        oldest_pending_ms: gauges.oldest_pending.map(|at_us| ms(to_us - at_us)),
        conflicts: reads(events, |read| u64::from(read.branches > 1)).iter().sum(),
        conflict_merges: count(events, |it| matches!(it, Finding::Merged { .. })),
        debt: gauges.debt,
        accrued: sum(
            events,
            |it| if let Finding::Accrued { pairs } = it { (*pairs).into() } else { 0 },
        ),
        paid: paid(events),
        hints: gauges.hints,
        hint_bytes: gauges.hint_bytes,
        failed: count(events, |it| {
            matches!(it, Finding::Failed(OperationKind::Read | OperationKind::Write))
        }),
        writes: count(events, |it| matches!(it, Finding::Write(_))),
        read_ms: tail(&reads(events, |read| read.latency_us)),
        write_ms: tail(&write_latencies(events)),
    }
}
