//! Choice of the coordinator.

use std::collections::{BTreeMap, BTreeSet};

use ringside_sim::{
    ClientId, Cluster, Config, CoordinatorChoice, Endpoint, EntryKind, MessageKind, Outcome,
};
use ringside_store::{Key, NodeId, RequestId, Response};

use crate::fixture::{config, get, is_ok, load, outcome, put, run_for, start};

/// Returns the nodes to which each request was sent, in order, with its key.
fn asked(cluster: &Cluster) -> BTreeMap<RequestId, (Key, Vec<NodeId>)> {
    let mut asked: BTreeMap<RequestId, (Key, Vec<NodeId>)> = BTreeMap::new();
    for entry in cluster.journal().since(0) {
        match &entry.kind {
            EntryKind::Invoked { request, key, .. } => {
                asked.insert(*request, (key.clone(), vec![]));
            }
            EntryKind::Sent { message, .. } if message.kind == MessageKind::Request => {
                if let (Endpoint::Node(node), Some((_, nodes))) =
                    (message.to, asked.get_mut(&message.request))
                {
                    nodes.push(node);
                }
            }
            _ => {}
        }
    }
    asked
}

fn run(coordinator: CoordinatorChoice) -> Cluster {
    let mut cluster = start(Config { coordinator, load: Some(load(200.0)), ..config() });
    run_for(&mut cluster, 2_000);
    cluster
}

#[test]
fn replica_asks_a_replica_of_the_key() {
    let cluster = run(CoordinatorChoice::Replica);
    for (key, nodes) in asked(&cluster).values() {
        assert!(cluster.preference_list(key).contains(&nodes[0]));
    }
}

#[test]
fn any_asks_every_node_about_equally_often() {
    let cluster = run(CoordinatorChoice::Any);
    let mut firsts: BTreeMap<NodeId, u32> = BTreeMap::new();
    let mut others = 0;
    for (key, nodes) in asked(&cluster).values() {
        *firsts.entry(nodes[0]).or_default() += 1;
        others += u32::from(!cluster.preference_list(key).contains(&nodes[0]));
    }
    assert!(firsts.len() == 5 && firsts.values().all(|&count| count > 50), "{firsts:?}");
    assert!(others > 100, "two in five are no replicas of the key");
}

#[test]
fn fixed_asks_one_node_per_client_and_the_next_if_it_refuses() {
    let mut cluster = run(CoordinatorChoice::Fixed);
    let mut first: BTreeMap<ClientId, BTreeSet<NodeId>> = BTreeMap::new();
    for (request, (_, nodes)) in asked(&cluster) {
        first.entry(ClientId::of(request)).or_default().insert(nodes[0]);
    }
    assert_eq!(first.len(), 3);
    assert!(first.values().all(|nodes| nodes.len() == 1), "{first:?}");
    let all: BTreeSet<&NodeId> = first.values().flatten().collect();
    assert!(all.len() > 1, "not all clients have the same");

    cluster.set_load(None).expect("possible");
    let first_read = get(&mut cluster, "colour", None);
    let own = asked(&cluster)[&first_read].1[0];
    run_for(&mut cluster, 200);
    cluster.crash(own).expect("it runs");
    let again = get(&mut cluster, "taste", None);
    run_for(&mut cluster, 300);
    let next = NodeId((own.0 + 1) % 5);
    assert_eq!(asked(&cluster)[&again].1, [own, next]);
    assert!(is_ok(&cluster, again));
}

/// Returns the replica that answered a read first.
fn first_answer(cluster: &Cluster, id: RequestId) -> Option<NodeId> {
    match outcome(cluster, id) {
        Some(Outcome::Answered(Response::Found { first, .. })) => first,
        _ => None,
    }
}

#[test]
fn fastest_asks_the_fastest_replica_of_the_last_read() {
    let mut cluster = start(config());
    cluster.set_coordinator(CoordinatorChoice::Fastest);
    assert_eq!(cluster.coordinator(), CoordinatorChoice::Fastest);
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 200);
    let mut last = get(&mut cluster, "colour", None);
    run_for(&mut cluster, 200);
    let mut seen = BTreeSet::new();
    for _ in 0..40 {
        let fastest = first_answer(&cluster, last).expect("the read was answered");
        last = get(&mut cluster, "colour", None);
        assert_eq!(asked(&cluster)[&last].1[0], fastest);
        seen.insert(fastest);
        run_for(&mut cluster, 200);
    }
    assert!(seen.len() > 1, "it is not always the same one");
    let fastest = first_answer(&cluster, last).expect("the read was answered");
    cluster.crash(fastest).expect("it runs");
    let id = get(&mut cluster, "colour", None);
    run_for(&mut cluster, 300);
    assert!(is_ok(&cluster, id), "the others are asked if it refuses");
    assert!(asked(&cluster)[&id].1.len() > 1);
}

#[test]
fn fastest_is_as_replica_for_a_key_not_read_before() {
    let first = |choice| {
        let cluster = run(choice);
        let mut first: BTreeMap<(ClientId, Key), NodeId> = BTreeMap::new();
        for (request, (key, nodes)) in asked(&cluster) {
            first.entry((ClientId::of(request), key)).or_insert(nodes[0]);
        }
        first
    };
    assert_eq!(first(CoordinatorChoice::Replica), first(CoordinatorChoice::Fastest));
}
