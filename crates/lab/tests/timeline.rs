//! Seeking in both directions, compared with runs that only go forward.

use proptest::prelude::*;
use ringside_lab::timeline::{Mark, MarkKind, Timeline};
use ringside_lab::{BuiltIn, Command, Duration, Instant, Lab, NodeId, Scenario};

/// An action of the user at the scrubber.
#[derive(Clone, Debug)]
enum Move {
    Seek(u64),
    Play(u64),
    Step,
    StepBack,
    Entry(u64),
    Put(u8),
    Crash(u16),
    Restart(u16),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let moves = prop_oneof![
        4 => (0..40_000_u64).prop_map(Move::Seek),
        4 => (0..9_000_u64).prop_map(Move::Play),
        2 => Just(Move::Step),
        2 => Just(Move::StepBack),
        1 => (0..60_000_u64).prop_map(Move::Entry),
        2 => any::<u8>().prop_map(Move::Put),
        1 => (0..5_u16).prop_map(Move::Crash),
        1 => (0..5_u16).prop_map(Move::Restart),
    ];
    prop::collection::vec(moves, 1..16)
}

fn scenario(seed: u64) -> Scenario {
    let built_in = BuiltIn::find("partition").or(BuiltIn::find("healthy"));
    let mut scenario = built_in.expect("it is built in").scenario().expect("it can be read");
    scenario.seed = seed;
    scenario.load.on = true;
    scenario.load.rate = 60.0;
    scenario
}

/// Executes the same commands at the same instants without going back.
fn straight(seed: u64, commands: &[(Instant, Command)], to: Instant) -> Lab {
    let mut lab = Lab::open(scenario(seed)).expect("it can be opened");
    for (at, command) in commands {
        lab.advance_to(*at);
        lab.command(command.clone()).expect("it was possible then");
    }
    lab.advance_to(to);
    lab
}

fn ms(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn a_seek_to_the_past_shows_the_past(seed in 0..1_000_u64, moves in moves()) {
        let mut timeline = Timeline::new(Lab::open(scenario(seed)).expect("it can be opened"));
        for step in moves {
            let now = timeline.now();
            match step {
                Move::Seek(to) => timeline.seek(ms(to)),
                Move::Play(by) => timeline.advance_to(now + Duration::from_ms(by)),
                Move::Step => _ = timeline.step(),
                Move::StepBack => {
                    let before = timeline.lab().digest();
                    if timeline.step_back() {
                        prop_assert!(timeline.lab().digest() != before && timeline.now() <= now);
                        prop_assert!(timeline.step(), "a step forward is possible again");
                        prop_assert_eq!(timeline.lab().digest(), before);
                        timeline.step_back();
                    }
                }
                Move::Entry(number) => {
                    if timeline.seek_entry(number) {
                        let found = timeline.lab().journal(number..number + 1).next().map(|it| it.at);
                        prop_assert_eq!(found, Some(timeline.now()));
                    }
                }
                Move::Put(value) => {
                    let (key, value) = ("k".to_owned(), value.to_string());
                    let put = Command::Put { key, value, through: None, ttl: None };
                    timeline.command(put).expect("a put is always possible");
                    prop_assert!(!timeline.is_in_the_past(), "a command discards the future");
                }
                Move::Crash(node) => _ = timeline.command(Command::Crash(NodeId(node))),
                Move::Restart(node) => _ = timeline.command(Command::Restart(NodeId(node))),
            }
            prop_assert!(timeline.furthest() >= timeline.now());
        }
        // A step can stop between events of one instant: the rest of them comes first.
        let mut timeline = timeline;
        timeline.advance_to(timeline.now());
        let lab = straight(seed, timeline.lab().commands(), timeline.now());
        prop_assert_eq!(lab.digest(), timeline.lab().digest());
    }
}

#[test]
fn marks_are_found_once_in_both_directions() {
    let mut timeline = Timeline::new(Lab::open(scenario(7)).expect("it can be opened"));
    for second in [2, 4, 6] {
        timeline.advance_to(ms(1_000 * second));
        timeline.command(Command::Crash(NodeId(1))).expect("B is up");
        timeline.advance_to(ms(1_000 * second + 500));
        timeline.command(Command::Restart(NodeId(1))).expect("B is down");
    }
    timeline.advance_to(ms(30_000));
    let faults = |timeline: &Timeline| -> Vec<Instant> {
        timeline.marks().filter(|it| it.kind == MarkKind::Fault).map(|it| it.at).collect()
    };
    let all: Vec<Mark> = timeline.marks().copied().collect();
    let times = faults(&timeline);
    assert!(times.len() >= 6 && all.is_sorted_by_key(|mark| mark.number));
    timeline.seek(ms(0));
    let mut forward = Vec::new();
    while let Some(&mark) = timeline.next_mark(Some(MarkKind::Fault)) {
        assert!(timeline.seek_entry(mark.number));
        assert_eq!(timeline.now(), mark.at);
        forward.push(mark.at);
    }
    assert_eq!(forward, times);
    let mut backward = vec![timeline.now()];
    while let Some(&mark) = timeline.previous_mark(Some(MarkKind::Fault)) {
        assert!(timeline.seek_entry(mark.number));
        backward.push(mark.at);
    }
    backward.reverse();
    assert_eq!(backward, times);
    timeline.seek(ms(30_000));
    assert_eq!(timeline.marks().copied().collect::<Vec<_>>(), all, "going back adds no marks");
    timeline.seek(ms(3_000));
    timeline.command(Command::Crash(NodeId(2))).expect("C is up");
    assert_eq!(faults(&timeline).last(), Some(&ms(3_000)), "later marks are discarded");
}

#[test]
fn the_future_is_repeated_with_its_commands() {
    let mut timeline = Timeline::new(Lab::open(scenario(7)).expect("it can be opened"));
    timeline.advance_to(ms(2_000));
    timeline.command(Command::Crash(NodeId(1))).expect("B is up");
    timeline.advance_to(ms(30_000));
    let end = timeline.lab().digest();
    timeline.seek(ms(1_000));
    assert!(timeline.is_in_the_past() && timeline.lab().commands().is_empty());
    let mut fork = timeline.clone();
    timeline.seek(ms(30_000));
    assert_eq!(timeline.lab().digest(), end, "B crashes again");
    fork.command(Command::Crash(NodeId(2))).expect("C is up");
    fork.seek(ms(30_000));
    assert!(fork.lab().digest() != end && fork.lab().commands().len() == 1);
    assert_eq!(timeline.lab().digest(), end, "a fork does not change its original");
}

#[test]
fn steps_back_stop_at_every_moment() {
    let mut timeline = Timeline::new(Lab::open(scenario(7)).expect("it can be opened"));
    // Far from any checkpoint, so that a near one is kept for the next steps back.
    timeline.advance_to(ms(5_000));
    let mut passed = vec![timeline.lab().digest()];
    for _ in 0..60 {
        timeline.step();
        passed.push(timeline.lab().digest());
    }
    // A step that writes no entry, such as a timer without work, is no separate moment.
    passed.dedup();
    while let Some(digest) = passed.pop() {
        assert_eq!(timeline.lab().digest(), digest);
        assert!(timeline.step_back());
    }
    timeline.seek(ms(1_000));
    timeline.command(Command::Crash(NodeId(1))).expect("B is up");
    timeline.advance_to(ms(5_500));
    timeline.step();
    let crashed = timeline.lab().digest();
    assert!(timeline.step_back() && timeline.step());
    assert_eq!(
        timeline.lab().digest(),
        crashed,
        "the nearby checkpoint belonged to another future"
    );
}

#[test]
fn a_seek_to_an_entry_can_be_sliced() {
    let mut timeline = Timeline::new(Lab::open(scenario(7)).expect("it can be opened"));
    timeline.advance_to(ms(12_000));
    let entry = |timeline: &Timeline| timeline.lab().journal(0..u64::MAX).next_back().cloned();
    let mut entries = Vec::new();
    for place in [11_000, 3_000, 9_500, 0, 7_777] {
        timeline.seek(ms(place));
        entries.extend(entry(&timeline).map(|entry| (entry, timeline.lab().digest())));
    }
    for (entry, _) in &entries {
        let mut parts = 1;
        while !timeline.seek_entry_some(entry.number, entry.at) {
            parts += 1;
        }
        assert!(parts < 10 && timeline.now() == entry.at && timeline.here() <= entry.number);
        let here = timeline.lab().digest();
        timeline.seek(ms(12_000));
        assert!(timeline.seek_entry(entry.number));
        assert_eq!(timeline.lab().digest(), here, "the same moment as by one seek");
    }
}
