//! The ShiViz log, read back by a separate parser and checked against the laws of vector clocks.

use std::collections::BTreeMap;

use ringside_lab::export::Shiviz;
use ringside_lab::{BuiltIn, Duration, Instant, Lab};
use serde_json::Value;

/// One event of the log, as the parser reads it.
struct Event {
    host: String,
    clock: BTreeMap<String, u64>,
    text: String,
}

fn log(name: &str, background: bool) -> String {
    let scenario = BuiltIn::find(name).expect("it is built in").scenario().expect("it can be read");
    let mut lab = Lab::open(scenario).expect("it can be opened");
    let mut shiviz = Shiviz::new(background);
    let mut log = String::new();
    lab.advance_with(Instant::ZERO + Duration::from_ms(5_000), u64::MAX, &mut |entry| {
        log.extend(shiviz.lines(entry));
    });
    log
}

fn read(log: &str) -> Vec<Event> {
    let lines: Vec<&str> = log.lines().collect();
    let event = |pair: &[&str]| {
        let [head, text] = pair else { panic!("two lines per event") };
        let (host, clock) = head.split_once(' ').expect("a host and a clock");
        let clock: Value = serde_json::from_str(clock).expect("the clock is JSON");
        let entries = clock.as_object().expect("an object").iter();
        let clock = entries.map(|(end, n)| (end.clone(), n.as_u64().expect("a count")));
        Event { host: host.to_owned(), clock: clock.collect(), text: (*text).to_owned() }
    };
    lines.chunks(2).map(event).collect()
}

#[test]
fn clocks_obey_the_laws_of_vector_clocks() {
    let events = read(&log("healthy", false));
    assert!(events.len() > 500, "{}", events.len());
    let mut last: BTreeMap<&str, &BTreeMap<String, u64>> = BTreeMap::new();
    for event in &events {
        let own = event.clock[&event.host];
        let before = last.insert(&event.host, &event.clock);
        assert_eq!(
            own,
            before.map_or(0, |before| before[&event.host]) + 1,
            "each event increments its host's count by one"
        );
        for (end, count) in before.into_iter().flatten() {
            assert!(event.clock[end] >= *count, "a host's clock never decreases");
        }
        for (end, count) in &event.clock {
            let known = last.get(end.as_str()).map_or(0, |clock| clock[end]);
            assert!(*count <= known, "no clock includes a later event");
        }
    }
    let arrivals = events.iter().filter(|event| event.text.ends_with("arrives"));
    assert!(arrivals.clone().count() > 100);
    assert!(
        arrivals.clone().all(|event| event.clock.len() > 1),
        "a receiver's clock includes the sender"
    );
}

#[test]
fn background_work_is_left_out_by_default() {
    let gossip = |background| log("failure-detector", background).matches("ossip").count();
    assert_eq!(gossip(false), 0);
    assert!(gossip(true) > 10);
}
