//! Scenarios and links: accepted files, refusals and their messages, and a lab that never panics on the
//! content of a file or a link.

use proptest::prelude::*;
use ringside_lab::pbs::Preset;
use ringside_lab::scenario::{Legs, read_json, set};
use ringside_lab::slo::{Slo, Timescale};
use ringside_lab::{
    BUILT_IN, BuiltIn, Command, CoordinatorChoice, Duration, Focus, Instant, Lab, LinkError,
    NodeId, Regions, Scenario, Settings,
};
use ringside_random::Latency;
use ringside_store::settings::ReadRepair;
use serde_json::{Value, json};

fn healthy() -> Value {
    read_json(BUILT_IN[0].json).expect("the built-in scenarios are JSON")
}

/// Sets one field of the healthy scenario and returns the reason for its refusal.
fn refusal(path: &str, value: &Value) -> String {
    let mut scenario = healthy();
    set(&mut scenario, path, &value.to_string()).expect("the path leads somewhere");
    match Scenario::from_value(scenario) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{path} = {value} was accepted"),
    }
}

#[test]
fn every_built_in_scenario_is_read_and_runs() {
    for built_in in BUILT_IN {
        let scenario = built_in.scenario().expect(built_in.name);
        assert_eq!(Scenario::parse(&scenario.to_json()), Ok(scenario.clone()), "{}", built_in.name);
        let mut lab = Lab::open(scenario.clone()).expect(built_in.name);
        lab.advance_to(Instant::ZERO + scenario.duration);
        let report = lab.summary().report();
        assert!(report.reads.ok > 0 && report.writes.ok > 0, "{}: {report:?}", built_in.name);
    }
}

#[test]
fn the_first_built_in_scenarios_match_their_titles() {
    let failed = |name: &str| {
        let scenario = BuiltIn::find(name).map(BuiltIn::scenario).expect(name).expect(name);
        let mut lab = Lab::open(scenario.clone()).expect(name);
        lab.advance_to(Instant::ZERO + scenario.duration);
        let report = lab.summary().report();
        (report.reads.failed + report.writes.failed, report.messages.sent["repair"])
    };
    assert_eq!(failed("healthy").0, 0, "nothing fails in a healthy cluster");
    let (failures, repairs) = failed("partition");
    assert!(failures > 20 && repairs > 0, "{failures} failures, {repairs} repairs");
    let (_, repairs) = failed("crash");
    assert!(repairs > 0, "reads repair the replica that missed writes in a crash");
}

#[test]
fn a_refusal_names_the_field_and_the_reason() {
    let cases = [
        ("cluster.r", json!(4), "cluster.r: r is 4, but a key has only n = 3 replicas"),
        ("cluster.w", json!(0), "cluster.w: w is 0, but must be at least 1"),
        ("cluster.n", json!(6), "cluster.n: n is 6, but there are only 5 nodes"),
        ("cluster.nodes", json!(101), "cluster.nodes: 101 is out of bounds: it takes 1 to 100"),
        ("cluster.nodes", json!(-1), "cluster.nodes: invalid value: integer `-1`, expected u16"),
        ("cluster.colour", json!(1), "cluster.colour: unknown field `colour`"),
        ("cluster.request_timeout", json!("5"), "cluster.request_timeout: \"5\" is no duration"),
        ("cluster.request_timeout", json!(5), "expected a duration with its unit, as \"250ms\""),
        ("duration", json!("0s"), "duration: must be longer than no time at all"),
        ("format", json!(3), "format: 3 is unknown: this program reads format 2"),
        ("network.loss", json!(1.5), "network.loss: 1.5 is out of bounds: it takes 0 to 1"),
        (
            "network.latency",
            json!({"pareto": {"scale": "1ms", "shape": 0}}),
            "network.latency.pareto: shape is 0",
        ),
        (
            "network.latency",
            json!({"uniform": {"min": "2ms", "max": "1ms"}}),
            "network.latency.uniform: min is above max",
        ),
        (
            "network.latency",
            json!({"mixture": []}),
            "network.latency.mixture: a mixture needs at least one part",
        ),
        (
            "network.latency",
            json!({"mixture": [{"weight": 1, "latency": {"exponential": {"mean": "0s"}}}]}),
            "network.latency.mixture[0].latency.exponential: mean is 0",
        ),
        (
            "network.links",
            json!([{"from": "A", "to": "Q"}]),
            "network.links[0].to: there is no node Q: the nodes are A to E",
        ),
        ("load.rate", json!(0), "load.rate: 0 is out of bounds"),
        ("load.keys", json!(0), "load.keys: 0 is out of bounds"),
        ("load.distribution", json!({"zipf": {"exponent": 99}}), "load.distribution.zipf.exponent"),
        (
            "events",
            json!([{"at": "1s", "do": {"crash": "F"}}]),
            "events[0].do.crash: there is no node F",
        ),
        (
            "events",
            json!([{"at": "1s", "do": "heal"}, {"at": "1", "do": "heal"}]),
            "events[1].at: \"1\" is no duration",
        ),
        (
            "events",
            json!([{"at": "1s", "do": {"partition": []}}]),
            "events[0].do.partition: a partition needs nodes on both sides",
        ),
        (
            "events",
            json!([{"at": "1s", "do": {"put": {"key": "", "value": "v"}}}]),
            "events[0].do.put.key: must not be empty",
        ),
        ("events", json!([{"at": "1s", "do": "explode"}]), "unknown variant `explode`"),
    ];
    check_refusals(&cases);
}

#[test]
fn a_refusal_of_a_node_channel_or_store_setting_names_the_field_and_the_reason() {
    let cases = [
        (
            "cluster.partitions",
            json!(4),
            "cluster.partitions: 4 is out of bounds: it takes 5 to 4096",
        ),
        ("cluster.coordinator", json!("best"), "cluster.coordinator: unknown variant `best`"),
        (
            "cluster.service",
            json!({"time": {"exponential": {"mean": "0s"}}}),
            "cluster.service.time.exponential: mean is 0",
        ),
        ("cluster.service", json!({"mailbox": -1}), "cluster.service.mailbox: invalid value"),
        (
            "cluster.clocks",
            json!([{"node": "A", "skew": "-1s"}, {"node": "F", "skew": "1s"}]),
            "cluster.clocks[1].node: there is no node F: the nodes are A to E",
        ),
        (
            "cluster.clocks",
            json!([{"node": "A", "skew": "-1s"}, {"node": "A"}]),
            "cluster.clocks[1].node: node A is named twice",
        ),
        (
            "cluster.clocks",
            json!([{"node": "A", "skew": "1"}]),
            "cluster.clocks[0].skew: \"1\" is no",
        ),
        ("cluster.clocks", json!([{"node": "A", "skew": "-2000d"}]), "is longer than 1000d"),
        (
            "cluster.clocks",
            json!([{"node": "A", "drift_ppm": 600_000}]),
            "cluster.clocks[0].drift_ppm: 600000 is out of bounds",
        ),
        ("network.duplication", json!(1.5), "network.duplication: 1.5 is out of bounds"),
        ("network.reordering", json!(-0.5), "network.reordering: -0.5 is out of bounds"),
        ("load.delete_share", json!(2), "load.delete_share: 2 is out of bounds"),
        ("load.blind", json!(2), "load.blind: 2 is out of bounds"),
        ("load.ttl", json!("0s"), "load.ttl: must be longer than no time at all"),
        ("store.hints.window", json!("0s"), "store.hints.window: must be 1ms at least"),
        ("store.read_repair", json!("often"), "store.read_repair: unknown variant `often`"),
        ("store.colour", json!(1), "store.colour: unknown field `colour`"),
        ("cluster.read_repair", json!(true), "cluster.read_repair: unknown field `read_repair`"),
    ];
    check_refusals(&cases);
}

#[test]
fn a_refusal_of_legs_and_regions_names_the_field_and_the_reason() {
    let cases = [
        (
            "network.legs",
            json!("SSD"),
            "network.legs: \"SSD\" is no preset; there are LNKD-SSD, LNKD-DISK, YMMR, WAN",
        ),
        ("network.legs", json!(7), "network.legs: invalid type: integer `7`, expected the name of"),
        ("network.legs", json!({"x": null}), "network.legs.x: unknown field `x`, expected one of"),
        (
            "network.legs",
            json!({"a": {"pareto": {"scale": "1ms", "shape": 0}}}),
            "network.legs.a.pareto: shape is 0",
        ),
        (
            "network.legs",
            json!({"s": {"exponential": {"mean": "5"}}}),
            "network.legs.s.exponential.mean: \"5\" is no duration",
        ),
        (
            "network.regions",
            json!({"count": 0, "apart": "1ms"}),
            "network.regions.count: 0 is out of",
        ),
        ("network.regions", json!({"count": 3}), "network.regions: missing field `apart`"),
        (
            "network.regions",
            json!({"count": 3, "apart": "2000d"}),
            "network.regions.apart: 2000d is longer than 1000d",
        ),
    ];
    check_refusals(&cases);
}

/// Sets fields one by one, and checks that the refusal of each value contains the expected words.
fn check_refusals(cases: &[(&str, Value, &str)]) {
    for (path, value, expected) in cases {
        let refusal = refusal(path, value);
        assert!(refusal.contains(expected), "{refusal:?} does not contain {expected:?}");
    }
}

#[test]
fn a_missing_field_is_named() {
    let mut missing = healthy();
    missing["cluster"].as_object_mut().expect("an object").remove("n");
    let error = Scenario::from_value(missing).expect_err("n is missing").to_string();
    assert_eq!(error, "cluster: missing field `n`");
}

#[test]
fn broken_json_is_refused_with_its_line() {
    let error = Scenario::parse("{\n  \"format\": 1,\n  oops\n}").expect_err("no JSON").to_string();
    assert_eq!(error, "line 3, column 3: not JSON: key must be a string");
}

#[test]
fn a_setting_needs_a_path_that_leads_somewhere() {
    let refused =
        |path: &str| set(&mut healthy(), path, "1").expect_err("no such place").to_string();
    assert!(refused("").contains("a path is made of names"));
    assert!(refused("cluster.n.deep").contains("can't be inside a plain value"));
    assert!(refused("network.latency.mixture.7").contains("the array is shorter"));
    assert!(refused("network.latency.mixture.x").contains("an array takes a number"));
}

#[test]
fn an_impossible_command_of_a_schedule_is_logged_and_does_not_stop_the_run() {
    let mut scenario = healthy();
    scenario["events"] =
        json!([{"at": "1s", "do": {"crash": "A"}}, {"at": "2s", "do": {"crash": "A"}}]);
    let mut lab = Lab::open(Scenario::from_value(scenario).expect("possible")).expect("possible");
    lab.advance_to(Instant::from_us(2_000_000));
    let log = lab.log(usize::MAX);
    assert!(log.iter().any(|line| line.text.contains("node A is stopped already")), "{log:?}");
}

/// Returns the healthy scenario in format 1, with a value of its field `read_repair`.
fn of_format_1(read_repair: &Value) -> Value {
    let mut scenario = healthy();
    scenario["format"] = json!(1);
    scenario["cluster"]["read_repair"] = read_repair.clone();
    scenario
}

#[test]
fn a_file_of_format_1_keeps_its_meaning() {
    let plain = Scenario::from_value(healthy()).expect("built in");
    let repairs = Scenario::from_value(of_format_1(&json!(true))).expect("format 1");
    assert_eq!(repairs, plain, "asynchronous repair is the default");
    let without = Scenario::from_value(of_format_1(&json!(false))).expect("format 1");
    assert_eq!(without.store.read_repair, ReadRepair::Off);
    assert_eq!(without.format, 2);
    assert_eq!(Scenario::parse(&without.to_json()), Ok(without), "it is written in format 2");

    let mut set_by_hand = of_format_1(&json!(false));
    set(&mut set_by_hand, "store.hints.on", "true").expect("a path");
    let both = Scenario::from_value(set_by_hand).expect("a field that was set by hand");
    assert_eq!((both.store.read_repair, both.store.hints.on), (ReadRepair::Off, true));

    let error = Scenario::from_value(of_format_1(&json!(3))).expect_err("no switch").to_string();
    assert_eq!(error, "cluster.read_repair: must be true or false");
}

#[test]
fn a_field_that_a_file_omits_has_its_default() {
    let scenario = Scenario::from_value(healthy()).expect("built in");
    assert_eq!(scenario.store, Settings::default());
    assert_eq!((scenario.network.duplication, scenario.network.reordering), (0.0, 0.0));
    assert_eq!(scenario.cluster.coordinator, CoordinatorChoice::Replica);
    assert_eq!((scenario.cluster.service.time.as_ref(), scenario.cluster.partitions), (None, None));
    assert!(scenario.cluster.clocks.is_empty() && !scenario.load.shared_keys);
    assert_eq!((scenario.network.legs.as_ref(), scenario.network.regions), (None, None));
}

/// Opens the healthy scenario with these legs and regions, and checks that a link keeps them.
fn with_legs(legs: &str, regions: &str) -> Lab {
    let mut scenario = healthy();
    set(&mut scenario, "network.legs", legs).expect("a path");
    set(&mut scenario, "network.regions", regions).expect("a path");
    let scenario = Scenario::from_value(scenario).expect("possible");
    assert_eq!(Scenario::parse(&scenario.to_json()), Ok(scenario.clone()));
    let mut lab = Lab::open(scenario.clone()).expect("possible");
    lab.advance_to(Instant::from_us(300_000));
    let (again, _) = Lab::open_link(&lab.link()).expect("our own link");
    assert_eq!(*again.scenario(), scenario, "a link carries them");
    lab
}

#[test]
fn legs_are_a_preset_or_models_and_wan_sets_its_regions() {
    let (apart, of_wan) = (Duration::from_ms(75), "{\"count\": 3, \"apart\": \"75ms\"}");
    for preset in Preset::ALL {
        let lab = with_legs(&preset.name().to_lowercase(), "null");
        let frame = lab.frame(&Focus::default());
        assert_eq!(frame.legs, Some(Legs::Preset(preset)));
        let legs = &lab.cluster().channels().legs;
        let fits = preset.legs();
        for (leg, fit) in
            [(&legs.w, fits.w), (&legs.a, fits.a), (&legs.r, fits.r), (&legs.s, fits.s)]
        {
            assert_eq!(*leg, fit.to_latency(), "{preset}");
        }
        let regions = (preset == Preset::Wan).then_some(Regions { count: 3, apart });
        assert_eq!((frame.regions, lab.cluster().channels().regions), (regions, regions));
        assert_eq!(lab.scenario().network.regions, None, "the scenario sets no regions");
    }
    let own = with_legs(
        r#"{"w": {"constant": "9ms"}, "s": {"uniform": {"min": "1ms", "max": "2ms"}}}"#,
        of_wan,
    );
    let legs = &own.cluster().channels().legs;
    assert_eq!(legs.w, Some(Latency::Constant { us: 9_000 }));
    assert_eq!(legs.s, Some(Latency::Uniform { min_us: 1_000, max_us: 2_000 }));
    assert_eq!((&legs.a, &legs.r), (&None, &None));
    assert_eq!(own.frame(&Focus::default()).regions, Some(Regions { count: 3, apart }));
    let near = with_legs("WAN", r#"{"count": 1, "apart": "0s"}"#);
    assert_eq!(
        near.frame(&Focus::default()).regions.map(|it| it.count),
        Some(1),
        "the scenario's own count"
    );
}

#[test]
fn regions_that_a_preset_set_are_removed_with_it() {
    let mut lab = with_legs("WAN", "null");
    let regions = |lab: &Lab| lab.frame(&Focus::default()).regions;
    lab.command(Command::Legs(Some(Legs::Preset(Preset::Ymmr)))).expect("possible");
    assert_eq!(regions(&lab), None);
    let own = Some(Regions { count: 2, apart: Duration::from_ms(9) });
    lab.command(Command::Regions(own)).expect("possible");
    lab.command(Command::Legs(Some(Legs::Preset(Preset::Wan)))).expect("possible");
    assert_eq!(regions(&lab), own, "regions set by a command stay");
    lab.command(Command::Regions(None)).expect("possible");
    assert_eq!(regions(&lab).map(|it| it.count), Some(3), "the regions of WAN");
    lab.command(Command::Legs(None)).expect("possible");
    assert_eq!((regions(&lab), lab.frame(&Focus::default()).legs), (None, None));
}

/// Changes a JSON text somewhere: a cut, a repeated part or a foreign byte.
fn damaged(text: &str) -> impl Strategy<Value = String> {
    let bytes = text.as_bytes().to_vec();
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    prop::collection::vec(change, 1..4).prop_map(move |changes| {
        let mut bytes = bytes.clone();
        for (a, b, byte, how) in changes {
            let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
            match how {
                0 => bytes[a] = byte,
                1 => drop(bytes.drain(a.min(b)..a.max(b))),
                _ => {
                    let part = bytes[a.min(b)..a.max(b)].to_vec();
                    bytes.splice(a..a, part);
                }
            }
            if bytes.is_empty() {
                bytes.push(b'0');
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Generates a value that a field was never meant to hold.
fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        "[a-z0-9]{0,6}".prop_map(|text| json!(text)),
        (any::<u64>(), prop_oneof!["us", "ms", "s", "d"])
            .prop_map(|(n, unit)| json!(format!("{n}{unit}"))),
        (any::<f64>(), any::<f64>()).prop_map(|(scale, shape)| {
            json!({"pareto": {"scale": format!("{}us", scale.abs() as u64), "shape": shape}})
        }),
        (0..9_u16, 0..9_u16, 0..9_u16)
            .prop_map(|(n, r, w)| json!([{"at": "1ms", "do": {"quorum": {"n": n, "r": r, "w": w}}}])),
        (any::<u64>(), 0..30_u16).prop_map(|(id, node)| json!([
            {"at": "0s", "do": {"put": {"key": "k", "value": "v", "through": NodeId(node).to_string()}}},
            {"at": "1us", "do": {"hold": id % 8}},
            {"at": "2us", "do": {"drop": id % 5}},
            {"at": "3us", "do": {"release": id % 8}},
            {"at": "4us", "do": {"wipe": NodeId(node % 7).to_string()}},
        ])),
        (any::<i64>(), 0..9_u16, any::<f64>()).prop_map(|(n, node, share)| json!([
            {"at": "0s", "do": {"clog": {"from": "A", "to": NodeId(node).to_string()}}},
            {"at": "1us", "do": {"swizzle": {"nodes": ["A", "C"], "every": format!("{}us", n as u8)}}},
            {"at": "2us", "do": {"chaos": share}},
            {"at": "3us", "do": {"join": NodeId(node).to_string()}},
            {"at": "4us", "do": {"clock": {"node": "A", "skew": format!("{n}us"), "drift_ppm": n}}},
            {"at": "5us", "do": {"settings": {"gossip": {"on": n % 2 == 0}}}},
            {"at": "6us", "do": {"service": {"time": {"constant": "1ms"}, "mailbox": n}}},
            {"at": "7us", "do": {"legs": if n % 2 == 0 { json!("WAN") } else { json!({"r": null}) }}},
            {"at": "8us", "do": {"regions": {"count": node, "apart": format!("{}us", n.unsigned_abs())}}},
        ])),
    ]
}

/// Lists the paths of all values in a scenario.
fn paths(value: &Value, prefix: &str, found: &mut Vec<String>) {
    let mut into = |name: &str, inside: &Value| {
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        found.push(path.clone());
        paths(inside, &path, found);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, inside)| into(name, inside)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, inside)| into(&index.to_string(), inside));
        }
        _ => {}
    }
}

/// Opens a scenario if it can be opened, and runs it a little.
fn try_to_run(text: &str) {
    if let Ok(scenario) = Scenario::parse(text)
        && let Ok(mut lab) = Lab::open(scenario)
    {
        lab.advance(Instant::from_us(200_000), 2_000);
        lab.frame(&Focus::default());
        lab.log(50);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_damaged_file_makes_the_lab_panic(
        text in (0..BUILT_IN.len()).prop_flat_map(|index| damaged(BUILT_IN[index].json)),
    ) {
        try_to_run(&text);
    }

    #[test]
    fn no_odd_value_in_any_field_makes_the_lab_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd_value()), 1..3),
    ) {
        let mut scenario = healthy();
        for (index, value) in changes {
            let mut places = Vec::new();
            paths(&scenario, "", &mut places);
            let place = &places[index.index(places.len())];
            let _ = set(&mut scenario, place, &value.to_string());
        }
        try_to_run(&scenario.to_string());
    }

    #[test]
    fn no_text_makes_a_link_or_a_scenario_panic(text in "\\PC{0,80}", bytes: Vec<u8>) {
        let _ = Lab::open_link(&text);
        let _ = Scenario::parse(&text);
        let _ = Lab::open_link(&String::from_utf8_lossy(&bytes));
    }

    /// A damaged link is refused; it never opens as another run.
    #[test]
    fn a_damaged_link_is_refused(change in any::<(prop::sample::Index, prop::sample::Index, u8)>()) {
        let link = link();
        let (at, to, letter) = (change.0.index(link.len()), change.1.index(link.len()), change.2);
        let mut cut = link.clone();
        cut.truncate(at);
        let mut changed = link.clone().into_bytes();
        changed[to] = b"ABCabc019-_#%"[usize::from(letter) % 13];
        for bad in [cut, String::from_utf8_lossy(&changed).into_owned()] {
            if bad != link {
                prop_assert!(Lab::open_link(&bad).is_err(), "{bad} was opened");
            }
        }
    }

    /// A link with a correct checksum may still hold any bytes, such as a link from a hostile page.
    #[test]
    fn a_link_of_arbitrary_bytes_with_a_correct_checksum_never_panics(plain: Vec<u8>) {
        let link = pack(3, &plain);
        let _ = Lab::open_link(&link);
    }

    /// Some bytes of a real run are changed before the run is packed into a link.
    #[test]
    fn a_link_of_a_changed_run_with_a_correct_checksum_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut plain = plain_of(&link());
        for (index, byte) in changes {
            let index = index.index(plain.len());
            plain[index] = byte;
        }
        if let Ok((mut lab, moment)) = Lab::open_link(&pack(3, &plain)) {
            lab.advance(moment.min(Instant::from_us(2_000_000)), 5_000);
            lab.frame(&Focus::default());
        }
    }
}

fn link() -> String {
    let mut lab = Lab::open(BUILT_IN[1].scenario().expect("built in")).expect("built in");
    lab.advance_to(Instant::from_us(500_000));
    let put =
        Command::Put { key: "k".into(), value: "v".into(), through: Some(NodeId(0)), ttl: None };
    lab.command(put).expect("possible");
    lab.command(Command::Wipe(NodeId(3))).expect("possible");
    lab.advance_to(Instant::from_us(700_000));
    lab.link()
}

/// Packs bytes as a link does, with a correct checksum.
fn pack(version: u8, plain: &[u8]) -> String {
    use base64::Engine as _;
    let body = miniz_oxide::deflate::compress_to_vec(plain, 6);
    let mut bytes = vec![version];
    bytes.extend((twox_hash::XxHash3_64::oneshot(&body) as u32).to_le_bytes());
    bytes.extend(body);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn plain_of(link: &str) -> Vec<u8> {
    use base64::Engine as _;
    let bytes =
        base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(link).expect("our own link");
    miniz_oxide::inflate::decompress_to_vec(&bytes[5..]).expect("our own link")
}

#[test]
fn a_link_of_another_version_has_another_error_than_a_damaged_one() {
    let error = |link: &str| Lab::open_link(link).map(|_| ()).expect_err("no link of ours");
    assert_eq!(error(&pack(9, b"anything")), LinkError::Version { found: 9 });
    assert_eq!(error("not a link"), LinkError::Damaged);
    assert_eq!(error(""), LinkError::Damaged);
    let link = link();
    assert!(
        Lab::open_link(&format!("#{link}")).is_ok(),
        "a link may begin with the # of a fragment"
    );
}

#[test]
fn a_custom_slo_is_read_from_a_file_and_its_invalid_field_is_named() {
    let mut file = healthy();
    let standard: Scenario = serde_json::from_value(file.clone()).expect("a scenario");
    assert_eq!(standard.slo, Slo::default());
    file["slo"] = serde_json::to_value(Slo::default()).expect("it is data");
    set(&mut file, "slo.objectives.1.target", "0.25").expect("a path");
    set(&mut file, "slo.window_ms", "600000").expect("a path");
    let mut scenario: Scenario = serde_json::from_value(file).expect("a scenario");
    let lab = Lab::open(scenario.clone()).expect("it can be opened");
    let board = lab.board(Timescale::Compressed);
    assert_eq!(board.window_ms.to_bits(), 10_000_f64.to_bits());
    assert_eq!(board.objectives[1].objective.target.to_bits(), 0.25_f64.to_bits());
    scenario.slo.objectives[2].page.above = -1.0;
    let error = scenario.check().expect_err("nothing takes less than no time");
    assert_eq!(error.path, "slo.objectives[2].page.above");
}
