//! The space-time diagram compared with the journal and the cluster, and with a naive closure of
//! happened-before.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_lab::diagram::{Causality, Diagram, EventKind, Fate, FaultKind, Message, PathPoint};
use ringside_lab::scenario::LatencyModel;
use ringside_lab::{
    BuiltIn, Command, DirectedLink, Duration, Endpoint, Instant, Lab, MessageId, MessageKind,
    NodeId,
};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

fn at(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

fn built_in(name: &str, seed: u64) -> Lab {
    let mut scenario =
        BuiltIn::find(name).expect("it is built in").scenario().expect("it can be read");
    scenario.seed = seed;
    Lab::open(scenario).expect("it can be opened")
}

/// Opens three nodes that replicate every key, with W = 3 and delays of 10 ms.
fn quiet() -> Lab {
    let mut scenario =
        BuiltIn::find("healthy").expect("it is built in").scenario().expect("it can be read");
    scenario.cluster.nodes = 3;
    (scenario.cluster.n, scenario.cluster.r, scenario.cluster.w) = (3, 1, 3);
    scenario.network.latency = LatencyModel::Constant(Duration::from_ms(10));
    scenario.network.client_latency = LatencyModel::Constant(Duration::from_ms(1));
    scenario.load.on = false;
    Lab::open(scenario).expect("it can be opened")
}

fn put(lab: &mut Lab) {
    let (key, value) = ("cart".to_owned(), "bread".to_owned());
    let put = Command::Put { key, value, through: Some(A), ttl: None };
    lab.command(put).expect("a known node");
}

fn the_write(lab: &Lab, to: NodeId) -> Message {
    let diagram = Diagram::new(lab, None);
    let is_it = |it: &&Message| it.kind == MessageKind::Write && it.to == Endpoint::Node(to);
    diagram.messages.iter().find(is_it).expect("a write was sent").clone()
}

fn path(message: &Message, now: Instant) -> Vec<PathPoint> {
    let mut points = Vec::new();
    message.path(now, &mut points);
    points
}

/// Returns for each pair of events whether one happened before the other, by the definition, edge by edge.
fn closure(diagram: &Diagram) -> Vec<Vec<bool>> {
    let count = diagram.events.len();
    let mut before = vec![vec![false; count]; count];
    let mut lanes: BTreeMap<Endpoint, usize> = BTreeMap::new();
    let mut ways: BTreeMap<MessageId, Vec<usize>> = BTreeMap::new();
    for (place, event) in diagram.events.iter().enumerate() {
        let unseen = matches!(event.kind, EventKind::Queued | EventKind::Lost);
        if let Some(host) = event.host.filter(|_| !unseen)
            && let Some(last) = lanes.insert(host, place)
        {
            before[last][place] = true;
        }
        if let Some(message) = event.message {
            let id = diagram.messages[message as usize].id;
            let way = ways.entry(id).or_default();
            way.iter().for_each(|earlier| before[*earlier][place] = true);
            way.push(place);
        }
    }
    for middle in 0..count {
        let after = before[middle].clone();
        for known in before.iter_mut().filter(|known| known[middle]) {
            known.iter_mut().zip(&after).for_each(|(known, after)| *known |= after);
        }
    }
    before
}

#[test]
fn causes_and_consequences_are_those_of_the_naive_closure() {
    for (name, seed, ms) in [("healthy", 1, 3_000), ("partition", 2, 2_400), ("hints", 5, 3_000)] {
        let mut lab = built_in(name, seed);
        lab.advance_to(at(ms));
        let mut diagram = Diagram::new(&lab, None);
        // A part of the run is enough: the closure takes cubic time.
        diagram.events.truncate(260);
        let before = closure(&diagram);
        let mut seen = [0; 3];
        for (chosen, after) in before.iter().enumerate() {
            for (place, part) in diagram.causality(chosen).into_iter().enumerate() {
                let expected = match (before[place][chosen], after[place]) {
                    _ if place == chosen => Causality::Chosen,
                    (true, _) => Causality::Cause,
                    (_, true) => Causality::Consequence,
                    _ => Causality::Unrelated,
                };
                assert_eq!(part, expected, "{name}: {place} for {chosen}");
                match part {
                    Causality::Cause => seen[0] += 1,
                    Causality::Consequence => seen[1] += 1,
                    Causality::Unrelated => seen[2] += 1,
                    Causality::Chosen => {}
                }
            }
        }
        assert!(seen.iter().all(|times| *times > 1_000), "{name}: {seen:?}");
    }
}

/// Checks a run under chaos at many moments. Returns the number of its faults.
fn watch_chaos(seed: u64, dial: f64) -> usize {
    let mut lab = built_in("healthy", seed);
    lab.command(Command::Chaos(dial)).expect("a dial");
    let mut faults = 0;
    let mut earlier = None;
    for step in 1..=24 {
        lab.advance_to(at(step * 500));
        let diagram = Diagram::new(&lab, earlier.as_ref());
        check_fault_spans(&lab, &diagram);
        check_messages(&lab, &diagram);
        check_bars(&diagram);
        faults += diagram.fault_spans.len();
        earlier = Some(diagram);
    }
    faults
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Under chaos, the open faults and messages of the diagram are those of the cluster at any moment.
    #[test]
    fn open_faults_and_messages_are_those_of_the_cluster(seed in 0_u64..1_000, dial in 0.5..=1.0_f64) {
        watch_chaos(seed, dial);
    }
}

/// A single run may have no faults for a while, but not several runs.
#[test]
fn faults_of_chaos_are_in_the_diagram() {
    let faults: Vec<usize> = (0..8).map(|seed| watch_chaos(seed, 0.75)).collect();
    assert!(faults.iter().filter(|count| **count > 20).count() > 4, "{faults:?}");
}

fn check_fault_spans(lab: &Lab, diagram: &Diagram) {
    let open =
        |kind| diagram.fault_spans.iter().filter(move |it| it.kind == kind && it.to.is_none());
    let of = |kind| {
        let mut nodes: Vec<NodeId> = open(kind).flat_map(|span| span.nodes.clone()).collect();
        nodes.sort_unstable();
        nodes
    };
    let nodes = || lab.cluster().nodes();
    let down: Vec<NodeId> = nodes().filter(|it| !it.up).map(|it| it.id).collect();
    assert_eq!(of(FaultKind::Down), down, "at {}", lab.now());
    let paused: Vec<NodeId> = nodes().filter(|it| it.paused).map(|it| it.id).collect();
    assert_eq!(of(FaultKind::Paused), paused, "at {}", lab.now());
    assert_eq!(open(FaultKind::Cut).count(), usize::from(!lab.cluster().cuts().is_empty()));
    assert_eq!(open(FaultKind::Clogged).count(), lab.cluster().clogs().len());
}

fn check_messages(lab: &Lab, diagram: &Diagram) {
    let drawn: BTreeMap<MessageId, &Message> =
        diagram.messages.iter().map(|message| (message.id, message)).collect();
    assert_eq!(drawn.len(), diagram.messages.len(), "each message is drawn once");
    for flight in lab.in_flight() {
        let message = drawn[&flight.id];
        assert_eq!((message.fate, message.is_held()), (Fate::Open, flight.held.is_some()));
        let points = path(message, lab.now());
        let moment = flight.held.unwrap_or(lab.now());
        let whole = flight.arrives.since(flight.sent).as_us() as f64;
        let gone = moment.since(flight.sent).as_us() as f64;
        let part = if whole > 0.0 { (gone / whole).min(1.0) } else { 1.0 };
        let last = points.last().expect("a path has a point");
        assert!((last.fraction - part).abs() < 1e-9, "{} for {part}: {message:?}", last.fraction);
    }
    let in_flight = lab.in_flight().count();
    let waiting: u32 =
        lab.cluster().nodes().map(|node| node.waiting + u32::from(node.serving)).sum();
    let open = drawn.values().filter(|message| message.fate == Fate::Open).count();
    assert!(open <= in_flight + waiting as usize, "{open} for {in_flight} and {waiting}");
    for message in drawn.values() {
        let points = path(message, lab.now());
        assert!(
            points
                .windows(2)
                .all(|two| two[0].at <= two[1].at && two[0].fraction <= two[1].fraction)
        );
    }
}

fn check_bars(diagram: &Diagram) {
    for (place, bar) in diagram.bars.iter().enumerate().filter(|(_, bar)| bar.row < 2) {
        let beside = diagram.bars[place + 1..].iter();
        for later in beside.filter(|it| it.host == bar.host && it.row == bar.row) {
            assert!(bar.end.at().is_some_and(|end| end <= later.from), "{bar:?} {later:?}");
        }
    }
}

#[test]
fn a_held_message_stands_still_until_its_release() {
    let mut lab = quiet();
    put(&mut lab);
    lab.advance_to(at(5));
    let id = the_write(&lab, B).id;
    lab.command(Command::Hold(id)).expect("it is in flight");
    lab.advance_to(at(50));
    let held = the_write(&lab, B);
    assert!(held.is_held() && held.is_between(at(40), at(60)));
    let stops = path(&held, lab.now());
    assert_eq!(stops.iter().map(|it| it.at).collect::<Vec<_>>(), [at(1), at(5), at(50)]);
    assert!(stops[1..].iter().all(|point| (point.fraction - 0.4).abs() < 1e-9), "{stops:?}");
    lab.command(Command::Release(id)).expect("it is held");
    lab.advance_to(at(200));
    let message = the_write(&lab, B);
    assert_eq!(message.fate, Fate::Delivered(at(56)));
    let times: Vec<Instant> = path(&message, lab.now()).iter().map(|it| it.at).collect();
    assert_eq!(times, [at(1), at(5), at(50), at(56)]);
}

#[test]
fn a_clog_holds_messages_in_flight_and_later_ones() {
    let mut lab = quiet();
    put(&mut lab);
    lab.advance_to(at(3));
    lab.command(Command::Clog(DirectedLink { from: A, to: B })).expect("two nodes");
    lab.advance_to(at(30));
    assert!(the_write(&lab, B).is_held() && !the_write(&lab, C).is_held());
    lab.command(Command::Unclog(DirectedLink { from: A, to: B })).expect("it is clogged");
    lab.advance_to(at(60));
    let message = the_write(&lab, B);
    assert_eq!(message.fate, Fate::Delivered(at(38)));
    let times: Vec<Instant> = path(&message, lab.now()).iter().map(|it| it.at).collect();
    assert_eq!(times, [at(1), at(3), at(30), at(38)], "a message on the link stood still");
    let spans = Diagram::new(&lab, None).fault_spans;
    assert_eq!(
        (spans[0].kind, spans[0].from, spans[0].to),
        (FaultKind::Clogged, at(3), Some(at(30)))
    );
    assert_eq!(spans[0].words, "the link from A to B clogged");
}

#[test]
fn a_delayed_message_continues_more_slowly() {
    let mut lab = quiet();
    put(&mut lab);
    lab.advance_to(at(6));
    let id = the_write(&lab, B).id;
    lab.command(Command::Delay { message: id, by: Duration::from_ms(15) })
        .expect("it is in flight");
    lab.advance_to(at(16));
    let points = path(&the_write(&lab, B), lab.now());
    let parts: Vec<f64> = points.iter().map(|point| point.fraction).collect();
    assert!((parts[1] - 0.5).abs() < 1e-9 && (parts[2] - 0.75).abs() < 1e-9, "{points:?}");
    lab.advance_to(at(60));
    let message = the_write(&lab, B);
    assert_eq!(message.fate, Fate::Delivered(at(26)));
    assert_eq!(path(&message, lab.now()).len(), 3);
}

#[test]
fn slow_and_lossy_links_are_fault_spans() {
    let mut lab = quiet();
    let slow = |ms| Command::SlowLink { from: A, to: B, by: Duration::from_ms(ms) };
    lab.command(slow(40)).expect("two nodes");
    lab.advance_to(at(30));
    lab.command(slow(0)).expect("two nodes");
    lab.command(Command::LossyLink { from: A, to: B, share: Some(0.5) }).expect("two nodes");
    lab.advance_to(at(40));
    let spans = Diagram::new(&lab, None).fault_spans;
    let found: Vec<_> = spans.iter().map(|it| (it.kind, it.to, it.words.as_str())).collect();
    let words = ["messages from A to B take 40ms longer", "50% of messages from A to B lost"];
    assert_eq!(
        found,
        [(FaultKind::Slow, Some(at(30)), words[0]), (FaultKind::Lossy, None, words[1])]
    );
}

#[test]
fn a_cut_is_a_fault_span_and_a_lost_message_ends_in_flight() {
    let mut lab = quiet();
    put(&mut lab);
    lab.advance_to(at(6));
    lab.command(Command::Isolate(C)).expect("C is there");
    lab.advance_to(at(20));
    lab.command(Command::Heal).expect("a heal");
    let message = the_write(&lab, C);
    assert!(matches!(message.fate, Fate::Lost(..)), "{message:?}");
    let last = path(&message, lab.now()).last().copied().expect("a path has a point");
    assert_eq!(last.at, at(6));
    assert!((last.fraction - 0.5).abs() < 1e-9, "{last:?}");
    let span = &Diagram::new(&lab, None).fault_spans[0];
    assert_eq!((span.from, span.to, span.nodes.as_slice()), (at(6), Some(at(20)), [C].as_slice()));
    assert_eq!(span.words, "C cut off from A, B");
}

#[test]
fn events_are_found_by_number_lane_and_message() {
    let mut lab = built_in("healthy", 3);
    lab.advance_to(at(200_000));
    let diagram = Diagram::new(&lab, None);
    assert!(!diagram.whole && diagram.begins > Instant::ZERO);
    let journal: Vec<_> = lab.journal(0..u64::MAX).collect();
    assert_eq!(journal.len(), diagram.events.len());
    for (place, (entry, event)) in journal.iter().zip(&diagram.events).enumerate() {
        assert_eq!((entry.number, entry.at), (event.number, event.at));
        assert_eq!(diagram.find(entry.number), Some(place));
        assert!(lab.event_words(entry.number).is_some_and(|words| !words.is_empty()));
        if let Some(other) = diagram.along_message(place) {
            assert_eq!(diagram.events[other].message, event.message);
            assert_ne!(other, place);
        }
        if let Some(next) = diagram.along_lane(place, true, |_| true) {
            assert_eq!(diagram.events[next].host, event.host);
            assert_eq!(diagram.along_lane(next, false, |_| true), Some(place));
        }
    }
    let past = journal.last().map_or(0, |last| last.number + 1);
    assert_eq!((diagram.find(past), diagram.find(0)), (None, None));
    let range = diagram.between(at(199_000), at(199_100));
    assert!(diagram.events[range].iter().all(|it| it.at >= at(199_000) && it.at <= at(199_100)));
}
