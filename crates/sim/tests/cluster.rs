//! The cluster as a whole: determinism, bookkeeping, and what each fault does.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_random::Latency;
use ringside_sim::{Channels, Cluster, Config, End, Kind, Load, Loss, Outcome, Refusal, What};
use ringside_store::version::Siblings;
use ringside_store::{
    Duration, Instant, Key, NodeId, Operation, Quorum, RequestId, Response, Value,
};

fn config() -> Config {
    Config {
        seed: 1,
        nodes: 5,
        tokens_per_node: 8,
        quorum: Quorum::new(3, 2, 2).expect("a possible quorum"),
        request_timeout: Duration::from_ms(100),
        read_repair: true,
        channels: Channels {
            latency: Latency::Uniform { min_us: 4_000, max_us: 16_000 },
            client_latency: Latency::Constant { us: 1_000 },
            loss: 0.0,
            links: BTreeMap::new(),
        },
        client_timeout: Duration::from_ms(300),
        load: None,
    }
}

fn load(rate: f64) -> Load {
    Load { rate, read_share: 0.5, clients: 3, keys: 10, exponent: 0.0 }
}

fn start(config: Config) -> Cluster {
    Cluster::new(config).expect("a possible cluster")
}

fn run_for(cluster: &mut Cluster, ms: u64) {
    let until = cluster.now() + Duration::from_ms(ms);
    assert!(cluster.advance(until, u64::MAX), "it got there");
    assert_eq!(cluster.now(), until);
}

fn put(cluster: &mut Cluster, key: &str, value: &str, through: Option<u16>) -> RequestId {
    let value = Some(Value::new(value));
    let through = through.map(NodeId);
    cluster.request(Operation::Put, &Key::new(key), value, through).expect("a known node")
}

fn get(cluster: &mut Cluster, key: &str, through: Option<u16>) -> RequestId {
    let through = through.map(NodeId);
    cluster.request(Operation::Get, &Key::new(key), None, through).expect("a known node")
}

/// Gives how an operation ended for its client.
fn outcome(cluster: &Cluster, id: RequestId) -> Option<Outcome> {
    cluster.journal().since(0).find_map(|entry| match &entry.what {
        What::Returned { request, outcome } if *request == id => Some(outcome.clone()),
        _ => None,
    })
}

fn values(outcome: Option<Outcome>) -> Vec<String> {
    match outcome {
        Some(Outcome::Answered(Response::Found { siblings })) => {
            siblings.values().map(ToString::to_string).collect()
        }
        other => panic!("no answer to a get: {other:?}"),
    }
}

fn losses(cluster: &Cluster, why: Loss) -> usize {
    let entries = cluster.journal().since(0);
    entries.filter(|e| matches!(e.what, What::Lost { why: of, .. } if of == why)).count()
}

#[test]
fn the_same_run_twice_has_one_digest_and_another_seed_another() {
    let digest = |seed| {
        let mut cluster = start(Config { seed, load: Some(load(200.0)), ..config() });
        run_for(&mut cluster, 2_000);
        cluster.journal().digest()
    };
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
}

#[test]
fn a_put_through_a_quorum_is_read_back() {
    let mut cluster = start(config());
    let id = put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 100);
    assert!(outcome(&cluster, id).is_some_and(|outcome| outcome.is_ok()));
    let id = get(&mut cluster, "colour", Some(4));
    run_for(&mut cluster, 100);
    assert_eq!(values(outcome(&cluster, id)), ["blue"]);
}

#[test]
fn a_person_who_put_before_replaces_what_he_saw() {
    let mut cluster = start(config());
    for value in ["blue", "red"] {
        put(&mut cluster, "colour", value, None);
        run_for(&mut cluster, 100);
    }
    let id = get(&mut cluster, "colour", None);
    run_for(&mut cluster, 100);
    assert_eq!(values(outcome(&cluster, id)), ["red"]);
}

#[test]
fn the_clients_at_two_nodes_do_not_know_of_each_other() {
    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", Some(0));
    run_for(&mut cluster, 100);
    put(&mut cluster, "colour", "red", Some(1));
    run_for(&mut cluster, 100);
    let id = get(&mut cluster, "colour", None);
    run_for(&mut cluster, 100);
    assert_eq!(values(outcome(&cluster, id)), ["blue", "red"]);
}

#[test]
fn both_sides_of_a_partition_tell_the_truth_and_healing_brings_them_together() {
    let mut cluster = start(config());
    let replicas = cluster.preference_list(&Key::new("colour"));
    let alone = replicas[0];
    cluster.partition(&[alone]).expect("a possible partition");
    assert_eq!(cluster.cuts().len(), 8, "four links, both ways");

    let lonely = put(&mut cluster, "colour", "blue", Some(alone.0));
    let joined = put(&mut cluster, "colour", "red", Some(replicas[1].0));
    run_for(&mut cluster, 200);
    let Some(Outcome::Answered(Response::Unavailable { answered, needed, asked, .. })) =
        outcome(&cluster, lonely)
    else {
        panic!("a put without its quorum must fail");
    };
    assert_eq!((answered, needed, asked), (1, 2, 3));
    assert!(outcome(&cluster, joined).is_some_and(|outcome| outcome.is_ok()));
    assert!(losses(&cluster, Loss::Cut) >= 3, "what crosses the cut is lost");

    cluster.heal();
    let id = get(&mut cluster, "colour", Some(replicas[2].0));
    run_for(&mut cluster, 200);
    get(&mut cluster, "colour", Some(replicas[2].0));
    run_for(&mut cluster, 200);
    let found = values(outcome(&cluster, id));
    assert!(found.contains(&"red".to_owned()), "{found:?} lacks the acknowledged write");
    for node in cluster.nodes().filter(|node| replicas.contains(&node.id)) {
        let held = node.disk.get(&Key::new("colour")).map_or(0, Siblings::len);
        assert_eq!(held, 2, "{} holds the failed write and the other", node.id);
    }
}

#[test]
fn a_message_on_a_link_that_is_cut_is_lost() {
    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 2);
    let writes = |cluster: &Cluster| cluster.in_flight().filter(|m| m.kind == Kind::Write).count();
    let out = writes(&cluster);
    assert!(out >= 2);
    let all: Vec<NodeId> = (0..5).map(NodeId).collect();
    for node in &all {
        cluster.partition(&[*node]).expect("a possible partition");
    }
    assert_eq!(writes(&cluster), 0);
    assert_eq!(losses(&cluster, Loss::Cut), out);
}

#[test]
fn a_message_that_its_channel_loses_is_lost_halfway() {
    let mut channels = config().channels;
    channels.loss = 1.0;
    let mut cluster = start(Config { channels, ..config() });
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 200);
    let mut sent = BTreeMap::new();
    let mut lost = 0;
    for entry in cluster.journal().since(0) {
        match &entry.what {
            What::Sent { message, arrives } => {
                sent.insert(message.id, (entry.at, arrives.since(entry.at).as_us()));
            }
            What::Lost { message, why: Loss::Chance } => {
                let (at, way_us) = sent[&message.id];
                assert_eq!(entry.at.since(at).as_us(), way_us / 2);
                lost += 1;
            }
            _ => {}
        }
    }
    assert!(lost >= 2, "both writes to the others were lost");
}

#[test]
fn a_stopped_node_refuses_and_the_client_asks_the_next() {
    let mut cluster = start(config());
    let replicas = cluster.preference_list(&Key::new("colour"));
    cluster.crash(replicas[0]).expect("it runs");
    for _ in 0..10 {
        let id = put(&mut cluster, "colour", "blue", None);
        run_for(&mut cluster, 400);
        assert!(
            outcome(&cluster, id).is_some_and(|outcome| outcome.is_ok()),
            "two of three are up"
        );
    }
    let id = put(&mut cluster, "colour", "blue", Some(replicas[0].0));
    run_for(&mut cluster, 400);
    assert!(matches!(outcome(&cluster, id), Some(Outcome::Refused)));
}

#[test]
fn a_crash_keeps_the_disk_and_a_wipe_does_not() {
    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 100);
    let node = cluster.preference_list(&Key::new("colour"))[0];
    let keys = |cluster: &Cluster| {
        cluster.nodes().nth(node.index()).map(|node| (node.up, node.disk.live_keys()))
    };
    cluster.crash(node).expect("it runs");
    assert_eq!(keys(&cluster), Some((false, 1)));
    assert_eq!(cluster.crash(node), Err(Refusal::IsDown(node)));
    cluster.restart(node).expect("it is stopped");
    assert_eq!(keys(&cluster), Some((true, 1)));
    assert_eq!(cluster.restart(node), Err(Refusal::IsUp(node)));
    cluster.wipe(node).expect("it is known");
    assert_eq!(keys(&cluster), Some((false, 0)));
    cluster.restart(node).expect("it is stopped");
    let id = get(&mut cluster, "colour", Some(node.0));
    run_for(&mut cluster, 200);
    assert_eq!(values(outcome(&cluster, id)), ["blue"], "the others still have it");
    assert_eq!(keys(&cluster), Some((true, 1)), "and the read repaired the wiped node");
}

#[test]
fn a_wiped_node_does_not_give_an_old_name_to_a_new_write() {
    let mut cluster = start(config());
    let replicas = cluster.preference_list(&Key::new("colour"));
    put(&mut cluster, "colour", "blue", Some(replicas[0].0));
    run_for(&mut cluster, 200);
    cluster.wipe(replicas[0]).expect("it is known");
    cluster.restart(replicas[0]).expect("it is stopped");
    put(&mut cluster, "colour", "red", Some(replicas[0].0));
    run_for(&mut cluster, 200);
    for node in cluster.nodes().filter(|node| replicas.contains(&node.id)) {
        let held = node.disk.get(&Key::new("colour")).expect("it was written to");
        let values: Vec<_> = held.values().map(ToString::to_string).collect();
        assert_eq!(values, ["red"], "{} took the new write for the old one", node.id);
    }
}

#[test]
fn the_client_of_a_coordinator_that_crashes_gives_up_after_its_timeout() {
    let mut cluster = start(config());
    let id = put(&mut cluster, "colour", "blue", Some(0));
    run_for(&mut cluster, 2);
    cluster.crash(NodeId(0)).expect("it runs");
    run_for(&mut cluster, 297);
    assert!(outcome(&cluster, id).is_none());
    run_for(&mut cluster, 2);
    assert!(matches!(outcome(&cluster, id), Some(Outcome::Silence)));
}

#[test]
fn a_held_message_waits_and_goes_on_from_where_it_stood() {
    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 3);
    let flight = cluster.in_flight().find(|m| m.kind == Kind::Write).expect("a write is out");
    cluster.hold(flight.id).expect("it is in flight");
    run_for(&mut cluster, 50);
    let held = cluster.in_flight().find(|m| m.id == flight.id).expect("it is held");
    assert_eq!(held.held, Some(Instant::from_us(3_000)));
    cluster.release(flight.id).expect("it is held");
    let released = cluster.in_flight().find(|m| m.id == flight.id).expect("it is out again");
    assert_eq!(released.arrives, flight.arrives + Duration::from_ms(50));
    run_for(&mut cluster, 50);
    assert!(cluster.in_flight().all(|m| m.id != flight.id));
    assert_eq!(cluster.release(flight.id), Err(Refusal::NotHeld(flight.id)));
}

#[test]
fn a_dropped_message_is_lost_and_no_other() {
    let mut cluster = start(config());
    let id = put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 2);
    let writes: Vec<_> = cluster.in_flight().filter(|m| m.kind == Kind::Write).collect();
    cluster.drop_message(writes[0].id).expect("it is in flight");
    assert_eq!(cluster.drop_message(writes[0].id), Err(Refusal::NotInFlight(writes[0].id)));
    run_for(&mut cluster, 200);
    assert_eq!(losses(&cluster, Loss::Hand), 1);
    assert!(outcome(&cluster, id).is_some_and(|outcome| outcome.is_ok()), "two of three have it");
    let End::Node(without) = writes[0].to else { panic!("a write goes to a node") };
    let node = cluster.nodes().nth(without.index()).expect("a known node");
    assert!(node.disk.get(&Key::new("colour")).is_none());
}

#[test]
fn a_wider_n_is_asked_at_once_and_refused_beyond_the_nodes() {
    let mut cluster = start(config());
    cluster.set_quorum(Quorum::new(5, 5, 5).expect("possible")).expect("five nodes");
    let id = put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 200);
    assert!(outcome(&cluster, id).is_some_and(|outcome| outcome.is_ok()));
    assert!(cluster.nodes().all(|node| node.disk.live_keys() == 1));
    let six = Quorum::new(6, 1, 1).expect("possible");
    assert_eq!(cluster.set_quorum(six), Err(Refusal::TooFewNodes { n: 6, nodes: 5 }));
    assert_eq!(cluster.quorum().n(), 5);
}

/// Counter-based luck: with W = 1 instead of 3 the same messages take just as long, though the
/// operations end at other times.
#[test]
fn runs_that_differ_in_one_knob_share_their_luck() {
    let delays = |w| {
        let quorum = Quorum::new(3, 2, w).expect("possible");
        let mut cluster = start(Config { quorum, load: Some(load(50.0)), ..config() });
        run_for(&mut cluster, 1_000);
        let sent = cluster.journal().since(0).filter_map(|entry| match &entry.what {
            What::Sent { message, arrives } if message.kind == Kind::Write => {
                Some(((message.request, message.from, message.to), arrives.since(entry.at)))
            }
            _ => None,
        });
        sent.collect::<BTreeMap<_, _>>()
    };
    let (weak, strong) = (delays(1), delays(3));
    assert!(weak.len() > 30);
    assert_eq!(weak, strong);
}

/// What a person may do at any time.
#[derive(Clone, Debug)]
enum Act {
    Crash(u16),
    Restart(u16),
    Wipe(u16),
    Cut(u16),
    Heal,
    Put(u16),
    Hold,
    Drop,
    ReleaseAll,
}

fn acts() -> impl Strategy<Value = Vec<(u64, Act)>> {
    let node = 0..6_u16;
    let act = prop_oneof![
        node.clone().prop_map(Act::Crash),
        node.clone().prop_map(Act::Restart),
        node.clone().prop_map(Act::Wipe),
        node.clone().prop_map(Act::Cut),
        Just(Act::Heal),
        node.prop_map(Act::Put),
        Just(Act::Hold),
        Just(Act::Drop),
        Just(Act::ReleaseAll),
    ];
    prop::collection::vec((0..60_u64, act), 0..25)
}

fn carry_out(cluster: &mut Cluster, act: &Act) {
    let first = cluster.in_flight().filter(|m| m.held.is_none()).map(|m| m.id).min();
    // A refusal is an answer too: what matters is that nothing breaks.
    let _ = match act {
        Act::Crash(node) => cluster.crash(NodeId(*node)),
        Act::Restart(node) => cluster.restart(NodeId(*node)),
        Act::Wipe(node) => cluster.wipe(NodeId(*node)),
        Act::Cut(node) => cluster.partition(&[NodeId(*node)]),
        Act::Heal => {
            cluster.heal();
            Ok(())
        }
        Act::Put(node) => {
            let value = Some(Value::new("v"));
            let through = Some(NodeId(*node));
            cluster.request(Operation::Put, &Key::new("k0"), value, through).map(|_| ())
        }
        Act::Hold => first.map_or(Ok(()), |id| cluster.hold(id)),
        Act::Drop => first.map_or(Ok(()), |id| cluster.drop_message(id)),
        Act::ReleaseAll => {
            let held: Vec<_> = cluster.in_flight().filter(|m| m.held.is_some()).collect();
            held.iter().try_for_each(|m| cluster.release(m.id))
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is done: every message sent is delivered, lost or still out; every operation ends
    /// once; and the run repeats itself to the last byte, in one sweep or in small steps.
    #[test]
    fn the_books_balance_and_the_run_repeats(seed: u64, loss in 0.0..0.5, acts in acts()) {
        let run = |in_steps: bool| {
            let mut channels = config().channels;
            channels.loss = loss;
            let load = Some(load(100.0));
            let mut cluster = start(Config { seed, load, channels, ..config() });
            for (ms, act) in &acts {
                let until = cluster.now() + Duration::from_ms(*ms);
                if in_steps {
                    while !cluster.advance(until, 3) {}
                } else {
                    cluster.advance(until, u64::MAX);
                }
                carry_out(&mut cluster, act);
            }
            cluster.set_load(None).expect("no load is possible");
            run_for(&mut cluster, 1_000);
            cluster
        };
        let cluster = run(false);
        prop_assert_eq!(cluster.journal().digest(), run(true).journal().digest());

        let (mut sent, mut arrived, mut begun, mut ended) = (0, 0, 0, 0);
        for entry in cluster.journal().since(0) {
            match &entry.what {
                What::Sent { .. } => sent += 1,
                What::Delivered { .. } | What::Lost { .. } => arrived += 1,
                What::Invoked { .. } => begun += 1,
                What::Returned { .. } => ended += 1,
                What::Node { .. } | What::Act(_) => {}
            }
        }
        prop_assert_eq!(sent, arrived + cluster.in_flight().count());
        prop_assert_eq!(begun, ended);
    }
}
