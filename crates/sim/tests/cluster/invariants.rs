//! Invariants under random interventions: determinism, and accounts of messages and operations.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_random::Latency;
use ringside_sim::{
    ClockSkew, Cluster, ClusterError, Config, CoordinatorChoice, EntryKind, MessageKind, Service,
};
use ringside_store::settings::ReadRepair;
use ringside_store::{Duration, Key, NodeId, Operation, Quorum, Settings, Value};

use crate::fixture::{config, load, run_for, start};

#[test]
fn equal_runs_have_equal_digests_and_other_seeds_others() {
    let digest = |seed| {
        let mut cluster = start(Config { seed, load: Some(load(200.0)), ..config() });
        run_for(&mut cluster, 2_000);
        cluster.journal().digest()
    };
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
}

/// Counter-based randomness: with W = 1 instead of 3 the same messages have the same delays, though
/// the operations end at other times.
#[test]
fn runs_that_differ_in_one_setting_share_their_draws() {
    let delays = |w| {
        let quorum = Quorum::new(3, 2, w).expect("possible");
        let mut cluster = start(Config { quorum, load: Some(load(50.0)), ..config() });
        run_for(&mut cluster, 1_000);
        let sent = cluster.journal().since(0).filter_map(|entry| match &entry.kind {
            EntryKind::Sent { message, arrives } if message.kind == MessageKind::Write => {
                Some(((message.request, message.from, message.to), arrives.since(entry.at)))
            }
            _ => None,
        });
        sent.collect::<BTreeMap<_, _>>()
    };
    let (weak, strong) = (delays(1), delays(3));
    assert!(weak.len() > 30);
    assert_eq!(weak, strong);
}

/// An intervention or operation at a random time.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Crash(u16),
    Restart(u16),
    Wipe(u16),
    Pause(u16),
    Resume(u16),
    Slow(u16, u64),
    Isolate(u16),
    Cut(u16, u16),
    Mend(u16, u16),
    Clog(u16, u16),
    Unclog(u16, u16),
    Heal,
    Swizzle(u16, u64),
    Chaos(bool),
    Shares(f64),
    Service(Option<u64>, u32),
    Coordinator(CoordinatorChoice),
    Clock(u16, i32),
    Mechanisms(bool),
    Join(u16),
    Leave(u16),
    Remove(u16),
    Put(u16),
    Hold,
    Drop,
    ReleaseAll,
}

/// Generates interventions, each after a number of milliseconds.
pub(crate) fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
    let node = || 0..6_u16;
    let choice = prop::sample::select(vec![
        CoordinatorChoice::Replica,
        CoordinatorChoice::Any,
        CoordinatorChoice::Fixed,
        CoordinatorChoice::Fastest,
    ]);
    let step = prop_oneof![
        node().prop_map(Step::Crash),
        node().prop_map(Step::Restart),
        node().prop_map(Step::Wipe),
        node().prop_map(Step::Pause),
        node().prop_map(Step::Resume),
        (node(), 0..20_u64).prop_map(|(node, ms)| Step::Slow(node, ms)),
        node().prop_map(Step::Isolate),
        (node(), node()).prop_map(|(from, to)| Step::Cut(from, to)),
        (node(), node()).prop_map(|(from, to)| Step::Mend(from, to)),
        (node(), node()).prop_map(|(from, to)| Step::Clog(from, to)),
        (node(), node()).prop_map(|(from, to)| Step::Unclog(from, to)),
        Just(Step::Heal),
        (1..6_u16, 1..40_u64).prop_map(|(nodes, ms)| Step::Swizzle(nodes, ms)),
        any::<bool>().prop_map(Step::Chaos),
        (0.0..0.5_f64).prop_map(Step::Shares),
        (prop::option::of(0..9_000_u64), 0..9_u32).prop_map(|(us, most)| Step::Service(us, most)),
        choice.prop_map(Step::Coordinator),
        (node(), -9..9_i32).prop_map(|(node, ppm)| Step::Clock(node, ppm)),
        any::<bool>().prop_map(Step::Mechanisms),
        (0..8_u16).prop_map(Step::Join),
        node().prop_map(Step::Leave),
        node().prop_map(Step::Remove),
        node().prop_map(Step::Put),
        Just(Step::Hold),
        Just(Step::Drop),
        Just(Step::ReleaseAll),
    ];
    prop::collection::vec((0..60_u64, step), 0..30)
}

pub(crate) fn apply(cluster: &mut Cluster, step: &Step) {
    // An error is a valid result too: only the invariants matter.
    let _ = try_apply(cluster, step);
}

fn try_apply(cluster: &mut Cluster, step: &Step) -> Result<(), ClusterError> {
    let first = cluster.in_flight().filter(|m| m.held.is_none()).map(|m| m.id).min();
    match *step {
        Step::Crash(node) => cluster.crash(NodeId(node))?,
        Step::Restart(node) => cluster.restart(NodeId(node))?,
        Step::Wipe(node) => cluster.wipe(NodeId(node))?,
        Step::Pause(node) => cluster.pause(NodeId(node))?,
        Step::Resume(node) => cluster.resume(NodeId(node))?,
        Step::Slow(node, ms) => cluster.slow(NodeId(node), Duration::from_ms(ms))?,
        Step::Isolate(node) => cluster.isolate(NodeId(node))?,
        Step::Cut(from, to) => cluster.cut(&[(NodeId(from), NodeId(to))])?,
        Step::Mend(from, to) => cluster.mend(&[(NodeId(from), NodeId(to))])?,
        Step::Clog(from, to) => cluster.clog(NodeId(from), NodeId(to))?,
        Step::Unclog(from, to) => cluster.unclog(NodeId(from), NodeId(to))?,
        Step::Heal => cluster.heal(),
        Step::Swizzle(nodes, ms) => {
            let nodes: Vec<NodeId> = (0..nodes).map(NodeId).collect();
            cluster.swizzle(&nodes, Duration::from_ms(ms))?;
        }
        Step::Chaos(on) => cluster.set_chaos(f64::from(u8::from(on))),
        Step::Shares(share) => {
            cluster.set_loss(share / 2.0);
            cluster.set_duplication(share);
            cluster.set_reordering(share);
        }
        Step::Service(us, mailbox) => {
            let time = us.map(|us| Latency::Uniform { min_us: 0, max_us: us });
            cluster.set_service(Service { time, mailbox });
        }
        Step::Coordinator(choice) => cluster.set_coordinator(choice),
        Step::Clock(node, ppm) => {
            let skew = ClockSkew { skew_us: i64::from(ppm) * 1_000, drift_ppm: ppm };
            cluster.set_clock(NodeId(node), skew)?;
        }
        Step::Mechanisms(on) => cluster.set_settings(mechanisms(on)),
        Step::Join(node) => cluster.join(NodeId(node))?,
        Step::Leave(node) => cluster.leave(NodeId(node))?,
        Step::Remove(node) => cluster.remove(NodeId(node), None)?,
        Step::Put(node) => {
            let value = Some(Value::new("v"));
            cluster.request(Operation::Put, &Key::new("k0"), value, Some(NodeId(node)))?;
        }
        Step::Hold => first.map_or(Ok(()), |id| cluster.hold(id))?,
        Step::Drop => first.map_or(Ok(()), |id| cluster.drop_message(id))?,
        Step::ReleaseAll => {
            let held: Vec<_> = cluster.in_flight().filter(|m| m.held.is_some()).collect();
            held.iter().try_for_each(|m| cluster.release(m.id))?;
        }
    }
    Ok(())
}

/// Switches every mechanism on or off.
pub(crate) fn mechanisms(on: bool) -> Settings {
    let mut settings = Settings::default();
    if on {
        settings.quorum.sloppy = true;
        settings.read_repair = ReadRepair::Blocking;
        settings.hints.on = true;
        settings.hints.period = Duration::from_ms(50);
        settings.anti_entropy.on = true;
        settings.anti_entropy.period = Duration::from_ms(100);
        settings.gossip.on = true;
        settings.gossip.period = Duration::from_ms(30);
    }
    settings
}

/// Returns the number of messages that have reached a node and are not handled yet.
fn in_mailboxes(cluster: &Cluster) -> usize {
    cluster.nodes().map(|node| node.waiting as usize + usize::from(node.serving)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever happens: every message sent is delivered, lost, in flight or in a mailbox; every
    /// operation ends once; and the run repeats itself to the last byte, in one call of `advance`
    /// or in many.
    #[test]
    fn every_message_and_operation_is_accounted_for_and_the_run_repeats(
        seed: u64,
        loss in 0.0..0.5,
        on: bool,
        steps in steps(),
    ) {
        let run = |in_small_calls: bool| {
            let mut channels = config().channels;
            channels.loss = loss;
            let load = Some(load(100.0));
            let settings = mechanisms(on);
            let mut cluster = start(Config { seed, load, channels, settings, ..config() });
            for (ms, step) in &steps {
                let until = cluster.now() + Duration::from_ms(*ms);
                if in_small_calls {
                    while !cluster.advance(until, 3) {}
                } else {
                    cluster.advance(until, u64::MAX);
                }
                apply(&mut cluster, step);
            }
            cluster.set_load(None).expect("no load is possible");
            run_for(&mut cluster, 1_000);
            cluster
        };
        let cluster = run(false);
        prop_assert_eq!(cluster.journal().digest(), run(true).journal().digest());

        let in_order = cluster.journal().since(0).is_sorted_by_key(|entry| entry.at);
        prop_assert!(in_order, "in the order of time");
        let (mut sent, mut arrived, mut begun, mut ended) = (0, 0, 0, 0);
        for entry in cluster.journal().since(0) {
            match &entry.kind {
                EntryKind::Sent { .. } => sent += 1,
                EntryKind::Delivered { .. } | EntryKind::Lost { .. } => arrived += 1,
                EntryKind::Invoked { .. } => begun += 1,
                EntryKind::Returned { .. } => ended += 1,
                EntryKind::Queued { .. } | EntryKind::Node { .. } | EntryKind::Intervention(_) => {}
            }
        }
        prop_assert_eq!(sent, arrived + cluster.in_flight().count() + in_mailboxes(&cluster));
        prop_assert_eq!(begun, ended);
    }
}
