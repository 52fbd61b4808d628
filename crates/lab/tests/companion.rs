//! Companions: runs beside the shown one, compared with separate runs and with a naive comparison.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_lab::export::{Record, RecordFormat, csv};
use ringside_lab::timeline::Timeline;
use ringside_lab::twins::{Companion, Difference, Knob};
use ringside_lab::{
    BuiltIn, Command, Digest, Duration, Instant, Lab, NodeId, Planned, RequestId, Scenario,
};
use ringside_sim::{EntryKind, Outcome};
use ringside_store::Response;

/// An action of the user on the page.
#[derive(Clone, Debug)]
enum Move {
    Seek(u64),
    Play(u64),
    Step,
    StepBack,
    Put(u8),
    Crash(u16),
    Restart(u16),
    Quorum(u16, u16),
    Follow,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let moves = prop_oneof![
        3 => (0..20_000_u64).prop_map(Move::Seek),
        4 => (0..9_000_u64).prop_map(Move::Play),
        1 => Just(Move::Step),
        1 => Just(Move::StepBack),
        2 => any::<u8>().prop_map(Move::Put),
        1 => (0..5_u16).prop_map(Move::Crash),
        1 => (0..5_u16).prop_map(Move::Restart),
        2 => (1..=3_u16, 1..=3_u16).prop_map(|(r, w)| Move::Quorum(r, w)),
        3 => Just(Move::Follow),
    ];
    prop::collection::vec(moves, 1..14)
}

fn scenario(seed: u64) -> Scenario {
    let mut scenario = BuiltIn::find("partition").expect("built in").scenario().expect("readable");
    scenario.seed = seed;
    scenario.load.on = true;
    scenario.load.rate = 80.0;
    scenario
}

fn ms(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

fn shown(seed: u64) -> Timeline {
    Timeline::new(Lab::open(scenario(seed)).expect("it can be opened"))
}

fn go(timeline: &mut Timeline, step: &Move) {
    let now = timeline.now();
    // A command that the cluster refuses is not recorded.
    match *step {
        Move::Seek(to) => timeline.seek(ms(to)),
        Move::Play(by) => timeline.advance_to(now + Duration::from_ms(by)),
        Move::Step => _ = timeline.step(),
        Move::StepBack => _ = timeline.step_back(),
        Move::Put(key) => {
            let (key, value) = (format!("k{}", key % 7), "by hand".to_owned());
            timeline.command(Command::Put { key, value, through: None, ttl: None }).ok();
        }
        Move::Crash(node) => _ = timeline.command(Command::Crash(NodeId(node))),
        Move::Restart(node) => _ = timeline.command(Command::Restart(NodeId(node))),
        Move::Quorum(r, w) => _ = timeline.command(Command::Quorum { n: 3, r, w }),
        Move::Follow => {}
    }
}

/// Runs the twin with R = 1 alone, from its beginning.
fn alone(seed: u64, commands: &[(Instant, Command)], to: Instant) -> Lab {
    let mut scenario = scenario(seed);
    scenario.cluster.r = 1;
    let mut lab = Lab::open(scenario).expect("it can be opened");
    for (at, command) in commands {
        lab.advance_to(*at);
        // A command of the shown run may be refused here; the run itself notes the refusal.
        let command = match command {
            Command::Quorum { n, w, .. } => Command::Quorum { n: *n, r: 1, w: *w },
            other => other.clone(),
        };
        lab.command(command).expect("a refusal does not depend on R");
    }
    lab.advance_to(to);
    lab
}

/// The naive reader's record of the ended operations: the time of the request, the answer, and the duration
/// in microseconds.
type Ended = BTreeMap<RequestId, (Instant, String, u64)>;

/// Reads a whole run from its beginning, and records the outcome of each operation.
fn ended(mut lab: Lab, to: Instant) -> Ended {
    let (mut asked, mut ended) = (BTreeMap::new(), BTreeMap::new());
    lab.advance_with(to, u64::MAX, &mut |entry| match &entry.kind {
        EntryKind::Invoked { request, .. } => _ = asked.insert(*request, entry.at),
        EntryKind::Returned { request, outcome } => {
            let at = asked[request];
            ended.insert(*request, (at, answer_words(outcome), entry.at.since(at).as_us()));
        }
        _ => {}
    });
    ended
}

/// Writes the values that a client received, or the kind of the outcome if there are none.
fn answer_words(outcome: &Outcome) -> String {
    let Outcome::Answered(Response::Found { siblings, .. }) = outcome else {
        let text = format!("{outcome:?}");
        let kinds = ["Stored", "Unavailable", "Silence", "Refused"];
        return kinds.into_iter().filter(|kind| text.contains(kind)).collect();
    };
    let mut values: Vec<String> = siblings.values().map(|it| it.as_str().to_owned()).collect();
    values.sort();
    format!("{values:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_twin_equals_a_separate_run(seed in 0..1_000_u64, moves in moves()) {
        let mut shown = shown(seed);
        let mut twin = Companion::twin(&shown, Knob::R(1)).expect("R = 1 is possible");
        for step in moves {
            let follows = matches!(step, Move::Follow);
            go(&mut shown, &step);
            if follows {
                while !twin.follow(&shown) {}
                prop_assert_eq!(twin.timeline().now(), shown.now());
            }
        }
        shown.seek(shown.furthest());
        while !twin.follow(&shown) {}
        let expected = alone(seed, shown.lab().commands(), shown.now());
        prop_assert_eq!(twin.timeline().lab().digest(), expected.digest());

        let naive = [
            ended(reopened(&shown, None), shown.now()),
            ended(reopened(&shown, Some(1)), shown.now()),
        ];
        let both = naive[0].iter().filter_map(|(request, one)| {
            let other = naive[1].get(request)?;
            Some((one.0, *request, one.1 != other.1, one.2 != other.2))
        });
        let both: Vec<_> = both.collect();
        let first = both.iter().filter(|it| it.2 || it.3).min_by_key(|it| (it.0, it.1));
        let first_answer = both.iter().filter(|it| it.2).min_by_key(|it| (it.0, it.1));
        let place = |it: Option<&Difference>| it.map(|it| (it.invoked, it.request));
        prop_assert_eq!(place(twin.first()), first.map(|it| (it.0, it.1)));
        prop_assert_eq!(place(twin.first_answer()), first_answer.map(|it| (it.0, it.1)));
        let different = both.iter().filter(|it| it.2).count();
        prop_assert_eq!(twin.compared(), (both.len() as u64, different as u64));
        prop_assert!(twin.until() <= shown.now());
    }

    #[test]
    fn without_a_difference_there_is_no_first_one(seed in 0..1_000_u64, moves in moves()) {
        let mut shown = shown(seed);
        let mut same = Companion::twin(&shown, Knob::Loss(0.0)).expect("a loss of 0 is possible");
        for step in moves {
            go(&mut shown, &step);
            while !same.follow(&shown) {}
            prop_assert_eq!(same.first(), None);
            prop_assert_eq!(same.compared().1, 0);
        }
        shown.advance_to(shown.now() + Duration::from_ms(500));
        while !same.follow(&shown) {}
        prop_assert!(same.compared().0 > 0 && same.first().is_none());
        prop_assert_eq!(same.timeline().lab().digest(), shown.lab().digest());
        prop_assert!((same.part(&shown) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn an_exported_scenario_repeats_the_same_run(seed in 0..1_000_u64, moves in moves()) {
        let mut shown = shown(seed);
        for step in moves {
            go(&mut shown, &step);
        }
        shown.advance_to(shown.now());
        let text = shown.lab().to_scenario().to_json();
        let read = Scenario::parse(&text).expect("what was written can be read");
        let mut again = Lab::open(read).expect("it can be opened");
        again.advance_to(shown.now());
        prop_assert_eq!(again.digest(), shown.lab().digest());
    }
}

/// Opens the shown run again with all interventions, and with another R if one is given.
fn reopened(shown: &Timeline, r: Option<u16>) -> Lab {
    let mut scenario = shown.lab().to_scenario();
    if let Some(r) = r {
        scenario.cluster.r = r;
        for event in &mut scenario.events {
            if let Command::Quorum { r: here, .. } = &mut event.command {
                *here = r;
            }
        }
    }
    Lab::open(scenario).expect("it can be opened")
}

#[test]
fn plans_by_hand_are_in_the_exported_scenario_and_in_the_twin() {
    let mut shown = shown(11);
    let mut twin = Companion::twin(&shown, Knob::W(1)).expect("W = 1 is possible");
    let first = shown.lab().scenario().events.len() as u32;
    let plan = |second: u64, command: Command| {
        let (at, command) = (Duration::from_ms(second * 1_000), Box::new(command));
        Command::Plan(Planned { at, command })
    };
    shown.advance_to(ms(1_500));
    let message = shown.lab().in_flight().next().map(|flight| flight.id);
    let hold = message.map(Command::Hold).expect("some message is in flight");
    for (second, command) in
        [(6, hold), (7, Command::Crash(NodeId(1))), (8, Command::Crash(NodeId(2)))]
    {
        shown.command(plan(second, command)).expect("possible");
    }
    shown.advance_to(ms(3_000));
    shown.command(Command::Cancel(first + 1)).expect("it is planned");
    shown.advance_to(ms(9_000));
    while !twin.follow(&shown) {}
    for lab in [shown.lab(), twin.timeline().lab()] {
        let up: Vec<bool> = lab.cluster().nodes().map(|node| node.up).collect();
        assert_eq!((up[1], up[2]), (true, false), "one plan was cancelled by its number");
    }
    let again = Scenario::parse(&shown.lab().to_scenario().to_json()).expect("it can be read");
    let mut again = Lab::open(again).expect("it can be opened");
    again.advance_to(shown.now());
    assert_eq!(again.digest(), shown.lab().digest());
}

#[test]
fn two_forks_differ_from_the_moment_of_their_split() {
    let mut shown = shown(3);
    shown.advance_to(ms(12_000));
    let left = shown.clone();
    shown.seek(ms(5_000));
    shown.command(Command::Quorum { n: 3, r: 1, w: 1 }).expect("possible");
    let mut beside = Companion::beside(left, &shown);
    shown.advance_to(ms(14_000));
    while !beside.follow(&shown) {}
    assert_eq!(beside.timeline().now(), shown.now());
    let first = beside.first().expect("reads with R = 1 are faster");
    assert!(first.invoked >= ms(4_900), "{first:?}");
    assert!(first.told_both > first.invoked && beside.knob().is_none());
    // A command to the shown run does not reach its companion.
    shown.command(Command::Crash(NodeId(1))).expect("it is up");
    shown.advance_to(ms(15_000));
    while !beside.follow(&shown) {}
    assert!(beside.timeline().lab().commands().is_empty());
}

#[test]
fn each_knob_can_be_set_to_another_value() {
    let shown = shown(5);
    let knobs = Knob::others(shown.lab());
    assert!(knobs.len() >= 13, "{}", knobs.len());
    let mut digests: Vec<(Digest, Knob)> = Vec::new();
    for knob in knobs.iter().flatten() {
        assert_ne!(knob.in_force(shown.lab()), Some(*knob));
        assert_eq!(Knob::find(knob.name(), &knob.value()), Some(*knob));
        let mut twin = Companion::twin(&shown, *knob)
            .unwrap_or_else(|error| panic!("{} {}: {error}", knob.name(), knob.value()));
        assert_eq!(twin.knob().map(Knob::value), Some(knob.value()));
        let lab = twin.timeline().lab();
        assert_eq!(knob.in_force(lab), Some(*knob), "{} = {}", knob.name(), knob.value());
        let mut run = shown.clone();
        run.advance_to(ms(6_000));
        while !twin.follow(&run) {}
        digests.push((twin.timeline().lab().digest(), *knob));
    }
    let mut run = shown;
    run.advance_to(ms(6_000));
    let alike = digests.iter().filter(|(digest, _)| *digest == run.lab().digest()).count();
    assert!(alike < digests.len() / 2, "most knobs change the run: {alike} do not");
}

#[test]
fn a_record_in_pieces_equals_a_record_in_one_piece() {
    let mut shown = shown(8);
    shown.advance_to(ms(1_500));
    shown.command(Command::Crash(NodeId(2))).expect("it is up");
    shown.advance_to(ms(9_000));
    for format in [RecordFormat::History, RecordFormat::Shiviz] {
        let mut pieces = Record::of(shown.lab(), format);
        assert!(pieces.part() < 1e-9);
        let mut times = 0;
        while !pieces.go_on(700) {
            times += 1;
        }
        assert!(times > 3 && (pieces.part() - 1.0).abs() < 1e-9);
        let mut whole = Record::of(shown.lab(), format);
        while !whole.go_on(u64::MAX) {}
        let text = pieces.into_text();
        assert_eq!(text, whole.into_text());
        let first = if format == RecordFormat::History { "{" } else { "client" };
        assert!(text.lines().count() > 500 && text.starts_with(first), "{}", &text[..200]);
    }
}

#[test]
fn each_row_of_a_series_has_a_value_or_a_blank_for_each_column() {
    let mut shown = shown(2);
    shown.advance_to(ms(20_000));
    let windows = shown.lab().series();
    let text = csv(&windows);
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a line of names").split(',').collect();
    assert!(names.contains(&"staleness_age_p95_ms") && names[1] == "to_ms");
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert!(rows.len() == windows.len() && rows.iter().all(|row| row.len() == names.len()));
    for (row, window) in rows.iter().zip(&windows) {
        assert_eq!(row[1].parse::<f64>().map(f64::to_bits), Ok(window.to_ms.to_bits()));
        assert_eq!(row[2].parse::<u64>(), Ok(window.reads));
        assert_eq!(row[4].is_empty(), window.reads == 0);
    }
}

#[test]
fn parameters_after_a_link_do_not_change_the_run() {
    let mut shown = shown(4);
    shown.advance_to(ms(2_000));
    let link = shown.link();
    let (mut lab, moment) = Lab::open_link(&format!("#{link}?lens=twins&key=a%20b")).expect("good");
    lab.advance_to(moment);
    assert_eq!(lab.digest(), shown.lab().digest());
}
