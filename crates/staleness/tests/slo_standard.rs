//! The default SLO, rule by rule, and SLOs that are refused.

use std::collections::BTreeMap;

use ringside_staleness::slo::{
    Alert, Board, Indicator, Lasting, ObjectiveStatus, RunbookEntry, Severity, Slo, Timescale,
};
use ringside_staleness::{Finding, Gauges, Meters, Read, Write};

const SECOND_US: u64 = 1_000_000;
const AGE: usize = 0;
const RATE: usize = 1;
const CONVERGENCE: usize = 2;

/// A run with the same findings every second.
struct Run {
    meters: Meters,
    now_s: u64,
    pending: BTreeMap<u64, u32>,
}

impl Run {
    fn new() -> Self {
        Self { meters: Meters::new(Slo::default(), 60.0), now_s: 0, pending: BTreeMap::new() }
    }

    fn advance(&mut self) {
        self.now_s += 1;
        let pending = self.pending.values().map(|count| u64::from(*count)).sum();
        let gauges = Gauges { pending, ..Gauges::default() };
        self.meters.advance_to(self.now_s * SECOND_US, gauges, &self.pending);
    }

    /// Adds some findings in each of `seconds` seconds.
    fn with_findings(mut self, seconds: u64, findings: &[Finding]) -> Self {
        for _ in 0..seconds {
            for finding in findings {
                self.meters.record(self.now_s * SECOND_US, finding);
            }
            self.advance();
        }
        self
    }

    /// Adds a second in which `stale` of 10,000 reads are a little stale, and the rest of a minute.
    fn minute_of_reads(self, stale: u64) -> Self {
        let mut run = self;
        for number in 0..10_000 {
            let read = if number < stale { stale_by(1) } else { fresh() };
            run.meters.record(run.now_s * SECOND_US, &read);
        }
        run.with_findings(60, &[])
    }

    fn board(&self) -> Board {
        self.meters.board(Timescale::Full)
    }

    fn standing(&self, objective: usize) -> ObjectiveStatus {
        self.board().objectives[objective].clone()
    }

    fn alert(&self, objective: usize, severity: Severity) -> Option<Alert> {
        let is_it = |it: &Alert| (it.objective, it.severity) == (objective, severity);
        self.board().alerts.into_iter().find(is_it)
    }
}

fn fresh() -> Finding {
    Finding::Read(Read::default())
}

fn stale_by(ms: u64) -> Finding {
    Finding::Read(Read { age_us: ms * 1_000, lag: 1, ..Read::default() })
}

fn converged_after(ms: u64) -> Finding {
    Finding::Converged { took_us: ms * 1_000 }
}

fn is(seen: f64, expected: f64) -> bool {
    (seen - expected).abs() < 1e-9
}

#[test]
fn the_default_has_three_objectives() {
    let slo = Slo::default();
    slo.check().expect("the standard SLO is within its bounds");
    let names: Vec<String> = slo.objectives.iter().map(|it| it.indicator.name()).collect();
    assert_eq!(names, ["staleness age, p95", "stale-read rate", "convergence, p99.9"]);
    let target = |it: &ringside_staleness::slo::Objective| it.indicator.show(it.target);
    let targets: Vec<String> = slo.objectives.iter().map(target).collect();
    assert_eq!(targets, ["500 ms", "0.1%", "5 s"]);
    let looks = slo.objectives.iter().map(|it| it.look_at.len()).collect::<Vec<_>>();
    assert_eq!(looks, [4; 3]);
    assert_eq!(slo.objectives[CONVERGENCE].look_at.last(), Some(&RunbookEntry::StuckReplica));
    assert_eq!(Meters::new(slo.clone(), 60.0).slo(), &slo);
}

#[test]
fn five_bad_minutes_within_an_hour_warn() {
    // One read in ten is 600 ms stale, so the P95 is above 500 ms. The minutes are not in a row.
    let bad = |run: Run| run.with_findings(60, &[stale_by(600), fresh(), stale_by(600)]);
    let good = |run: Run| run.with_findings(60, &[fresh()]);
    let mut run = Run::new();
    for _ in 0..4 {
        run = good(bad(run));
    }
    assert_eq!(run.standing(AGE).state, Severity::Fine);
    let mut run = bad(run);
    assert_eq!(run.standing(AGE).state, Severity::Warning);
    let alert = run.alert(AGE, Severity::Warning).expect("a warning");
    assert_eq!((alert.since_ms, alert.until_ms), (540_000.0, None));
    assert!((alert.value - 600.0).abs() < 5.0, "{alert:?}");

    // It ends when the first of them was more than an hour ago: the 61st minute is over.
    for _ in 9..60 {
        run = good(run);
    }
    assert_eq!(run.standing(AGE).state, Severity::Warning);
    let run = good(run);
    assert_eq!(run.standing(AGE).state, Severity::Fine);
    let alert = run.alert(AGE, Severity::Warning).expect("a warning that ended");
    assert_eq!(alert.until_ms, Some(61.0 * 60_000.0));
    let words =
        "p95 of staleness age was above 500 ms for 4 min within the window, less than 5 min";
    assert_eq!(alert.ended_by.as_deref(), Some(words));
    assert_eq!(run.alert(AGE, Severity::Page), None);
}

#[test]
fn more_than_ten_bad_minutes_in_a_row_page() {
    let run = Run::new().with_findings(600, &[stale_by(600), fresh()]);
    assert_eq!(run.standing(AGE).state, Severity::Warning);
    assert!(is(run.standing(AGE).since_ms, 300_000.0));
    let run = run.with_findings(60, &[stale_by(600), fresh()]);
    assert_eq!(run.standing(AGE).state, Severity::Page);
    assert!(run.alert(AGE, Severity::Warning).is_some_and(|it| it.until_ms.is_none()), "it stays");

    // A minute that is fine ends the page, and the warning stays.
    let page = run.with_findings(60, &[fresh()]);
    assert_eq!(page.standing(AGE).state, Severity::Warning);
    let alert = page.alert(AGE, Severity::Page).expect("a page that ended");
    assert_eq!((alert.since_ms, alert.until_ms), (660_000.0, Some(720_000.0)));
    let words = "p95 of staleness age fell to 0 ms, below 500 ms";
    assert_eq!(alert.ended_by.as_deref(), Some(words));
}

#[test]
fn a_pause_restarts_the_ten_minutes() {
    let bad = [stale_by(600), fresh()];
    let run = Run::new().with_findings(540, &bad).with_findings(60, &[]).with_findings(600, &bad);
    assert_eq!(run.standing(AGE).state, Severity::Warning);
    assert_eq!(run.with_findings(60, &bad).standing(AGE).state, Severity::Page);
}

#[test]
fn an_age_of_exactly_500_ms_meets_the_objective() {
    let run = Run::new().with_findings(1_170, &[stale_by(500)]).with_findings(30, &[stale_by(900)]);
    assert_eq!((run.standing(AGE).state, run.standing(AGE).bad), (Severity::Fine, 30));
    assert!(run.standing(AGE).value.is_some_and(|value| value <= 500.0));
    let over = Finding::Read(Read { age_us: 500_001, lag: 1, ..Read::default() });
    let run = Run::new().with_findings(1_200, &[over]);
    assert_eq!((run.standing(AGE).state, run.standing(AGE).bad), (Severity::Page, 1_200));
    assert!(run.standing(AGE).value.is_some_and(|value| value >= 500.0));
}

#[test]
fn the_stale_read_rate_warns_and_pages_at_once() {
    for (stale, state) in [
        (0, Severity::Fine),
        (5, Severity::Fine),
        (6, Severity::Warning),
        (10, Severity::Warning),
        (11, Severity::Page),
    ] {
        let run = Run::new().minute_of_reads(stale);
        let standing = run.standing(RATE);
        assert_eq!(standing.state, state, "{stale}");
        assert_eq!((standing.events, standing.bad), (10_000, stale));
        assert_eq!(standing.value, Some(stale as f64 / 10_000.0));
        let left = standing.budget_left.expect("there were reads");
        assert!((left - (1.0 - stale as f64 / 10.0)).abs() < 1e-9, "{left}");
    }
}

#[test]
fn a_rate_that_falls_ends_its_alerts() {
    let run = Run::new().minute_of_reads(11).minute_of_reads(7);
    let page = run.alert(RATE, Severity::Page).expect("a page that ended");
    assert_eq!(page.ended_by.as_deref(), Some("the stale-read rate fell to 0.09%, below 0.1%"));
    assert_eq!((page.value, page.worst), (0.000_9, 0.001_1));
    assert_eq!(run.standing(RATE).state, Severity::Warning);
    assert!(is(run.standing(RATE).since_ms, 120_000.0));

    // The second minute leaves the window an hour after it ended.
    let run = run.with_findings(3_599, &[]);
    assert_eq!(run.standing(RATE).state, Severity::Warning);
    let run = run.with_findings(1, &[]);
    assert_eq!((run.standing(RATE).state, run.standing(RATE).value), (Severity::Fine, None));
    assert_eq!(run.standing(RATE).budget_left, None);
    let warning = run.alert(RATE, Severity::Warning).expect("a warning that ended");
    assert_eq!(warning.ended_by.as_deref(), Some("no read was measured within the window"));
    assert!(is(warning.value, 0.000_7), "the last that was seen");
}

#[test]
fn slow_convergence_warns_and_pages_at_once() {
    for (ms, state) in [
        (2_900, Severity::Fine),
        (3_000, Severity::Fine),
        (4_000, Severity::Warning),
        (5_000, Severity::Warning),
        (6_000, Severity::Page),
    ] {
        // 2 of 1,000 are slow, so the P99.9 is.
        let mut run = Run::new()
            .with_findings(998, &[converged_after(20)])
            .with_findings(2, &[converged_after(ms)]);
        run = run.with_findings(20, &[]);
        assert_eq!(run.standing(CONVERGENCE).state, state, "{ms}");
        // And 1 of 1,000 is not enough.
        let run = Run::new()
            .with_findings(999, &[converged_after(20)])
            .with_findings(1, &[converged_after(ms)]);
        assert_eq!(run.with_findings(20, &[]).standing(CONVERGENCE).state, Severity::Fine, "{ms}");
    }
}

#[test]
fn a_partitions_writes_page_before_they_converge() {
    let mut run = Run::new().with_findings(60, &[converged_after(20)]);
    run.meters.record(run.now_s * SECOND_US, &Finding::Write(Write::default()));
    run.pending.insert(run.now_s, 1);
    let compressed = |run: &Run| run.meters.board(Timescale::Compressed).objectives[2].clone();

    // It is 3 s old at least when 4 s are over, and 5 s when 6 are.
    for (seconds, state) in [(3, Severity::Fine), (1, Severity::Warning), (1, Severity::Warning)] {
        run = run.with_findings(seconds, &[]);
        assert_eq!(compressed(&run).state, state);
    }
    run = run.with_findings(1, &[]);
    assert_eq!(compressed(&run).state, Severity::Page);
    assert!(is(compressed(&run).since_ms, 66_000.0));
    assert_eq!(run.standing(CONVERGENCE).state, Severity::Fine, "its minute is not over");
    run = run.with_findings(54, &[]);
    assert_eq!(run.standing(CONVERGENCE).state, Severity::Page);
    assert!(is(run.standing(CONVERGENCE).since_ms, 120_000.0));
    assert!(run.standing(CONVERGENCE).value.is_some_and(|value| (value - 59_000.0).abs() < 1.0));
    assert_eq!((run.standing(CONVERGENCE).events, run.standing(CONVERGENCE).bad), (61, 1));

    // It converges, and counts as slow as long as it is within the window.
    run.pending.clear();
    run.meters.record(run.now_s * SECOND_US, &converged_after(60_000));
    run = run.with_findings(60, &[]);
    assert_eq!(compressed(&run).state, Severity::Page);
    run = run.with_findings(1, &[]);
    assert_eq!(compressed(&run).state, Severity::Fine);
    let ended = run.meters.board(Timescale::Compressed).alerts;
    let ended: Vec<_> = ended.iter().filter_map(|alert| alert.ended_by.as_deref()).collect();
    assert_eq!(ended, ["no write converged or was pending within the window"; 2]);
}

#[test]
fn rules_run_sixty_times_as_fast_on_the_compressed_board() {
    let bad = [stale_by(600), fresh()];
    let state = |run: &Run| run.meters.board(Timescale::Compressed).objectives[AGE].state;
    let run = Run::new().with_findings(4, &bad);
    assert_eq!(state(&run), Severity::Fine);
    let run = run.with_findings(1, &bad);
    assert_eq!(state(&run), Severity::Warning);
    let run = run.with_findings(5, &bad);
    assert_eq!(state(&run), Severity::Warning);
    let run = run.with_findings(1, &bad);
    assert_eq!(state(&run), Severity::Page);
    let board = run.meters.board(Timescale::Compressed);
    assert_eq!((board.window_ms, board.compression), (60_000.0, 60.0));
    assert_eq!((run.board().window_ms, run.board().compression), (3_600_000.0, 1.0));
    assert_eq!(board.alerts[0].severity, Severity::Page, "the latest to begin comes first");
}

#[test]
fn at_most_a_hundred_alerts_are_kept() {
    // The page on ages begins and ends once in 13 s.
    let mut run = Run::new();
    for _ in 0..120 {
        run = run.with_findings(11, &[stale_by(600)]).with_findings(2, &[fresh()]);
    }
    let alerts = run.meters.board(Timescale::Compressed).alerts;
    assert_eq!(alerts.len(), 100);
    let in_force = alerts.iter().filter(|it| it.until_ms.is_none()).count();
    assert!(alerts[..in_force].iter().all(|it| it.until_ms.is_none()));
    let latest = alerts[in_force].until_ms.expect("it ended");
    assert!(latest > 119.0 * 13_000.0, "{latest}");
}

#[test]
fn an_invalid_slo_is_refused_with_the_field() {
    type Spoil = fn(&mut Slo);
    let spoils: [(&str, Spoil); 13] = [
        ("window_ms", |slo| slo.window_ms = 59_999.0),
        ("window_ms", |slo| slo.window_ms = f64::NAN),
        ("objectives", |slo| slo.objectives = vec![slo.objectives[0].clone(); 17]),
        ("objectives[0].indicator.staleness_age.quantile", |slo| {
            slo.objectives[0].indicator = Indicator::StalenessAge { quantile: 1.0 };
        }),
        ("objectives[2].indicator.convergence.quantile", |slo| {
            slo.objectives[2].indicator = Indicator::Convergence { quantile: 0.0 };
        }),
        ("objectives[0].target", |slo| slo.objectives[0].target = -1.0),
        ("objectives[1].target", |slo| slo.objectives[1].target = 0.0),
        ("objectives[1].target", |slo| slo.objectives[1].target = 1.0),
        ("objectives[1].warning.above", |slo| slo.objectives[1].warning.above = 5.0),
        ("objectives[2].page.above", |slo| slo.objectives[2].page.above = f64::INFINITY),
        ("objectives[0].warning.lasting.within.ms", |slo| {
            slo.objectives[0].warning.lasting = Lasting::Within { ms: 3_600_001.0 };
        }),
        ("objectives[0].page.lasting.running.ms", |slo| {
            slo.objectives[0].page.lasting = Lasting::Running { ms: 0.0 };
        }),
        ("objectives[0].page.lasting.running.ms", |slo| {
            slo.objectives[0].page.lasting = Lasting::Running { ms: f64::NAN };
        }),
    ];
    for (path, spoil) in spoils {
        let mut slo = Slo::default();
        spoil(&mut slo);
        let error = slo.check().expect_err(path);
        assert_eq!(error.path, path);
        assert!(error.to_string().starts_with(&format!("{path}: ")), "{error}");

        // An unchecked SLO does no harm.
        let mut meters = Meters::new(slo, 60.0);
        meters.record(0, &stale_by(600));
        meters.record(0, &converged_after(6_000));
        meters.advance_to(7_200 * SECOND_US, Gauges::default(), &BTreeMap::new());
        assert!(meters.board(Timescale::Full).alerts.len() <= 100);
    }
}
