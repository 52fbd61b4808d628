//! The two linearizability checkers, compared with each other and with the definition, and their witnesses.

use proptest::prelude::*;
use ringside_checker::register::{
    self, Contradiction, Exhausted, Method, RegisterWitness, SearchLimits, Verdict,
};
use ringside_checker::{Call, Completion, History, Operation, OperationId};

use crate::random::{INITIAL, Random, Values, copy, histories};

/// The definition: tries every order of the operations that respects real time, and every outcome of those
/// of unknown outcome.
fn is_linearizable_by_definition(history: &Random) -> bool {
    fn is_explained(left: &[&Operation<u8, u32>], register: u32) -> bool {
        let is_certain = |it: &&&Operation<u8, u32>| matches!(it.end, Completion::Ok(_));
        if left.iter().filter(is_certain).count() == 0 {
            return true;
        }
        (0..left.len()).any(|next| {
            let mut rest = left.to_vec();
            let operation = rest.remove(next);
            let is_in_time = rest.iter().all(|other| other.returned() > operation.invoked);
            let after = match operation.call {
                Call::Read(Some(value)) => (value == register).then_some(register),
                Call::Read(None) => Some(register),
                Call::Write(value) => Some(value),
                Call::Cas { from, to } => (from == register).then_some(to),
            };
            is_in_time && after.is_some_and(|after| is_explained(&rest, after))
        })
    }
    let operations = history.operations().iter().filter(|operation| operation.may_count());
    is_explained(&operations.collect::<Vec<_>>(), INITIAL)
}

fn by_both(history: &Random) -> Option<bool> {
    register::check(history, &INITIAL, SearchLimits::default()).is_linearizable()
}

fn by_search(history: &Random) -> Option<bool> {
    register::check_by_search(history, &INITIAL, SearchLimits::default()).is_linearizable()
}

/// Returns the part of a history with the operations that `keep` selects.
fn part(history: &Random, keep: impl Fn(OperationId) -> bool) -> Random {
    let mut part = History::new();
    copy(history, &mut part, |key| key, |value| value, keep);
    part
}

/// Whether a part of a history supports the value that an operation found: it has the last write of the
/// value, and all writes that may have left it.
fn supports(history: &Random, part: &[OperationId], id: OperationId) -> bool {
    let get = |id: OperationId| history.get(id).unwrap();
    let Some(value) = get(id).call.observed() else { return true };
    let before = |a: OperationId, b: OperationId| get(a).returned() < get(b).invoked;
    let all = (0..history.operations().len() as u32).map(OperationId);
    let writes = all.filter(|&it| it != id && get(it).may_count());
    let writes: Vec<_> = writes.filter(|it| get(*it).call.written() == Some(value)).collect();
    let in_time = |write: &&OperationId| get(**write).invoked < get(id).returned();
    let origin = writes.iter().rfind(in_time).or(writes.first());
    let is_overwritten = |write: OperationId| {
        let updates = part.iter().filter(|it| get(**it).call.written().is_some());
        updates.into_iter().any(|&between| before(write, between) && before(between, id))
    };
    origin.is_none_or(|it| part.contains(it))
        && writes.iter().filter(in_time).all(|it| part.contains(it) || is_overwritten(*it))
}

/// Removes one of the operations, and all whose values the rest no longer supports.
fn without(history: &Random, of: &[OperationId], gone: OperationId) -> Vec<OperationId> {
    let mut left: Vec<_> = of.iter().copied().filter(|id| *id != gone).collect();
    loop {
        let rest: Vec<_> =
            left.iter().copied().filter(|id| supports(history, &left, *id)).collect();
        if rest.len() == left.len() {
            return left;
        }
        left = rest;
    }
}

/// Checks that a witness is a violation by itself and sound evidence, and that no operation can be removed.
fn is_smallest(history: &Random, witness: &RegisterWitness) -> Result<(), TestCaseError> {
    prop_assert!(witness.is_minimal);
    let of = &witness.operations;
    prop_assert!(of.iter().all(|id| supports(history, of, *id)), "{:?} of {:?}", of, history);
    let alone = part(history, |id| of.contains(&id));
    prop_assert!(!is_linearizable_by_definition(&alone), "{:?} of {:?}", of, history);
    for &gone in of {
        let left = without(history, of, gone);
        let less = part(history, |id| left.contains(&id));
        prop_assert!(is_linearizable_by_definition(&less), "{:?} without {:?}", of, gone);
    }
    Ok(())
}

/// Checks that the contradiction of a witness is true.
fn is_true(history: &Random, witness: &RegisterWitness) -> Result<(), TestCaseError> {
    let get = |id: OperationId| history.get(id).unwrap();
    let value = |id: OperationId| get(id).call.written().or(get(id).call.observed()).copied();
    let before = |a: OperationId, b: OperationId| get(a).returned() < get(b).invoked;
    match &witness.contradiction {
        Contradiction::NeverWritten { read, .. } => {
            let all = history.operations().iter().filter(|it| it.may_count());
            let mut written = all.filter_map(|it| it.call.written());
            prop_assert!(!written.any(|it| Some(it) == get(*read).call.observed()));
        }
        Contradiction::BeforeItsWrite { read, write } => {
            prop_assert!(before(*read, *write));
            prop_assert_eq!(value(*read), value(*write));
        }
        Contradiction::TwoOrders { first, then, second, again } => {
            prop_assert!(first.is_none_or(|first| before(first, *then)));
            prop_assert!(before(*second, *again));
            prop_assert_eq!(first.map_or(Some(INITIAL), value), value(*again));
            prop_assert_eq!(value(*then), value(*second));
            prop_assert_ne!(value(*then), value(*again));
        }
        Contradiction::NoOrder { order, stuck } => {
            prop_assert!(stuck.is_some_and(|stuck| !order.contains(&stuck)));
            let all: Vec<_> = order.iter().chain(stuck).collect();
            prop_assert!(all.iter().all(|id| witness.operations.contains(id)));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_zone_check_agrees_with_the_search(history in histories(Values::Unique, 150)) {
        prop_assert_eq!(by_both(&history), by_search(&history));
    }

    #[test]
    fn both_agree_with_the_definition_on_unique_values(history in histories(Values::Unique, 7)) {
        let report = register::check(&history, &INITIAL, SearchLimits::default());
        prop_assert!(report.keys.iter().all(|key| key.method == Method::Zones));
        let expected = Some(is_linearizable_by_definition(&history));
        prop_assert_eq!(report.is_linearizable(), expected);
        prop_assert_eq!(by_search(&history), expected);
    }

    #[test]
    fn the_search_agrees_with_the_definition_on_any_values(history in histories(Values::Few, 8)) {
        let expected = Some(is_linearizable_by_definition(&history));
        prop_assert_eq!(by_both(&history), expected);
    }

    #[test]
    fn both_together_agree_with_the_definition_on_deletes(
        history in histories(Values::Deletes, 8),
    ) {
        prop_assert_eq!(by_both(&history), Some(is_linearizable_by_definition(&history)));
    }

    #[test]
    fn both_together_agree_with_the_search_on_deletes(history in histories(Values::Deletes, 150)) {
        prop_assert_eq!(by_both(&history), by_search(&history));
    }

    /// A typical history of a store, with deletes and time-outs, takes hardly more than one visit of each
    /// operation: a page that shows the verdict cannot wait for more.
    #[test]
    fn typical_histories_are_judged_in_few_steps(history in histories(Values::Deletes, 400)) {
        let limits = SearchLimits { steps: 20_000, ..SearchLimits::default() };
        let report = register::check(&history, &INITIAL, limits);
        prop_assert!(report.is_linearizable().is_some(), "{:?}", report.exhausted());
    }

    #[test]
    fn the_search_agrees_with_the_definition_on_chains(history in histories(Values::Chains, 8)) {
        prop_assert_eq!(by_both(&history), Some(is_linearizable_by_definition(&history)));
    }

    #[test]
    fn witnesses_of_the_zone_check_are_smallest_violations(history in histories(Values::Unique, 40)) {
        let report = register::check(&history, &INITIAL, SearchLimits::default());
        if let Some((_, witness)) = report.witness() {
            prop_assert!(witness.operations.len() <= 6);
            is_smallest(&history, witness)?;
            is_true(&history, witness)?;
        }
    }

    #[test]
    fn witnesses_of_both_together_are_smallest_violations(
        history in histories(Values::Deletes, 16),
    ) {
        let report = register::check(&history, &INITIAL, SearchLimits::default());
        if let Some((_, witness)) = report.witness() {
            is_smallest(&history, witness)?;
            is_true(&history, witness)?;
        }
    }

    #[test]
    fn witnesses_of_the_search_are_smallest_violations(history in histories(Values::Few, 12)) {
        let report = register::check(&history, &INITIAL, SearchLimits::default());
        if let Some((_, witness)) = report.witness() {
            is_smallest(&history, witness)?;
            is_true(&history, witness)?;
        }
    }

    /// Each key is judged by itself, and the whole is linearizable if all keys are.
    #[test]
    fn a_history_is_linearizable_if_each_key_is(
        histories in prop::collection::vec(histories(Values::Few, 6), 1..4),
    ) {
        let mut whole = History::new();
        for (key, history) in histories.iter().enumerate() {
            copy(history, &mut whole, |_| key, |value| value, |_| true);
        }
        let report = register::check(&whole, &INITIAL, SearchLimits::default());
        for key in &report.keys {
            let alone = by_both(&histories[key.key]) == Some(true);
            prop_assert_eq!(key.verdict == Verdict::Linearizable, alone);
        }
    }
}

/// Some random histories must be broken and some linearizable, or the laws above prove nothing.
#[test]
fn random_histories_are_of_both_kinds() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for (values, operations) in [
        (Values::Unique, 7),
        (Values::Unique, 40),
        (Values::Deletes, 8),
        (Values::Deletes, 150),
        (Values::Few, 8),
        (Values::Chains, 8),
    ] {
        let mut fine = 0;
        for _ in 0..300 {
            let tree = histories(values, operations).new_tree(&mut runner).unwrap();
            fine += u32::from(by_both(&tree.current()) == Some(true));
        }
        assert!(
            (30..270).contains(&fine),
            "{fine} of 300 {values:?} {operations} are linearizable"
        );
    }
}

/// Returns a history that is hard to search: a value that is overwritten, many overlapping updates of others,
/// a read of the value, and a write of it that comes too late. Each order fails only at the end, and no
/// value that was written once is the reason.
fn hard(updates: u64) -> Random {
    let mut history = History::new();
    let write = |history: &mut Random, value: u32| {
        let write = history.invoke(3, 0, Call::Write(value));
        history.ok(write);
    };
    write(&mut history, 9);
    write(&mut history, 8);
    let open = |history: &mut Random, process: u64| {
        (0..updates).map(|it| history.invoke(process, 0, Call::Write((it % 3) as u32))).collect()
    };
    let ids: Vec<OperationId> = open(&mut history, 0);
    let reads: Vec<_> = (0..8).map(|_| history.invoke(1, 0, Call::Read(None))).collect();
    for (read, value) in reads.into_iter().zip(0..) {
        history.ok_read(read, value % 3);
    }
    let stale = history.invoke(2, 0, Call::Read(None));
    history.ok_read(stale, 9);
    write(&mut history, 9);
    ids.into_iter().for_each(|id| history.ok(id));
    history
}

#[test]
fn a_search_reports_the_limit_that_stopped_it() {
    let history = hard(12);
    let check = |limits| register::check(&history, &INITIAL, limits);
    let report = check(SearchLimits { steps: 500, ..SearchLimits::default() });
    assert_eq!(report.exhausted(), Some((&0, Exhausted::Steps { limit: 500 })));
    assert_eq!(report.is_linearizable(), None);
    let report = check(SearchLimits { memory_bytes: 200, ..SearchLimits::default() });
    assert_eq!(report.exhausted(), Some((&0, Exhausted::Memory { limit_bytes: 200 })));
    assert_eq!(by_both(&history), Some(false));
}

/// A contradiction between values that were written once needs no search.
#[test]
fn contradictory_unique_values_are_found_without_a_search() {
    let mut history = hard(12);
    for (value, is_read) in [(20, false), (21, false), (20, true)] {
        let call = if is_read { Call::Read(None) } else { Call::Write(value) };
        let id = history.invoke(4, 0, call);
        if is_read { history.ok_read(id, value) } else { history.ok(id) }
    }
    let report = register::check(&history, &INITIAL, SearchLimits { steps: 0, memory_bytes: 0 });
    assert_eq!(report.keys[0].method, Method::Zones);
    let (_, witness) = report.witness().unwrap();
    let calls = witness.operations.iter().map(|id| &history.get(*id).unwrap().call);
    assert!(calls.eq([&Call::Write(20), &Call::Write(21), &Call::Read(Some(20))]));
    assert!(witness.is_minimal);
}

/// Overlapping writes that are read in turn, and deletes: a search that looks ahead sees which one must be
/// next, and one that does not tries every set of them.
#[test]
fn looking_ahead_orders_overlapping_writes() {
    let mut history = History::new();
    let call = |history: &mut Random, process: u64, value: u32| {
        history.invoke(process, 0, Call::Write(value))
    };
    for _ in 0..2 {
        let delete = call(&mut history, 0, INITIAL);
        history.ok(delete);
    }
    let writes: Vec<_> = (1..=30).map(|value| call(&mut history, value.into(), value)).collect();
    for value in (1..=30).rev() {
        let read = history.invoke(0, 0, Call::Read(None));
        history.ok_read(read, value);
    }
    writes.into_iter().for_each(|write| history.ok(write));
    let report = register::check(
        &history,
        &INITIAL,
        SearchLimits { steps: 100_000, ..SearchLimits::default() },
    );
    assert_eq!(report.keys[0].method, Method::Search);
    assert_eq!(report.is_linearizable(), Some(true), "{:?}", report.exhausted());
}

#[test]
fn long_histories_are_judged() {
    let mut history = History::new();
    for round in 0..2_000_u32 {
        let write = history.invoke(0, 0, Call::Write(round % 5 + 1));
        let read = history.invoke(1, 0, Call::Read(None));
        history.ok(write);
        history.ok_read(read, round % 5 + 1);
    }
    assert_eq!(by_both(&history), Some(true));
    let stale = history.invoke(1, 0, Call::Read(None));
    history.ok_read(stale, 3);
    let report = register::check(&history, &INITIAL, SearchLimits::default());
    let (_, witness) = report.witness().unwrap();
    let calls = witness.operations.iter().map(|id| &history.get(*id).unwrap().call);
    assert!(calls.eq([&Call::Write(3), &Call::Write(5), &Call::Read(Some(3))]), "{}", witness.why);
}
