//! Expiry: tombstones, their grace, and values with a time to live.

use ringside_store::settings::Settings;
use ringside_store::version::Context;
use ringside_store::{Clock, Duration, Event, Instant, Key, Request, Value};

use crate::harness::{TestCluster, context_of, delete, put, quorum};

const GRACE: Duration = Duration::from_secs(60);

/// Creates a cluster on which the grace has passed since time began, and nodes wake often.
fn cluster(set: impl FnOnce(&mut Settings)) -> TestCluster {
    let mut cluster = TestCluster::with(3, quorum(3, 1, 1), |settings| {
        settings.deletes.grace = Some(GRACE);
        settings.gossip.on = true;
        set(settings);
    });
    cluster.run(Duration::from_secs(100));
    cluster
}

/// Writes a key and deletes it.
fn put_and_delete(cluster: &mut TestCluster) {
    let stored = cluster.complete(0, put("k", "v"));
    cluster.deliver_all();
    cluster.complete(0, delete("k", context_of(&stored)));
    cluster.deliver_all();
}

#[test]
fn a_tombstone_is_kept_for_its_grace_and_not_longer() {
    let mut cluster = cluster(|_| {});
    put_and_delete(&mut cluster);
    cluster.run(Duration::from_ms(59_999));
    assert!(cluster.nodes.values().all(|node| node.disk().tombstones() == 1));
    cluster.run(Duration::from_ms(1));
    assert!(cluster.nodes.values().all(|node| node.disk().tombstones() == 0));
    assert!(cluster.nodes.values().all(|node| node.disk().get(&Key::new("k")).is_none()));
    assert_eq!(cluster.count(|event| matches!(event, Event::TombstoneCollected { .. })), 3);
}

/// A delete must also reach a node that never had the key, because the value may reach it later.
#[test]
fn a_tombstone_is_kept_where_the_key_was_never_held() {
    let mut cluster = cluster(|_| {});
    let id = cluster.begin(0, put("k", "v"));
    let late = std::mem::take(&mut cluster.in_flight);
    let seen = context_of(&cluster.replies[&id]);
    cluster.complete(1, delete("k", seen));
    cluster.deliver_all();
    cluster.in_flight = late;
    cluster.deliver_all();
    assert!((0..3).all(|node| cluster.held(node, "k").is_empty()));
    assert!(cluster.nodes.values().all(|node| node.disk().tombstones() == 1));
}

#[test]
fn a_dot_is_not_reused_after_its_tombstone_is_gone() {
    let mut cluster = cluster(|_| {});
    put_and_delete(&mut cluster);
    cluster.run(Duration::from_secs(61));
    let again = cluster.complete(0, put("k", "new"));
    assert_eq!(context_of(&again).to_string(), "{} + A3");
    assert_eq!(cluster.read(1, "k"), ["new"]);
}

/// Deletes a key while a node that holds it is down, and restarts that node after `away`.
fn return_after(away: Duration) -> TestCluster {
    let mut cluster = cluster(|settings| settings.anti_entropy.on = true);
    let stored = cluster.complete(0, put("k", "v"));
    cluster.deliver_all();
    cluster.crash(2);
    cluster.complete(0, delete("k", context_of(&stored)));
    cluster.run(away);
    cluster.restart(2);
    cluster.run(Duration::from_secs(20));
    cluster
}

#[test]
fn a_node_that_returns_within_the_grace_learns_of_the_delete() {
    let mut cluster = return_after(Duration::from_secs(30));
    assert!((0..3).all(|node| cluster.held(node, "k").is_empty()));
    cluster.run(GRACE);
    assert!(cluster.nodes.values().all(|node| node.disk().tombstones() == 0));
    assert!(cluster.read(2, "k").is_empty());
}

/// A node that missed a delete brings the key back once all others have dropped the tombstone.
#[test]
fn a_node_that_returns_after_the_grace_resurrects_the_key() {
    let cluster = return_after(Duration::from_secs(70));
    assert!((0..3).all(|node| cluster.held(node, "k") == ["v"]));
}

/// Of two replicas one collects first, and the other does not bring the tombstone back to it.
#[test]
fn a_tombstone_past_its_grace_is_not_merged() {
    let mut cluster = cluster(|settings| settings.anti_entropy.on = true);
    cluster.set_clock(1, Clock { skew_us: -20_000_000, drift_ppm: 0, since: Instant::ZERO });
    put_and_delete(&mut cluster);
    cluster.run(Duration::from_secs(75));
    assert_eq!((cluster.node(0).disk().tombstones(), cluster.node(1).disk().tombstones()), (0, 1));
    cluster.run(Duration::from_secs(20));
    assert!(cluster.nodes.values().all(|node| node.disk().tombstones() == 0));
}

fn put_for(ttl: Duration) -> Request {
    let (key, value) = (Key::new("k"), Value::new("v"));
    Request::Put { key, value, context: Context::new(), ttl: Some(ttl) }
}

#[test]
fn a_value_expires_by_its_holders_clock() {
    let mut cluster = cluster(|_| {});
    cluster.set_clock(1, Clock { skew_us: 4_000_000, drift_ppm: 0, since: Instant::ZERO });
    cluster.complete(0, put_for(Duration::from_secs(10)));
    cluster.deliver_all();
    cluster.run(Duration::from_ms(5_999));
    assert!((0..3).all(|node| cluster.held(node, "k") == ["v"]));
    cluster.run(Duration::from_ms(1));
    let live =
        |cluster: &TestCluster| (0..3).filter(|&node| cluster.held(node, "k") == ["v"]).count();
    assert!(cluster.held(1, "k").is_empty(), "its clock is four seconds ahead");
    assert_eq!(live(&cluster), 2);
    cluster.run(Duration::from_secs(4));
    assert_eq!(live(&cluster), 0);
    assert_eq!(cluster.count(|event| matches!(event, Event::Expired { .. })), 3);
}

#[test]
fn a_late_node_does_not_return_expired_values() {
    let mut cluster = cluster(|_| {});
    cluster.complete(0, put_for(Duration::from_secs(10)));
    cluster.deliver_all();
    // The node's timer has not fired: a node can be late with its work.
    cluster.now = cluster.now + Duration::from_secs(10);
    assert!(cluster.read(0, "k").is_empty());
}

#[test]
fn values_expire_by_the_default_ttl() {
    let mut cluster =
        cluster(|settings| settings.deletes.default_ttl = Some(Duration::from_secs(5)));
    cluster.complete(0, put("k", "v"));
    cluster.run(Duration::from_ms(4_999));
    assert_eq!(cluster.read(0, "k"), ["v"]);
    cluster.run(Duration::from_ms(1));
    assert!(cluster.read(0, "k").is_empty());
    assert_eq!(cluster.node(0).disk().live_keys(), 0);
    cluster.run(GRACE);
    assert_eq!(cluster.node(0).disk().tombstones(), 0);
}
