//! Interventions in single messages, and slow and lossy links.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_sim::{
    Cluster, ClusterError, Config, Endpoint, EntryKind, InFlight, Intervention, Loss, MessageId,
};
use ringside_store::{Duration, Instant, NodeId, Quorum};

use crate::fixture::{config, interventions, is_ok, load, losses, put, run_for, start};

/// Starts a cluster under load in which every pair of nodes exchanges many messages.
fn busy(seed: u64) -> Cluster {
    let quorum = Quorum::new(5, 3, 3).expect("possible");
    start(Config { seed, quorum, load: Some(load(100.0)), ..config() })
}

/// Returns the messages in flight, by number.
fn in_flight(cluster: &Cluster) -> Vec<InFlight> {
    let mut messages: Vec<InFlight> = cluster.in_flight().collect();
    messages.sort_by_key(|message| message.id);
    messages
}

/// Returns when each message was handled or lost.
fn ends(cluster: &Cluster) -> BTreeMap<MessageId, Instant> {
    let end = |what: &EntryKind| match what {
        EntryKind::Delivered { message } | EntryKind::Lost { message, .. } => Some(message.id),
        _ => None,
    };
    let entries = cluster.journal().since(0);
    entries.filter_map(|entry| end(&entry.kind).map(|id| (id, entry.at))).collect()
}

fn is_between_nodes(message: &InFlight) -> bool {
    matches!((message.from, message.to), (Endpoint::Node(_), Endpoint::Node(_)))
}

/// Returns the part of its way that a message has covered.
fn progress(message: &InFlight, now: Instant) -> f64 {
    let delay = message.arrives.since(message.sent).as_ms();
    message.held.unwrap_or(now).since(message.sent).as_ms() / delay
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The naive model is the list of what was in flight, with one time changed.
    #[test]
    fn a_delay_changes_the_arrival_of_its_message_only(
        seed in 0_u64..1_000, after in 20_u64..200, which: prop::sample::Index, by in 1_u64..400,
        held: bool,
    ) {
        let mut cluster = busy(seed);
        run_for(&mut cluster, after);
        let before = in_flight(&cluster);
        prop_assume!(!before.is_empty());
        let target = before[which.index(before.len())];
        if held {
            cluster.hold(target.id).expect("in flight");
        }
        cluster.delay(target.id, Duration::from_ms(by)).expect("in flight");
        let now = cluster.now();
        let delayed = in_flight(&cluster).into_iter().find(|it| it.id == target.id).expect("there");
        let arrives = target.arrives + Duration::from_ms(by);
        prop_assert_eq!(delayed.arrives, arrives);
        let before_delay = progress(&target, now);
        prop_assert!(progress(&delayed, now) <= before_delay + 1e-3, "it does not jump ahead");
        let sent_after_start = delayed.sent > Instant::ZERO;
        let stays = progress(&delayed, now) >= before_delay - 1e-3;
        prop_assert!(!sent_after_start || stays, "nor back");
        if held {
            run_for(&mut cluster, 50);
            cluster.release(target.id).expect("held");
        }
        run_for(&mut cluster, 1_000);
        let waited = Duration::from_ms(if held { 50 } else { 0 });
        let ends = ends(&cluster);
        prop_assert_eq!(ends.get(&target.id), Some(&(arrives + waited)));
        for other in before.iter().filter(|other| other.id != target.id) {
            prop_assert_eq!(ends.get(&other.id), Some(&other.arrives));
        }
    }

    #[test]
    fn a_copy_is_sent_after_its_message_and_takes_as_long(
        seed in 0_u64..1_000, after in 20_u64..200, which: prop::sample::Index, held: bool,
    ) {
        let mut cluster = busy(seed);
        run_for(&mut cluster, after);
        let mut before = in_flight(&cluster);
        before.retain(is_between_nodes);
        prop_assume!(!before.is_empty());
        let target = before[which.index(before.len())];
        if held {
            cluster.hold(target.id).expect("in flight");
        }
        cluster.duplicate(target.id).expect("between nodes");
        let copy = *in_flight(&cluster).last().expect("the copy is the latest");
        let delay = target.arrives.since(target.sent);
        prop_assert_eq!((copy.kind, copy.request), (target.kind, target.request));
        prop_assert_eq!((copy.from, copy.to, copy.held), (target.from, target.to, None));
        prop_assert_eq!((copy.sent, copy.arrives), (cluster.now(), cluster.now() + delay));
        let interventions = interventions(&cluster);
        let recorded = matches!(
            interventions.last(),
            Some((_, Intervention::Duplicate { message, copy: second }))
                if (*message, *second) == (target.id, copy.id)
        );
        prop_assert!(recorded);
        run_for(&mut cluster, 1_000);
        let ends = ends(&cluster);
        prop_assert_eq!(ends.get(&copy.id), Some(&copy.arrives));
        let expected = (!held).then_some(&target.arrives);
        prop_assert_eq!(ends.get(&target.id), expected);
    }
}

#[test]
fn a_duplicated_acknowledgement_counts_once() {
    let mut cluster = start(config());
    let id = put(&mut cluster, "colour", "blue", Some(0));
    // Every message between nodes is sent twice.
    let mut duplicated = Vec::new();
    while cluster.step(Instant::from_us(200_000)) {
        for message in in_flight(&cluster) {
            if is_between_nodes(&message) && !duplicated.contains(&message.id) {
                cluster.duplicate(message.id).expect("between nodes");
                duplicated.push(message.id);
                duplicated.push(in_flight(&cluster).last().expect("the copy").id);
            }
        }
    }
    assert!(duplicated.len() >= 8, "writes and acknowledgements, and as many copies");
    assert!(is_ok(&cluster, id));
}

#[test]
fn messages_not_in_flight_and_copies_of_clients_messages_are_refused() {
    let mut cluster = start(config());
    let gone = MessageId(1_000);
    assert_eq!(cluster.duplicate(gone), Err(ClusterError::NotInFlight(gone)));
    assert_eq!(cluster.delay(gone, Duration::from_ms(1)), Err(ClusterError::NotInFlight(gone)));
    put(&mut cluster, "colour", "blue", None);
    let asked = in_flight(&cluster)[0];
    assert_eq!(cluster.duplicate(asked.id), Err(ClusterError::ClientMessage(asked.id)));
    cluster.delay(asked.id, Duration::from_ms(9)).expect("a client's message can be late");
    assert_eq!(in_flight(&cluster)[0].arrives, asked.arrives + Duration::from_ms(9));
}

#[test]
fn a_copy_is_lost_on_a_cut_link_and_waits_on_a_clogged_one() {
    let between = |cluster: &Cluster| in_flight(cluster).into_iter().find(is_between_nodes);
    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 2);
    let target = between(&cluster).expect("a write");
    let (Endpoint::Node(from), Endpoint::Node(to)) = (target.from, target.to) else {
        unreachable!()
    };
    cluster.clog(from, to).expect("free");
    cluster.duplicate(target.id).expect("between nodes");
    let waiting = in_flight(&cluster);
    let waiting = waiting.iter().filter(|it| (it.from, it.to) == (target.from, target.to));
    assert_eq!(waiting.map(|it| it.held).collect::<Vec<_>>(), [Some(cluster.now()); 2]);

    let mut cluster = start(config());
    put(&mut cluster, "colour", "blue", None);
    run_for(&mut cluster, 2);
    let target = between(&cluster).expect("a write");
    cluster.hold(target.id).expect("in flight");
    cluster.cut(&[(from, to)]).expect("a link");
    let before = losses(&cluster, Loss::Cut);
    cluster.duplicate(target.id).expect("between nodes");
    assert_eq!(losses(&cluster, Loss::Cut), before + 1);
    assert!(in_flight(&cluster).iter().any(|it| it.id == target.id), "the held one stays held");
}

#[test]
fn slow_and_lossy_links_have_a_direction_and_are_healed() {
    let (a, b) = (NodeId(0), NodeId(1));
    let mut cluster = busy(1);
    cluster.slow_link(a, b, Duration::from_ms(500)).expect("a link");
    cluster.lossy_link(b, a, Some(1.0)).expect("a link");
    assert_eq!(cluster.impairments().len(), 2);
    run_for(&mut cluster, 1_000);
    let (mut slow, mut lost) = (0, 0);
    for entry in cluster.journal().since(0) {
        match &entry.kind {
            EntryKind::Sent { message, arrives } => {
                let delay = arrives.since(entry.at);
                if (message.from, message.to) == (Endpoint::Node(a), Endpoint::Node(b)) {
                    assert!(delay > Duration::from_ms(500));
                    slow += 1;
                } else {
                    assert!(delay < Duration::from_ms(100));
                }
            }
            EntryKind::Lost { message, .. } => {
                assert_eq!((message.from, message.to), (Endpoint::Node(b), Endpoint::Node(a)));
                lost += 1;
            }
            _ => {}
        }
    }
    assert!(slow > 10 && lost > 10, "{slow} slow and {lost} lost");

    let own = Err(ClusterError::SelfLink(a));
    assert_eq!(cluster.slow_link(a, a, Duration::ZERO), own);
    assert_eq!(cluster.lossy_link(a, NodeId(9), None), Err(ClusterError::UnknownNode(NodeId(9))));
    cluster.heal();
    assert!(cluster.impairments().is_empty());
    let said: Vec<Intervention> = interventions(&cluster).into_iter().map(|(_, it)| it).collect();
    assert!(
        said.iter()
            .any(|it| matches!(it, Intervention::SlowLink { by, .. } if *by == Duration::ZERO))
    );
    assert!(said.iter().any(|it| matches!(it, Intervention::LossyLink { share: None, .. })));
}
