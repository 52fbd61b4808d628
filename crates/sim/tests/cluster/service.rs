//! Service times, mailboxes, and paused and slow nodes.

use ringside_random::Latency;
use ringside_sim::{
    Cluster, ClusterError, Config, Endpoint, Entry, EntryKind, Intervention, Loss, Outcome, Service,
};
use ringside_store::{Duration, Event, Key, NodeId, Response, Settings, UnavailableReason};

use crate::fixture::{
    config, get, handled_by, interventions, is_ok, load, losses, nodes, outcome, put, run_for,
    start,
};

fn constant(ms: u64, mailbox: u32) -> Service {
    Service { time: Some(Latency::Constant { us: ms * 1_000 }), mailbox }
}

fn waiting(cluster: &Cluster, node: u16) -> u32 {
    cluster.nodes().nth(usize::from(node)).expect("a known node").waiting
}

/// Returns the messages that had to wait, with the number waiting, in the order of the journal.
fn queued(cluster: &Cluster) -> Vec<(u64, u32)> {
    let queued = cluster.journal().since(0).filter_map(|entry| match &entry.kind {
        EntryKind::Queued { message, waiting } => Some((message.id.0, *waiting)),
        _ => None,
    });
    queued.collect()
}

#[test]
fn a_node_with_a_service_time_handles_one_message_at_a_time() {
    let mut cluster =
        start(Config { service: constant(2, 1_000), load: Some(load(150.0)), ..config() });
    run_for(&mut cluster, 2_000);
    for node in nodes(0..5) {
        let handled = handled_by(&cluster, node);
        assert!(handled.len() > 100);
        assert!(handled.windows(2).all(|pair| pair[1].0.since(pair[0].0) >= Duration::from_ms(2)));
    }
    assert!(queued(&cluster).len() > 50, "some had to wait");
    assert!(cluster.nodes().any(|node| node.serving));
}

#[test]
fn a_full_mailbox_refuses_messages() {
    let mut cluster = start(Config { service: constant(10, 2), ..config() });
    let puts: Vec<_> = (0..4).map(|_| put(&mut cluster, "colour", "blue", Some(0))).collect();
    run_for(&mut cluster, 2);
    // One is in service, two wait, and the fourth finds the mailbox full.
    assert_eq!(queued(&cluster).iter().map(|(_, waiting)| *waiting).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((waiting(&cluster, 0), losses(&cluster, Loss::Full)), (2, 1));
    assert!(matches!(outcome(&cluster, puts[3]), Some(Outcome::Refused)));
    assert!(puts[..3].iter().all(|&id| outcome(&cluster, id).is_none()));
    assert!(handled_by(&cluster, NodeId(0)).is_empty(), "the first one is still in service");
}

#[test]
fn a_client_refused_by_a_full_node_asks_the_next() {
    let mut cluster = start(Config { service: constant(5, 0), ..config() });
    let replicas = cluster.preference_list(&Key::new("colour"));
    let ids: Vec<_> = (0..6).map(|_| get(&mut cluster, "colour", None)).collect();
    run_for(&mut cluster, 5);
    assert!(losses(&cluster, Loss::Full) >= 3);
    let refused = ids.iter().filter(|&&id| matches!(outcome(&cluster, id), Some(Outcome::Refused)));
    assert_eq!(refused.count(), 3, "three replicas took one each");
    run_for(&mut cluster, 10);
    for node in replicas {
        assert!(!handled_by(&cluster, node).is_empty(), "{node} was asked too");
    }
}

#[test]
fn service_times_depend_on_the_message_alone() {
    let times = |other_load: bool| {
        let service = Service { time: Some(Latency::Exponential { mean_us: 500.0 }), mailbox: 64 };
        let mut cluster = start(Config { service, ..config() });
        let mut ids = Vec::new();
        for _ in 0..20 {
            if other_load {
                put(&mut cluster, "taste", "sweet", Some(3));
                run_for(&mut cluster, 70);
            }
            ids.push(put(&mut cluster, "colour", "blue", Some(0)));
            run_for(&mut cluster, 70);
        }
        // At so low a load no message waits: the time from its arrival to its handling is its
        // service time.
        let mut times = std::collections::BTreeMap::new();
        let mut sent = std::collections::BTreeMap::new();
        for entry in cluster.journal().since(0) {
            match &entry.kind {
                EntryKind::Sent { message, arrives } => drop(sent.insert(message.id, *arrives)),
                EntryKind::Delivered { message } if ids.contains(&message.request) => {
                    let identity = (message.request, message.kind, message.from, message.to);
                    times.insert(identity, entry.at.since(sent[&message.id]));
                }
                _ => {}
            }
        }
        times
    };
    let (one, other) = (times(false), times(true));
    assert!(one.len() > 100);
    assert_eq!(one, other);
    let distinct: std::collections::BTreeSet<_> = one.values().collect();
    assert!(distinct.len() > 60, "each message has its own");
}

#[test]
fn without_a_service_time_a_mailbox_changes_nothing() {
    let digest = |mailbox| {
        let service = Service { time: None, mailbox };
        let mut cluster = start(Config { service, load: Some(load(200.0)), ..config() });
        run_for(&mut cluster, 1_000);
        assert!(queued(&cluster).is_empty());
        cluster.journal().digest()
    };
    assert_eq!(digest(0), digest(64));
}

#[test]
fn a_crash_loses_the_mailbox() {
    let mut cluster = start(Config { service: constant(10, 10), ..config() });
    let puts: Vec<_> = (0..5).map(|_| put(&mut cluster, "colour", "blue", Some(0))).collect();
    run_for(&mut cluster, 15);
    assert_eq!(waiting(&cluster, 0), 3);
    cluster.crash(NodeId(0)).expect("it runs");
    // Three that waited and the one in service, but none of those in flight.
    assert_eq!(losses(&cluster, Loss::Down), 4);
    assert_eq!(waiting(&cluster, 0), 0);
    cluster.restart(NodeId(0)).expect("it is stopped");
    run_for(&mut cluster, 400);
    assert!(puts.iter().all(|&id| matches!(outcome(&cluster, id), Some(Outcome::Silence))));
    let again = put(&mut cluster, "colour", "red", Some(0));
    run_for(&mut cluster, 200);
    assert!(is_ok(&cluster, again), "the previous turn has no effect after a restart");
}

#[test]
fn waiting_messages_are_handled_in_order_if_the_service_time_becomes_zero() {
    let mut cluster = start(Config { service: constant(30, 10), ..config() });
    for _ in 0..4 {
        put(&mut cluster, "colour", "blue", Some(0));
    }
    run_for(&mut cluster, 10);
    cluster.set_service(Service { time: None, mailbox: 10 });
    assert!(matches!(interventions(&cluster).pop(), Some((_, Intervention::Service(_)))));
    run_for(&mut cluster, 22);
    let handled = handled_by(&cluster, NodeId(0));
    assert!(handled.len() >= 4);
    assert!(handled[..4].windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[0].1 < pair[1].1));
}

#[test]
fn a_paused_node_keeps_its_memory_and_handles_all_messages_when_it_resumes() {
    let mut cluster = start(config());
    let early = put(&mut cluster, "colour", "blue", Some(0));
    run_for(&mut cluster, 2);
    cluster.pause(NodeId(0)).expect("it runs");
    let view = cluster.nodes().next().expect("a node");
    assert!(view.up && view.paused && view.coordinating == 1);
    let late = put(&mut cluster, "taste", "sweet", Some(0));
    run_for(&mut cluster, 50);
    assert!(waiting(&cluster, 0) >= 2, "the request and the answers to the earlier one");
    let before = handled_by(&cluster, NodeId(0)).len();
    assert_eq!(before, 1);
    let waited = queued(&cluster);
    cluster.resume(NodeId(0)).expect("it is paused");
    let handled = handled_by(&cluster, NodeId(0));
    let order: Vec<u64> = handled[before..].iter().map(|(_, id)| *id).collect();
    assert_eq!(order, waited.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    assert!(handled[before..].iter().all(|(at, _)| *at == cluster.now()));
    assert_eq!(waiting(&cluster, 0), 0);
    run_for(&mut cluster, 80);
    assert!(is_ok(&cluster, early) && is_ok(&cluster, late));
}

#[test]
fn the_timers_of_a_paused_node_fire_when_it_resumes() {
    let mut cluster = start(config());
    cluster.isolate(NodeId(0)).expect("there are others");
    let id = put(&mut cluster, "colour", "blue", Some(0));
    run_for(&mut cluster, 10);
    cluster.pause(NodeId(0)).expect("it runs");
    run_for(&mut cluster, 190);
    let failed = |cluster: &Cluster| {
        let mut entries = cluster.journal().since(0);
        entries.find_map(|entry| match &entry.kind {
            EntryKind::Node { event: Event::QuorumFailed { .. }, .. } => Some(entry.at),
            _ => None,
        })
    };
    assert_eq!(failed(&cluster), None, "its request timeout of 100 ms has passed");
    cluster.resume(NodeId(0)).expect("it is paused");
    assert_eq!(failed(&cluster), Some(cluster.now()));
    run_for(&mut cluster, 10);
    let Some(Outcome::Answered(Response::Unavailable { cause, .. })) = outcome(&cluster, id) else {
        panic!("the client waits 300 ms");
    };
    assert_eq!(cause, UnavailableReason::Timeout);
}

#[test]
fn a_pause_suspends_the_service_in_progress() {
    let mut cluster = start(Config { service: constant(20, 10), ..config() });
    put(&mut cluster, "colour", "blue", Some(0));
    run_for(&mut cluster, 11);
    cluster.pause(NodeId(0)).expect("it runs");
    run_for(&mut cluster, 100);
    assert!(handled_by(&cluster, NodeId(0)).is_empty());
    cluster.resume(NodeId(0)).expect("it is paused");
    run_for(&mut cluster, 9);
    assert!(handled_by(&cluster, NodeId(0)).is_empty(), "10 ms were left of its 20");
    run_for(&mut cluster, 1);
    assert_eq!(handled_by(&cluster, NodeId(0)).len(), 1);
}

#[test]
fn the_mailbox_of_a_paused_node_can_be_full() {
    let mut cluster = start(Config { service: constant(1, 3), ..config() });
    cluster.pause(NodeId(0)).expect("it runs");
    for _ in 0..5 {
        put(&mut cluster, "colour", "blue", Some(0));
    }
    run_for(&mut cluster, 5);
    assert_eq!((waiting(&cluster, 0), losses(&cluster, Loss::Full)), (3, 2));
}

#[test]
fn impossible_pauses_and_resumes_are_refused() {
    let mut cluster = start(config());
    let (a, b) = (NodeId(0), NodeId(1));
    assert_eq!(cluster.resume(a), Err(ClusterError::NotPaused(a)));
    cluster.pause(a).expect("it runs");
    assert_eq!(cluster.pause(a), Err(ClusterError::IsPaused(a)));
    cluster.crash(b).expect("it runs");
    assert_eq!(cluster.pause(b), Err(ClusterError::IsDown(b)));
    assert_eq!(cluster.resume(b), Err(ClusterError::IsDown(b)));
    assert_eq!(cluster.slow(NodeId(7), Duration::ZERO), Err(ClusterError::UnknownNode(NodeId(7))));
    cluster.crash(a).expect("a paused node runs");
    cluster.restart(a).expect("it is stopped");
    assert!(!cluster.nodes().next().expect("a node").paused, "a restarted node is not paused");
}

#[test]
fn a_slow_node_takes_longer_for_each_message() {
    let mut cluster = start(Config { load: Some(load(20.0)), ..config() });
    cluster.slow(NodeId(1), Duration::from_ms(15)).expect("a known node");
    run_for(&mut cluster, 2_000);
    let shortest_gap = |node| {
        let handled = handled_by(&cluster, NodeId(node));
        handled.windows(2).map(|pair| pair[1].0.since(pair[0].0)).min()
    };
    assert!(shortest_gap(1) >= Some(Duration::from_ms(15)));
    assert!(shortest_gap(0) < Some(Duration::from_ms(15)));
    assert!(losses(&cluster, Loss::Full) == 0, "10,000 may wait without a service time");
    cluster.slow(NodeId(1), Duration::ZERO).expect("a known node");
    let slowed = handled_by(&cluster, NodeId(1)).len();
    run_for(&mut cluster, 2_000);
    let handled = handled_by(&cluster, NodeId(1));
    let freed = handled[slowed..].windows(2).map(|pair| pair[1].0.since(pair[0].0)).min();
    assert!(freed < Some(Duration::from_ms(15)));
}

#[test]
fn the_delay_of_a_slow_node_adds_to_the_service_time() {
    let mut cluster = start(Config { service: constant(3, 10), ..config() });
    cluster.slow(NodeId(0), Duration::from_ms(4)).expect("a known node");
    put(&mut cluster, "colour", "blue", Some(0));
    run_for(&mut cluster, 7);
    assert!(handled_by(&cluster, NodeId(0)).is_empty());
    run_for(&mut cluster, 1);
    assert_eq!(handled_by(&cluster, NodeId(0)).len(), 1, "1 ms in flight, 3 and 4 in service");
}

#[test]
fn a_paused_node_is_believed_down_by_its_peers() {
    let mut settings = Settings::default();
    settings.gossip.on = true;
    settings.gossip.period = Duration::from_ms(100);
    let mut cluster = start(Config { settings, ..config() });
    let believed = |cluster: &Cluster| {
        let others = cluster.nodes().skip(1).filter_map(|view| view.node);
        others.filter(|node| node.believes_up(NodeId(0))).count()
    };
    run_for(&mut cluster, 5_000);
    assert_eq!(believed(&cluster), 4);
    cluster.pause(NodeId(0)).expect("it runs");
    let sent = |cluster: &Cluster| {
        let is_its_own = |entry: &&Entry| match &entry.kind {
            EntryKind::Sent { message, .. } => message.from == Endpoint::Node(NodeId(0)),
            _ => false,
        };
        cluster.journal().since(0).filter(is_its_own).count()
    };
    let before = sent(&cluster);
    run_for(&mut cluster, 20_000);
    assert_eq!((believed(&cluster), sent(&cluster)), (0, before));
    assert!(waiting(&cluster, 0) > 50, "their gossip waits for it");
    cluster.resume(NodeId(0)).expect("it is paused");
    run_for(&mut cluster, 5_000);
    assert_eq!(believed(&cluster), 4);
}
