//! The built-in scenarios: each uses the mechanism of its title, and its outcome is the described one.

mod mechanisms;
mod observe;
mod promises;
mod staleness;
mod verdicts;

use ringside_lab::{BUILT_IN, Duration, Instant, Lab};

use observe::run;

/// The counters of each scenario that must be above zero at its end. Each line can fail: a mechanism that
/// does nothing leaves its counter at zero.
const COUNTERS: [(&str, &[&str]); 36] = [
    ("healthy", &["/reads/ok", "/writes/ok"]),
    ("partition", &["/messages/dropped/write", "/reads/failed", "/read_repair/changed"]),
    ("crash", &["/messages/dropped/write", "/read_repair/changed"]),
    ("versions-d1-d5", &["/siblings/conflicting_reads"]),
    ("plain-vectors", &["/writes/ok"]),
    ("last-write-wins", &["/writes/ok"]),
    ("clocks", &["/tombstones/expired"]),
    ("coordinators", &["/reads/ok"]),
    ("digests", &["/asking/digests", "/asking/digest_mismatches", "/messages/sent/digest"]),
    ("speculation", &["/asking/speculated", "/asking/speculations_won"]),
    ("blocking-repair", &["/read_repair/waited", "/read_repair/changed", "/writes/failed"]),
    ("register", &["/read_repair/waited", "/read_repair/changed", "/messages/sent/repair_ack"]),
    ("sloppy-quorum", &["/hints/kept", "/hints/delivered", "/failure_detector/suspected"]),
    ("hints", &["/hints/kept", "/hints/delivered", "/hints/most_held"]),
    ("anti-entropy", &["/anti_entropy/hashes_compared", "/anti_entropy/keys_fixed"]),
    ("tombstones", &["/tombstones/collected"]),
    ("expiry", &["/tombstones/expired", "/tombstones/collected"]),
    ("failure-detector", &["/failure_detector/suspected", "/failure_detector/refuted"]),
    ("join-leave", &["/streaming/completed", "/streaming/keys", "/streaming/keys_handed_over"]),
    ("equal-partitions", &["/streaming/keys", "/streaming/standings_learned"]),
    ("mailbox", &["/mailbox/queued", "/mailbox/refused", "/mailbox/overloaded"]),
    ("faults", &["/mailbox/queued", "/messages/dropped/write", "/read_repair/changed"]),
    ("chaos", &["/hints/delivered", "/anti_entropy/keys_fixed", "/failure_detector/recovered"]),
    ("pbs", &["/reads/ok"]),
    ("pbs-wan", &["/reads/ok"]),
    ("not-linearizable", &["/reads/ok"]),
    ("failed-write", &["/writes/failed"]),
    ("lost-overlap", &["/hints/delivered", "/siblings/conflicting_reads"]),
    ("dropped-update", &["/writes/ok"]),
    ("sibling-explosion", &["/siblings/truncated", "/siblings/conflicting_reads"]),
    ("resurrection", &["/tombstones/collected", "/anti_entropy/keys_fixed"]),
    ("cold-key", &["/hints/kept", "/hints/refused", "/anti_entropy/keys_fixed"]),
    ("merged-cart", &["/siblings/conflicting_reads"]),
    ("back-in-time", &["/reads/ok"]),
    ("latency-alone", &["/reads/ok"]),
    ("two-views", &["/streaming/standings_learned"]),
];

#[test]
fn every_scenario_uses_its_mechanism() {
    assert_eq!(COUNTERS.map(|(name, _)| name), BUILT_IN.map(|built_in| built_in.name));
    for (name, counters) in COUNTERS {
        let run = run(name);
        assert!(run.refusals.is_empty(), "{name}: {:?}", run.refusals);
        for counter in counters {
            assert!(run.counter(counter) > 0, "{name}: {counter} is zero");
        }
        assert!(run.counter("/writes/ok") > 0 && run.counter("/reads/ok") > 0, "{name}");
    }
}

#[test]
fn the_digest_of_every_scenario_does_not_depend_on_time_slices() {
    for built_in in BUILT_IN {
        let scenario = built_in.scenario().expect(built_in.name);
        let until = Instant::ZERO + scenario.duration;
        let mut swept = Lab::open(scenario.clone()).expect(built_in.name);
        swept.advance_to(until);
        let mut sliced = Lab::open(scenario).expect(built_in.name);
        while !sliced.advance(until, 777) {}
        assert_eq!(swept.digest(), sliced.digest(), "{}", built_in.name);
    }
}

#[test]
fn every_scenario_has_a_short_name_title_and_description() {
    for (index, built_in) in BUILT_IN.iter().enumerate() {
        let name = built_in.name;
        let scenario = built_in.scenario().expect(name);
        let kebab = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        assert!(name.split('-').all(|part| !part.is_empty() && part.chars().all(kebab)), "{name}");
        assert!(
            BUILT_IN[..index].iter().all(|other| other.name != name),
            "the name {name} is used twice"
        );
        assert!((5..=6).contains(&scenario.cluster.nodes), "{name}: 5 or 6 nodes expected");
        let (shortest, longest) = (Duration::from_secs(10), Duration::from_secs(60));
        assert!((shortest..=longest).contains(&scenario.duration), "{name}");
        assert!((5..=50).contains(&scenario.title.len()), "{name}: {}", scenario.title);
        assert!(
            (100..=400).contains(&scenario.description.len()),
            "{name}: length of the description"
        );
        assert!(
            scenario.description.ends_with('.'),
            "{name}: the description must end with a full stop"
        );
        assert!(built_in.json.len() < 2_000, "{name} is {} bytes long", built_in.json.len());
    }
    let groups: Vec<&str> = BUILT_IN.iter().map(|built_in| built_in.group).collect();
    let runs: Vec<&str> = groups.chunk_by(|a, b| a == b).map(|run| run[0]).collect();
    let distinct: std::collections::BTreeSet<&str> = groups.iter().copied().collect();
    assert_eq!(runs.len(), distinct.len(), "scenarios of one group must be adjacent: {runs:?}");
}
