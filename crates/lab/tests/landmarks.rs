//! Stepping by messages of an operation and by operations, compared with the whole journal.

use proptest::prelude::*;
use ringside_lab::timeline::{Landmark, SearchBack, SearchForward, Timeline};
use ringside_lab::{BuiltIn, Duration, Instant, Lab, RequestId};
use ringside_sim::EntryKind;

fn open(seed: u64) -> Lab {
    let built_in = BuiltIn::find("healthy").expect("it is built in");
    let mut scenario = built_in.scenario().expect("it can be read");
    scenario.seed = seed;
    (scenario.load.on, scenario.load.rate) = (true, 300.0);
    Lab::open(scenario).expect("it can be opened")
}

fn ms(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

/// Landmarks of a run: the entries in which operations began, the operation that began at about a given
/// moment, and the entries of its messages.
struct Expected {
    begun: Vec<u64>,
    request: RequestId,
    messages: Vec<u64>,
}

/// Finds the landmarks by one pass over the entries.
fn expected(seed: u64, until: u64, about: u64) -> Expected {
    let mut lab = open(seed);
    let (mut begun, mut sent) = (Vec::new(), Vec::new());
    lab.advance_with(ms(until), u64::MAX, &mut |entry| match &entry.kind {
        EntryKind::Invoked { request, .. } => begun.push((entry.number, entry.at, *request)),
        EntryKind::Sent { message, .. }
        | EntryKind::Delivered { message }
        | EntryKind::Queued { message, .. }
        | EntryKind::Lost { message, .. } => sent.push((entry.number, message.request)),
        _ => {}
    });
    let request = begun.iter().find(|(_, at, _)| *at >= ms(about)).expect("operations begin").2;
    let messages = sent.iter().filter(|(_, of)| *of == request).map(|(number, _)| *number);
    let messages = messages.collect();
    Expected { begun: begun.iter().map(|(number, ..)| *number).collect(), request, messages }
}

/// Returns the last landmark before an entry, at any distance.
fn last_before(timeline: &Timeline, landmark: Landmark, mut before: u64) -> Option<u64> {
    loop {
        match timeline.search_back(landmark, before) {
            SearchBack::Found { number, .. } => return Some(number),
            SearchBack::Before(number) => {
                assert!(number < before, "each search goes further back");
                before = number;
            }
            SearchBack::Nothing => return None,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_search_finds_exactly_the_landmarks(
        seed in 0..1_000_u64,
        about in 100..3_500_u64,
        stands in prop::collection::vec(0..4_000_u64, 4),
    ) {
        let Expected { begun, request, messages } = expected(seed, 4_000, about);
        let mut timeline = Timeline::new(open(seed));
        timeline.advance_to(ms(4_000));
        for stand in stands {
            // After going back, only a short part of the journal is kept.
            timeline.seek(ms(stand));
            let here = timeline.here();
            let last = |numbers: &[u64]| numbers.iter().rev().find(|it| **it < here).copied();
            let found = last_before(&timeline, Landmark::Operation, here);
            prop_assert_eq!(found, last(&begun));
            let found = last_before(&timeline, Landmark::Message(request), here);
            prop_assert_eq!(found, last(&messages));
        }

        timeline.seek(ms(about.saturating_sub(50)));
        let mut found = Vec::new();
        loop {
            match timeline.search_forward(Landmark::Message(request), 1_000) {
                SearchForward::Found { number, request: of } => {
                    prop_assert_eq!(of, Some(request));
                    prop_assert!(timeline.here() <= number);
                    found.push(number);
                    // Entries that are written together come together.
                    if timeline.lab().cluster().journal().written() > *messages.last().unwrap_or(&0) {
                        break;
                    }
                }
                ahead => prop_assert_eq!(ahead, SearchForward::NotYet),
            }
        }
        prop_assert_eq!(found.first(), messages.first());
        prop_assert!(found.iter().all(|number| messages.contains(number)) && found.is_sorted());
    }
}

#[test]
fn the_search_from_a_landmark_finds_the_previous_one() {
    let mut timeline = Timeline::new(open(7));
    timeline.advance_to(ms(2_000));
    let number = last_before(&timeline, Landmark::Operation, timeline.here());
    let number = number.expect("operations have begun");
    assert!(timeline.seek_entry(number));
    let earlier = last_before(&timeline, Landmark::Operation, timeline.here());
    assert!(earlier.is_some_and(|it| it < number), "{earlier:?}");
    let ahead = timeline.search_forward(Landmark::Operation, 100_000);
    assert!(matches!(ahead, SearchForward::Found { number: it, .. } if it > number), "{ahead:?}");
}

#[test]
fn steps_by_messages_are_the_same_in_both_directions() {
    let mut timeline = Timeline::new(open(7));
    timeline.advance_to(ms(2_000));
    let SearchForward::Found { request: Some(request), .. } =
        timeline.search_forward(Landmark::Operation, 100_000)
    else {
        panic!("operations begin");
    };
    let message = Landmark::Message(request);
    let mut passed = vec![timeline.lab().digest()];
    for _ in 0..5 {
        let ahead = timeline.search_forward(message, 100_000);
        assert!(matches!(ahead, SearchForward::Found { .. }), "{ahead:?}");
        passed.push(timeline.lab().digest());
    }
    // Several messages that are sent together are one step.
    while let Some(digest) = passed.pop() {
        assert_eq!(timeline.lab().digest(), digest);
        match last_before(&timeline, message, timeline.here()) {
            Some(number) => assert!(timeline.seek_entry(number)),
            None => assert_eq!(passed.len(), 0, "the operation's own request is the first message"),
        }
    }
}

#[test]
fn a_stale_read_has_the_same_explanation_in_the_present_and_after_a_seek_back() {
    let built_in = BuiltIn::find("partition").expect("it is built in");
    let mut scenario = built_in.scenario().expect("it can be read");
    (scenario.cluster.n, scenario.cluster.r, scenario.cluster.w) = (3, 1, 1);
    (scenario.load.on, scenario.load.rate) = (true, 200.0);
    let mut timeline = Timeline::new(Lab::open(scenario).expect("it can be opened"));
    timeline.advance_to(ms(7_000));
    let stale = timeline
        .marks()
        .rev()
        .find(|mark| mark.kind == ringside_lab::timeline::MarkKind::StaleRead);
    let stale = *stale.expect("reads are stale in a partition");
    let request = stale.request.expect("a read is an operation");
    timeline.seek_entry(stale.number);
    let forward = {
        let mut lab = Lab::open(timeline.lab().scenario().clone()).expect("it can be opened");
        lab.advance_to(ms(7_000));
        lab.explain(request).expect("the journal reaches back")
    };
    let back = timeline.explain(request).expect("the journal is rebuilt");
    assert_eq!(back.title, "this read was stale");
    assert_eq!(back, forward);
    for (number, at) in back.sentences.iter().flat_map(|it| it.entries.iter().zip(&it.times)) {
        assert!(timeline.seek_entry(*number));
        assert_eq!(timeline.now(), *at);
    }
}
