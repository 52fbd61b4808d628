//! Runs: frames of operations, and links that repeat a run.

use proptest::prelude::*;
use ringside_lab::frame::{OperationFrame, Vote};
use ringside_lab::{BUILT_IN, Command, CommandError, Focus, Instant, Lab, NodeId, Scenario};

/// Opens the healthy cluster without load, so that the user is its only client.
fn quiet() -> Lab {
    let mut scenario = BUILT_IN[0].scenario().expect("built in");
    scenario.load.on = false;
    Lab::open(scenario).expect("possible")
}

fn put(value: &str, through: Option<NodeId>) -> Command {
    Command::Put { key: "colour".into(), value: value.into(), through, ttl: None }
}

fn get() -> Command {
    Command::Get { key: "colour".into(), through: None }
}

fn wait(lab: &mut Lab, ms: u64) {
    let until = lab.now().as_us() + ms * 1_000;
    lab.advance_to(Instant::from_us(until));
}

fn operation(lab: &Lab) -> OperationFrame {
    lab.frame(&Focus::default()).operation.expect("the user did something")
}

fn words(lab: &Lab) -> String {
    operation(lab).outcome.expect("it has ended").words
}

#[test]
fn a_put_with_w_2_has_two_lamps() {
    let mut lab = quiet();
    lab.command(put("blue", None)).expect("possible");
    let mut counts = vec![0];
    while operation(&lab).outcome.is_none() {
        assert!(lab.step());
        let lamps = operation(&lab).lamps.len();
        if counts.last() != Some(&lamps) {
            counts.push(lamps);
        }
    }
    assert_eq!(counts, [0, 1, 2]);
    let put = operation(&lab);
    assert_eq!((put.needed, put.replicas.len()), (2, 3));
    assert!(put.lamps.iter().all(|lamp| lamp.at <= put.decided.expect("decided")));
    assert_eq!(words(&lab), "ok: 2 of 3 replicas acknowledged, 2 needed");
    wait(&mut lab, 500);
    let votes = operation(&lab).replicas;
    assert_eq!(votes.iter().filter(|r| matches!(r.vote, Vote::Counted(_))).count(), 2);
    assert_eq!(votes.iter().filter(|r| matches!(r.vote, Vote::Late(_))).count(), 1);
    assert_eq!(operation(&lab).lamps.len(), 2, "a late answer adds no lamp");
}

#[test]
fn a_put_without_a_quorum_fails_with_the_count() {
    let mut lab = quiet();
    lab.command(put("blue", None)).expect("possible");
    wait(&mut lab, 500);
    let replicas: Vec<NodeId> = operation(&lab).replicas.iter().map(|r| r.node).collect();
    lab.command(Command::Partition(replicas[1..].to_vec())).expect("possible");
    lab.command(put("red", Some(replicas[0]))).expect("possible");
    wait(&mut lab, 1_000);
    let failed = operation(&lab);
    assert_eq!(failed.lamps.len(), 1);
    assert!(failed.replicas[1..].iter().all(|r| matches!(r.vote, Vote::Lost { .. })));
    assert!(
        words(&lab).starts_with("failed: only 1 of 3 replicas answered in time, 2 needed"),
        "{}",
        words(&lab)
    );

    lab.command(Command::Heal).expect("possible");
    lab.command(get()).expect("possible");
    wait(&mut lab, 500);
    let found = operation(&lab).outcome.expect("it has ended");
    assert!(found.ok && !found.versions.is_empty(), "{found:?}");
}

#[test]
fn read_repair_fixes_the_stale_replica() {
    let mut lab = quiet();
    lab.command(put("blue", None)).expect("possible");
    wait(&mut lab, 500);
    let replicas: Vec<NodeId> = operation(&lab).replicas.iter().map(|r| r.node).collect();
    lab.command(Command::Crash(replicas[2])).expect("possible");
    lab.command(put("red", None)).expect("possible");
    wait(&mut lab, 1_500);
    lab.command(Command::Restart(replicas[2])).expect("possible");
    let focus = Focus { key: Some("colour".into()), operation: None };
    let key = |lab: &Lab| lab.frame(&focus).key.expect("asked for");
    assert!(!key(&lab).agreed);
    assert!((0.0..1.0).contains(&key(&lab).place));
    lab.command(get()).expect("possible");
    wait(&mut lab, 500);
    assert!(key(&lab).agreed, "{:?}", key(&lab));
    assert!(operation(&lab).replicas.iter().any(|r| r.node == replicas[2] && r.repaired.is_some()));
}

#[test]
fn a_refused_command_changes_nothing() {
    let mut lab = quiet();
    let before = lab.digest();
    for refused in [
        Command::Restart(NodeId(0)),
        Command::Crash(NodeId(9)),
        Command::Quorum { n: 3, r: 4, w: 1 },
        Command::Quorum { n: 6, r: 1, w: 1 },
        Command::Loss(f64::NAN),
        Command::Partition(vec![]),
        Command::Get { key: "k".repeat(300), through: None },
    ] {
        let error: CommandError = lab.command(refused.clone()).expect_err("impossible");
        assert!(!error.to_string().is_empty(), "{refused:?}");
    }
    assert_eq!(lab.digest(), before);
    assert!(lab.commands().is_empty());
}

#[test]
fn the_log_is_in_order_and_describes_the_run() {
    let mut lab = Lab::open(BUILT_IN[1].scenario().expect("built in")).expect("possible");
    lab.command(put("blue", Some(NodeId(0)))).expect("possible");
    lab.advance_to(Instant::from_us(10_000_000));
    let log = lab.log(usize::MAX);
    assert!(log.len() > 500);
    assert!(log.windows(2).all(|pair| pair[0].number < pair[1].number && pair[0].at <= pair[1].at));
    let any = |part: &str| log.iter().any(|line| line.text.contains(part));
    for part in
        ["You at A: put colour = blue", "the network was cut", "lost: the link is cut", "no quorum"]
    {
        assert!(any(part), "no line contains {part:?}");
    }
    assert_eq!(lab.log(3), log[log.len() - 3..]);
}

#[test]
fn steps_lead_to_the_same_run() {
    let scenario = BUILT_IN[1].scenario().expect("built in");
    let mut stepped = Lab::open(scenario.clone()).expect("possible");
    let until = Instant::from_us(2_500_000);
    let mut cuts = 0;
    while stepped.now() < until {
        let before = stepped.frame(&Focus::default());
        assert!(stepped.step());
        let after = stepped.frame(&Focus::default());
        let entries = after.totals.events - before.totals.events;
        assert!((1..40).contains(&entries), "a step at {} wrote {entries} entries", after.now);
        cuts += u32::from(before.cuts != after.cuts);
    }
    assert_eq!(cuts, 1, "the schedule's partition was one of the steps");
    let end = Instant::from_us(3_000_000);
    stepped.advance_to(end);
    let mut swept = Lab::open(scenario).expect("possible");
    swept.advance_to(end);
    assert_eq!(stepped.digest(), swept.digest());
}

#[test]
fn any_range_of_the_journal_can_be_read() {
    let mut lab = Lab::open(BUILT_IN[0].scenario().expect("built in")).expect("possible");
    lab.advance_to(Instant::from_us(2_000_000));
    let numbers = |range| lab.journal(range).map(|entry| entry.number).collect::<Vec<_>>();
    assert_eq!(numbers(3..6), [3, 4, 5]);
    let events = lab.frame(&Focus::default()).totals.events;
    assert_eq!(numbers(events - 2..u64::MAX), [events - 2, events - 1]);
    assert!(numbers(7..7).is_empty() && numbers(events..events + 9).is_empty());
    #[expect(clippy::reversed_empty_ranges, reason = "a caller may get it wrong")]
    let backwards = numbers(9..4);
    assert!(backwards.is_empty());
}

/// An action of the user, after a wait in microseconds, or a step.
#[derive(Clone, Debug)]
enum Action {
    Wait(u64),
    Step,
    Do(Command),
}

/// The rarer commands, in the form of files.
fn rare_command() -> impl Strategy<Value = Command> {
    let texts = vec![
        r#"{"service": {"time": {"exponential": {"mean": "3ms"}}, "mailbox": 4}}"#,
        r#"{"service": {"time": null, "mailbox": 64}}"#,
        r#"{"pause": "B"}"#,
        r#"{"resume": "B"}"#,
        r#"{"slow": {"node": "C", "by": "20ms"}}"#,
        r#"{"cut": [{"from": "A", "to": "B"}, {"from": "C", "to": "A"}]}"#,
        r#"{"mend": [{"from": "A", "to": "B"}]}"#,
        r#"{"isolate": "D"}"#,
        r#"{"clog": {"from": "A", "to": "C"}}"#,
        r#"{"unclog": {"from": "A", "to": "C"}}"#,
        r#"{"duplication": 0.3}"#,
        r#"{"reordering": 0.3}"#,
        r#"{"swizzle": {"nodes": ["A", "B", "E"], "every": "50ms"}}"#,
        r#"{"chaos": 1.0}"#,
        r#"{"chaos": 0.0}"#,
        r#"{"clock": {"node": "A", "skew": "-250ms", "drift_ppm": 40}}"#,
        r#"{"coordinator": "any"}"#,
        r#"{"coordinator": "fastest"}"#,
        r#"{"settings": {"read_repair": "off", "gossip": {"on": true}}}"#,
        r#"{"settings": {}}"#,
        r#"{"join": "F"}"#,
        r#"{"leave": "B"}"#,
        r#"{"remove": {"node": "C"}}"#,
        r#"{"put": {"key": "colour", "value": "green", "ttl": "1s"}}"#,
    ];
    let command = |text: &str| serde_json::from_str(text).expect("a command as files have it");
    prop::sample::select(texts).prop_map(command)
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let node = || (0..5_u16).prop_map(NodeId);
    let command = prop_oneof![
        (node(), "[a-c]").prop_map(|(node, value)| put(&value, Some(node))),
        Just(put("x", None)),
        Just(get()),
        node().prop_map(Command::Crash),
        node().prop_map(Command::Restart),
        node().prop_map(Command::Wipe),
        node().prop_map(|node| Command::Partition(vec![node])),
        Just(Command::Heal),
        (0.0..0.3_f64).prop_map(Command::Loss),
        (1..=5_u16)
            .prop_flat_map(|n| (Just(n), 1..=n, 1..=n))
            .prop_map(|(n, r, w)| { Command::Quorum { n, r, w } }),
        rare_command(),
    ];
    let action = prop_oneof![
        (0..200_000_u64).prop_map(Action::Wait),
        Just(Action::Step),
        command.prop_map(Action::Do),
    ];
    prop::collection::vec(action, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A link leads to the same digest from any position of a run, also between two events of one instant,
    /// where steps can stop (a constant latency causes many of these).
    #[test]
    fn a_link_repeats_the_same_run(actions in actions(), constant: bool) {
        let mut scenario: Scenario = BUILT_IN[1].scenario().expect("built in");
        if constant {
            let delay = ringside_lab::Duration::from_ms(10);
            scenario.network.latency = ringside_lab::scenario::LatencyModel::Constant(delay);
        }
        let mut lab = Lab::open(scenario).expect("possible");
        for action in actions {
            match action {
                Action::Wait(us) => lab.advance_to(Instant::from_us(lab.now().as_us() + us)),
                Action::Step => { lab.step(); }
                // A refused command changes nothing, and the link must agree.
                Action::Do(command) => { let _ = lab.command(command); }
            }
        }
        let link = lab.link();
        let (mut again, moment) = Lab::open_link(&link).expect("our own link");
        again.advance_to(moment);
        prop_assert_eq!(again.digest(), lab.digest());
        prop_assert_eq!(again.link(), link);
        prop_assert_eq!(again.frame(&Focus::default()), lab.frame(&Focus::default()));
    }
}
