//! Cut and clogged links, and channels that lose, duplicate and reorder messages.

use std::collections::{BTreeMap, BTreeSet};

use ringside_random::Latency;
use ringside_sim::{
    Cluster, ClusterError, Config, Endpoint, Entry, EntryKind, Intervention, Legs, Loss, MessageId,
    MessageKind, Outcome, Regions,
};
use ringside_store::version::Siblings;
use ringside_store::{Duration, Instant, Key, NodeId, Quorum, Response};

use crate::fixture::{
    config, get, interventions, is_ok, load, losses, nodes, outcome, put, run_for, start, values,
};

#[test]
fn a_partition_fails_quorums_on_one_side_and_healing_merges_both() {
    let mut cluster = start(config());
    let replicas = cluster.preference_list(&Key::new("colour"));
    let alone = replicas[0];
    cluster.partition(&[alone]).expect("a possible partition");
    assert_eq!(cluster.cuts().len(), 8, "four links, both ways");

    let minority = put(&mut cluster, "colour", "blue", Some(alone.0));
    let majority = put(&mut cluster, "colour", "red", Some(replicas[1].0));
    run_for(&mut cluster, 200);
    let Some(Outcome::Answered(Response::Unavailable { answered, needed, asked, .. })) =
        outcome(&cluster, minority)
    else {
        panic!("a put without its quorum must fail");
    };
    assert_eq!((answered, needed, asked), (1, 2, 3));
    assert!(outcome(&cluster, majority).is_some_and(|outcome| outcome.is_ok()));
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
    let writes =
        |cluster: &Cluster| cluster.in_flight().filter(|m| m.kind == MessageKind::Write).count();
    let in_flight = writes(&cluster);
    assert!(in_flight >= 2);
    let all: Vec<NodeId> = (0..5).map(NodeId).collect();
    for node in &all {
        cluster.partition(&[*node]).expect("a possible partition");
    }
    assert_eq!(writes(&cluster), 0);
    assert_eq!(losses(&cluster, Loss::Cut), in_flight);
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
        match &entry.kind {
            EntryKind::Sent { message, arrives } => {
                sent.insert(message.id, (entry.at, arrives.since(entry.at).as_us()));
            }
            EntryKind::Lost { message, why: Loss::Chance } => {
                let (at, delay_us) = sent[&message.id];
                assert_eq!(entry.at.since(at).as_us(), delay_us / 2);
                lost += 1;
            }
            _ => {}
        }
    }
    assert!(lost >= 2, "both writes to the others were lost");
}

fn link(from: u16, to: u16) -> (NodeId, NodeId) {
    (NodeId(from), NodeId(to))
}

/// Returns the messages between two nodes that arrived, in the order of their arrival.
fn arrived(cluster: &Cluster, from: u16, to: u16) -> Vec<MessageId> {
    let ends = (Endpoint::Node(NodeId(from)), Endpoint::Node(NodeId(to)));
    let arrived = cluster.journal().since(0).filter_map(|entry| match &entry.kind {
        EntryKind::Delivered { message } if (message.from, message.to) == ends => Some(message.id),
        _ => None,
    });
    arrived.collect()
}

/// Starts a cluster under load in which every node is a replica of every key, so that every pair of
/// nodes exchanges many messages.
fn busy() -> Cluster {
    let quorum = Quorum::new(5, 3, 3).expect("possible");
    start(Config { quorum, load: Some(load(200.0)), ..config() })
}

#[test]
fn a_one_way_cut_loses_messages_of_one_direction() {
    let mut cluster = busy();
    cluster.cut(&[link(0, 1)]).expect("a link");
    assert_eq!(cluster.cuts().iter().copied().collect::<Vec<_>>(), [link(0, 1)]);
    run_for(&mut cluster, 1_000);
    assert!(arrived(&cluster, 0, 1).is_empty());
    assert!(arrived(&cluster, 1, 0).len() > 10);
    assert!(losses(&cluster, Loss::Cut) > 10);
    cluster.mend(&[link(0, 1), link(2, 3)]).expect("links, one of them not cut");
    let Some((_, Intervention::Mend(mended))) = interventions(&cluster).pop() else {
        panic!("no mend")
    };
    assert_eq!(mended, [link(0, 1)], "only the cut link");
    run_for(&mut cluster, 1_000);
    assert!(arrived(&cluster, 0, 1).len() > 10);
}

#[test]
fn an_isolated_node_is_cut_from_all_others_both_ways() {
    let mut cluster = busy();
    cluster.isolate(NodeId(2)).expect("there are others");
    assert_eq!(cluster.cuts().len(), 8);
    assert!(cluster.cuts().iter().all(|&(from, to)| from == NodeId(2) || to == NodeId(2)));
    cluster.mend(&[link(2, 4)]).expect("a link");
    assert_eq!(cluster.cuts().len(), 7);
}

#[test]
fn impossible_links_are_refused_and_nothing_changes() {
    let mut cluster = start(config());
    let before = cluster.journal().digest();
    assert_eq!(cluster.cut(&[link(0, 1), link(2, 2)]), Err(ClusterError::SelfLink(NodeId(2))));
    assert_eq!(cluster.mend(&[link(0, 9)]), Err(ClusterError::UnknownNode(NodeId(9))));
    assert_eq!(cluster.isolate(NodeId(5)), Err(ClusterError::UnknownNode(NodeId(5))));
    assert_eq!(cluster.clog(NodeId(3), NodeId(3)), Err(ClusterError::SelfLink(NodeId(3))));
    assert_eq!(
        cluster.unclog(NodeId(0), NodeId(1)),
        Err(ClusterError::NotClogged(NodeId(0), NodeId(1)))
    );
    let mut alone =
        start(Config { nodes: 1, quorum: Quorum::new(1, 1, 1).expect("possible"), ..config() });
    assert_eq!(alone.isolate(NodeId(0)), Err(ClusterError::OneSided));
    assert_eq!(cluster.journal().digest(), before);
    assert!(cluster.cuts().is_empty() && cluster.clogs().is_empty());
}

#[test]
fn messages_wait_at_a_clogged_link_and_go_on_once_it_is_unclogged() {
    let mut cluster = busy();
    run_for(&mut cluster, 500);
    let before = arrived(&cluster, 0, 1).len();
    let on_link = |cluster: &Cluster| {
        let ends = (Endpoint::Node(NodeId(0)), Endpoint::Node(NodeId(1)));
        let on_link = cluster.in_flight().filter(|m| (m.from, m.to) == ends);
        on_link.map(|m| (m.id, m)).collect::<BTreeMap<_, _>>()
    };
    let before_clog = on_link(&cluster);
    cluster.clog(NodeId(0), NodeId(1)).expect("a free link");
    assert_eq!(
        cluster.clog(NodeId(0), NodeId(1)),
        Err(ClusterError::IsClogged(NodeId(0), NodeId(1)))
    );
    let clogged_at = cluster.now();
    run_for(&mut cluster, 200);
    let stuck = on_link(&cluster);
    assert_eq!(arrived(&cluster, 0, 1).len(), before, "nothing got through");
    assert!(arrived(&cluster, 1, 0).len() > 5, "the other direction is free");
    assert!(stuck.len() > before_clog.len() + 5);
    assert!(stuck.values().all(|m| m.held.is_some()));
    let (&one, _) = stuck.first_key_value().expect("some are stuck");
    assert_eq!(cluster.release(one), Err(ClusterError::AtClog(one)));
    assert_eq!(cluster.hold(one), Err(ClusterError::AtClog(one)));

    cluster.unclog(NodeId(0), NodeId(1)).expect("a clogged link");
    let freed = on_link(&cluster);
    assert_eq!(freed.len(), stuck.len());
    for (id, message) in &freed {
        let (was, since) = (stuck[id].arrives, stuck[id].held.expect("it was stuck"));
        assert_eq!(message.arrives, was + cluster.now().since(since), "shifted by its wait");
        assert_eq!(since == clogged_at, before_clog.contains_key(id));
    }
    let Some((_, Intervention::Unclog { released, .. })) = interventions(&cluster).pop() else {
        panic!("no unclog")
    };
    let expected: Vec<(MessageId, Instant)> = freed.values().map(|m| (m.id, m.arrives)).collect();
    assert_eq!(released, expected);
    run_for(&mut cluster, 100);
    let through: BTreeSet<MessageId> = arrived(&cluster, 0, 1).into_iter().collect();
    assert!(stuck.keys().all(|id| through.contains(id)));
}

#[test]
fn messages_at_a_clogged_link_are_lost_if_it_is_cut_and_released_by_healing() {
    let mut cluster = busy();
    cluster.clog(NodeId(0), NodeId(1)).expect("a free link");
    cluster.clog(NodeId(3), NodeId(1)).expect("a free link");
    run_for(&mut cluster, 200);
    let waiting = |cluster: &Cluster| cluster.in_flight().filter(|m| m.held.is_some()).count();
    let both = waiting(&cluster);
    cluster.cut(&[link(0, 1)]).expect("a link");
    let before = losses(&cluster, Loss::Cut);
    cluster.unclog(NodeId(0), NodeId(1)).expect("a clogged link");
    let lost = losses(&cluster, Loss::Cut) - before;
    assert!(lost > 3 && waiting(&cluster) == both - lost);
    cluster.heal();
    assert_eq!(waiting(&cluster), 0);
    assert!(cluster.clogs().is_empty() && cluster.cuts().is_empty());
}

#[test]
fn a_held_message_stays_held_by_whichever_of_hold_and_clog_ends_last() {
    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 3);
    let write =
        cluster.in_flight().find(|m| m.kind == MessageKind::Write).expect("a write is in flight");
    let (Endpoint::Node(from), Endpoint::Node(to)) = (write.from, write.to) else {
        panic!("between nodes")
    };
    cluster.hold(write.id).expect("it is in flight");
    cluster.clog(from, to).expect("a free link");
    cluster.unclog(from, to).expect("a clogged link");
    let held =
        |cluster: &Cluster| cluster.in_flight().find(|m| m.id == write.id).expect("in flight");
    assert!(held(&cluster).held.is_some(), "still held");
    cluster.clog(from, to).expect("a free link");
    cluster.release(write.id).expect("it is held");
    assert!(held(&cluster).held.is_some(), "now by the clog");
    cluster.unclog(from, to).expect("a clogged link");
    assert!(held(&cluster).held.is_none());
}

/// Returns the delays of all copies of each message, by the message's identity.
fn copies(cluster: &Cluster) -> BTreeMap<(u64, MessageKind, Endpoint, Endpoint), Vec<Duration>> {
    let mut copies: BTreeMap<_, Vec<Duration>> = BTreeMap::new();
    for entry in cluster.journal().since(0) {
        if let EntryKind::Sent { message, arrives } = &entry.kind {
            let identity = (message.request.0, message.kind, message.from, message.to);
            copies.entry(identity).or_default().push(arrives.since(entry.at));
        }
    }
    copies
}

#[test]
fn a_duplicated_message_arrives_twice_and_counts_once() {
    let mut channels = config().channels;
    channels.duplication = 1.0;
    let mut cluster = start(Config { channels, ..config() });
    let id = put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 200);
    let copies = copies(&cluster);
    let writes: Vec<_> =
        copies.iter().filter(|((_, kind, ..), _)| *kind == MessageKind::Write).collect();
    assert_eq!(writes.len(), 2);
    for (_, delays) in writes {
        assert_eq!(delays.len(), 2);
        assert_ne!(delays[0], delays[1], "the copy has draws of its own");
    }
    let of_clients = copies
        .iter()
        .filter(|((_, kind, ..), _)| matches!(kind, MessageKind::Request | MessageKind::Reply));
    assert!(of_clients.clone().count() > 1);
    assert!(
        of_clients.clone().all(|(_, delays)| delays.len() == 1),
        "clients' channels duplicate nothing"
    );
    let mut ids = BTreeSet::new();
    for entry in cluster.journal().since(0) {
        if let EntryKind::Sent { message, .. } = &entry.kind {
            assert!(ids.insert(message.id), "{:?} was given twice", message.id);
        }
    }
    assert!(is_ok(&cluster, id));

    // With W = 3 and one replica cut off, two acknowledgements that come twice are not three.
    let mut cluster = start(Config {
        channels: cluster.channels().clone(),
        quorum: Quorum::new(3, 2, 3).expect("possible"),
        ..config()
    });
    let replicas = cluster.preference_list(&Key::new("colour"));
    cluster.isolate(replicas[2]).expect("there are others");
    let id = put(&mut cluster, "colour", "blue", Some(replicas[0].0));
    run_for(&mut cluster, 300);
    assert!(matches!(
        outcome(&cluster, id),
        Some(Outcome::Answered(Response::Unavailable { answered: 2, needed: 3, .. }))
    ));
}

#[test]
fn reordering_lets_later_messages_overtake_at_a_constant_latency() {
    let overtaken = |reordering| {
        let mut channels = config().channels;
        channels.latency = Latency::Constant { us: 10_000 };
        channels.reordering = reordering;
        let quorum = Quorum::new(5, 3, 3).expect("possible");
        let load = Some(load(500.0));
        let mut cluster = start(Config { quorum, channels, load, ..config() });
        run_for(&mut cluster, 1_000);
        let order = arrived(&cluster, 0, 1);
        assert!(order.len() > 50);
        order.windows(2).filter(|pair| pair[1] < pair[0]).count()
    };
    assert_eq!(overtaken(0.0), 0);
    assert!(overtaken(0.3) > 5);
}

#[test]
fn shares_can_be_changed_during_a_run() {
    let mut cluster = busy();
    run_for(&mut cluster, 200);
    let duplicated = |cluster: &Cluster| copies(cluster).values().filter(|d| d.len() > 1).count();
    assert_eq!(duplicated(&cluster), 0);
    cluster.set_duplication(0.5);
    cluster.set_reordering(0.5);
    run_for(&mut cluster, 200);
    assert!(duplicated(&cluster) > 10);
    assert_eq!((cluster.channels().duplication, cluster.channels().reordering), (0.5, 0.5));
    let partition = nodes([0, 1]);
    cluster.partition(&partition).expect("two sides");
    assert_eq!(cluster.cuts().len(), 12);
}

/// Returns the delays of the messages of some kinds sent since an instant, with sender and
/// receiver.
fn delays(cluster: &Cluster, kinds: &[MessageKind], since: Instant) -> Vec<(NodeId, NodeId, u64)> {
    let delay = |entry: &Entry| match &entry.kind {
        EntryKind::Sent { message, arrives }
            if kinds.contains(&message.kind) && entry.at >= since =>
        {
            let (Endpoint::Node(from), Endpoint::Node(to)) = (message.from, message.to) else {
                return None;
            };
            Some((from, to, arrives.since(entry.at).as_us()))
        }
        _ => None,
    };
    cluster.journal().since(0).filter_map(delay).collect()
}

#[test]
fn legs_and_regions_can_be_changed_during_a_run() {
    let mut cluster = busy();
    run_for(&mut cluster, 200);
    let constant = |us| Some(Latency::Constant { us });
    let legs = Legs { w: constant(9_000), s: constant(300), ..Legs::default() };
    let regions = Some(Regions { count: 2, apart: Duration::from_ms(40) });
    let since = cluster.now();
    cluster.set_legs(legs.clone());
    cluster.set_regions(regions);
    run_for(&mut cluster, 200);
    for (kind, us) in [(MessageKind::Write, 9_000), (MessageKind::ReadAnswer, 300)] {
        let delays = delays(&cluster, &[kind], since);
        assert!(delays.len() > 10, "{delays:?}");
        for (from, to, took) in delays {
            assert_eq!(took, if from.0 % 2 == to.0 % 2 { us } else { us + 40_000 }, "{from} {to}");
        }
    }
    for (from, to, took) in delays(&cluster, &[MessageKind::WriteAck, MessageKind::Read], since) {
        let us = took - if from.0 % 2 == to.0 % 2 { 0 } else { 40_000 };
        assert!((4_000..=16_000).contains(&us), "{from} to {to} took {us} without a leg's model");
    }
    assert_eq!((&cluster.channels().legs, cluster.channels().regions), (&legs, regions));
    let interventions: Vec<Intervention> =
        interventions(&cluster).into_iter().map(|(_, it)| it).collect();
    assert!(matches!(
        &interventions[..],
        [Intervention::Legs(new), Intervention::Regions(at)] if **new == legs && *at == regions
    ));
}
