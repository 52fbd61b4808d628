//! The register checker, against a checker of the same family.

use std::hint::black_box;

use ringside_lab::checker::{History, register};
use todc_utils::linearizability::WGLChecker;
use todc_utils::linearizability::history::History as PeerHistory;
use todc_utils::specifications::Specification;

use crate::comparison::Comparison;
use crate::histories::{INITIAL, RegisterOp, RegisterRun, Values};

/// The name of this group in the table.
pub(crate) const GROUP: &str = "checking";

const PEER: &str = "todc-utils 0.1.1";
const ROUNDS: u32 = 5;
/// The keys of the history of many keys, and the operations on each.
const KEYS: u32 = 16;
const OF_A_KEY: usize = 64;

/// Creates the comparisons.
pub(crate) fn comparisons() -> Vec<Comparison> {
    let unique = |operations, processes| {
        of_run("unique values", Values::Unique, operations, processes, Method::Best)
    };
    let repeated = |operations, processes| {
        of_run("repeated values and cas", Values::Few, operations, processes, Method::Best)
    };
    let by_search = of_run("unique values, by search", Values::Unique, 1_000, 4, Method::Search);
    let rows = [
        unique(100, 4),
        unique(200, 8),
        unique(1_000, 4),
        by_search,
        repeated(100, 4),
        repeated(200, 8),
        repeated(1_000, 4),
    ];
    let mut comparisons: Vec<Comparison> = rows.into_iter().flatten().collect();
    comparisons.push(many_keys());
    comparisons
}

/// The method of Ringside's checker.
#[derive(Clone, Copy, Debug)]
enum Method {
    /// The zone check where it applies.
    Best,
    /// The search, even where the zone check applies.
    Search,
}

impl Method {
    fn judge(self, history: &History<u32, u32>) -> bool {
        let check = match self {
            Self::Best => register::check,
            Self::Search => register::check_by_search,
        };
        let report = check(history, &INITIAL, register::SearchLimits::default());
        report.is_linearizable().expect("the limits are wide enough")
    }
}

/// Compares on a history of a simulated register, and on the same history with one stale read.
fn of_run(
    words: &str,
    values: Values,
    operations: usize,
    processes: usize,
    method: Method,
) -> [Comparison; 2] {
    let sound = RegisterRun::simulate(values, operations, processes);
    let broken = sound.with_stale_read();
    [(sound, true), (broken, false)].map(|(run, verdict)| {
        let (ours, theirs) = (run.ours(1), run.theirs());
        assert_eq!(method.judge(&ours), verdict);
        assert_eq!(WGLChecker::<Register>::is_linearizable(theirs.clone()), verdict);
        let judged = if verdict { "" } else { ", one stale read" };
        let what = format!("one of {operations} by {processes} processes, {words}{judged}");
        Comparison::new(GROUP, what, ROUNDS, move || {
            black_box(method.judge(black_box(&ours)));
            operations as u64
        })
        .against(PEER, move || {
            black_box(judge_theirs(&theirs));
            operations as u64
        })
    })
}

/// Compares on a history of many keys: Ringside's checker partitions it, and the peer gets one history
/// per key.
fn many_keys() -> Comparison {
    let run = RegisterRun::simulate(Values::Few, OF_A_KEY, 4);
    let (ours, theirs) = (run.ours(KEYS), vec![run.theirs(); KEYS as usize]);
    let operations = u64::from(KEYS) * OF_A_KEY as u64;
    assert!(Method::Best.judge(&ours) && theirs.iter().all(judge_theirs));
    let what = format!("one of {operations} on {KEYS} keys, repeated values and cas");
    Comparison::new(GROUP, what, ROUNDS, move || {
        black_box(Method::Best.judge(black_box(&ours)));
        operations
    })
    .against(PEER, move || {
        black_box(theirs.iter().all(judge_theirs));
        operations
    })
}

/// Checks a history with the peer, which consumes it, so that it is copied.
fn judge_theirs(history: &PeerHistory<RegisterOp>) -> bool {
    WGLChecker::<Register>::is_linearizable(black_box(history).clone())
}

/// A register, specified for the peer.
struct Register;

impl Specification for Register {
    type State = u32;
    type Operation = RegisterOp;

    fn init() -> u32 {
        INITIAL
    }

    fn apply(operation: &RegisterOp, state: &u32) -> (bool, u32) {
        match *operation {
            RegisterOp::Read(value) => (value == *state, *state),
            RegisterOp::Write(value) => (true, value),
            RegisterOp::Cas(from, to) if from == *state => (true, to),
            RegisterOp::Cas(..) => (false, *state),
        }
    }
}
