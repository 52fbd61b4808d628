//! Interventions in single messages and links, and plans: in links, in time travel, and compared with the same
//! commands of a schedule.

use proptest::prelude::*;
use ringside_lab::timeline::Timeline;
use ringside_lab::{
    BUILT_IN, Command, Duration, Endpoint, Focus, InFlight, Instant, Lab, NodeId, Planned, Scenario,
};
use serde_json::json;

fn quiet() -> Lab {
    let mut scenario = BUILT_IN[0].scenario().expect("built in");
    scenario.load.on = false;
    Lab::open(scenario).expect("possible")
}

fn busy() -> Lab {
    Lab::open(BUILT_IN[0].scenario().expect("built in")).expect("possible")
}

fn at_ms(ms: u64) -> Instant {
    Instant::from_us(ms * 1_000)
}

fn plan(ms: u64, command: Command) -> Command {
    Command::Plan(Planned { at: Duration::from_ms(ms), command: Box::new(command) })
}

/// Returns the plans of the frame.
fn planned(lab: &Lab) -> Vec<(u64, u32, String)> {
    let plans = lab.frame(&Focus::default()).plans;
    plans.into_iter().map(|plan| (plan.at.as_us() / 1_000, plan.number, plan.what)).collect()
}

fn up(lab: &Lab) -> Vec<bool> {
    lab.cluster().nodes().map(|node| node.up).collect()
}

#[test]
fn plans_are_listed_executed_on_time_and_can_be_cancelled() {
    let mut lab = quiet();
    lab.advance_to(at_ms(500));
    lab.command(plan(2_000, Command::Crash(NodeId(1)))).expect("ahead");
    lab.command(plan(1_000, Command::Crash(NodeId(0)))).expect("ahead");
    lab.command(plan(2_000, Command::Restart(NodeId(0)))).expect("ahead");
    let expected = [(1_000, 1, "crash A"), (2_000, 0, "crash B"), (2_000, 2, "restart A")];
    assert_eq!(planned(&lab), expected.map(|(at, number, what)| (at, number, what.to_owned())));
    lab.advance_to(at_ms(999));
    assert_eq!(up(&lab), [true; 5]);
    lab.advance_to(at_ms(1_000));
    assert_eq!(up(&lab), [false, true, true, true, true]);
    lab.command(Command::Cancel(0)).expect("planned");
    let refusal = lab.command(Command::Cancel(1)).expect_err("it is done").to_string();
    assert!(refusal.contains("or no longer"), "{refusal}");
    lab.advance_to(at_ms(3_000));
    assert_eq!(up(&lab), [true; 5]);
    assert!(planned(&lab).is_empty());
    let log = lab.log(usize::MAX);
    assert!(log.iter().any(|line| line.text == "no longer planned: crash B"), "{log:?}");
    let past = lab.command(plan(3_000, Command::Heal)).expect_err("not ahead").to_string();
    assert!(past.contains("the clock stands at 3.000000 s"), "{past}");
}

#[test]
fn plans_of_a_scenario_are_listed_and_can_be_cancelled() {
    let partition = BUILT_IN.iter().find(|it| it.name == "partition").expect("built in");
    let mut lab = Lab::open(partition.scenario().expect("built in")).expect("possible");
    lab.advance_to(at_ms(1_000));
    let expected = [
        (2_000, 0, "cut A, B off from the others".to_owned()),
        (8_000, 1, "make every link whole".to_owned()),
    ];
    assert_eq!(planned(&lab), expected);
    lab.command(Command::Cancel(1)).expect("planned");
    lab.advance_to(at_ms(10_000));
    assert!(!lab.cluster().cuts().is_empty(), "the cut is still there");
}

#[test]
fn a_plan_that_is_impossible_when_due_is_logged_and_the_run_continues() {
    let mut lab = quiet();
    lab.command(plan(100, Command::Restart(NodeId(0)))).expect("ahead");
    lab.advance_to(at_ms(200));
    let log = lab.log(usize::MAX);
    assert!(log.iter().any(|line| line.text.contains("node A runs already")), "{log:?}");
}

#[test]
fn plans_survive_links_and_time_travel() {
    let mut timeline = Timeline::new(busy());
    timeline.advance_to(at_ms(500));
    timeline.command(plan(3_000, Command::Crash(NodeId(1)))).expect("ahead");
    timeline.command(plan(5_000, Command::Loss(0.137_000_001))).expect("ahead");
    timeline.advance_to(at_ms(1_000));
    timeline.command(plan(4_000, Command::Restart(NodeId(1)))).expect("ahead");
    timeline.advance_to(at_ms(6_000));
    let (digest, link) = (timeline.lab().digest(), timeline.link());

    let (mut again, moment) = Lab::open_link(&link).expect("our own link");
    again.advance_to(moment);
    assert_eq!(again.digest(), digest);

    timeline.seek(at_ms(700));
    let numbers = |lab: &Lab| planned(lab).into_iter().map(|plan| plan.1).collect::<Vec<_>>();
    assert_eq!(numbers(timeline.lab()), [0, 1], "the third was planned later");
    timeline.seek(at_ms(3_500));
    assert_eq!(numbers(timeline.lab()), [2, 1]);
    timeline.seek(at_ms(6_000));
    assert_eq!(timeline.lab().digest(), digest);

    // In another future, earlier plans remain and later ones are gone.
    timeline.seek(at_ms(700));
    timeline.command(Command::Cancel(0)).expect("planned");
    timeline.advance_to(at_ms(6_000));
    assert!(up(timeline.lab()).iter().all(|up| *up));
}

#[test]
fn a_plan_is_executed_after_its_link_is_opened() {
    let mut lab = busy();
    lab.command(plan(3_000, Command::Crash(NodeId(1)))).expect("ahead");
    lab.advance_to(at_ms(1_000));
    let (mut again, moment) = Lab::open_link(&lab.link()).expect("our own link");
    again.advance_to(moment);
    for lab in [&mut lab, &mut again] {
        lab.advance_to(at_ms(4_000));
        assert!(!up(lab)[1]);
    }
    assert_eq!(again.digest(), lab.digest());
}

#[test]
fn plans_in_a_scenario_file_are_read_and_written() {
    let mut value = serde_json::to_value(quiet().scenario()).expect("a scenario is JSON");
    value["events"] = json!([{"at": "1s", "do": {"plan": {"at": "2s", "do": {"crash": "A"}}}}]);
    let scenario = Scenario::from_value(value).expect("possible");
    assert_eq!(Scenario::parse(&scenario.to_json()), Ok(scenario.clone()));
    let mut lab = Lab::open(scenario).expect("possible");
    lab.advance_to(at_ms(2_000));
    assert!(!up(&lab)[0]);
}

/// A link of a run with the commands that existed before plans, as that version packed it.
#[test]
fn an_old_link_repeats_its_run() {
    const OLD: &str = include_str!("link_of_before.txt");
    let (link, digest) = OLD.trim().split_once(' ').expect("a link and its digest");
    let (mut lab, moment) = Lab::open_link(link).expect("a link of this version");
    lab.advance_to(moment);
    assert_eq!(lab.digest().to_string(), digest);
}

#[test]
fn a_loss_is_explained_by_the_lossy_link() {
    let mut lab = quiet();
    for to in 1..5 {
        let lossy = Command::LossyLink { from: NodeId(0), to: NodeId(to), share: Some(1.0) };
        lab.command(lossy).expect("a link");
    }
    let through = Some(NodeId(0));
    let put = Command::Put { key: "colour".into(), value: "blue".into(), through, ttl: None };
    let request = lab.command(put).expect("asked").expect("a request");
    lab.advance_to(at_ms(3_000));
    let explanation = format!("{:?}", lab.explain(request).expect("it is known"));
    assert!(explanation.contains("its link has lost 100.0% at random since"), "{explanation}");
}

fn actions() -> impl Strategy<Value = Vec<(u64, u8, prop::sample::Index, u64)>> {
    prop::collection::vec((1..400_u64, 0..7_u8, any::<prop::sample::Index>(), 1..300_u64), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A link and a seek to the past repeat any sequence of commands.
    #[test]
    fn links_and_time_travel_repeat_commands(actions in actions()) {
        let mut timeline = Timeline::new(busy());
        for (wait, what, which, size) in actions {
            let until = timeline.now() + Duration::from_ms(wait);
            timeline.advance_to(until);
            let mut flights: Vec<InFlight> = timeline.lab().in_flight().collect();
            flights.sort_by_key(|flight| flight.id);
            let message = (!flights.is_empty()).then(|| flights[which.index(flights.len())].id);
            let (from, to) = (NodeId(0), NodeId(1 + (size % 4) as u16));
            let by = Duration::from_ms(size);
            let later = timeline.now().as_us() / 1_000 + size;
            let command = match (what, message) {
                (0, Some(message)) => Command::Duplicate(message),
                (1, Some(message)) => Command::Delay { message, by },
                (2, Some(message)) => Command::Hold(message),
                (3, _) => Command::SlowLink { from, to, by },
                (4, _) => Command::LossyLink { from, to, share: Some(0.5) },
                (5, _) => plan(later, Command::Clog(ringside_lab::DirectedLink { from, to })),
                _ => Command::Cancel(0),
            };
            // A refused command changes nothing.
            let before = timeline.lab().digest();
            if timeline.command(command).is_err() {
                prop_assert_eq!(timeline.lab().digest(), before);
            }
        }
        let end = timeline.now() + Duration::from_ms(800);
        timeline.advance_to(end);
        let digest = timeline.lab().digest();
        let (mut again, moment) = Lab::open_link(&timeline.link()).expect("our own link");
        again.advance_to(moment);
        prop_assert_eq!(again.digest(), digest);
        let half = Instant::from_us(end.as_us() / 2);
        timeline.seek(half);
        timeline.seek(end);
        prop_assert_eq!(timeline.lab().digest(), digest);
    }
}

#[test]
fn only_messages_between_nodes_are_duplicated() {
    let mut lab = quiet();
    lab.command(Command::Get { key: "colour".into(), through: None }).expect("asked");
    let flight = lab.in_flight().next().expect("the request");
    assert!(matches!(flight.from, Endpoint::Client(_)));
    let refusal = lab.command(Command::Duplicate(flight.id)).expect_err("a client's").to_string();
    assert!(refusal.contains("where nothing arrives twice"), "{refusal}");
}

#[test]
fn a_refusal_names_the_place_and_the_reason() {
    let cases = [
        (json!({"duplicate": 7}), "message 7 is not in flight"),
        (json!({"delay": {"message": 7, "by": "1s"}}), "message 7 is not in flight"),
        (json!({"delay": {"message": 7, "by": "0s"}}), "delay.by: must be longer than no time"),
        (
            json!({"slow_link": {"from": "A", "to": "A", "by": "1s"}}),
            "slow_link.to: node A has no link to itself",
        ),
        (
            json!({"lossy_link": {"from": "A", "to": "B", "share": 1.5}}),
            "lossy_link.share: 1.5 is out of bounds: it takes 0 to 1",
        ),
        (json!({"lossy_link": {"from": "F", "to": "B"}}), "lossy_link.from: there is no node F"),
        (json!({"plan": {"at": "0s", "do": "heal"}}), "plan.at: 0.000000 s is not ahead"),
        (json!({"plan": {"at": "1s", "do": {"crash": "F"}}}), "plan.do.crash: there is no node F"),
        (
            json!({"plan": {"at": "1s", "do": {"plan": {"at": "2s", "do": "heal"}}}}),
            "plan.do: plans are made and cancelled at once",
        ),
        (json!({"cancel": 3}), "cancel: nothing is planned under the number 3"),
    ];
    for (command, expected) in cases {
        let read = serde_json::from_value(command.clone()).expect("a command");
        let mut lab = quiet();
        let before = lab.digest();
        let refusal = lab.command(read).expect_err("impossible").to_string();
        assert!(refusal.contains(expected), "{command}: {refusal:?} does not contain {expected:?}");
        assert_eq!(lab.digest(), before, "{command} changed something");
    }
}
