//! 4.4: vector clocks, the worked example of figure 3, and clock truncation.

use ringside_store::settings::Truncation;
use ringside_store::version::{Actor, Context, Siblings};
use ringside_store::{Duration, Event, NodeId, Response};

use crate::harness::{TestCluster, context_of, get, put, put_after, quorum};

const SX: u16 = 0;
const SY: u16 = 1;
const SZ: u16 = 2;

/// Returns the clock of the versions that were stored or found, as the paper writes it.
fn clock(response: &Response) -> Vec<(u16, u64)> {
    let siblings = match response {
        Response::Stored { version } => Siblings::of(version.clone()),
        Response::Found { siblings, .. } => siblings.clone(),
        Response::Unavailable { .. } => panic!("{response:?}"),
    };
    siblings.clock().iter().map(|(actor, counter)| (actor.node.0, counter)).collect()
}

#[test]
fn the_worked_example_of_figure_3() {
    let mut cluster = TestCluster::new(3, quorum(3, 3, 3));
    let d1 = cluster.complete(SX, put("cart", "D1"));
    assert_eq!(clock(&d1), [(SX, 1)]);
    let d2 = cluster.complete(SX, put_after("cart", "D2", context_of(&d1)));
    assert_eq!(clock(&d2), [(SX, 2)]);
    let d3 = cluster.complete(SY, put_after("cart", "D3", context_of(&d2)));
    let d4 = cluster.complete(SZ, put_after("cart", "D4", context_of(&d2)));
    assert_eq!(clock(&d3), [(SX, 2), (SY, 1)]);
    assert_eq!(clock(&d4), [(SX, 2), (SZ, 1)]);
    assert_eq!(cluster.read(SX, "cart"), ["D3", "D4"], "neither descends from the other");
    let both = cluster.complete(SX, get("cart"));
    assert_eq!(clock(&both), [(SX, 2), (SY, 1), (SZ, 1)]);
    let d5 = cluster.complete(SX, put_after("cart", "D5", context_of(&both)));
    assert_eq!(clock(&d5), [(SX, 3), (SY, 1), (SZ, 1)]);
    assert_eq!(cluster.read(SZ, "cart"), ["D5"], "the reconciling write replaces both");
}

/// Makes four nodes write in turn, a second apart, each with the context of the previous write. The
/// first node is cut off after its own write.
fn write_around(entries: u16, age: Duration) -> TestCluster {
    let mut cluster = TestCluster::with(4, quorum(4, 4, 3), |settings| {
        settings.versions.truncation = Some(Truncation { entries, age });
    });
    let mut seen = Context::new();
    for node in 0..4 {
        let stored = cluster.complete(node, put_after("k", &node.to_string(), seen.clone()));
        seen = context_of(&stored);
        cluster.cut(&[0], &[1, 2, 3]);
        cluster.run(Duration::from_secs(1));
    }
    cluster.heal();
    cluster
}

fn dropped(cluster: &TestCluster) -> Vec<Vec<Actor>> {
    let dropped = cluster.events.iter().filter_map(|(_, event)| match event {
        Event::Truncated { dropped, .. } => Some(dropped.clone()),
        _ => None,
    });
    dropped.collect()
}

#[test]
fn a_clock_with_too_many_entries_loses_the_oldest() {
    let actor = |node| Actor { node: NodeId(node), generation: 0 };
    let mut cluster = write_around(2, Duration::ZERO);
    assert_eq!(dropped(&cluster), [[actor(0)], [actor(1)]]);
    assert_eq!(cluster.read(1, "k"), ["0", "3"], "a truncated write looks concurrent");
}

#[test]
fn a_clock_keeps_young_entries() {
    assert!(dropped(&write_around(2, Duration::from_secs(60))).is_empty());
    let mut long_enough = write_around(4, Duration::ZERO);
    assert!(dropped(&long_enough).is_empty());
    assert_eq!(long_enough.read(1, "k"), ["3"]);
}
