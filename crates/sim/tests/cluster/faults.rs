//! Stopped and wiped nodes, and held and dropped messages.

use ringside_sim::{Cluster, ClusterError, Endpoint, Loss, MessageKind, Outcome};
use ringside_store::{Duration, Instant, Key};

use crate::fixture::{config, get, losses, outcome, put, run_for, start, values};

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
fn a_crash_keeps_the_disk_and_a_wipe_erases_it() {
    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 100);
    let node = cluster.preference_list(&Key::new("colour"))[0];
    let keys = |cluster: &Cluster| {
        cluster.nodes().nth(node.index()).map(|node| (node.up, node.disk.live_keys()))
    };
    cluster.crash(node).expect("it runs");
    assert_eq!(keys(&cluster), Some((false, 1)));
    assert_eq!(cluster.crash(node), Err(ClusterError::IsDown(node)));
    cluster.restart(node).expect("it is stopped");
    assert_eq!(keys(&cluster), Some((true, 1)));
    assert_eq!(cluster.restart(node), Err(ClusterError::IsUp(node)));
    cluster.wipe(node).expect("it is known");
    assert_eq!(keys(&cluster), Some((false, 0)));
    cluster.restart(node).expect("it is stopped");
    let id = get(&mut cluster, "colour", Some(node.0));
    run_for(&mut cluster, 200);
    assert_eq!(values(outcome(&cluster, id)), ["blue"], "the others still have it");
    assert_eq!(keys(&cluster), Some((true, 1)), "and the read repaired the wiped node");
}

#[test]
fn a_wiped_node_does_not_reuse_dots() {
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
fn a_held_message_goes_on_from_its_place_once_released() {
    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 3);
    let write =
        cluster.in_flight().find(|m| m.kind == MessageKind::Write).expect("a write is in flight");
    cluster.hold(write.id).expect("it is in flight");
    run_for(&mut cluster, 50);
    let held = cluster.in_flight().find(|m| m.id == write.id).expect("it is held");
    assert_eq!(held.held, Some(Instant::from_us(3_000)));
    cluster.release(write.id).expect("it is held");
    let released = cluster.in_flight().find(|m| m.id == write.id).expect("it is in flight again");
    assert_eq!(released.arrives, write.arrives + Duration::from_ms(50));
    run_for(&mut cluster, 50);
    assert!(cluster.in_flight().all(|m| m.id != write.id));
    assert_eq!(cluster.release(write.id), Err(ClusterError::NotHeld(write.id)));
}

#[test]
fn only_the_dropped_message_is_lost() {
    let mut cluster = start(config());
    let id = put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 2);
    let writes: Vec<_> = cluster.in_flight().filter(|m| m.kind == MessageKind::Write).collect();
    cluster.drop_message(writes[0].id).expect("it is in flight");
    assert_eq!(cluster.drop_message(writes[0].id), Err(ClusterError::NotInFlight(writes[0].id)));
    run_for(&mut cluster, 200);
    assert_eq!(losses(&cluster, Loss::Dropped), 1);
    assert!(outcome(&cluster, id).is_some_and(|outcome| outcome.is_ok()), "two of three have it");
    let Endpoint::Node(without) = writes[0].to else { panic!("a write goes to a node") };
    let node = cluster.nodes().nth(without.index()).expect("a known node");
    assert!(node.disk.get(&Key::new("colour")).is_none());
}
