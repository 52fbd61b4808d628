//! Requests of clients and their outcomes.

use ringside_sim::{ClusterError, Outcome};
use ringside_store::{NodeId, Quorum};

use crate::fixture::{config, get, outcome, put, run_for, start, values};

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
fn a_put_replaces_what_its_client_has_seen() {
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
fn clients_at_two_nodes_have_separate_contexts() {
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
fn a_client_times_out_if_its_coordinator_crashes() {
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
fn a_larger_n_takes_effect_at_once_and_is_refused_beyond_the_nodes() {
    let mut cluster = start(config());
    cluster.set_quorum(Quorum::new(5, 5, 5).expect("possible")).expect("five nodes");
    let id = put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 200);
    assert!(outcome(&cluster, id).is_some_and(|outcome| outcome.is_ok()));
    assert!(cluster.nodes().all(|node| node.disk.live_keys() == 1));
    let six = Quorum::new(6, 1, 1).expect("possible");
    assert_eq!(cluster.set_quorum(six), Err(ClusterError::TooFewNodes { n: 6, nodes: 5 }));
    assert_eq!(cluster.quorum().n(), 5);
}
