//! The oracle compared with a naive, unbounded recomputation, event by event.

mod toy;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use ringside_staleness::oracle::{Oracle, OracleLimits};
use ringside_staleness::{Finding, OperationKind, Read, Sessions};

use toy::naive::Naive;
use toy::world::{Run, first_ring, runs};
use toy::{Call, Toy, Versions};

/// Sorts findings by their text, because within one call their order has no meaning.
fn sorted(findings: impl IntoIterator<Item = Finding>) -> Vec<String> {
    let mut texts: Vec<String> = findings.into_iter().map(|it| format!("{it:?}")).collect();
    texts.sort();
    texts
}

/// Runs both on the same calls, compares them after each, and returns the findings.
fn compare(run: &Run) -> Result<Vec<Finding>, TestCaseError> {
    let mut naive = Naive::new(first_ring());
    let mut oracle = Oracle::<Toy>::new(first_ring(), OracleLimits::default());
    let (mut all, mut violations) = (Vec::new(), BTreeMap::new());
    for (index, (at, call)) in run.calls().iter().enumerate() {
        call.make(*at, &mut oracle);
        let found: Vec<Finding> = oracle.drain().collect();
        prop_assert_eq!(
            sorted(found.clone()),
            sorted(naive.call(*at, call)),
            "call {}: {:?}",
            index,
            call
        );
        prop_assert_eq!(oracle.gauges(), naive.gauges(), "call {}: {:?}", index, call);
        prop_assert_eq!(oracle.pending_by_second(), &naive.pending_by_second());
        count_violations(call, run, &found, &mut violations);
        all.extend(found);
    }
    prop_assert_eq!(oracle.given_up(), 0);
    check_sessions(&oracle.sessions(), &violations)?;
    Ok(all)
}

fn count_violations(
    call: &Call,
    run: &Run,
    found: &[Finding],
    violations: &mut BTreeMap<u8, [u64; 2]>,
) {
    let Call::Read { request, .. } = call else { return };
    let client = run.calls().iter().find_map(|(_, call)| match call {
        Call::Invoked { request: it, client, .. } if it == request => Some(*client),
        _ => None,
    });
    for finding in found {
        if let (Finding::Read(read), Some(client)) = (finding, client) {
            let [back, own] = violations.entry(client).or_default();
            *back += u64::from(read.went_back);
            *own += u64::from(read.missed_own);
        }
    }
}

fn check_sessions(
    sessions: &Sessions,
    violations: &BTreeMap<u8, [u64; 2]>,
) -> Result<(), TestCaseError> {
    let reported: BTreeMap<u64, [u64; 2]> = sessions
        .clients
        .iter()
        .map(|it| (it.client, [it.monotonic_reads, it.read_your_writes]))
        .collect();
    let counted = violations.iter().filter(|(_, it)| **it != [0, 0]);
    prop_assert_eq!(
        reported,
        counted.map(|(client, it)| (u64::from(*client), *it)).collect::<BTreeMap<_, _>>()
    );
    prop_assert_eq!(sessions.monotonic_reads, violations.values().map(|it| it[0]).sum::<u64>());
    prop_assert_eq!(sessions.read_your_writes, violations.values().map(|it| it[1]).sum::<u64>());
    let most = |it: &[ringside_staleness::ClientSessions]| {
        it.is_sorted_by_key(|it| std::cmp::Reverse(it.monotonic_reads + it.read_your_writes))
    };
    prop_assert!(most(&sessions.clients));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn findings_agree_with_a_naive_recomputation(run in runs(400)) {
        compare(&run)?;
    }

    #[test]
    fn answers_far_behind_have_the_right_lag(
        late in prop::collection::vec(prop_oneof![Just(0), any::<u8>()], 300..400),
        reads in prop::collection::vec((any::<u16>(), prop::sample::select(vec![3, 60, 110]), prop_oneof![Just(0), any::<u8>()]), 300),
    ) {
        compare_deep(&late, &reads)?;
    }

    #[test]
    fn beyond_its_limits_the_oracle_never_overcounts(
        run in runs(400), writes in 0..6_usize, pending in 0..6_usize, sessions in 0..4_usize,
    ) {
        compare_within(OracleLimits { writes, pending, sessions }, &run)?;
    }
}

/// Compares reads of a key with a long history: versions 0, 1, 2... each follow the previous ones, and are
/// acknowledged in nearly that order; reads return old versions, some of them long after they began.
fn compare_deep(late: &[u8], reads: &[(u16, u8, u8)]) -> Result<(), TestCaseError> {
    let mut order: Vec<usize> = (0..late.len()).collect();
    order.sort_by_key(|write| write + usize::from(late[*write]));
    let mut oracle = Oracle::<Toy>::new(first_ring(), OracleLimits::default());
    let mut open: Vec<(usize, u32, usize)> = Vec::new();
    for (at, write) in order.iter().enumerate() {
        let starting =
            reads.iter().enumerate().filter(|(_, it)| usize::from(it.0) % order.len() == at);
        for (request, (_, version, lasts)) in starting {
            oracle.invoked(at as u64, request as u32, 1, &0, OperationKind::Read);
            open.push((at + usize::from(*lasts), request as u32, usize::from(*version)));
        }
        for (_, request, version) in open.extract_if(.., |it| it.0 <= at) {
            let began = usize::from(reads[request as usize].0) % order.len();
            oracle.read(at as u64, request, &Versions::of(version as u32, 0..version as u32));
            let had = order[..began].iter().rposition(|it| *it <= version).map_or(0, |it| it + 1);
            let expected = (had < began).then(|| (began - had, began - had));
            let found: Vec<Finding> = oracle.drain().collect();
            let [Finding::Read(read)] = found[..] else { panic!("a read alone: {found:?}") };
            let found = read.is_stale().then_some((read.lag as usize, read.age_us as usize));
            prop_assert_eq!(found, expected, "version {} after {} writes", version, began);
        }
        let request = u32::MAX - at as u32;
        oracle.invoked(at as u64, request, 0, &0, OperationKind::Write);
        oracle.wrote(
            at as u64,
            request,
            *write as u32,
            &Versions::of(*write as u32, 0..*write as u32),
            None,
        );
        oracle.drain().for_each(drop);
    }
    Ok(())
}

/// Compares an oracle with small limits with the naive one, which remembers the whole run.
fn compare_within(limits: OracleLimits, run: &Run) -> Result<(), TestCaseError> {
    let mut naive = Naive::new(first_ring());
    let mut oracle = Oracle::<Toy>::new(first_ring(), limits);
    let [mut wrote, mut ended] = [0, 0];
    for (at, call) in &run.calls() {
        call.make(*at, &mut oracle);
        let found: Vec<Finding> = oracle.drain().collect();
        for (it, exact) in reads(&found).zip(reads(&naive.call(*at, call))) {
            let behind = |exact: u64| exact.min(1)..=exact;
            prop_assert!(behind(exact.lag).contains(&it.lag), "{:?} for {:?}", it, exact);
            prop_assert!(it.age_us <= exact.age_us, "{:?} for {:?}", it, exact);
            prop_assert!(it.went_back <= exact.went_back && it.missed_own <= exact.missed_own);
            let (lag, age_us) = (exact.lag, exact.age_us);
            let (went_back, missed_own) = (exact.went_back, exact.missed_own);
            prop_assert_eq!(Read { lag, age_us, went_back, missed_own, ..it }, exact);
        }
        wrote += found.iter().filter(|it| matches!(it, Finding::Write(_))).count() as u64;
        let over = |it: &&Finding| matches!(it, Finding::Converged { .. } | Finding::Lost);
        ended += found.iter().filter(over).count() as u64;
        let pending = oracle.gauges().pending;
        prop_assert!(pending <= limits.pending as u64);
        prop_assert_eq!(wrote, ended + pending + oracle.given_up());
        let by_second = oracle.pending_by_second().values();
        prop_assert_eq!(by_second.map(|it| u64::from(*it)).sum::<u64>(), pending);
    }
    Ok(())
}

fn reads(found: &[Finding]) -> impl Iterator<Item = Read> {
    found.iter().filter_map(|it| if let Finding::Read(read) = it { Some(*read) } else { None })
}

/// The random runs produce every kind of finding.
#[test]
fn random_runs_reach_every_finding() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..100 {
        let run = runs(400).new_tree(&mut runner).expect("no run is refused").current();
        for finding in compare(&run).expect("both find the same") {
            *seen.entry(kind(&finding)).or_default() += 1;
        }
    }
    for kind in [
        "fresh",
        "stale by 1",
        "stale by more",
        "went back",
        "missed own",
        "conflict",
        "first read",
        "write",
        "failed",
        "converged at once",
        "converged later",
        "lost",
        "merged",
        "accrued",
        "paid",
    ] {
        assert!(seen.get(kind).is_some_and(|it| *it > 20), "too few runs have `{kind}`: {seen:?}");
    }
}

fn kind(finding: &Finding) -> &'static str {
    match finding {
        Finding::Read(read) if read.went_back && read.lag == 0 => "went back",
        Finding::Read(read) if read.missed_own => "missed own",
        Finding::Read(read) if read.branches > 1 => "conflict",
        Finding::Read(read) if read.since_commit_us.is_none() => "first read",
        Finding::Read(read) => ["fresh", "stale by 1", "stale by more"][read.lag.min(2) as usize],
        Finding::Write(_) => "write",
        Finding::Failed(_) => "failed",
        Finding::Converged { took_us: 0 } => "converged at once",
        Finding::Converged { .. } => "converged later",
        Finding::Lost => "lost",
        Finding::Merged { .. } => "merged",
        Finding::Accrued { .. } => "accrued",
        Finding::Paid { .. } => "paid",
        Finding::ReadRepaired | Finding::Differing { .. } | Finding::Fixed => "repair",
    }
}
