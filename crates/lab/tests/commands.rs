//! Commands: their form in files, their refusals, and their lines in the log.

use ringside_lab::{BUILT_IN, Command, Instant, Lab, NodeId, Scenario};
use serde_json::{Value, json};

/// Returns every command in the form of files, in an order in which all of them are possible.
fn every_command() -> Vec<Value> {
    vec![
        json!({"settings": {"gossip": {"on": true, "period": "150ms"}, "hints": {"on": true}}}),
        json!({"put": {"key": "colour", "value": "blue", "through": "A", "ttl": "20s"}}),
        json!({"get": {"key": "colour"}}),
        json!({"delete": {"key": "colour"}}),
        json!({"quorum": {"n": 3, "r": 1, "w": 2}}),
        json!({"load": {"on": true, "rate": 40, "read_share": 0.5, "keys": 10,
            "distribution": "uniform", "clients": 3, "delete_share": 0.1, "blind": 0.2,
            "shared_keys": true, "ttl": "5s"}}),
        json!({"latency": {"constant": "5ms"}}),
        json!({"legs": "WAN"}),
        json!({"legs": {"w": {"constant": "9ms"}, "r": {"pareto": {"scale": "1ms", "shape": 0.5}}}}),
        json!({"regions": {"count": 2, "apart": "40ms"}}),
        json!({"regions": null}),
        json!({"legs": null}),
        json!({"loss": 0.01}),
        json!({"duplication": 0.02}),
        json!({"reordering": 0.03}),
        json!({"service": {"time": {"exponential": {"mean": "500us"}}, "mailbox": 64}}),
        json!({"service": {"time": null, "mailbox": 64}}),
        json!({"coordinator": "fixed"}),
        json!({"coordinator": "any"}),
        json!({"coordinator": "fastest"}),
        json!({"coordinator": "replica"}),
        json!({"clock": {"node": "C", "skew": "-250ms", "drift_ppm": 40}}),
        json!({"crash": "B"}),
        json!({"restart": "B"}),
        json!({"wipe": "B"}),
        json!({"restart": "B"}),
        json!({"pause": "C"}),
        json!({"resume": "C"}),
        json!({"slow": {"node": "C", "by": "20ms"}}),
        json!({"slow": {"node": "C", "by": "0s"}}),
        json!({"partition": ["A", "B"]}),
        json!("heal"),
        json!({"isolate": "D"}),
        json!({"mend": [{"from": "D", "to": "A"}, {"from": "A", "to": "D"}]}),
        json!({"cut": [{"from": "A", "to": "B"}]}),
        json!("heal"),
        json!({"clog": {"from": "A", "to": "B"}}),
        json!({"unclog": {"from": "A", "to": "B"}}),
        json!({"slow_link": {"from": "A", "to": "B", "by": "30ms"}}),
        json!({"slow_link": {"from": "A", "to": "B", "by": "0s"}}),
        json!({"lossy_link": {"from": "B", "to": "A", "share": 0.25}}),
        json!({"lossy_link": {"from": "B", "to": "A"}}),
        json!({"plan": {"at": "15s", "do": {"isolate": "C"}}}),
        json!({"plan": {"at": "16s", "do": "heal"}}),
        json!({"swizzle": {"nodes": ["A", "B"], "every": "20ms"}}),
        json!({"chaos": 0.5}),
        json!({"chaos": 0}),
        json!({"join": "F"}),
        json!({"remove": {"node": "E", "by": "A"}}),
        json!({"remove": {"node": "D"}}),
        json!({"leave": "B"}),
    ]
}

fn read(command: &Value) -> Command {
    serde_json::from_value(command.clone()).unwrap_or_else(|error| panic!("{command}: {error}"))
}

fn quiet() -> Lab {
    let mut scenario = BUILT_IN[0].scenario().expect("built in");
    scenario.load.on = false;
    Lab::open(scenario).expect("possible")
}

/// Returns the error of a command that a new cluster of five nodes refuses.
fn refusal(command: &Value) -> String {
    let mut lab = quiet();
    let before = lab.digest();
    let error = lab.command(read(command)).expect_err("impossible").to_string();
    assert_eq!(lab.digest(), before, "{command} changed something");
    assert!(lab.commands().is_empty());
    error
}

#[test]
fn every_command_is_executed_by_the_user_and_by_a_schedule_and_is_logged() {
    let mut manual = quiet();
    let mut events = Vec::new();
    for (index, command) in every_command().into_iter().enumerate() {
        let at = Instant::from_us(index as u64 * 100_000);
        manual.advance_to(at);
        let before = manual.log(usize::MAX).len();
        manual.command(read(&command)).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(manual.log(usize::MAX).len() > before, "the log has no line for {command}");
        events.push(json!({"at": format!("{}us", at.as_us()), "do": command}));
    }
    manual.advance_to(Instant::from_us(20_000_000));

    let mut scenario = serde_json::to_value(quiet().scenario()).expect("a scenario is JSON");
    scenario["events"] = Value::Array(events);
    let scenario = Scenario::from_value(scenario).expect("all of it is possible");
    assert_eq!(Scenario::parse(&scenario.to_json()), Ok(scenario.clone()));
    let mut scheduled = Lab::open(scenario).expect("possible");
    scheduled.advance_to(Instant::from_us(20_000_000));
    assert_eq!(scheduled.digest(), manual.digest());

    let link = manual.link();
    let (mut again, moment) = Lab::open_link(&link).expect("our own link");
    again.advance_to(moment);
    assert_eq!(again.digest(), manual.digest());
}

#[test]
fn the_log_describes_interventions() {
    let mut lab = quiet();
    for command in every_command() {
        lab.command(read(&command)).unwrap_or_else(|error| panic!("{command}: {error}"));
    }
    let log = lab.log(usize::MAX);
    for part in [
        "the store's settings are the defaults except gossip.on = true, gossip.period = 150ms, hints.on = true",
        "You at A: put colour = blue, for 20s",
        "between nodes: writes take 4.6 ms on average, their acknowledgements 0.3 ms on average",
        "the nodes are in 3 regions, and a message from one to another takes 75ms longer",
        "between nodes: writes take 9.0 ms on average, reads a time without a finite average",
        "all nodes are near each other",
        "the nodes are in 2 regions, and a message from one to another takes 40ms longer",
        "messages of writes and reads take as long as all others",
        "2.0% of messages between nodes arrive twice now",
        "3.0% of messages between nodes take a second delay now",
        "a node takes 0.5 ms for a message on average, and 64 may wait",
        "nodes take no time for a message",
        "clients ask one node each, always the same",
        "C's wall clock is off by -250ms and drifts by 40 parts per million",
        "C is paused",
        "C goes on",
        "C takes 20ms longer for each message",
        "C is as fast as the others",
        "the network was cut: A to B blocked",
        "the network was mended: D to A and A to D free again",
        "the link from A to B is clogged",
        "the link from A to B is free: 0 messages had waited",
        "a swizzle begins: A, B are cut off one by one, 20ms apart, then healed",
        "the link from A to B takes 30ms longer",
        "the link from A to B is as fast as it was",
        "the link from B to A loses 25.0% of its messages",
        "the link from B to A loses no more than it did",
        "planned for 15.000000 s: cut C off from everybody",
        "planned for 16.000000 s: make every link whole",
        "chaos is at 0.5",
        "chaos is off",
        "F is told to join the cluster",
        "A is told that E is gone for good",
        "B is told to leave the cluster",
    ] {
        assert!(log.iter().any(|line| line.text.contains(part)), "no line contains {part:?}");
    }
}

#[test]
fn a_refusal_names_the_place_and_the_reason() {
    let cases = [
        (json!({"pause": "F"}), "pause: there is no node F: the nodes are A to E"),
        (json!({"resume": "A"}), "node A is not paused"),
        (json!({"legs": {"w": {"exponential": {"mean": "0s"}}}}), "legs.w.exponential: mean is 0"),
        (json!({"regions": {"count": 0, "apart": "1s"}}), "regions.count: 0 is out of bounds"),
        (json!({"slow": {"node": "A", "by": "2000d"}}), "slow.by: 2000d is longer than 1000d"),
        (json!({"cut": []}), "cut: name at least one link"),
        (json!({"cut": [{"from": "A", "to": "A"}]}), "cut[0].to: node A has no link to itself"),
        (
            json!({"mend": [{"from": "A", "to": "B"}, {"from": "Q", "to": "B"}]}),
            "mend[1].from: there is no node Q",
        ),
        (json!({"isolate": "Z"}), "isolate: there is no node Z"),
        (json!({"clog": {"from": "A", "to": "A"}}), "clog.to: node A has no link to itself"),
        (json!({"unclog": {"from": "A", "to": "B"}}), "the link from A to B is not clogged"),
        (json!({"duplication": 1.1}), "duplication: 1.1 is out of bounds: it takes 0 to 1"),
        (json!({"reordering": -1}), "reordering: -1 is out of bounds"),
        (json!({"chaos": 7}), "chaos: 7 is out of bounds: it takes 0 to 1"),
        (json!({"swizzle": {"nodes": [], "every": "1s"}}), "swizzle.nodes: name at least one node"),
        (
            json!({"swizzle": {"nodes": ["A", "A"], "every": "1s"}}),
            "swizzle.nodes[1]: node A is named twice",
        ),
        (
            json!({"swizzle": {"nodes": ["A"], "every": "0s"}}),
            "swizzle.every: must be longer than no time",
        ),
        (
            json!({"service": {"time": {"pareto": {"scale": "1ms", "shape": 0}}}}),
            "service.time.pareto: shape is 0",
        ),
        (json!({"service": {"mailbox": 2_000_000}}), "service.mailbox: 2000000 is out of bounds"),
        (json!({"clock": {"node": "G"}}), "clock.node: there is no node G"),
        (
            json!({"clock": {"node": "A", "drift_ppm": -500_001}}),
            "clock.drift_ppm: -500001 is out of bounds",
        ),
        (
            json!({"settings": {"gossip": {"period": "1us"}}}),
            "settings.gossip.period: must be 1ms at least",
        ),
        (
            json!({"put": {"key": "k", "value": "v", "ttl": "0s"}}),
            "put.ttl: must be longer than no time",
        ),
        (
            json!({"load": {"on": true, "rate": 1, "read_share": 0.5, "keys": 1, "distribution": "uniform",
            "clients": 1, "blind": 3}}),
            "load.blind: 3 is out of bounds",
        ),
        (json!({"join": "F"}), "membership spreads by gossip, which is off: turn it on first"),
        (json!({"join": "H"}), "join: node H can't join yet: the next free name is F"),
        (json!({"leave": "B"}), "membership spreads by gossip, which is off: turn it on first"),
        (json!({"remove": {"node": "B", "by": "F"}}), "remove.by: there is no node F"),
    ];
    for (command, expected) in cases {
        let refusal = refusal(&command);
        assert!(refusal.contains(expected), "{command}: {refusal:?} does not contain {expected:?}");
    }
}

#[test]
fn a_schedule_can_name_a_node_once_it_joins() {
    let with = |events: Value| {
        let mut scenario = serde_json::to_value(quiet().scenario()).expect("a scenario is JSON");
        scenario["store"]["gossip"]["on"] = json!(true);
        scenario["events"] = events;
        Scenario::from_value(scenario).map_err(|error| error.to_string())
    };
    // The order of times counts, not the order in the file.
    let good = json!([
        {"at": "3s", "do": {"crash": "G"}},
        {"at": "1s", "do": {"join": "F"}},
        {"at": "2s", "do": {"join": "G"}},
        {"at": "4s", "do": {"put": {"key": "k", "value": "v", "through": "F"}}},
    ]);
    let mut lab = Lab::open(with(good).expect("possible")).expect("possible");
    lab.advance_to(Instant::from_us(5_000_000));
    let up: Vec<bool> = lab.cluster().nodes().map(|node| node.up).collect();
    assert_eq!(up, [true, true, true, true, true, true, false]);
    assert!(lab.log(usize::MAX).iter().all(|line| !line.text.contains("could not go on")));

    let early = json!([{"at": "2s", "do": {"join": "F"}}, {"at": "1s", "do": {"crash": "F"}}]);
    let error = with(early).expect_err("F has not joined yet");
    assert!(error.starts_with("events[1].do.crash: there is no node F"), "{error}");
    let gap = with(json!([{"at": "2s", "do": {"join": "G"}}])).expect_err("F comes first");
    assert!(gap.starts_with("events[0].do.join: node G can't join yet"), "{gap}");
}

#[test]
fn a_node_that_joined_can_be_named_afterwards_and_in_a_link() {
    let mut lab = quiet();
    let mut settings = ringside_lab::Settings::default();
    settings.gossip.on = true;
    assert!(lab.command(Command::Pause(NodeId(5))).is_err());
    lab.command(Command::Settings(Box::new(settings))).expect("possible");
    lab.command(Command::Join(NodeId(5))).expect("the next name");
    lab.command(Command::Pause(NodeId(5))).expect("it is there");
    lab.advance_to(Instant::from_us(1_000_000));
    let link = lab.link();
    let (mut again, moment) = Lab::open_link(&link).expect("our own link");
    again.advance_to(moment);
    assert_eq!(again.digest(), lab.digest());
    assert!(again.cluster().nodes().nth(5).is_some_and(|node| node.paused));
}

#[test]
fn a_lab_returns_the_service_in_force() {
    let mut lab = quiet();
    assert_eq!(lab.service().time, None);
    let service = json!({"service": {"time": {"constant": "1ms"}, "mailbox": 9}});
    lab.command(read(&service)).expect("possible");
    assert_eq!(lab.service().mailbox, 9);
    assert_eq!(lab.cluster().service().mailbox, 9);
}
