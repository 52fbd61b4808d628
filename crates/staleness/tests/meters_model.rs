//! The meters compared with a naive recomputation from all events, on random runs.

mod naive;

use naive::{
    Events, Naive, SECOND_US, before, by_second, convergence, gauges, ms, objective, quantile,
    reads,
};
use proptest::prelude::*;
use ringside_staleness::slo::{
    Alert, AlertRule, Board, Indicator, Lasting, Severity, Slo, Timescale,
};
use ringside_staleness::{
    ClientSessions, Finding, Measured, Meters, OperationKind, Read, Sessions, Window, Write,
};

/// The relative error of a quantile of the totals.
const TOTALS: f64 = 1.0 / 1_000.0;
/// The relative error of a quantile of a window: half a bin.
const WINDOW: f64 = 1.0 / 128.0;
/// The same if pending writes lie between the counted delays: a bin.
const WITH_PENDING: f64 = 1.0 / 64.0;

/// The next event of a run.
#[derive(Clone, Copy, Debug)]
enum Next {
    Found(Finding),
    /// A write that is acknowledged, and when it converges.
    Wrote(Write, Option<u64>),
}

/// Times of all magnitudes, from none to some minutes.
fn us() -> impl Strategy<Value = u64> {
    prop_oneof![
        2 => Just(0),
        1 => 1..200_u64,
        6 => (0..27_u32, any::<u64>()).prop_map(|(bits, random)| (1 << bits) + random % (1 << bits)),
    ]
}

fn gap_us() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => Just(0),
        20 => 0..400_000_u64,
        12 => 0..5 * SECOND_US,
        4 => Just(SECOND_US),
        1 => 0..1_500 * SECOND_US,
    ]
}

fn read() -> impl Strategy<Value = Finding> {
    let since = prop::option::of(us());
    (us(), prop_oneof![3 => Just(0), 2 => us()], 1..6_u64, 0..4_u16, since).prop_map(
        |(latency_us, age_us, lag, branches, since_commit_us)| {
            let lag = if age_us > 0 { lag } else { 0 };
            let read =
                Read { latency_us, age_us, lag, branches, since_commit_us, ..Read::default() };
            Finding::Read(read)
        },
    )
}

fn next() -> impl Strategy<Value = Next> {
    let write = (us(), 0..12_u16, prop::option::weighted(0.9, us())).prop_map(
        |(latency_us, replica_lag, took)| Next::Wrote(Write { latency_us, replica_lag }, took),
    );
    let rare = prop_oneof![
        Just(Finding::Failed(OperationKind::Read)),
        Just(Finding::Failed(OperationKind::Write)),
        Just(Finding::Lost),
        (2..5_u16).prop_map(|branches| Finding::Merged { branches }),
        Just(Finding::ReadRepaired),
        (1..9_u32).prop_map(|keys| Finding::Differing { keys }),
        Just(Finding::Fixed),
    ];
    prop_oneof![5 => read().prop_map(Next::Found), 4 => write, 1 => rare.prop_map(Next::Found)]
}

/// A run: its events in the order of time, and the time at which results are read.
fn run() -> impl Strategy<Value = (Events, u64)> {
    (prop::collection::vec((gap_us(), next()), 0..90), gap_us()).prop_map(|(nexts, rest_us)| {
        let (mut events, mut now_us) = (Vec::new(), 0);
        for (gap_us, next) in nexts {
            now_us += gap_us;
            match next {
                Next::Found(finding) => events.push((now_us, finding)),
                Next::Wrote(write, took) => {
                    events.push((now_us, Finding::Write(write)));
                    events.push((now_us, Finding::Accrued { pairs: 2 }));
                    if let Some(took_us) = took {
                        events.push((now_us + took_us, Finding::Paid { pairs: 2 }));
                        events.push((now_us + took_us, Finding::Converged { took_us }));
                    }
                }
            }
        }
        events.sort_by_key(|(at_us, _)| *at_us);
        let now_us = events.last().map_or(0, |(at_us, _)| *at_us) + rest_us;
        (events, now_us)
    })
}

fn rule(limits: &'static [f64], window_ms: u64) -> impl Strategy<Value = AlertRule> {
    let lasting = (0..3_usize, 1..=10_u64).prop_map(move |(which, tenths)| {
        let ms = (window_ms * tenths / 10) as f64;
        [Lasting::AtOnce, Lasting::Within { ms }, Lasting::Running { ms: ms / 2.0 }][which]
    });
    (prop::sample::select(limits), lasting)
        .prop_map(|(above, lasting)| AlertRule { above, lasting })
}

/// SLOs whose windows are short enough that a run fills them.
fn slo() -> impl Strategy<Value = Slo> {
    let windows = vec![60_000_u64, 90_000, 600_000, 3_600_000];
    prop::sample::select(windows).prop_flat_map(|window_ms| {
        let quantile = || prop::sample::select(vec![0.5, 0.9, 0.95, 0.99, 0.999]);
        let objective = (0..3, quantile()).prop_flat_map(move |(which, quantile)| {
            let (indicator, limits): (_, &[f64]) = match which {
                0 => (Indicator::StalenessAge { quantile }, &[0.3, 5.0, 500.0, 9_000.0]),
                1 => (Indicator::StaleReadRate, &[0.001, 0.05, 0.25, 0.5]),
                _ => (Indicator::Convergence { quantile }, &[0.7, 300.0, 5_000.0, 60_500.0]),
            };
            let target = prop::sample::select(limits);
            (target, rule(limits, window_ms), rule(limits, window_ms)).prop_map(
                move |(target, warning, page)| objective(indicator, target, warning, page),
            )
        });
        prop::collection::vec(objective, 0..4)
            .prop_map(move |objectives| Slo { window_ms: window_ms as f64, objectives })
    })
}

/// Returns meters after a run. Between the findings, time is advanced to each of the cuts as well.
fn metered(slo: &Slo, events: &Events, now_us: u64, cuts: &[u64]) -> Meters {
    let mut meters = Meters::new(slo.clone(), 60.0);
    let mut cuts = cuts.iter().peekable();
    for (index, (at_us, finding)) in events.iter().enumerate() {
        let known = &events[..index];
        while let Some(cut_us) = cuts.next_if(|cut_us| *cut_us <= at_us) {
            meters.advance_to(*cut_us, gauges(known), &by_second(&naive::pending(known)));
        }
        if meters.is_due(*at_us) {
            meters.advance_to(*at_us, gauges(known), &by_second(&naive::pending(known)));
        }
        assert!(!meters.is_due(*at_us));
        meters.record(*at_us, finding);
    }
    let (now, pending) = (gauges(events), by_second(&naive::pending(events)));
    for cut_us in cuts.copied().chain([now_us]).filter(|cut_us| *cut_us <= now_us) {
        meters.advance_to(cut_us, now, &pending);
    }
    meters
}

fn is_near(seen: f64, exact: f64, off: f64) -> bool {
    (seen - exact).abs() <= exact.abs() * off + 1e-9
}

fn are_near(seen: Option<f64>, exact: Option<f64>, off: f64) -> bool {
    match (seen, exact) {
        (Some(seen), Some(exact)) => is_near(seen, exact, off),
        (None, None) => true,
        _ => false,
    }
}

fn check_measured(measured: &Measured, events: &Events, now_us: u64) {
    let count = |is_it: fn(&Finding) -> bool| naive::count(events, is_it);
    let total = |of: fn(&Read) -> u64| reads(events, of).iter().sum::<u64>();
    let staleness = &measured.staleness;
    assert_eq!(staleness.reads, count(|it| matches!(it, Finding::Read(_))));
    assert_eq!(staleness.stale, total(|read| u64::from(read.lag > 0)));
    let per_read = |sum: u64| (staleness.reads > 0).then(|| sum as f64 / staleness.reads as f64);
    assert_eq!(staleness.stale_rate, per_read(staleness.stale));
    let ages = reads(events, |read| read.age_us);
    let exact = |per_mille| quantile(&ages, per_mille).map(ms);
    let seen = staleness.age_ms;
    for (seen, exact) in [(seen.p50, exact(500)), (seen.p95, exact(950)), (seen.p99, exact(990))] {
        assert!(are_near(seen, exact, TOTALS), "{seen:?} {exact:?}");
    }
    assert_eq!(seen.max, exact(1_000));
    let lags = reads(events, |read| read.lag);
    assert_eq!(staleness.version_lag.mean, per_read(total(|read| read.lag)));
    assert_eq!(staleness.version_lag.p99, quantile(&lags, 990));
    assert_eq!(staleness.version_lag.max, quantile(&lags, 1_000));

    let now = gauges(events);
    let since = |at_us: Option<u64>| at_us.map(|at_us| ms(now_us - at_us));
    let (seen, took) = (&measured.convergence_ms, convergence(events));
    let exact = |per_mille| quantile(&took, per_mille).map(ms);
    for (seen, exact) in [(seen.p50, exact(500)), (seen.p99, exact(990)), (seen.p99_9, exact(999))]
    {
        assert!(are_near(seen, exact, TOTALS), "{seen:?} {exact:?}");
    }
    assert_eq!((seen.writes, seen.max), (took.len() as u64, exact(1_000)));
    assert_eq!((seen.pending, seen.oldest_pending), (now.pending, since(now.oldest_pending)));
    assert_eq!((seen.lost, seen.given_up), (count(|it| *it == Finding::Lost), 5));

    let merges = naive::sum(events, |it| match it {
        Finding::Merged { branches } | Finding::Read(Read { branches: branches @ 2.., .. }) => {
            (*branches).into()
        }
        _ => 0,
    });
    assert_eq!(measured.conflicts.conflict_versions_total, merges);
    assert_eq!(measured.conflicts.reads, total(|read| u64::from(read.branches >= 2)));
    assert_eq!(measured.conflicts.merges, count(|it| matches!(it, Finding::Merged { .. })));
    let writes = count(|it| matches!(it, Finding::Write(_)));
    assert_eq!(measured.quorums.met, staleness.reads + writes);
    assert_eq!(
        measured.quorums.failed_reads,
        count(|it| *it == Finding::Failed(OperationKind::Read))
    );
    assert_eq!(
        measured.quorums.failed_writes,
        count(|it| *it == Finding::Failed(OperationKind::Write))
    );
    assert_eq!(measured.repairs.read_repairs, count(|it| *it == Finding::ReadRepaired));
    assert_eq!(measured.repairs.merkle_fixed, count(|it| *it == Finding::Fixed));
    let found =
        |it: &Finding| if let Finding::Differing { keys } = it { (*keys).into() } else { 0 };
    assert_eq!(measured.repairs.merkle_found, naive::sum(events, found));
    check_gauged(measured, events, now_us);
}

/// Checks what depends on the gauges and on the ends of seconds.
fn check_gauged(measured: &Measured, events: &Events, now_us: u64) {
    let lagging = |lag: usize| {
        naive::count(events, |it| match it {
            Finding::Write(write) if lag == 7 => write.replica_lag >= 7,
            Finding::Write(write) => usize::from(write.replica_lag) == lag,
            _ => false,
        })
    };
    let mut lags: Vec<u64> = (0..8).map(lagging).collect();
    while lags.last() == Some(&0) {
        lags.pop();
    }
    assert_eq!(measured.replica_lag.writes, lags);
    let writes: u64 = lags.iter().sum();
    let lag =
        naive::sum(
            events,
            |it| if let Finding::Write(it) = it { it.replica_lag.into() } else { 0 },
        );
    let mean = (writes > 0).then(|| lag as f64 / writes as f64);
    assert_eq!(measured.replica_lag.mean, mean);

    let (now, seconds) = (gauges(events), now_us / SECOND_US);
    // Gauges change only at events: the ends of those seconds are enough.
    let ends: Vec<u64> = events.iter().map(|(at_us, _)| at_us / SECOND_US + 1).collect();
    let ends = ends.into_iter().chain([1]).filter(|end| *end <= seconds);
    let ends: Vec<_> = ends.map(|end| gauges(before(events, end * SECOND_US))).collect();
    assert_eq!(measured.debt.most, ends.iter().map(|it| it.debt).max().unwrap_or(0));
    assert_eq!(measured.hint_queue.most, ends.iter().map(|it| it.hints).max().unwrap_or(0));
    assert_eq!(measured.debt.pairs, now.debt);
    assert_eq!(measured.debt.accrued - measured.debt.paid, now.debt);
    let minute =
        naive::between(events, seconds.saturating_sub(60) * SECOND_US, seconds * SECOND_US);
    let per_s = |pairs: u64| pairs as f64 / seconds.clamp(1, 60) as f64;
    assert!(is_near(measured.debt.accrual_per_s, per_s(naive::accrued(minute)), 0.0));
    assert!(is_near(measured.debt.payoff_per_s, per_s(naive::paid(minute)), 0.0));
    assert_eq!((measured.hint_queue.held, measured.hint_queue.bytes), (now.hints, now.hint_bytes));
    assert_eq!(measured.hint_queue.oldest_ms, now.oldest_hint.map(|at_us| ms(now_us - at_us)));
}

/// Checks that the quantiles of two windows are near, and that the rest is equal.
fn check_window(seen: &Window, exact: &Window) {
    let quantiles = |window: &Window| {
        let mut all = vec![window.age_ms.p50, window.age_ms.p95, window.age_ms.p99];
        all.extend(window.convergence_ms.iter().chain(&window.read_ms).chain(&window.write_ms));
        all
    };
    for (seen, exact) in quantiles(seen).into_iter().zip(quantiles(exact)) {
        assert!(are_near(seen, exact, WINDOW), "{seen:?} {exact:?}");
    }
    let mut rest = *seen;
    rest.age_ms = ringside_staleness::Ages { max: seen.age_ms.max, ..exact.age_ms };
    rest.convergence_ms = exact.convergence_ms;
    rest.read_ms = exact.read_ms;
    rest.write_ms = exact.write_ms;
    assert_eq!(rest, *exact);
}

fn check_board(board: &Board, exact: &Naive) {
    assert!(is_near(board.window_ms, exact.window_ms, 0.0));
    for (seen, exact) in board.objectives.iter().zip(&exact.objectives) {
        assert_eq!((seen.state, seen.since_ms), (exact.state, exact.since_ms), "{seen:?}");
        assert_eq!((seen.events, seen.bad), (exact.events, exact.bad), "{seen:?} {exact:?}");
        assert!(are_near(seen.value, exact.value, WITH_PENDING), "{seen:?} {exact:?}");
        assert!(are_near(seen.budget_left, exact.budget_left, 1e-12), "{seen:?} {exact:?}");
    }
    assert_eq!(board.objectives.len(), exact.objectives.len());
    check_alerts(&board.alerts, &exact.alerts);
}

fn check_alerts(seen: &[Alert], exact: &[Alert]) {
    assert_eq!(seen.len(), exact.len().min(100));
    let in_force = exact.iter().filter(|it| it.until_ms.is_none()).count();
    assert!(seen[..in_force].iter().all(|it| it.until_ms.is_none()));
    assert!(seen[..in_force].is_sorted_by(|a, b| a.since_ms >= b.since_ms));
    assert!(seen[in_force..].is_sorted_by(|a, b| a.until_ms >= b.until_ms));
    for seen in seen {
        let is_it = |it: &&Alert| {
            (it.objective, it.severity, it.since_ms)
                == (seen.objective, seen.severity, seen.since_ms)
        };
        let exact = exact.iter().find(is_it).expect("an alert that exists");
        assert_eq!((seen.until_ms, seen.limit), (exact.until_ms, exact.limit), "{seen:?}");
        assert!(is_near(seen.value, exact.value, WITH_PENDING), "{seen:?} {exact:?}");
        assert!(is_near(seen.worst, exact.worst, WITH_PENDING), "{seen:?} {exact:?}");
        assert_eq!(seen.ended_by.is_some(), seen.until_ms.is_some());
    }
}

fn check_curve(meters: &Meters, events: &Events) {
    let points = meters.curve();
    let since = |it: &Finding| match it {
        Finding::Read(Read { since_commit_us: Some(us), lag, .. }) => Some((*us, *lag == 0)),
        _ => None,
    };
    let all: Vec<(u64, bool)> = events.iter().filter_map(|(_, it)| since(it)).collect();
    assert!(points.is_sorted_by(|a, b| a.to_ms <= b.from_ms));
    assert_eq!(points.iter().map(|point| point.reads).sum::<u64>(), all.len() as u64);
    for point in points {
        let inside = |us: u64| point.from_ms <= ms(us) && ms(us) < point.to_ms;
        let inside: Vec<_> = all.iter().filter(|(us, _)| inside(*us)).collect();
        let (reads, sum) = (inside.len() as f64, inside.iter().map(|(us, _)| us).sum::<u64>());
        assert_eq!(point.reads, inside.len() as u64);
        assert!(is_near(point.mean_ms, sum as f64 / reads / 1_000.0, 1e-12));
        let fresh = inside.iter().filter(|(_, is_fresh)| *is_fresh).count() as f64;
        assert!(is_near(point.fresh.value, fresh / reads, 0.0));
        assert!(point.fresh.low <= point.fresh.value && point.fresh.value <= point.fresh.high);
    }
}

fn sessions() -> Sessions {
    let clients = vec![ClientSessions { client: 3, monotonic_reads: 2, read_your_writes: 1 }];
    Sessions { monotonic_reads: 2, read_your_writes: 1, clients }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_figure_agrees_with_the_naive_one((events, now_us) in run(), slo in slo()) {
        slo.check().expect("an SLO within its bounds");
        let meters = metered(&slo, &events, now_us, &[]);
        let now = gauges(&events);

        let measured = meters.measured(now_us, now, sessions(), 5);
        check_measured(&measured, &events, now_us);
        prop_assert_eq!(&measured.sessions, &sessions());
        let tallies = meters.tallies(now, &sessions(), 5);
        for histogram in [&tallies.reads.latency_us, &tallies.age_us, &tallies.lag] {
            prop_assert_eq!(histogram.count(), measured.staleness.reads);
        }
        prop_assert_eq!(tallies.convergence_us.count(), measured.convergence_ms.writes);
        prop_assert_eq!((tallies.given_up, tallies.monotonic_reads), (5, 2));

        let (seen, exact) = (meters.series(now_us, now), naive::series(&events, now_us));
        prop_assert_eq!(seen.len(), exact.len());
        prop_assert!(seen.len() <= 600);
        seen.iter().zip(&exact).for_each(|(seen, exact)| check_window(seen, exact));

        for (timescale, compression) in [(Timescale::Full, 1), (Timescale::Compressed, 60)] {
            let board = meters.board(timescale);
            prop_assert!(is_near(board.compression, compression as f64, 0.0));
            check_board(&board, &Naive::new(&slo, compression, &events, now_us));
        }
        check_curve(&meters, &events);
    }

    #[test]
    fn advancing_time_in_steps_changes_nothing(
        (events, now_us) in run(),
        slo in slo(),
        mut cuts in prop::collection::vec(0..600 * SECOND_US, 0..40),
        idle_s in 0..9_000_u64,
    ) {
        // Every second of the idle time at the end is a cut.
        let later_us = now_us + idle_s * SECOND_US;
        cuts.sort_unstable();
        cuts.retain(|cut_us| *cut_us < now_us);
        cuts.extend((0..idle_s).map(|second| now_us + second * SECOND_US));
        let (whole, cut) =
            (metered(&slo, &events, later_us, &[]), metered(&slo, &events, later_us, &cuts));
        let now = gauges(&events);
        prop_assert_eq!(
            whole.measured(later_us, now, sessions(), 5),
            cut.measured(later_us, now, sessions(), 5)
        );
        prop_assert_eq!(whole.series(later_us, now), cut.series(later_us, now));
        prop_assert_eq!(whole.board(Timescale::Full), cut.board(Timescale::Full));
        prop_assert_eq!(whole.board(Timescale::Compressed), cut.board(Timescale::Compressed));
        prop_assert_eq!(whole.curve(), cut.curve());
    }
}

#[test]
fn ten_thousand_idle_hours_are_handled() {
    let mut meters = Meters::new(Slo::default(), 60.0);
    meters.record(0, &Finding::Write(Write::default()));
    let events: Events = vec![(0, Finding::Write(Write::default()))];
    let (pending, hours) = (naive::pending(&events), 10_000);
    meters.advance_to(hours * 3_600 * SECOND_US, gauges(&events), &by_second(&pending));
    for timescale in [Timescale::Full, Timescale::Compressed] {
        let board = meters.board(timescale);
        assert_eq!(board.objectives[2].state, Severity::Page);
        let value = board.objectives[2].value.expect("a write is pending");
        assert!(is_near(value, hours as f64 * 3_600_000.0 - 1_000.0, 1e-9), "{value}");
        let worst =
            |severity| board.alerts.iter().find(|it| it.severity == severity).map(|it| it.worst);
        assert_eq!((worst(Severity::Page), worst(Severity::Warning)), (Some(value), Some(value)));
    }
    let windows = meters.series(hours * 3_600 * SECOND_US, gauges(&events));
    assert!((300..=600).contains(&windows.len()));
    assert_eq!(windows.iter().map(|window| window.writes).sum::<u64>(), 1);
}

#[test]
fn the_alert_of_a_lost_write_ends() {
    let indicator = Indicator::Convergence { quantile: 0.5 };
    let rule = AlertRule { above: 1_000.0, lasting: Lasting::Within { ms: 1_200_000.0 } };
    let slo =
        Slo { window_ms: 3_600_000.0, objectives: vec![objective(indicator, 1_000.0, rule, rule)] };
    let write: Events = vec![(0, Finding::Write(Write::default()))];
    let mut whole = Meters::new(slo, 60.0);
    whole.record(0, &write[0].1);
    whole.advance_to(40 * SECOND_US, gauges(&write), &by_second(&[0]));
    whole.record(40 * SECOND_US, &Finding::Lost);
    let (mut cut, nothing) = (whole.clone(), by_second(&[]));
    whole.advance_to(10_000 * SECOND_US, gauges(&[]), &nothing);
    (41..=10_000).for_each(|second| cut.advance_to(second * SECOND_US, gauges(&[]), &nothing));

    let board = whole.board(Timescale::Compressed);
    assert_eq!(board, cut.board(Timescale::Compressed));
    // It was more than a second old at the ends of the seconds 2 to 40: 20 of them make an alert.
    assert_eq!(board.alerts.len(), 2);
    for alert in board.alerts {
        assert_eq!((alert.since_ms, alert.until_ms), (21_000.0, Some(81_000.0)));
    }
}

#[test]
fn times_beyond_the_last_bin_count_as_the_longest_of_them() {
    let indicator = Indicator::Convergence { quantile: 0.5 };
    let rule = AlertRule { above: 1_000.0, lasting: Lasting::AtOnce };
    let objectives = vec![objective(indicator, 1_000.0, rule, rule)];
    let mut meters = Meters::new(Slo { window_ms: 3_600_000.0, objectives }, 60.0);
    let hour_us = 3_600 * SECOND_US;
    let (empty, nothing) = (gauges(&[]), by_second(&[]));
    meters.record(0, &Finding::Converged { took_us: 50 * hour_us });
    meters.advance_to(SECOND_US, empty, &nothing);
    meters.record(SECOND_US, &Finding::Converged { took_us: 40 * hour_us });
    let mut values = [60, 61, 62].map(|second| {
        meters.advance_to(second * SECOND_US, empty, &nothing);
        meters.board(Timescale::Compressed).objectives[0].value
    });
    values.iter_mut().flatten().for_each(|value| *value /= 3_600_000.0);
    assert_eq!(values, [Some(50.0), Some(40.0), None]);
}

#[test]
fn the_curve_can_be_reset() {
    let mut meters = Meters::new(Slo::default(), 60.0);
    let read = Read { since_commit_us: Some(2_000), ..Read::default() };
    meters.record(0, &Finding::Read(read));
    assert_eq!(meters.curve().len(), 1);
    assert_eq!((meters.curve()[0].from_ms, meters.curve()[0].to_ms), (2.0, 2.5));
    meters.restart_curve();
    assert!(meters.curve().is_empty());
    assert_eq!(meters.measured(0, gauges(&[]), Sessions::default(), 0).staleness.reads, 1);
}
