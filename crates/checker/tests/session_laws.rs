//! The session checkers, compared with the definitions pair by pair and order by order.

use proptest::prelude::*;
use ringside_checker::sessions::{self, Guarantee, Judgement};
use ringside_checker::{Call, Completion, Operation, OperationId};

use crate::random::{INITIAL, Random, Values, histories};

type Op = Operation<u8, u32>;
type Pairs = Vec<(u32, u32)>;

/// Whether the earlier and the later operation of a pair count as writes: the guarantees' table.
const fn table(guarantee: Guarantee) -> (bool, bool) {
    match guarantee {
        Guarantee::ReadYourWrites => (true, false),
        Guarantee::MonotonicReads => (false, false),
        Guarantee::MonotonicWrites => (true, true),
        Guarantee::WritesFollowReads => (false, true),
    }
}

fn version(operation: &Op, is_write: bool) -> Option<u32> {
    if is_write { operation.call.written() } else { operation.call.observed() }.copied()
}

/// The operations that took effect: the certain ones, and those whose value one of them found.
fn effective(ops: &[Op]) -> Vec<&Op> {
    let mut effective: Vec<&Op> =
        ops.iter().filter(|it| matches!(it.end, Completion::Ok(_))).collect();
    loop {
        let is_found = |it: &&Op| {
            let mut found = effective.iter().filter_map(|by| version(by, false));
            found.any(|found| version(it, true) == Some(found))
        };
        let new = |it: &&Op| it.may_count() && !effective.contains(it) && is_found(it);
        let Some(more) = ops.iter().find(new) else { return effective };
        effective.push(more);
    }
}

/// All pairs of versions that a row of the table orders.
fn rows(ops: &[&Op], guarantee: Guarantee) -> Pairs {
    let (from, to) = table(guarantee);
    let mut pairs = Pairs::new();
    for a in ops {
        for b in ops.iter().filter(|b| a.process == b.process && a.returned() < b.invoked) {
            pairs.extend(version(a, from).zip(version(b, to)));
        }
    }
    pairs
}

/// All pairs of versions that the evidence orders.
fn evidence(ops: &[&Op], guarantee: Guarantee) -> Pairs {
    let mut pairs = Pairs::new();
    for a in ops {
        pairs.extend(
            [a.call.observed(), a.call.written()].into_iter().flatten().map(|it| (INITIAL, *it)),
        );
        pairs.extend(version(a, false).zip(version(a, true)));
        if !table(guarantee).1 {
            let later = ops.iter().filter(|b| a.returned() < b.invoked);
            pairs.extend(later.filter_map(|b| version(a, true).zip(version(b, true))));
        }
    }
    if table(guarantee).1 {
        pairs.extend(rows(ops, Guarantee::MonotonicReads));
    }
    pairs
}

/// Whether the pairs lead from one version to another, transitively.
fn leads(pairs: &Pairs, from: u32, to: u32) -> bool {
    let mut reached = vec![from];
    while !reached.contains(&to) {
        let next =
            |(a, b): &(u32, u32)| (reached.contains(a) && !reached.contains(b)).then_some(*b);
        let Some(next) = pairs.iter().find_map(next) else { return false };
        reached.push(next);
    }
    true
}

/// The definition: a pair ordered by a row of the table from which the other pairs lead back.
fn is_broken(ops: &[Op], guarantee: Guarantee) -> bool {
    let ops = effective(ops);
    let rows = rows(&ops, guarantee);
    let all: Pairs = rows.iter().chain(&evidence(&ops, guarantee)).copied().collect();
    rows.iter().any(|&(older, newer)| older != newer && leads(&all, newer, older))
}

/// Whether some order of the versions agrees with all pairs.
fn some_order(pairs: &Pairs) -> bool {
    fn extend(order: &mut Vec<u32>, left: &[u32], pairs: &Pairs) -> bool {
        let is_fine = |order: &[u32]| {
            let place =
                |it: u32| order.iter().position(|&other| other == it).unwrap_or(order.len());
            pairs.iter().all(|&(older, newer)| place(older) <= place(newer))
        };
        if left.is_empty() {
            return is_fine(order);
        }
        (0..left.len()).any(|next| {
            let mut rest = left.to_vec();
            order.push(rest.remove(next));
            let found = is_fine(order) && extend(order, &rest, pairs);
            order.pop();
            found
        })
    }
    let mut versions: Vec<u32> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    versions.sort_unstable();
    versions.dedup();
    extend(&mut Vec::new(), &versions, pairs)
}

/// Returns the listed operations of a history, except for one.
fn only(history: &Random, of: &[OperationId], but: Option<OperationId>) -> Vec<Op> {
    let kept = of.iter().filter(|id| Some(**id) != but);
    kept.map(|id| history.get(*id).unwrap().clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn verdicts_follow_from_the_table(history in histories(Values::Chains, 16)) {
        let report = sessions::check(&history, &INITIAL);
        for (guarantee, judgement) in &report.judgements {
            let broken = is_broken(history.operations(), *guarantee);
            prop_assert_eq!(broken, *judgement != Judgement::Holds, "{:?}", guarantee);
            let (Judgement::Broken(witness) | Judgement::Contested(witness)) = judgement else { continue };
            let of = &witness.operations;
            prop_assert!(is_broken(&only(&history, of, None), *guarantee), "{:?} alone", of);
            for &gone in of {
                let less = only(&history, of, Some(gone));
                prop_assert!(!is_broken(&less, *guarantee), "{:?} without {:?}", of, gone);
            }
            prop_assert!(witness.why.contains(guarantee.name()));
        }
    }

    /// A guarantee that is broken leaves no order of the versions; one that holds leaves one, if the
    /// evidence alone does.
    #[test]
    fn a_guarantee_is_broken_if_no_order_of_the_versions_is_left(
        history in histories(Values::Chains, 9),
    ) {
        let report = sessions::check(&history, &INITIAL);
        let ops = effective(history.operations());
        for (guarantee, judgement) in &report.judgements {
            let evidence = evidence(&ops, *guarantee);
            let all: Pairs = evidence.iter().chain(&rows(&ops, *guarantee)).copied().collect();
            if *judgement == Judgement::Holds {
                prop_assert!(some_order(&all) || !some_order(&evidence), "{:?}", guarantee);
            } else {
                prop_assert!(!some_order(&all), "{:?}", guarantee);
            }
        }
    }

    /// Versions are sets of bits here: some include others, and others are concurrent.
    #[test]
    fn ordered_versions_are_judged_pair_by_pair(history in histories(Values::Chains, 16)) {
        let includes = |a: &u32, b: &u32| a & b == *b;
        let report = sessions::check_with_version_order(&history, includes);
        let all = history.operations();
        let certain: Vec<&Op> = all.iter().filter(|it| matches!(it.end, Completion::Ok(_))).collect();
        let is_seen = |it: &&Op| {
            let mut found = certain.iter().filter_map(|by| version(by, false));
            it.may_count() && version(it, true).is_some_and(|it| found.any(|by| includes(&by, &it)))
        };
        let ops: Vec<&Op> = all.iter().filter(|it| certain.contains(it) || is_seen(it)).collect();
        for (guarantee, judgement) in &report.judgements {
            let rows = rows(&ops, *guarantee);
            let broken = rows.iter().any(|(older, newer)| !includes(newer, older));
            prop_assert_eq!(broken, *judgement != Judgement::Holds, "{:?}", guarantee);
            if let Judgement::Broken(witness) = judgement {
                let (from, to) = table(*guarantee);
                let [earlier, later] = witness.operations[..] else {
                    return Err(TestCaseError::fail("a pair is two operations"));
                };
                let (earlier, later) = (history.get(earlier).unwrap(), history.get(later).unwrap());
                prop_assert!(earlier.returned() < later.invoked);
                prop_assert_eq!(earlier.process, later.process);
                let pair = version(earlier, from).zip(version(later, to)).unwrap();
                prop_assert!(!includes(&pair.1, &pair.0));
            }
        }
    }

    /// If all versions are in the order of their writes, linearizable reads keep all four guarantees.
    #[test]
    fn a_linearizable_history_keeps_all_guarantees(history in histories(Values::Unique, 30)) {
        use ringside_checker::register;
        let report = register::check(&history, &INITIAL, register::SearchLimits::default());
        if report.is_linearizable() == Some(true) {
            prop_assert_eq!(sessions::check(&history, &INITIAL).all_hold(), Some(true));
        }
    }
}

/// Each guarantee must sometimes be broken and sometimes hold, or the laws above prove nothing.
#[test]
fn random_histories_break_and_keep_every_guarantee() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut broken = [0; 4];
    let mut contested = 0;
    for _ in 0..1_000 {
        let history = histories(Values::Chains, 16).new_tree(&mut runner).unwrap().current();
        let report = sessions::check(&history, &INITIAL);
        for (count, (_, judgement)) in broken.iter_mut().zip(&report.judgements) {
            *count += u32::from(*judgement != Judgement::Holds);
            contested += u32::from(matches!(judgement, Judgement::Contested(_)));
        }
    }
    assert!(broken.iter().all(|count| (5..900).contains(count)), "{broken:?}");
    assert!(contested > 10);
}

/// A process may have several operations open at once, and those that overlap are unordered.
#[test]
fn overlapping_operations_of_a_session_are_unordered() {
    let mut history = Random::new();
    let write = history.invoke(0, 0, Call::Write(1));
    let early = history.invoke(0, 0, Call::Read(None));
    history.ok(write);
    let late = history.invoke(0, 0, Call::Read(None));
    history.ok_read(early, INITIAL);
    assert_eq!(sessions::check(&history, &INITIAL).all_hold(), Some(true));
    history.ok_read(late, INITIAL);
    let report = sessions::check(&history, &INITIAL);
    let Judgement::Broken(witness) = report.of(Guarantee::ReadYourWrites) else {
        panic!("the late read misses the write");
    };
    assert_eq!(witness.operations, [write, late]);
}
