//! What each order of versions keeps, and what it loses.

use ringside_store::settings::Order;
use ringside_store::version::{Context, Siblings};
use ringside_store::{Clock, Duration, Instant, Key, NodeId};

use crate::table::{Table, context_of, get, put, put_after, quorum};

fn table(order: Order) -> Table {
    Table::with(4, quorum(3, 3, 3), |settings| settings.versions.order = order)
}

/// Gives a node that is no replica of the key.
fn outsider(table: &Table, key: &str) -> u16 {
    let list = table.list(key);
    (0..4).find(|node| !list.contains(node)).expect("four nodes, three replicas")
}

#[test]
fn the_last_write_by_a_slow_clock_is_dropped_without_a_word() {
    let mut table = table(Order::LastWriteWins);
    table.wait(Duration::from_secs(60));
    let clock = Clock { skew_us: -5_000_000, drift_ppm: 0, since: Instant::ZERO };
    table.set_clock(1, clock);
    assert!(table.complete(0, put("k", "first")).is_ok());
    table.wait(Duration::from_secs(1));
    assert!(table.complete(1, put("k", "second")).is_ok(), "it is acknowledged");
    assert_eq!(table.read(2, "k"), ["first"]);
    table.wait(Duration::from_secs(5));
    table.complete(1, put("k", "third"));
    assert_eq!(table.read(2, "k"), ["third"]);
}

/// Two blind puts through one coordinator that holds no replica: by a plain vector the second knows the
/// first.
#[test]
fn plain_vectors_lose_what_dots_keep() {
    for (order, kept) in [(Order::Plain, vec!["two"]), (Order::Dotted, vec!["one", "two"])] {
        let mut table = table(order);
        let coordinator = outsider(&table, "k");
        table.complete(coordinator, put("k", "one"));
        table.complete(coordinator, put("k", "two"));
        assert_eq!(table.read(0, "k"), kept, "{order:?}");
    }
}

/// Two clients that each write after their own last write, by turns.
#[test]
fn siblings_explode_with_plain_vectors_alone() {
    for (order, siblings) in [(Order::Plain, 20), (Order::Dotted, 2), (Order::LastWriteWins, 1)] {
        let mut table = table(order);
        let coordinator = table.list("k")[0];
        let mut seen = [Context::new(), Context::new()];
        for round in 0..10 {
            for (client, seen) in seen.iter_mut().enumerate() {
                let value = format!("{client}:{round}");
                let stored = table.complete(coordinator, put_after("k", &value, seen.clone()));
                *seen = context_of(&stored);
            }
        }
        assert_eq!(table.read(0, "k").len(), siblings, "{order:?}");
    }
}

#[test]
fn a_client_that_reads_first_replaces_all_that_it_read_in_any_order() {
    for order in [Order::Plain, Order::Dotted, Order::LastWriteWins] {
        let mut table = table(order);
        for node in 0..3 {
            table.complete(node, put("k", &node.to_string()));
        }
        let found = table.complete(3, get("k"));
        table.wait(Duration::from_ms(1));
        table.complete(3, put_after("k", "all", context_of(&found)));
        for node in table.list("k") {
            let held = table.node(node).disk().get(&Key::new("k"));
            assert_eq!(held.map_or(0, Siblings::len), 1, "{order:?} at {}", NodeId(node));
        }
        assert_eq!(table.read(0, "k"), ["all"]);
    }
}

/// Two siblings of a plain set each know of the other, and neither may go for it.
#[test]
fn siblings_outlive_a_change_from_plain_vectors_to_dots() {
    let mut table = table(Order::Plain);
    let coordinator = table.list("k")[0];
    table.complete(coordinator, put("k", "one"));
    table.complete(coordinator, put("k", "two"));
    table.reconfigure(|config| {
        let mut settings = (*config.settings).clone();
        settings.versions.order = Order::Dotted;
        config.settings = settings.into();
    });
    assert_eq!(table.read(coordinator, "k"), ["one", "two"]);
    let found = table.complete(coordinator, get("k"));
    table.complete(coordinator, put_after("k", "all", context_of(&found)));
    assert_eq!(table.read(coordinator, "k"), ["all"]);
}
