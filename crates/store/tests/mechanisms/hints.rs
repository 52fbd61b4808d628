//! Hints: their holders, limits and votes.

use ringside_store::settings::{Holder, Settings};
use ringside_store::{Detection, Duration, Event, HintCause, HintRefusal, NodeId};

use crate::harness::{TestCluster, put, quorum};

/// Three replicas and a stand-in. Node 3 has crashed, and is known to be down.
fn with_three_down(set: impl FnOnce(&mut Settings)) -> TestCluster {
    let mut cluster = TestCluster::with(4, quorum(3, 1, 3), |settings| {
        settings.hints.on = true;
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
        set(settings);
    });
    cluster.run(Duration::from_secs(3));
    cluster.crash(3);
    cluster.run(Duration::from_secs(20));
    cluster
}

/// Lists keys that the crashed node is a primary of.
fn keys(cluster: &TestCluster) -> Vec<String> {
    let all = (0..100).map(|number| format!("key {number}"));
    all.filter(|key| cluster.preference_list(key).contains(&3)).collect()
}

/// Returns one of a key's primaries that is up.
fn primary(cluster: &TestCluster, key: &str) -> u16 {
    *cluster
        .preference_list(key)
        .iter()
        .find(|node| **node != 3)
        .expect("three primaries, one is down")
}

fn held(cluster: &TestCluster) -> u32 {
    cluster.nodes.values().map(|node| node.disk().hints().len()).sum()
}

#[test]
fn a_hint_counts_towards_w_in_a_sloppy_quorum_that_counts_it() {
    for (sloppy, count, works) in [(true, true, true), (true, false, false), (false, true, false)] {
        let mut cluster = with_three_down(|settings| {
            settings.quorum.sloppy = sloppy;
            settings.hints.count = count;
        });
        let key = &keys(&cluster)[0];
        let coordinator = primary(&cluster, key);
        let stored = cluster.complete(coordinator, put(key, "v"));
        assert_eq!(stored.is_ok(), works, "sloppy {sloppy}, count {count}: {stored:?}");
        // If the coordinator sees from the start that W can't be met, nothing is written.
        assert_eq!(held(&cluster), u32::from(works || !sloppy));
    }
}

#[test]
fn the_coordinator_keeps_hints_itself_if_configured() {
    let mut cluster = with_three_down(|settings| settings.hints.holder = Holder::Coordinator);
    let key = &keys(&cluster)[0];
    let coordinator = primary(&cluster, key);
    assert!(
        !cluster.complete(coordinator, put(key, "v")).is_ok(),
        "W = 3, and its hint is no vote"
    );
    assert_eq!(
        cluster.node(coordinator).disk().hints().targets().collect::<Vec<_>>(),
        [(NodeId(3), 1)]
    );
    cluster.restart(3);
    cluster.run(Duration::from_secs(10));
    assert_eq!((held(&cluster), cluster.held(3, key)), (0, vec!["v".into()]));
}

/// A coordinator that is a primary and also keeps a hint is still one node.
#[test]
fn a_coordinator_that_keeps_a_hint_is_one_vote() {
    let mut cluster = with_three_down(|settings| {
        settings.quorum.sloppy = true;
        settings.hints.holder = Holder::Coordinator;
    });
    cluster.reconfigure(|config| config.quorum = quorum(3, 1, 2));
    let key = &keys(&cluster)[0];
    let coordinator = primary(&cluster, key);
    let id = cluster.begin(coordinator, put(key, "v"));
    assert!(!cluster.replies.contains_key(&id), "its copy and its hint are one vote");
    cluster.run(Duration::from_secs(1));
    assert!(cluster.replies[&id].is_ok());
    assert_eq!((cluster.voters(id).len(), held(&cluster)), (2, 1));
    assert_eq!(cluster.count(|event| matches!(event, Event::Ignored { .. })), 0);
}

#[test]
fn a_replica_silent_during_a_write_gets_a_hint_at_the_deadline() {
    let mut cluster = TestCluster::with(4, quorum(3, 1, 2), |settings| settings.hints.on = true);
    let list = cluster.preference_list("k");
    cluster.ask(list[0], 1, put("k", "v"));
    cluster.lose(|envelope| envelope.to == NodeId(list[2]));
    cluster.deliver_all();
    assert_eq!(held(&cluster), 0);
    cluster.time_out();
    cluster.deliver_all();
    let silent = |event: &Event| matches!(event, Event::Hinting { why: HintCause::Silent, .. });
    assert_eq!((cluster.count(silent), held(&cluster)), (1, 1));
    cluster.run(Duration::from_secs(3));
    assert_eq!((held(&cluster), cluster.held(list[2], "k")), (0, vec!["v".into()]));
}

#[test]
fn no_hints_are_kept_for_a_node_away_longer_than_the_window() {
    let mut cluster = with_three_down(|settings| {
        settings.quorum.sloppy = true;
        settings.hints.window = Duration::from_secs(30);
    });
    let all = keys(&cluster);
    let coordinator = primary(&cluster, &all[0]);
    cluster.complete(coordinator, put(&all[0], "v"));
    assert_eq!(held(&cluster), 1);
    cluster.run(Duration::from_secs(40));
    assert_eq!(held(&cluster), 0, "hints older than the window are dropped");
    assert_eq!(cluster.count(|event| matches!(event, Event::HintsExpired { dropped: 1, .. })), 1);
    let coordinator = primary(&cluster, &all[1]);
    cluster.complete(coordinator, put(&all[1], "v"));
    cluster.run(Duration::from_secs(1));
    let refused = |it: &Event| matches!(it, Event::HintRefused { why: HintRefusal::Window, .. });
    assert_eq!((cluster.count(refused), held(&cluster)), (1, 0));
}

/// A strict write is sent to a node that is down as well, and is not hinted for its silence past
/// the window.
#[test]
fn the_window_applies_to_silent_replicas_too() {
    let mut cluster = with_three_down(|settings| settings.hints.window = Duration::from_secs(10));
    let key = &keys(&cluster)[0];
    let coordinator = primary(&cluster, key);
    cluster.complete(coordinator, put(key, "v"));
    cluster.run(Duration::from_secs(1));
    assert_eq!(held(&cluster), 0);
}

#[test]
fn a_holder_keeps_hints_up_to_its_limit() {
    let mut cluster = with_three_down(|settings| {
        settings.quorum.sloppy = true;
        settings.hints.holder = Holder::Coordinator;
        settings.hints.most_per_target = 2;
    });
    cluster.reconfigure(|config| config.quorum = quorum(3, 1, 2));
    let all: Vec<String> = keys(&cluster);
    for key in &all[..5] {
        cluster.complete(0, put(key, "v"));
    }
    assert_eq!(cluster.node(0).disk().hints().len(), 2);
    let refused = |it: &Event| matches!(it, Event::HintRefused { why: HintRefusal::Full, .. });
    assert_eq!(cluster.count(refused), 3);
}

#[test]
fn hints_are_delivered_no_faster_than_the_limit() {
    let mut cluster = with_three_down(|settings| {
        settings.quorum.sloppy = true;
        settings.hints.keys_per_second = 2;
    });
    let all = keys(&cluster);
    for key in &all {
        let coordinator = primary(&cluster, key);
        cluster.complete(coordinator, put(key, "v"));
    }
    assert_eq!(held(&cluster) as usize, all.len());
    cluster.restart(3);
    let (mut before, mut seconds) = (held(&cluster), 0);
    while before > 0 {
        cluster.run(Duration::from_secs(1));
        let now = held(&cluster);
        // Three nodes hold hints and check once a second, and in that time a bucket fills by two.
        assert!(before - now <= 3 * 4, "{} in one second", before - now);
        (before, seconds) = (now, seconds + 1);
    }
    assert!(seconds >= all.len() / 3 / 2, "{} hints in {seconds} s", all.len());
    assert!(all.iter().all(|key| cluster.held(3, key) == ["v"]));
}

/// With three nodes and N = 3 there is no stand-in.
#[test]
fn a_sloppy_quorum_without_stand_ins_uses_the_nodes_that_are_up() {
    for (w, works) in [(2, true), (3, false)] {
        let mut cluster = TestCluster::with(3, quorum(3, 1, w), |settings| {
            settings.quorum.sloppy = true;
            settings.hints.on = true;
            settings.gossip.on = true;
            settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
        });
        cluster.run(Duration::from_secs(3));
        cluster.crash(2);
        cluster.run(Duration::from_secs(20));
        assert_eq!(cluster.complete(0, put("k", "v")).is_ok(), works, "W = {w}");
        assert_eq!(cluster.read(1, "k").len(), usize::from(works));
        assert_eq!(held(&cluster), 0);
    }
}
