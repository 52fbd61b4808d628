//! Differences between two moments: each test runs commands on a real cluster.

use proptest::prelude::*;
use ringside_lab::frame::Frame;
use ringside_lab::timeline::{FrameDiff, Timeline};
use ringside_lab::{BuiltIn, Command, Duration, Focus, Instant, Lab, NodeId};

fn open() -> Timeline {
    let built_in = BuiltIn::find("healthy").expect("it is built in");
    let mut scenario = built_in.scenario().expect("it can be read");
    scenario.load.on = false;
    Timeline::new(Lab::open(scenario).expect("it can be opened"))
}

fn ms(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

fn frame(timeline: &Timeline) -> Frame {
    timeline.lab().frame(&Focus { key: Some("cart".to_owned()), operation: None })
}

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

fn act(timeline: &mut Timeline, command: Command) {
    timeline.command(command).expect("it is possible");
}

/// Returns the differences that commands make, in the forward and in the backward direction.
fn differences(commands: &[Command]) -> [Vec<String>; 2] {
    let mut timeline = open();
    timeline.advance_to(ms(500));
    let before = frame(&timeline);
    timeline.advance_to(ms(1_000));
    commands.iter().for_each(|command| act(&mut timeline, command.clone()));
    timeline.advance_to(ms(4_000));
    let after = frame(&timeline);
    let (forth, back) = (after.diff_since(&before), before.diff_since(&after));
    assert_eq!((forth.back, forth.apart), (false, Duration::from_ms(3_500)));
    assert_eq!((back.back, back.apart), (true, Duration::from_ms(3_500)));
    [forth.parts, back.parts]
}

#[test]
fn without_commands_there_is_no_difference() {
    assert_eq!(differences(&[]), [Vec::<String>::new(), Vec::new()]);
}

#[test]
fn nodes_with_the_same_change_are_listed_together() {
    let commands = [Command::Crash(A), Command::Crash(C), Command::Wipe(B), Command::Restart(B)];
    assert_eq!(
        differences(&commands),
        [["A, C went down", "B lost its disk"], ["A, C up", "B still had its disk"]]
            .map(|parts| parts.map(str::to_owned).to_vec())
    );
}

#[test]
fn few_links_are_named_and_many_are_counted() {
    let [forth, back] = differences(&[Command::Isolate(A)]);
    assert_eq!((forth[0].as_str(), back[0].as_str()), ("4 links cut", "4 links whole"));
    let way = ringside_lab::DirectedLink { from: C, to: A };
    let [forth, back] = differences(&[Command::Cut(vec![way])]);
    assert_eq!((forth[0].as_str(), back[0].as_str()), ("link A–C cut", "link A–C whole"));
}

#[test]
fn changes_of_quorum_and_settings_are_listed() {
    let commands = [Command::Quorum { n: 3, r: 1, w: 1 }, Command::Loss(0.25), Command::Chaos(0.5)];
    let [forth, back] = differences(&commands);
    let has = |parts: &[String], part: &str| parts.iter().any(|it| it == part);
    assert!(has(&forth, "N, R, W are now 3, 1, 1") && has(&back, "N, R, W were 3, 2, 2"));
    assert!(has(&forth, "25% of messages between nodes are lost now"), "{forth:?}");
    assert!(has(&forth, "chaos is now at 0.5") && has(&back, "chaos was off"), "{back:?}");
}

#[test]
fn operations_are_counted_and_the_selected_key_is_compared() {
    let mut timeline = open();
    let before = frame(&timeline);
    let put = |value: &str, through| {
        let (key, value) = ("cart".to_owned(), value.to_owned());
        Command::Put { key, value, through: Some(through), ttl: None }
    };
    act(&mut timeline, Command::Quorum { n: 5, r: 1, w: 1 });
    act(&mut timeline, put("bread", A));
    timeline.advance_to(ms(1_000));
    act(&mut timeline, Command::Isolate(C));
    act(&mut timeline, put("milk", A));
    timeline.advance_to(ms(2_000));
    act(&mut timeline, Command::Get { key: "cart".to_owned(), through: Some(C) });
    timeline.advance_to(ms(3_000));
    let after = frame(&timeline);
    let FrameDiff { parts, .. } = after.diff_since(&before);
    let text = parts.join("; ");
    assert!(text.contains("1 read (1 stale) and 2 writes"), "{text}");
    assert!(text.contains("the replicas of cart no longer agree"), "{text}");
    let FrameDiff { parts, .. } = before.diff_since(&after);
    let text = parts.join("; ");
    assert!(text.contains("1 read (1 stale) and 2 writes were still to come"), "{text}");
    assert!(text.contains("the replicas of cart agreed"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Both directions have the same number of parts, and a moment does not differ from itself.
    #[test]
    fn both_directions_have_as_many_parts(seed in 0..1_000_u64, from in 0..9_000_u64, to in 0..9_000_u64) {
        let mut scenario =
            BuiltIn::find("partition").expect("it is built in").scenario().expect("it can be read");
        scenario.seed = seed;
        let mut timeline = Timeline::new(Lab::open(scenario).expect("it can be opened"));
        timeline.seek(ms(from));
        let one = frame(&timeline);
        timeline.seek(ms(to));
        let other = frame(&timeline);
        let (there, back) = (other.diff_since(&one), one.diff_since(&other));
        prop_assert_eq!(there.apart, back.apart);
        prop_assert_eq!(there.parts.len(), back.parts.len());
        prop_assert!(one.diff_since(&one).parts.is_empty());
    }
}
