//! The model parameters that PBS derives from a run, and its caveats.

use std::collections::BTreeSet;

use ringside_lab::instruments::ModelParameters;
use ringside_lab::pbs::{Coordinator, Delay, Layout, Preset, ReadsTo};
use ringside_lab::scenario::{read_json, set};
use ringside_lab::{BUILT_IN, Command, Instant, Lab, Scenario};
use ringside_store::Key;
use serde_json::Value;

/// Returns a scenario that meets the assumptions of WARS.
fn plain() -> Value {
    let mut scenario = read_json(BUILT_IN[0].json).expect("built in");
    for (path, value) in [
        ("cluster.nodes", "3"),
        ("store.read_repair", "off"),
        ("network.legs", "LNKD-SSD"),
        ("network.loss", "0"),
        ("load.keys", "10000"),
        ("load.distribution", "uniform"),
    ] {
        set(&mut scenario, path, value).expect("a path");
    }
    scenario
}

fn open(changes: &[(&str, &str)]) -> Lab {
    let mut scenario = plain();
    for (path, value) in changes {
        set(&mut scenario, path, value).expect("a path");
    }
    Lab::open(Scenario::from_value(scenario).expect("possible")).expect("possible")
}

fn model_parameters(changes: &[(&str, &str)]) -> ModelParameters {
    open(changes).model_parameters().expect("it can be predicted")
}

#[test]
fn a_run_that_meets_the_assumptions_of_wars_has_the_presets_delays_and_no_caveats() {
    for preset in [Preset::LnkdSsd, Preset::LnkdDisk, Preset::Wan] {
        let ModelParameters { wars, caveats } =
            model_parameters(&[("network.legs", preset.name())]);
        assert_eq!(caveats, [""; 0], "{preset}");
        assert_eq!((wars.n(), wars.r(), wars.w()), (3, 2, 2));
        assert_eq!((wars.reads_to(), wars.coordinator()), (ReadsTo::All, Coordinator::Replica));
        let (legs, fit) = (wars.legs(), preset.legs());
        assert_eq!(legs.remote_ms.to_bits(), fit.remote_ms.to_bits());
        for (leg, fit) in
            [(&legs.w, &fit.w), (&legs.a, &fit.a), (&legs.r, &fit.r), (&legs.s, &fit.s)]
        {
            for ms in [0.0, 0.3, 1.0, 7.0, 90.0] {
                assert!((leg.chance_above(ms) - fit.chance_above(ms)).abs() < 1e-9, "{preset}");
            }
        }
    }
}

#[test]
fn a_leg_without_a_model_has_the_latency_of_all_messages() {
    let legs = r#"{"w": {"constant": "9ms"}}"#;
    let changes =
        [("network.legs", legs), ("network.latency", r#"{"exponential": {"mean": "4ms"}}"#)];
    let wars = model_parameters(&changes).wars;
    assert_eq!(wars.legs().w, Delay::Constant { ms: 9.0 });
    assert_eq!(wars.legs().s, Delay::Exponential { mean_ms: 4.0 });
    let wars = model_parameters(&[changes[1], ("network.legs", "null")]).wars;
    assert_eq!(wars.legs().w, Delay::Exponential { mean_ms: 4.0 });
}

#[test]
fn the_replicas_that_reads_ask_and_the_coordinator_are_part_of_the_model() {
    let quorum = model_parameters(&[("store.quorum.ask", "quorum")]);
    assert_eq!((quorum.wars.reads_to(), quorum.caveats.len()), (ReadsTo::Quorum, 0));
    let any = model_parameters(&[("cluster.coordinator", "any"), ("cluster.nodes", "8")]);
    let coordinator = Coordinator::Any { nodes: 8 };
    assert_eq!((any.wars.coordinator(), any.caveats.len()), (coordinator, 0));
    assert_eq!(
        model_parameters(&[("cluster.coordinator", "fastest")]).wars.coordinator(),
        Coordinator::Replica
    );
}

/// Returns the only caveat of a run with these changes.
fn only(caveats: &[String]) -> &str {
    match caveats {
        [one] => one,
        caveats => panic!("not one caveat: {caveats:?}"),
    }
}

#[test]
fn each_feature_of_a_scenario_that_the_model_lacks_is_a_caveat() {
    let links = r#"[{"from": "A", "to": "B", "loss": 0.5}]"#;
    let clocks = r#"[{"node": "B", "skew": "1s"}]"#;
    let cases: [(&[(&str, &str)], &str); 19] = [
        (&[("network.loss", "0.05")], "5.0% of messages between nodes are lost."),
        (&[("network.duplication", "0.01")], "1.0% of messages between nodes arrive twice."),
        (&[("network.reordering", "0.5")], "50.0% of messages between nodes take a second delay."),
        (&[("network.links", links)], "1 link is unlike the others."),
        (&[("cluster.coordinator", "fixed")], "A client asks one node for all"),
        (&[("cluster.coordinator", "fastest")], "Clients ask the quickest replica"),
        (&[("cluster.service.time", r#"{"constant": "1ms"}"#)], "Nodes take time for a message"),
        (
            &[("network.legs", "YMMR")],
            "About one round trip in 66 takes longer than the 500ms that",
        ),
        (&[("load.keys", "1"), ("load.rate", "400")], "The busiest key is written about every"),
        (
            &[("load.distribution", r#"{"zipf": {"exponent": 9}}"#), ("load.rate", "400")],
            "The busiest",
        ),
        (&[("store.read_repair", "asynchronous")], "Reads repair the replicas that they ask."),
        (&[("store.read_repair", "blocking")], "and wait for it."),
        (&[("store.anti_entropy.on", "true")], "Anti-entropy repairs replicas."),
        (&[("store.hints.on", "true")], "Hints bring replicas what they missed."),
        (&[("store.quorum.sloppy", "true"), ("store.gossip.on", "true")], "Stand-ins answer"),
        (&[("store.quorum.register", "true")], "keys are registers"),
        (&[("store.quorum.digests", "true")], "Digests that differ"),
        (
            &[("store.quorum.ask", "quorum"), ("store.quorum.speculation", "0.9")],
            "Slow reads ask one replica more.",
        ),
        (
            &[("cluster.clocks", clocks), ("store.versions.order", "last_write_wins")],
            "The last write wins, by wall clocks that are off: B.",
        ),
    ];
    for (changes, words) in cases {
        let caveats = model_parameters(changes).caveats;
        assert!(only(&caveats).contains(words), "{caveats:?} does not contain {words:?}");
    }
    // A feature that does not affect the prediction is no caveat.
    for harmless in [
        [("store.quorum.sloppy", "true"), ("cluster.clocks", clocks)],
        [("store.quorum.speculation", "0.9"), ("store.gossip.on", "true")],
        [("load.on", "false"), ("load.keys", "1")],
    ] {
        assert_eq!(model_parameters(&harmless).caveats, [""; 0], "{harmless:?}");
    }
}

#[test]
fn a_fault_is_a_caveat_while_it_lasts() {
    let mut lab = open(&[("cluster.nodes", "5"), ("load.on", "false")]);
    let cases = [
        (r#"{"crash": "B"}"#, r#"{"restart": "B"}"#, "Nodes are down: B."),
        (r#"{"pause": "C"}"#, r#"{"resume": "C"}"#, "Nodes are paused: C."),
        (
            r#"{"slow": {"node": "D", "by": "9ms"}}"#,
            r#"{"slow": {"node": "D", "by": "0s"}}"#,
            "Nodes are slow: D.",
        ),
        (r#"{"partition": ["A"]}"#, r#""heal""#, "8 links are cut or clogged."),
        (r#"{"clog": {"from": "A", "to": "B"}}"#, r#""heal""#, "1 link is cut or clogged."),
        (r#"{"chaos": 0.01}"#, r#"{"chaos": 0}"#, "Chaos brings faults."),
    ];
    let command = |text: &str| serde_json::from_str::<Command>(text).expect("a command");
    for (begins, ends, words) in cases {
        lab.command(command(begins)).expect("possible");
        assert_eq!(only(&lab.model_parameters().expect("possible").caveats), words);
        lab.command(command(ends)).expect("possible");
        assert_eq!(lab.model_parameters().expect("possible").caveats, [""; 0]);
    }
    lab.command(command(r#"{"settings": {"gossip": {"on": true}, "read_repair": "off"}}"#))
        .expect("on");
    lab.command(command(r#"{"put": {"key": "k", "value": "v"}}"#)).expect("possible");
    lab.advance_to(Instant::from_us(500_000));
    lab.command(command(r#"{"join": "F"}"#)).expect("possible");
    let caveats = lab.model_parameters().expect("possible").caveats;
    assert_eq!(only(&caveats), "Ranges are moving to or from nodes: F.");
    lab.advance_to(Instant::from_us(20_000_000));
    assert_eq!(lab.model_parameters().expect("possible").caveats, [""; 0]);
}

#[test]
fn the_regions_of_the_nodes_are_part_of_the_model() {
    let five = model_parameters(&[("network.legs", "WAN"), ("cluster.nodes", "5")]);
    assert_eq!(five.caveats, [""; 0]);
    let lab = open(&[("network.legs", "WAN"), ("cluster.nodes", "5")]);
    let layouts = &five.wars.legs().layouts;
    let total: f64 = layouts.iter().map(|layout| layout.weight).sum();
    // The share of keys whose replicas are all in different regions, counted key by key.
    let is_spread = |regions: &[u16]| (0..3).all(|region| regions[..3].contains(&region));
    let spread = layouts.iter().filter(|layout| is_spread(&layout.regions));
    let expected = spread.map(|layout| layout.weight).sum::<f64>() / total;
    let keys = (0..20_000).map(|number| Key::new(&format!("k{number}")));
    let counted = keys.filter(|key| {
        let list = lab.cluster().preference_list(key);
        is_spread(&list.iter().map(|node| node.0 % 3).collect::<Vec<u16>>())
    });
    let counted = counted.count() as f64 / 20_000.0;
    assert!((counted - expected).abs() < 0.02 && counted > 0.1, "{counted} against {expected}");
    for Layout { regions, .. } in layouts {
        let mut all = regions.clone();
        all.sort_unstable();
        assert_eq!(all, [0, 0, 1, 1, 2], "every node has its region");
    }
    // If the load has few keys, the prediction uses the layouts of those keys.
    let two = [("network.legs", "WAN"), ("cluster.nodes", "5"), ("load.keys", "2")];
    let few = model_parameters(&[two[0], two[1], two[2], ("load.rate", "1")]);
    let expected: BTreeSet<Vec<u16>> = [Key::new("k0"), Key::new("k1")]
        .map(|key| lab.cluster().preference_list(&key).iter().map(|node| node.0 % 3).collect())
        .into();
    let layouts = few.wars.legs().layouts.iter();
    assert_eq!(
        layouts.map(|layout| layout.regions[..3].to_vec()).collect::<BTreeSet<_>>(),
        expected
    );
    let near = model_parameters(&[("network.regions", r#"{"count": 1, "apart": "75ms"}"#)]);
    let near = near.wars.legs();
    assert_eq!((near.remote_ms.to_bits(), near.layouts.len()), (0, 0));
    let many = model_parameters(&[("network.legs", "WAN"), ("cluster.nodes", "100")]);
    assert!(many.wars.legs().layouts.len() <= 100 * 8, "no more layouts than arcs of the ring");
}

#[test]
fn an_impossible_prediction_returns_the_reason() {
    let lab = open(&[("cluster.nodes", "70"), ("cluster.n", "65")]);
    assert_eq!(lab.model_parameters(), Err("n is 65, but must be from 1 to 64".to_owned()));
}
