//! Frames of the ring, compared with a naive look at every disk.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use ringside_lab::ring::{Agreement, Flows, RingFrame};
use ringside_lab::{BuiltIn, Command, Duration, Endpoint, Focus, Instant, Lab, NodeId};
use ringside_sim::{Entry, EntryKind};
use ringside_store::version::Siblings;
use ringside_store::{Event, Key};

fn open(name: &str, seed: u64) -> Lab {
    let mut scenario =
        BuiltIn::find(name).expect("it is built in").scenario().expect("it is right");
    scenario.seed = seed;
    Lab::open(scenario).expect("it can be opened")
}

fn ms(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

fn has(held: &Siblings, other: &Siblings) -> bool {
    let had = |it: &ringside_store::version::Version| {
        let has = |own: &ringside_store::version::Version| {
            let later = (own.rank, own.written, own.dot) > (it.rank, it.written, it.dot);
            own.dot == it.dot || own.past.contains(it.dot) || it.rank > 0 && own.rank > 0 && later
        };
        held.iter().any(|own| has(own))
    };
    other.iter().all(|it| had(it))
}

/// Scans all disks, and returns for each key the agreement of its replicas and the nodes that lack a version.
fn naive(lab: &Lab) -> BTreeMap<String, (Agreement, Vec<NodeId>)> {
    let cluster = lab.cluster();
    let nodes: Vec<_> = cluster.nodes().collect();
    let keys: BTreeSet<Key> =
        nodes.iter().flat_map(|node| node.disk.iter().map(|(key, _)| key.clone())).collect();
    let mut found = BTreeMap::new();
    for key in keys {
        let list = cluster.preference_list(&key);
        let copy = |node: &NodeId| nodes[node.index()].disk.get(&key).cloned().unwrap_or_default();
        let copies: Vec<Siblings> = list.iter().map(copy).collect();
        if copies.iter().all(Siblings::is_empty) {
            continue;
        }
        let lacks = |own: &Siblings| copies.iter().any(|other| !has(own, other));
        let lacking: Vec<NodeId> =
            list.iter().zip(&copies).filter(|(_, own)| lacks(own)).map(|(node, _)| *node).collect();
        let is_full = copies.iter().all(|copy| *copy == copies[0]);
        let agreement = match lacking.len() {
            _ if is_full => Agreement::Full,
            all if all == copies.len() => Agreement::Apart,
            _ => Agreement::Behind,
        };
        found
            .insert(key.name().to_owned(), (agreement, if is_full { Vec::new() } else { lacking }));
    }
    found
}

fn listed(frame: &RingFrame) -> BTreeMap<String, (Agreement, Vec<NodeId>)> {
    let keys = frame.keys.iter();
    keys.map(|it| (it.key.clone(), (it.agreement, it.lacking.clone()))).collect()
}

const SCENARIOS: [&str; 7] =
    ["healthy", "partition", "hints", "last-write-wins", "register", "join-leave", "tombstones"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn keys_agree_with_the_disks(
        which in 0..SCENARIOS.len(),
        seed in 0..1_000_u64,
        stops in prop::collection::vec(1..2_500_u64, 1..8),
        wiped in prop::option::of(0..5_u16),
    ) {
        let mut lab = open(SCENARIOS[which], seed);
        for stop in stops {
            lab.advance_to(lab.now() + Duration::from_ms(stop));
            let frame = lab.ring_frame(usize::MAX);
            let expected = naive(&lab);
            prop_assert_eq!(&listed(&frame), &expected);
            prop_assert_eq!(frame.held, expected.len() as u64);
            let apart = expected.values().filter(|it| it.0 != Agreement::Full).count();
            prop_assert_eq!(frame.disagreeing, apart as u64);
            prop_assert!(frame.keys.is_sorted_by(|a, b| a.place <= b.place));
            let debt: u64 = frame.nodes.iter().map(|node| u64::from(node.debt)).sum();
            prop_assert_eq!(debt, lab.measured().debt.pairs);
            prop_assert!(frame.nodes.iter().all(|node| node.overdue <= node.debt));
            let shares = lab.cluster().ring().shares(lab.cluster().quorum().n());
            for node in &frame.nodes {
                let share = shares.iter().find(|it| it.0 == node.id).map_or(0.0, |it| it.1);
                prop_assert!((share - node.share).abs() < 1e-12);
            }
        }
        if let Some(node) = wiped.filter(|_| SCENARIOS[which] != "join-leave") {
            // A node that is down already cannot crash, but its disk can be wiped.
            let _ = lab.command(Command::Crash(NodeId(node)));
            if lab.command(Command::Wipe(NodeId(node))).is_ok() {
                prop_assert_eq!(&listed(&lab.ring_frame(usize::MAX)), &naive(&lab));
            }
        }
    }

    #[test]
    fn keys_that_disagree_are_shown_first_and_then_the_busiest(
        seed in 0..1_000_u64,
        most in 0..30_usize,
        until in 500..6_000_u64,
    ) {
        let mut lab = open("hints", seed);
        lab.advance_to(ms(until));
        let (all, some) = (lab.ring_frame(usize::MAX), lab.ring_frame(most));
        prop_assert_eq!(some.keys.len(), most.min(all.keys.len()));
        prop_assert_eq!((some.held, some.disagreeing), (all.held, all.disagreeing));
        let worth = |it: &ringside_lab::ring::KeyPoint| (it.agreement != Agreement::Full, it.asked);
        let least = some.keys.iter().map(worth).min();
        let left: Vec<_> = all.keys.iter().filter(|it| !some.keys.contains(it)).collect();
        prop_assert_eq!(left.len() + some.keys.len(), all.keys.len());
        prop_assert!(least.is_none_or(|least| left.iter().all(|it| worth(it) <= least)));
    }
}

#[test]
fn the_debt_is_at_the_node_that_was_down_and_is_paid_by_its_repair() {
    let mut lab = open("hints", 3);
    lab.advance_to(ms(11_900));
    // B is down: no message is in flight to it, and hints wait for it.
    let frame = lab.ring_frame(usize::MAX);
    let lacks = |frame: &RingFrame, node: u16| {
        frame.keys.iter().filter(|it| it.lacking.contains(&NodeId(node))).count() as u32
    };
    let debt = frame.nodes[1].debt;
    assert!(debt > 5, "{debt}");
    assert!(frame.nodes[1].overdue > 5 && frame.nodes[1].overdue <= debt);
    assert!(lacks(&frame, 1) >= debt);
    assert!(frame.nodes.iter().all(|node| node.id == NodeId(1) || node.overdue == 0));
    lab.advance_to(ms(25_000));
    let frame = lab.ring_frame(usize::MAX);
    assert!(frame.nodes.iter().all(|node| node.debt == 0));
    assert_eq!(frame.disagreeing, 0);
}

#[test]
fn fetches_are_those_that_began_in_the_journal_and_have_not_ended() {
    let mut lab = open("join-leave", 18);
    let mut running: BTreeMap<(NodeId, u64), NodeId> = BTreeMap::new();
    let mut reached: BTreeMap<(NodeId, u64), f64> = BTreeMap::new();
    let (mut most, mut moved) = (0, false);
    for step in 1..400 {
        let mut take = |entry: &Entry| {
            let EntryKind::Node { node, event } = &entry.kind else { return };
            match event {
                Event::StreamBegan { range, source, .. } => {
                    running.insert((*node, range.end), *source);
                }
                Event::StreamEnded { range, .. } => {
                    running.remove(&(*node, range.end));
                }
                _ => {}
            }
        };
        while !lab.advance_with(ms(step * 100), u64::MAX, &mut take) {}
        let frame = lab.ring_frame(0);
        let listed: Vec<(NodeId, NodeId)> =
            frame.fetches.iter().filter_map(|it| Some((it.to, it.from?))).collect();
        let mut expected: Vec<_> = running.iter().map(|((to, _), from)| (*to, *from)).collect();
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        expected.sort_unstable();
        assert_eq!(sorted, expected, "at {step}");
        most = most.max(listed.len());
        let nodes = lab.frame(&Focus::default()).nodes;
        for node in nodes {
            let own = frame.fetches.iter().filter(|it| it.to == node.id);
            assert_eq!(own.count(), node.fetching as usize);
        }
        for fetch in &frame.fetches {
            assert!(fetch.end > fetch.start && (0.0..=1.0).contains(&fetch.done));
            let before = reached.insert((fetch.to, fetch.start.to_bits()), fetch.done);
            assert!(before.is_none_or(|before| fetch.done >= before), "a fetch never goes back");
            moved |= fetch.done > 0.0 && fetch.done < 1.0;
        }
    }
    assert!(most > 0 && moved, "the run must include fetches");
    assert!(lab.ring_frame(0).fetches.is_empty());
}

fn party(end: Endpoint) -> Option<NodeId> {
    match end {
        Endpoint::Client(_) => None,
        Endpoint::Node(node) => Some(node),
    }
}

#[test]
fn flows_equal_the_counts_of_the_journal() {
    let mut lab = open("healthy", 7);
    lab.advance_to(ms(500));
    let mut flows = Flows::default();
    flows.count(&lab);
    let mut sent: BTreeMap<(Option<NodeId>, Option<NodeId>), BTreeMap<usize, u32>> =
        BTreeMap::new();
    let mut take = |entry: &Entry| {
        if let EntryKind::Sent { message, .. } = &entry.kind {
            let link = sent.entry((party(message.from), party(message.to))).or_default();
            *link.entry(message.kind as usize).or_default() += 1;
        }
    };
    for part in 1..=8 {
        while !lab.advance_with(ms(500 + part * 250), u64::MAX, &mut take) {}
        flows.count(&lab);
    }
    let listed = flows.read(&lab);
    assert_eq!(listed.len(), sent.len());
    for flow in &listed {
        for (kind, per_second) in flow.per_second.iter().enumerate() {
            let count = sent[&(flow.from, flow.to)].get(&kind).copied().unwrap_or(0);
            assert!((per_second * 2.0 - f64::from(count)).abs() < 1e-9);
        }
    }
    assert_eq!(flows.read(&lab), listed, "while time stands still, nothing changes");
}

#[test]
fn flows_follow_the_load_and_end_with_it() {
    let mut lab = open("healthy", 7);
    let mut flows = Flows::default();
    let mut advance = |lab: &mut Lab, seconds: u64| {
        let mut listed = Vec::new();
        for _ in 0..seconds * 10 {
            lab.advance_to(lab.now() + Duration::from_ms(100));
            listed = flows.read(lab);
        }
        listed
    };
    let from_clients = |listed: &[ringside_lab::ring::Flow]| -> f64 {
        listed.iter().filter(|it| it.from.is_none()).map(ringside_lab::ring::Flow::total).sum()
    };
    let asked = from_clients(&advance(&mut lab, 20));
    assert!((8.0..40.0).contains(&asked), "about twenty a second: {asked}");
    let mut load = lab.frame(&Focus::default()).load;
    load.on = false;
    lab.command(Command::Load(load)).expect("it is possible");
    assert!(advance(&mut lab, 5).is_empty());
}

#[test]
fn flows_exclude_the_time_of_entries_that_the_journal_has_dropped() {
    let mut lab = open("mailbox", 1);
    let mut flows = Flows::default();
    flows.count(&lab);
    let mut written = 0;
    while !lab.advance_with(ms(120_000), u64::MAX, &mut |_| written += 1) {}
    assert!(written > 45_000, "more than the journal keeps: {written}");
    let listed = flows.read(&lab);
    let entries: Vec<_> = lab.journal(0..u64::MAX).collect();
    let kept_s = lab.now().since(entries[0].at).as_us() as f64 / 1e6;
    let sent = entries.iter().filter(|it| matches!(it.kind, EntryKind::Sent { .. })).count() as f64;
    let total: f64 = listed.iter().map(ringside_lab::ring::Flow::total).sum();
    assert!((total * kept_s - sent).abs() < 1e-6 * sent, "{total} {kept_s} {sent}");
    // Another run has written fewer entries, so its flows have no earlier reading to count from.
    assert!(flows.read(&open("healthy", 1)).is_empty());
}
