//! The versions of a key on real clusters, compared with a model that keeps every value that each client
//! has read.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use ringside_lab::scenario::{Clock, LatencyModel, Skew};
use ringside_lab::settings::{Order, ReadRepair};
use ringside_lab::versions::{Lineage, Relation, WriteEnding};
use ringside_lab::{BuiltIn, Command, Dot, Duration, Focus, Instant, Lab, NodeId};

const KEY: &str = "cart";
const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

/// Opens three nodes that replicate every key, with R = W = 1 and delays of 10 ms.
fn open(order: Order) -> Lab {
    let mut scenario =
        BuiltIn::find("healthy").expect("it is built in").scenario().expect("it can be read");
    scenario.cluster.nodes = 3;
    (scenario.cluster.n, scenario.cluster.r, scenario.cluster.w) = (3, 1, 1);
    scenario.network.latency = LatencyModel::Constant(Duration::from_ms(10));
    scenario.network.client_latency = LatencyModel::Constant(Duration::from_ms(1));
    scenario.load.on = false;
    scenario.store.read_repair = ReadRepair::Off;
    scenario.store.versions.order = order;
    Lab::open(scenario).expect("it can be opened")
}

fn pass(lab: &mut Lab, ms: u64) {
    lab.advance_to(lab.now() + Duration::from_ms(ms));
}

fn put(lab: &mut Lab, value: &str, through: NodeId) {
    let (key, value) = (KEY.to_owned(), value.to_owned());
    lab.command(Command::Put { key, value, through: Some(through), ttl: None }).expect("possible");
}

fn get(lab: &mut Lab, through: NodeId) {
    let get = Command::Get { key: KEY.to_owned(), through: Some(through) };
    lab.command(get).expect("possible");
}

fn quorum(lab: &mut Lab, r: u16, w: u16) {
    lab.command(Command::Quorum { n: 3, r, w }).expect("possible");
}

/// Finds a version by its value.
fn of(lineage: &Lineage, value: &str) -> usize {
    let found = lineage.versions.iter().position(|it| it.value.as_deref() == Some(value));
    found.unwrap_or_else(|| panic!("no {value} among {:?}", lineage.versions))
}

fn values(lineage: &Lineage, places: &[usize]) -> BTreeSet<String> {
    places.iter().filter_map(|&place| lineage.versions[place].value.clone()).collect()
}

fn set(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Writes "old" everywhere, and then "left" on A and "right" on C, cut off from each other.
fn write_both_sides(order: Order) -> Lab {
    let mut lab = open(order);
    put(&mut lab, "old", A);
    pass(&mut lab, 100);
    get(&mut lab, C);
    pass(&mut lab, 100);
    lab.command(Command::Isolate(C)).expect("C is there");
    put(&mut lab, "left", A);
    pass(&mut lab, 50);
    put(&mut lab, "right", C);
    pass(&mut lab, 100);
    lab
}

#[test]
fn both_sides_of_a_partition_are_concurrent_and_a_put_that_read_both_replaces_them() {
    for order in [Order::Dotted, Order::Plain] {
        let mut lab = write_both_sides(order);
        let lineage = lab.lineage(KEY, Some(B));
        assert_eq!((lineage.versions.len(), lineage.since, lineage.left_out), (3, None, 0));
        let [old, left, right] = ["old", "left", "right"].map(|value| of(&lineage, value));
        let edges: BTreeSet<_> = lineage.edges.iter().copied().collect();
        assert_eq!(edges, BTreeSet::from([(old, left), (old, right)]), "{order:?}");
        let generations = [old, left, right].map(|it| lineage.versions[it].generation);
        assert_eq!(generations, [0, 1, 1]);
        let comparison = lineage.compare(right, left).expect("both are there");
        assert_eq!(comparison.relation, Relation::Concurrent);
        assert_eq!(comparison.signs, "concurrent: C:1 > C:0 but A:1 < A:2", "{order:?}");
        assert_eq!(comparison.deciding.len(), 2);
        let comparison = lineage.compare(left, old).expect("both are there");
        assert_eq!(comparison.signs, "A2 descends from A1: A:2 > A:1");
        let holds: Vec<(NodeId, BTreeSet<String>)> =
            lineage.holders.iter().map(|it| (it.node, values(&lineage, &it.holds))).collect();
        for (node, held) in holds {
            assert_eq!(held, set(&[if node == C { "right" } else { "left" }]));
        }
        assert_eq!(values(&lineage, &lineage.current), set(&["left", "right"]));
        assert_eq!(values(&lineage, &lineage.unseen), set(&["left", "right"]));
        assert_eq!((lineage.latest.conflicts, lineage.latest.in_force), (1, false));
        let dropped: Vec<_> = lineage.latest.would_drop.iter().map(|it| &it.value).collect();
        assert_eq!(dropped, [&Some("left".to_owned())], "the earlier one");

        // A get and then a put resolve the conflict.
        lab.command(Command::Heal).expect("possible");
        quorum(&mut lab, 3, 3);
        get(&mut lab, B);
        pass(&mut lab, 100);
        let shown: Vec<Dot> = lineage.current.iter().map(|it| lineage.versions[*it].dot).collect();
        assert_eq!(lab.unseen(KEY, Some(B), &shown), []);
        assert_eq!(lab.unseen(KEY, Some(A), &shown), [lineage.versions[right].dot]);
        put(&mut lab, "both", B);
        pass(&mut lab, 100);
        let lineage = lab.lineage(KEY, Some(B));
        let both = of(&lineage, "both");
        assert_eq!((&lineage.current, &lineage.foremost), (&vec![both], &vec![both]));
        assert!(lineage.holders.iter().all(|it| it.holds == [both]), "{:?}", lineage.holders);
        let before = lineage.edges.iter().filter(|edge| edge.1 == both).count();
        assert_eq!((before, lineage.versions[both].generation), (2, 2));
        assert_eq!(lineage.versions[both].ending, WriteEnding::Acknowledged);
        assert_eq!(lineage.latest.would_drop.len(), 1, "a resolved conflict stays counted");
        assert!(lineage.latest.did_drop.is_empty());
    }
}

#[test]
fn dropped_versions_are_counted_under_last_write_wins() {
    let mut lab = write_both_sides(Order::LastWriteWins);
    let lineage = lab.lineage(KEY, Some(B));
    assert!(
        lineage.latest.in_force && lineage.latest.did_drop.is_empty(),
        "no replica has received both"
    );
    assert_eq!(values(&lineage, &lineage.foremost), set(&["left", "right"]));
    assert_eq!(values(&lineage, &lineage.current), set(&["right"]));
    lab.command(Command::Heal).expect("possible");
    // A write from C, whose writer has seen only "right", replaces "left" everywhere.
    put(&mut lab, "last", C);
    pass(&mut lab, 100);
    let lineage = lab.lineage(KEY, Some(B));
    let dropped: Vec<_> =
        lineage.latest.did_drop.iter().map(|it| (it.value.as_deref(), it.acknowledged)).collect();
    assert_eq!(dropped, [(Some("left"), true)]);
}

#[test]
fn a_write_with_a_clock_that_is_behind_is_dropped_on_arrival() {
    let mut lab = open(Order::LastWriteWins);
    let behind = Clock { node: C, skew: Skew(-500_000), drift_ppm: 0 };
    lab.command(Command::Clock(behind)).expect("possible");
    pass(&mut lab, 1_000);
    put(&mut lab, "first", A);
    pass(&mut lab, 100);
    get(&mut lab, C);
    pass(&mut lab, 100);
    put(&mut lab, "late", C);
    pass(&mut lab, 100);
    let lineage = lab.lineage(KEY, Some(C));
    let dropped: Vec<_> = lineage.latest.did_drop.iter().map(|it| it.value.as_deref()).collect();
    assert_eq!(dropped, [Some("late")]);
    assert!(lineage.descends(of(&lineage, "late"), of(&lineage, "first")));
}

#[test]
fn a_plain_vector_drops_a_write_that_no_client_had_seen() {
    let scenario = BuiltIn::find("plain-vectors").expect("it is built in").scenario();
    let mut lab = Lab::open(scenario.expect("it can be read")).expect("it can be opened");
    lab.advance_to(Instant::ZERO + Duration::from_ms(10_000));
    let lineage = lab.lineage(KEY, None);
    let [milk, bread] = ["milk", "bread"].map(|value| of(&lineage, value));
    assert_eq!(lineage.current, [bread]);
    let comparison = lineage.compare(milk, bread).expect("both are there");
    assert_eq!(comparison.relation, Relation::Concurrent);
    assert!(comparison.words.contains("with B:2 against B:1"), "{comparison:?}");
    let dropped: Vec<_> = lineage.latest.did_drop.iter().map(|it| it.value.as_deref()).collect();
    assert_eq!(dropped, [Some("milk")]);
}

#[test]
fn hints_are_listed_as_copies() {
    let mut lab = open(Order::Dotted);
    let mut settings = lab.cluster().settings().clone();
    settings.hints.on = true;
    settings.hints.holder = ringside_lab::settings::Holder::Coordinator;
    lab.command(Command::Settings(Box::new(settings))).expect("possible");
    lab.command(Command::Isolate(C)).expect("possible");
    put(&mut lab, "kept", A);
    pass(&mut lab, 2_000);
    let lineage = lab.lineage(KEY, None);
    let kept = of(&lineage, "kept");
    let holder = lineage.holders.iter().find(|it| it.node == A).expect("A is a replica");
    assert_eq!((holder.hints.len(), holder.hints[0].target), (1, C));
    assert_eq!(holder.hints[0].holds, [kept]);
}

#[test]
fn a_long_history_is_bounded_and_reports_its_start() {
    let mut lab = open(Order::Dotted);
    for round in 0..120 {
        put(&mut lab, &format!("v{round}"), NodeId(round % 3));
        pass(&mut lab, 30);
    }
    let lineage = lab.lineage(KEY, None);
    assert!(lineage.versions.len() <= 40 && lineage.left_out > 0, "{}", lineage.left_out);
    assert!(lineage.since.is_some_and(|since| since > Instant::ZERO));
    of(&lineage, "v119");
}

/// An action of the user.
#[derive(Clone, Debug)]
enum Step {
    Put(u16),
    Get(u16),
    Isolate(u16),
    Heal,
    Wait,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..3_u16).prop_map(Step::Put),
        3 => (0..3_u16).prop_map(Step::Get),
        1 => (0..3_u16).prop_map(Step::Isolate),
        1 => Just(Step::Heal),
        1 => Just(Step::Wait),
    ];
    prop::collection::vec(step, 1..24)
}

/// The values that each client has read or written, with all values before them. Nothing is compressed.
#[derive(Default)]
struct Model {
    before: BTreeMap<String, BTreeSet<String>>,
    seen: BTreeMap<u16, BTreeSet<String>>,
}

impl Model {
    fn write(&mut self, client: u16, value: &str) {
        let seen = self.seen.entry(client).or_default();
        self.before.insert(value.to_owned(), seen.clone());
    }

    fn see(&mut self, client: u16, values: impl IntoIterator<Item = String>) {
        let seen = self.seen.entry(client).or_default();
        for value in values {
            seen.extend(self.before.get(&value).cloned().unwrap_or_default());
            seen.insert(value);
        }
    }
}

/// Executes steps, each to its end, and records in the model the values that clients wrote and read.
fn play(lab: &mut Lab, steps: &[Step]) -> Model {
    let mut model = Model::default();
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Put(client) => {
                let value = format!("v{number}");
                model.write(*client, &value);
                put(lab, &value, NodeId(*client));
                pass(lab, 5);
                model.see(*client, [value]);
            }
            Step::Get(client) => {
                get(lab, NodeId(*client));
                pass(lab, 5);
                let operation = lab.frame(&Focus::default()).operation.expect("it was asked");
                let outcome = operation.outcome.expect("R is 1, and each node is a replica");
                model.see(*client, outcome.versions.into_iter().filter_map(|it| it.value));
            }
            Step::Isolate(node) => _ = lab.command(Command::Isolate(NodeId(*node))),
            Step::Heal => _ = lab.command(Command::Heal),
            Step::Wait => pass(lab, 50),
        }
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_version_descends_from_exactly_the_versions_that_its_client_had_seen(
        steps in steps(),
        latest: bool,
    ) {
        let mut lab = open(if latest { Order::LastWriteWins } else { Order::Dotted });
        let model = play(&mut lab, &steps);
        let lineage = lab.lineage(KEY, None);
        prop_assert_eq!(lineage.versions.len(), model.before.len());
        for (newer, before) in &model.before {
            for older in model.before.keys() {
                let descends = lineage.descends(of(&lineage, newer), of(&lineage, older));
                prop_assert_eq!(descends, before.contains(older), "{} after {}", newer, older);
            }
        }
        for (older, newer) in &lineage.edges {
            prop_assert!(lineage.versions[*older].generation < lineage.versions[*newer].generation);
            let relation = lineage.compare(*newer, *older).map(|it| it.relation);
            prop_assert_eq!(relation, Some(Relation::After));
        }
        // Siblings are concurrent.
        for (place, one) in lineage.current.iter().enumerate() {
            for other in &lineage.current[..place] {
                let relation = lineage.compare(*one, *other).map(|it| it.relation);
                prop_assert_eq!(relation, Some(Relation::Concurrent));
            }
        }
        // A version that no replica holds and no later writer had seen was dropped. Dotted vectors drop
        // nothing.
        if latest {
            let held: BTreeSet<usize> =
                lineage.holders.iter().flat_map(|it| it.holds.iter().copied()).collect();
            let lost: BTreeSet<String> = (model.before.keys())
                .filter(|value| !held.contains(&of(&lineage, value)))
                .filter(|value| model.before.values().all(|before| !before.contains(*value)))
                .cloned()
                .collect();
            let dropped = lineage.latest.did_drop.iter().filter_map(|it| it.value.clone());
            prop_assert_eq!(dropped.collect::<BTreeSet<_>>(), lost);
        } else {
            prop_assert!(lineage.latest.did_drop.is_empty());
        }
    }

    /// Plain vectors may keep too many siblings, but no version descends from one that its client had not
    /// seen.
    #[test]
    fn plain_vectors_add_no_edge_from_a_version_that_the_client_had_not_seen(steps in steps()) {
        let mut lab = open(Order::Plain);
        let model = play(&mut lab, &steps);
        let lineage = lab.lineage(KEY, None);
        for (newer, older) in lineage.edges.iter().map(|(older, newer)| (newer, older)) {
            let value = |place: usize| lineage.versions[place].value.clone().unwrap_or_default();
            prop_assert!(model.before[&value(*newer)].contains(&value(*older)));
        }
        // No replica holds a version that is reported as dropped, and no later writer had seen it.
        for dropped in &lineage.latest.did_drop {
            let value = dropped.value.clone().unwrap_or_default();
            prop_assert!(model.before.values().all(|before| !before.contains(&value)));
            prop_assert!(lineage.holders.iter().all(|it| !it.holds.contains(&of(&lineage, &value))));
        }
    }
}
