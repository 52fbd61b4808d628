//! Frames of anti-entropy exchanges, compared with the journal and with a comparison of all keys, one by one.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_lab::merkle::{Ending, ExchangeFrame, Fate, TreeNode, TreesFrame};
use ringside_lab::timeline::{Landmark, SearchForward, Timeline};
use ringside_lab::{
    BuiltIn, Command, Duration, Instant, Lab, MessageKind, NodeId, RequestId, Scenario,
};
use ringside_sim::{Entry, EntryKind, Loss};
use ringside_store::merkle::Tree;
use ringside_store::version::Siblings;
use ringside_store::{Event, Key, Range};

/// Lists the pairs of nodes of a cluster of five nodes, each once.
fn pairs() -> impl Iterator<Item = [NodeId; 2]> {
    (0..5_u16).flat_map(|a| (a + 1..5).map(move |b| [NodeId(a), NodeId(b)]))
}

fn scenario(seed: u64, depth: u8) -> Scenario {
    let built_in = BuiltIn::find("anti-entropy").expect("it is built in");
    let mut scenario = built_in.scenario().expect("it can be read");
    scenario.seed = seed;
    scenario.store.anti_entropy.depth = depth;
    scenario
}

fn open(seed: u64, depth: u8) -> Lab {
    Lab::open(scenario(seed, depth)).expect("it can be opened")
}

fn ms(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

/// Returns the versions that a node holds in a part of the ring, by a scan of its disk.
fn held(lab: &Lab, node: NodeId, within: impl Fn(&Key) -> bool) -> BTreeMap<String, Siblings> {
    let view = lab.cluster().nodes().nth(node.index()).expect("there is such a node");
    let all = view.disk.iter().filter(|(key, _)| within(key));
    all.map(|(key, siblings)| (key.name().to_owned(), siblings.clone())).collect()
}

/// Compares the trees of a frame with the disks of both ends: every tree node with the keys under it.
fn check(
    lab: &Lab,
    ends: [NodeId; 2],
    range: Range,
    trees: &TreesFrame,
) -> Result<(), TestCaseError> {
    let places = Tree::new(range, trees.depth);
    for shown in &trees.nodes {
        let below = trees.depth - shown.level;
        let under = |key: &Key| {
            range.contains(key.position()) && places.leaf_at(key.position()) >> below == shown.node
        };
        let [a, b] = ends.map(|end| held(lab, end, under));
        prop_assert_eq!(shown.differs(), a != b, "node {}", shown.node);
        prop_assert_eq!(shown.keys, [a.len() as u32, b.len() as u32]);
        prop_assert_eq!(shown.leaves, 1 << below);
        let parent = trees.nodes.iter().find(|it| it.node == shown.node / 2);
        prop_assert!(
            shown.node == 1 || parent.is_some_and(TreeNode::differs),
            "a node below an equal one must be hidden"
        );
        let children = trees.nodes.iter().filter(|it| it.node / 2 == shown.node && it.node > 1);
        let opened = shown.differs() && shown.level < trees.depth;
        prop_assert_eq!(children.count(), if opened { 2 } else { 0 });
    }
    let counted = |level: u8| {
        let of_it = trees.nodes.iter().filter(|it| it.level == level);
        of_it.fold((0, 0), |(all, differ), it| (all + 1, differ + u32::from(it.differs())))
    };
    for level in &trees.levels {
        prop_assert_eq!((level.compared, level.different), counted(level.level));
    }
    Ok(())
}

fn shared(lab: &Lab, ends: [NodeId; 2]) -> Vec<Range> {
    let view = lab.cluster().nodes().nth(ends[0].index()).expect("there is such a node");
    view.node.map(|node| node.shared_ranges(ends[1]).to_vec()).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn current_trees_agree_with_a_comparison_of_every_key(
        seed in 0..1_000_u64,
        depth in 0..=7_u8,
        at in 0..14_000_u64,
    ) {
        let mut lab = open(seed, depth);
        lab.advance_to(ms(at));
        for ends in pairs() {
            let ranges = shared(&lab, ends);
            let mut expected = Vec::new();
            for (index, &range) in ranges.iter().enumerate() {
                let frame = lab.standing_trees(ends, Some(index)).expect("both run");
                let trees = frame.trees.expect("a range was asked for");
                check(&lab, ends, range, &trees)?;
                let inside = |key: &Key| range.contains(key.position());
                let [a, b] = ends.map(|end| held(&lab, end, inside));
                let names = a.keys().chain(b.keys()).filter(|name| a.get(*name) != b.get(*name));
                let names: std::collections::BTreeSet<_> = names.cloned().collect();
                prop_assert_eq!(frame.ranges[index].differing as usize, names.len());
                prop_assert_eq!(frame.ranges[index].differs, Some(!names.is_empty()));
                expected.extend(names);
            }
            let Some(frame) = lab.standing_trees(ends, None) else { continue };
            let mut found: Vec<String> = frame.keys.into_iter().map(|it| it.key).collect();
            found.sort();
            expected.sort();
            prop_assert_eq!(found, expected);
            prop_assert_eq!((frame.messages.len(), frame.bytes.moved), (0, 0));
        }
    }

    #[test]
    fn an_exchange_agrees_with_the_journal_and_the_disks(seed in 0..1_000_u64, depth in 0..=6_u8) {
        let mut timeline = Timeline::new(open(seed, depth));
        timeline.advance_to(ms(8_900));
        for _ in 0..6 {
            let ahead = timeline.search_forward(Landmark::Exchange, 1_000_000);
            prop_assert!(matches!(ahead, SearchForward::Found { .. }), "exchanges begin every three seconds");
            let lab = timeline.lab();
            let line = lab.exchanges().remove(0);
            prop_assert_eq!((line.began, line.ended), (lab.now(), None));
            let ranges = shared(lab, line.ends);
            let frame = lab.exchange(line.exchange, None).expect("it goes on");
            let inside = |key: &Key| ranges.iter().any(|range| range.contains(key.position()));
            let both = line.ends.map(|end| held(lab, end, inside).len() as u64);
            prop_assert_eq!((frame.bytes.keys, frame.bytes.counted), (both[0].max(both[1]), lab.now()));
            prop_assert_eq!(frame.ranges.len(), ranges.len());
            let mut copy = lab.clone();
            let (mut entries, mut found) = (Vec::<Entry>::new(), Vec::new());
            let mut seen = lab.cluster().journal().written();
            while copy.now() < lab.now() + Duration::from_ms(2_000) && copy.step() {
                let written = copy.cluster().journal().written();
                for entry in copy.journal(seen..written) {
                    for key in differing(&entry.kind, line.exchange) {
                        let dots = line.ends.map(|end| dots(&held(&copy, end, |it| it == key)));
                        found.push((key.name().to_owned(), dots));
                    }
                    entries.push(entry.clone());
                }
                seen = written;
            }
            let shown = copy.exchange(line.exchange, None).expect("it is kept").keys;
            let shown = shown.iter().map(|it| {
                let held = it.held.each_ref();
                (it.key.clone(), held.map(|it| it.iter().map(|it| it.dot.clone()).collect()))
            });
            prop_assert_eq!(shown.collect::<Vec<(String, [Vec<String>; 2])>>(), found);
            check_exchange(&copy, line.exchange, &ranges, &entries)?;
        }
    }
}

/// Returns the keys that an entry of an exchange reports as different; empty for other entries.
fn differing(what: &EntryKind, of: RequestId) -> &[Key] {
    match what {
        EntryKind::Node { event: Event::KeysCompared { exchange, differing, .. }, .. }
            if *exchange == of =>
        {
            differing
        }
        _ => &[],
    }
}

/// Lists the names of the versions that are held.
fn dots(held: &BTreeMap<String, Siblings>) -> Vec<String> {
    held.values().flat_map(Siblings::iter).map(|version| version.dot.to_string()).collect()
}

/// Compares an exchange that has ended with the entries of the journal since its beginning.
fn check_exchange(
    lab: &Lab,
    exchange: RequestId,
    ranges: &[Range],
    entries: &[Entry],
) -> Result<(), TestCaseError> {
    let frame = lab.exchange(exchange, None).expect("it is kept");
    let (mut compared, mut named) = (BTreeMap::new(), Vec::new());
    let mut leaves: BTreeMap<(Instant, NodeId), [u32; 2]> = BTreeMap::new();
    for entry in entries {
        named.extend(differing(&entry.kind, exchange).iter().map(|key| key.name().to_owned()));
        match &entry.kind {
            EntryKind::Node { node, event: Event::HashesCompared { exchange: of, hashes, .. } }
                if *of == exchange =>
            {
                for pair in hashes {
                    let own = *node == frame.ends[0];
                    let pair_of =
                        if own { [pair.mine, pair.theirs] } else { [pair.theirs, pair.mine] };
                    compared.insert((pair.range.end, pair.node), (pair_of, entry.at));
                }
            }
            EntryKind::Node {
                node,
                event: Event::KeysCompared { exchange: of, same, differing, .. },
            } if *of == exchange => {
                let [alike, different] = leaves.entry((entry.at, *node)).or_default();
                *alike += same;
                *different += differing.len() as u32;
            }
            _ => {}
        }
    }
    for (index, range) in ranges.iter().enumerate() {
        let trees = lab.exchange(exchange, Some(index)).and_then(|it| it.trees).expect("a range");
        let shown = trees.nodes.iter().map(|it| (it.node, it.hashes));
        let expected = compared.iter().filter(|((end, _), _)| *end == range.end);
        let expected: BTreeMap<u32, [u64; 2]> =
            expected.map(|((_, node), (it, _))| (*node, *it)).collect();
        prop_assert_eq!(shown.collect::<BTreeMap<_, _>>(), expected);
        for level in &trees.levels {
            let of_it = trees.nodes.iter().find(|it| it.level == level.level).expect("not empty");
            let (_, at) = compared[&(range.end, of_it.node)];
            prop_assert_eq!(level.exchanged.map(|(.., at)| at), Some(at));
        }
    }
    let found: Vec<String> = frame.keys.iter().map(|it| it.key.clone()).collect();
    prop_assert_eq!(found, named);
    let moved: u64 = frame.messages.iter().map(|it| it.payload.bytes).sum();
    prop_assert_eq!(frame.bytes.moved, moved);
    prop_assert!(frame.bytes.listed <= frame.bytes.full);
    check_messages(&frame, &compared, &leaves)
}

fn check_messages(
    frame: &ExchangeFrame,
    compared: &BTreeMap<(u64, u32), ([u64; 2], Instant)>,
    leaves: &BTreeMap<(Instant, NodeId), [u32; 2]>,
) -> Result<(), TestCaseError> {
    for message in &frame.messages {
        let (Fate::Arrived(at), Some([same, different])) = (message.fate, message.found) else {
            continue;
        };
        match message.kind {
            MessageKind::TreeHashes => {
                prop_assert_eq!(same + different, message.payload.hashes);
                let level = message.level.map(|level| 1_u32 << level);
                let in_it =
                    |node: &u32| level.is_some_and(|first| (first..2 * first).contains(node));
                let of_it = compared.iter().filter(|((_, node), _)| in_it(node));
                let differ = of_it.filter(|(_, (it, _))| it[0] != it[1]).count();
                prop_assert_eq!(different as usize, differ);
            }
            MessageKind::TreeKeys => {
                let found = leaves.get(&(at, message.to)).copied().unwrap_or_default();
                prop_assert_eq!([same, different], found);
            }
            MessageKind::TreeVersions => prop_assert_eq!(same + different, message.payload.items),
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn keys_that_differ_after_a_cut_without_hints_are_found_and_repaired() {
    let mut lab = open(14, 4);
    lab.advance_to(ms(9_000));
    let mut repaired = 0;
    lab.advance_to(ms(25_000));
    for line in lab.exchanges() {
        let frame = lab.exchange(line.exchange, None).expect("it is listed");
        assert!(frame.bytes.moved == line.bytes && line.ended.is_some());
        if line.differing == 0 {
            // If many keys differ and all are few and small, the hashes cost more than sending every key.
            assert!(frame.bytes.moved < frame.bytes.full, "{:?}", frame.bytes);
            let [sent, answered] = frame.messages[..] else { panic!("{:?}", frame.messages) };
            assert_eq!((sent.level, answered.level, answered.payload.hashes), (Some(0), None, 0));
            continue;
        }
        let chosen = frame.trees.expect("a range differs").index;
        assert_eq!(frame.ranges[chosen].differs, Some(true));
        repaired += frame.keys.iter().flat_map(|it| &it.brought).filter(|it| it.2).count();
    }
    assert!(repaired > 3, "C was cut off for six seconds");
    let newest = lab.exchanges().remove(0);
    assert_eq!(newest.ended.map(|(_, ending)| ending), Some(Ending::Complete));
    assert_eq!(newest.differing, 0, "all replicas are equal at the end");
}

#[test]
fn a_crash_of_its_initiator_breaks_an_exchange_off() {
    let mut timeline = Timeline::new(open(14, 4));
    timeline.search_forward(Landmark::Exchange, 1_000_000);
    let line = timeline.lab().exchanges().remove(0);
    timeline.command(Command::Crash(line.ends[0])).expect("it runs");
    let broken = timeline.lab().exchange(line.exchange, None).and_then(|it| it.exchange);
    assert_eq!(broken.and_then(|it| it.ended), Some((timeline.now(), Ending::BrokenOff)));
    assert!(
        timeline.lab().standing_trees(line.ends, None).is_none(),
        "a stopped node has no trees"
    );
}

#[test]
fn a_message_lost_to_a_cut_is_reported_as_lost() {
    let mut timeline = Timeline::new(open(14, 4));
    timeline.search_forward(Landmark::Exchange, 1_000_000);
    let line = timeline.lab().exchanges().remove(0);
    timeline.command(Command::Isolate(line.ends[1])).expect("it is there");
    timeline.advance_to(timeline.now() + Duration::from_ms(2_000));
    let frame = timeline.lab().exchange(line.exchange, None).expect("it is kept");
    let first = frame.messages[0];
    assert_eq!((first.from, first.to), (line.ends[0], line.ends[1]));
    assert!(matches!(first.fate, Fate::Lost(_, Loss::Cut)), "{first:?}");
    assert_eq!(first.found, None, "no node compared it");
}

#[test]
fn an_exchange_that_found_a_key_is_kept_longer_than_those_that_found_none() {
    let mut quiet = scenario(14, 4);
    quiet.load.on = false;
    quiet.events.clear();
    let mut lab = Lab::open(quiet).expect("it can be opened");
    let all = (0..5).map(NodeId);
    let put = |through| Command::Put {
        key: "cart".to_owned(),
        value: "bread".to_owned(),
        through: Some(through),
        ttl: None,
    };
    // A replica of the key that is cut off misses a put through another node.
    let replica = lab.frame(&ringside_lab::Focus { key: Some("cart".to_owned()), operation: None });
    let replica = replica.key.expect("it is asked for").replicas[0].node;
    lab.command(Command::Isolate(replica)).expect("it is there");
    let other = all.into_iter().find(|node| *node != replica).expect("there are five");
    lab.command(put(other)).expect("it runs");
    lab.advance_to(ms(2_000));
    lab.command(Command::Heal).expect("something is cut");
    lab.advance_to(ms(120_000));
    let found: Vec<u32> = lab.exchanges().iter().map(|line| line.differing).collect();
    assert!(found.len() > 24 && found.ends_with(&[1]), "{found:?}");
}

#[test]
fn the_record_of_exchanges_is_bounded_and_follows_a_seek() {
    let mut timeline = Timeline::new(open(3, 2));
    timeline.advance_to(ms(10_000));
    let then = timeline.lab().exchanges();
    timeline.advance_to(ms(120_000));
    let lines = timeline.lab().exchanges();
    assert!((24..=48).contains(&lines.len()), "{}", lines.len());
    assert!(lines.is_sorted_by(|a, b| a.began >= b.began));
    timeline.seek(ms(10_000));
    assert_eq!(timeline.lab().exchanges(), then);
    assert!(timeline.lab().exchange(RequestId(7), None).is_none());
}
