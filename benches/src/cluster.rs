//! The whole cluster, against a bare heap and against simulators with empty events.

use std::hint::black_box;

use ringside_lab::frame::Mechanisms;
use ringside_lab::{Duration, Instant, Lab, NodeId, Scenario};
use ringside_sim::{Cluster, EntryKind};
use ringside_tests::throughput::{self, HeapStep, replay};

use crate::comparison::Comparison;
use crate::scheduling::{self, Workload};

/// The name of this group in the table.
pub(crate) const GROUP: &str = "cluster";

const ROUNDS: u32 = 8;
/// The queue events between two times that the journal is dropped.
const BATCH: u64 = 512;
/// The load of the plain path, that of [`throughput`], and the seconds that it runs.
const PLAIN_RATE: f64 = 20_000.0;
const PLAIN_SECONDS: u64 = 5;
const HEAP: &str = "bare BinaryHeap, a push and a pop";

/// Creates the comparisons.
pub(crate) fn comparisons() -> Vec<Comparison> {
    assert_everything_happens();
    let mut steps = Vec::new();
    let cluster = run_everything(|cluster| note_steps(cluster, &mut steps));
    let workload = Workload { events: cluster.handled(), pending: mean_pending(&steps) };
    let heap = move || black_box(replay(black_box(&steps))).1;
    let plain_steps = throughput::trace(throughput::cluster(PLAIN_RATE), 1);
    vec![
        Comparison::new(GROUP, "a queue event, every mechanism on", ROUNDS, || {
            run_everything(|_| ()).handled()
        })
        .against(HEAP, heap.clone())
        .against("simrs 0.2.0, an empty event", move || scheduling::simrs(workload))
        .against("nexosim 1.0.0, an empty event", move || scheduling::nexosim(workload)),
        Comparison::new(GROUP, "a journal entry, every mechanism on", ROUNDS, || {
            run_everything(|_| ()).journal().written()
        })
        .against(HEAP, heap),
        Comparison::new(GROUP, "a queue event, the plain path", ROUNDS, || {
            throughput::run(&mut throughput::cluster(PLAIN_RATE), PLAIN_SECONDS)
        })
        .against(HEAP, move || black_box(replay(black_box(&plain_steps))).1),
    ]
}

/// The scenario of the runs.
fn scenario() -> Scenario {
    Scenario::parse(include_str!("everything.json")).expect("the scenario is possible")
}

/// Runs the scenario to its end and drops the journal in batches; `look` sees the cluster before each
/// drop.
fn run_everything(mut look: impl FnMut(&Cluster)) -> Cluster {
    let scenario = scenario();
    let config = scenario.to_config().expect("the scenario is possible");
    let mut cluster = Cluster::new(config).expect("the load is possible");
    let [crash, restart] = &scenario.events[..] else { panic!("a crash and a restart") };
    let c = NodeId(2);
    run_until(&mut cluster, crash.at, &mut look);
    cluster.crash(c).expect("C is up");
    run_until(&mut cluster, restart.at, &mut look);
    cluster.restart(c).expect("C is down");
    run_until(&mut cluster, scenario.duration, &mut look);
    cluster
}

/// Runs until a time of the scenario, in batches.
fn run_until(cluster: &mut Cluster, at: Duration, look: &mut impl FnMut(&Cluster)) {
    let until = Instant::from_us(at.as_us());
    loop {
        let done = cluster.advance(until, BATCH);
        look(cluster);
        let written = cluster.journal().written();
        cluster.journal_mut().forget_before(written);
        if done {
            return;
        }
    }
}

/// Adds the pushes and pops of messages in the entries that the journal still has.
fn note_steps(cluster: &Cluster, steps: &mut Vec<HeapStep>) {
    steps.extend(cluster.journal().since(0).filter_map(|entry| match &entry.kind {
        EntryKind::Sent { arrives, .. } => Some(HeapStep::Push(arrives.as_us())),
        EntryKind::Delivered { .. } | EntryKind::Lost { .. } => Some(HeapStep::Pop),
        _ => None,
    }));
}

/// The mean number of messages in flight.
fn mean_pending(steps: &[HeapStep]) -> u64 {
    let (mut pending, mut sum) = (0_u64, 0_u64);
    for step in steps {
        match step {
            HeapStep::Push(_) => pending += 1,
            HeapStep::Pop => pending = pending.saturating_sub(1),
        }
        sum += pending;
    }
    (sum / steps.len().max(1) as u64).max(1)
}

/// Runs the scenario once in the lab and checks that each mechanism did something: one that is on and
/// idle would cost nothing.
fn assert_everything_happens() {
    let scenario = scenario();
    let end = Instant::from_us(scenario.duration.as_us());
    let mut lab = Lab::open(scenario).expect("the scenario is possible");
    lab.advance_to(end);
    let Mechanisms {
        hints, read_repair, anti_entropy, tombstones, failure_detector, asking, ..
    } = lab.summary().mechanisms();
    let happened = [
        ("a hint was delivered", hints.delivered),
        ("a read repaired", read_repair.changed),
        ("an exchange brought a key", anti_entropy.keys_fixed),
        ("a tombstone was dropped", tombstones.collected),
        ("a node was suspected", failure_detector.suspected),
        ("a digest counted", asking.digests),
        ("a read asked one more", asking.speculated),
    ];
    for (what, times) in happened {
        assert!(times > 0, "it never happened that {what}");
    }
}
