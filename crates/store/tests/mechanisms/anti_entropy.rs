//! Limits of anti-entropy: its rate, its concurrency and its peers.

use ringside_store::settings::{ReadRepair, Settings};
use ringside_store::{Disk, Duration, Event, Key, Node, NodeId};

use crate::harness::{TestCluster, put, quorum};

fn cluster(nodes: u16, n: u16, set: impl FnOnce(&mut Settings)) -> TestCluster {
    TestCluster::with(nodes, quorum(n, 1, 1), |settings| {
        settings.read_repair = ReadRepair::Off;
        settings.anti_entropy.on = true;
        set(settings);
    })
}

/// Writes keys that one node does not receive.
fn diverge(cluster: &mut TestCluster, lagging: u16, keys: u16) {
    for number in 0..keys {
        cluster.ask(
            (lagging + 1) % 2,
            10_000 + u64::from(number),
            put(&format!("key {number}"), "v"),
        );
        cluster.lose(|envelope| envelope.to == NodeId(lagging));
        cluster.deliver_all();
    }
    // The operations that wait for the lagging node end.
    cluster.time_out();
    cluster.deliver_all();
}

fn held(cluster: &TestCluster, node: u16) -> u32 {
    cluster.node(node).disk().live_keys()
}

#[test]
fn an_exchange_sends_no_faster_than_the_limit() {
    let mut cluster = cluster(2, 2, |settings| {
        settings.anti_entropy.keys_per_second = 3;
        settings.anti_entropy.period = Duration::from_secs(1);
    });
    diverge(&mut cluster, 1, 40);
    let mut before = held(&cluster, 1);
    let mut seconds = 0;
    while before < 40 {
        cluster.run(Duration::from_secs(1));
        let now = held(&cluster, 1);
        assert!(now - before <= 6, "{} keys in one second", now - before);
        (before, seconds) = (now, seconds + 1);
    }
    assert!((12..20).contains(&seconds), "{seconds}");
    assert!(cluster.count(|event| matches!(event, Event::ExchangeThrottled { .. })) > 0);
}

#[test]
fn a_node_compares_with_no_more_peers_at_once_than_the_limit() {
    for most in [1, 2] {
        let mut cluster = cluster(7, 3, |settings| settings.anti_entropy.concurrency = most);
        let mut open = [0_u16; 7];
        let mut reached = 0;
        let mut peers = std::collections::BTreeSet::new();
        for _ in 0..1_500 {
            if cluster.in_flight.is_empty() {
                let next = cluster.next_timeout().expect("a round is always due");
                cluster.wait_until(next);
            } else {
                cluster.deliver(0);
            }
            for (node, event) in cluster.events.drain(..) {
                match event {
                    Event::ExchangeBegan { peer, .. } => {
                        open[node.index()] += 1;
                        peers.insert((node.min(peer), node.max(peer)));
                    }
                    Event::ExchangeEnded { complete, .. } => {
                        assert!(complete);
                        open[node.index()] -= 1;
                    }
                    _ => {}
                }
            }
            reached = reached.max(open.into_iter().max().unwrap_or(0));
        }
        assert_eq!(reached, most);
        let lists = cluster.node(0).ring().arcs(3).into_iter().map(|(_, list)| list);
        let pairs = lists.flat_map(|list| {
            let list = list.to_vec();
            let pairs = list
                .clone()
                .into_iter()
                .flat_map(move |a| list.clone().into_iter().map(move |b| (a, b)));
            pairs.filter(|(a, b)| a < b).collect::<Vec<_>>()
        });
        assert_eq!(peers, pairs.collect(), "every pair that shares a range compares");
    }
}

#[test]
fn an_exchange_with_a_silent_peer_is_given_up_and_the_next_begins() {
    let mut cluster = cluster(3, 3, |settings| settings.anti_entropy.concurrency = 1);
    diverge(&mut cluster, 2, 5);
    cluster.cut(&[0], &[1]);
    cluster.run(Duration::from_secs(20));
    let given_up = |event: &Event| matches!(event, Event::ExchangeEnded { complete: false, .. });
    assert!(cluster.count(given_up) > 0);
    assert_eq!(held(&cluster, 2), 5);
}

/// A node with another view has other ranges, and builds a tree for the peer's ranges when asked.
#[test]
fn peers_with_different_rings_repair_each_other() {
    for lagging in [0, 1] {
        let mut cluster = cluster(2, 2, |_| {});
        // The second node's view includes a third member, which never existed.
        let disk = Disk::new(NodeId(1), 0, [0, 1, 2].map(NodeId));
        let other = Node::new(cluster.config.clone(), disk, cluster.now);
        cluster.nodes.insert(NodeId(1), other);
        diverge(&mut cluster, lagging, 30);
        cluster.run(Duration::from_secs(30));
        for key in (0..30).map(|number| Key::new(&format!("key {number}"))) {
            let list = cluster.node(1).ring().preference_list(key.position(), 2);
            let lacks = cluster.node(lagging).disk().get(&key).is_none();
            // If the second view has both nodes as the key's replicas, the exchange covers it.
            assert!(!lacks || !list.contains(&NodeId(0)) || !list.contains(&NodeId(1)), "{key}");
        }
    }
}

#[test]
fn trees_of_different_depths_find_the_keys_that_differ() {
    for (deep, flat) in [(0, 1), (1, 0)] {
        for lagging in [0, 1] {
            let mut cluster = cluster(2, 2, |settings| settings.anti_entropy.depth = 6);
            diverge(&mut cluster, lagging, 30);
            let mut config = cluster.config.clone();
            let mut settings = (*config.settings).clone();
            settings.anti_entropy.depth = 2;
            config.settings = settings.into();
            cluster.drive(NodeId(flat), |node, now| node.reconfigure(now, config));
            cluster.run(Duration::from_secs(30));
            assert_eq!(
                held(&cluster, lagging),
                30,
                "{deep} has the deeper trees, {lagging} lacks keys"
            );
        }
    }
}
