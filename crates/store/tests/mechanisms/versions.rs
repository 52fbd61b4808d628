//! Orders of versions: what each keeps and loses.

use ringside_store::settings::Order;
use ringside_store::version::{Context, Siblings};
use ringside_store::{Clock, Duration, Instant, Key, NodeId};

use crate::harness::{TestCluster, context_of, get, put, put_after, quorum};

fn cluster(order: Order) -> TestCluster {
    TestCluster::with(4, quorum(3, 3, 3), |settings| settings.versions.order = order)
}

/// Returns a node that is not a replica of the key.
fn outsider(cluster: &TestCluster, key: &str) -> u16 {
    let list = cluster.preference_list(key);
    (0..4).find(|node| !list.contains(node)).expect("four nodes, three replicas")
}

#[test]
fn the_last_write_by_a_slow_clock_is_silently_dropped() {
    let mut cluster = cluster(Order::LastWriteWins);
    cluster.wait(Duration::from_secs(60));
    let clock = Clock { skew_us: -5_000_000, drift_ppm: 0, since: Instant::ZERO };
    cluster.set_clock(1, clock);
    assert!(cluster.complete(0, put("k", "first")).is_ok());
    cluster.wait(Duration::from_secs(1));
    assert!(cluster.complete(1, put("k", "second")).is_ok(), "the write is acknowledged");
    assert_eq!(cluster.read(2, "k"), ["first"]);
    cluster.wait(Duration::from_secs(5));
    cluster.complete(1, put("k", "third"));
    assert_eq!(cluster.read(2, "k"), ["third"]);
}

/// Two blind puts go through one coordinator that holds no replica. By its plain vector, the second
/// write has seen the first.
#[test]
fn plain_vectors_lose_what_dots_keep() {
    for (order, kept) in [(Order::Plain, vec!["two"]), (Order::Dotted, vec!["one", "two"])] {
        let mut cluster = cluster(order);
        let coordinator = outsider(&cluster, "k");
        cluster.complete(coordinator, put("k", "one"));
        cluster.complete(coordinator, put("k", "two"));
        assert_eq!(cluster.read(0, "k"), kept, "{order:?}");
    }
}

/// Two clients take turns, and each writes with the context of its own last write.
#[test]
fn siblings_explode_with_plain_vectors_alone() {
    for (order, siblings) in [(Order::Plain, 20), (Order::Dotted, 2), (Order::LastWriteWins, 1)] {
        let mut cluster = cluster(order);
        let coordinator = cluster.preference_list("k")[0];
        let mut seen = [Context::new(), Context::new()];
        for round in 0..10 {
            for (client, seen) in seen.iter_mut().enumerate() {
                let value = format!("{client}:{round}");
                let stored = cluster.complete(coordinator, put_after("k", &value, seen.clone()));
                *seen = context_of(&stored);
            }
        }
        assert_eq!(cluster.read(0, "k").len(), siblings, "{order:?}");
    }
}

#[test]
fn a_client_that_reads_first_replaces_all_that_it_read_in_any_order() {
    for order in [Order::Plain, Order::Dotted, Order::LastWriteWins] {
        let mut cluster = cluster(order);
        for node in 0..3 {
            cluster.complete(node, put("k", &node.to_string()));
        }
        let found = cluster.complete(3, get("k"));
        cluster.wait(Duration::from_ms(1));
        cluster.complete(3, put_after("k", "all", context_of(&found)));
        for node in cluster.preference_list("k") {
            let held = cluster.node(node).disk().get(&Key::new("k"));
            assert_eq!(held.map_or(0, Siblings::len), 1, "{order:?} at {}", NodeId(node));
        }
        assert_eq!(cluster.read(0, "k"), ["all"]);
    }
}

/// Two siblings of a plain set each contain the other in their clocks, but neither replaces the
/// other.
#[test]
fn siblings_outlive_a_change_from_plain_vectors_to_dots() {
    let mut cluster = cluster(Order::Plain);
    let coordinator = cluster.preference_list("k")[0];
    cluster.complete(coordinator, put("k", "one"));
    cluster.complete(coordinator, put("k", "two"));
    cluster.reconfigure(|config| {
        let mut settings = (*config.settings).clone();
        settings.versions.order = Order::Dotted;
        config.settings = settings.into();
    });
    assert_eq!(cluster.read(coordinator, "k"), ["one", "two"]);
    let found = cluster.complete(coordinator, get("k"));
    cluster.complete(coordinator, put_after("k", "all", context_of(&found)));
    assert_eq!(cluster.read(coordinator, "k"), ["all"]);
}
