//! Files that `ringside run` writes beside its table (the log for ShiViz, the time series), and scenarios
//! exported from a run.

use ringside_lab::export::{Record, RecordFormat, csv};
use ringside_lab::{BuiltIn, Command, Duration, Instant, Lab, NodeId};
use serde_json::Value;

use crate::{Scratch, json, refused};

fn lab(name: &str, ms: u64) -> Lab {
    let scenario = BuiltIn::find(name).expect(name).scenario().expect(name);
    let mut lab = Lab::open(scenario).expect(name);
    lab.advance_to(Instant::ZERO + Duration::from_ms(ms));
    lab
}

#[test]
fn the_log_for_shiviz_equals_the_labs_and_has_pairs_of_lines() {
    let file = Scratch::new("run.shiviz", "");
    json(&["run", "partition", "--until", "4s", "--json", "--shiviz", file.name()]);
    let text = std::fs::read_to_string(file.name()).expect("the log was written");
    let mut record = Record::of(&lab("partition", 4_000), RecordFormat::Shiviz);
    while !record.go_on(u64::MAX) {}
    assert_eq!(text, record.into_text());
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() > 100 && lines.len().is_multiple_of(2), "{}", lines.len());
    for pair in lines.chunks(2) {
        let (host, clock) = pair[0].split_once(' ').expect("a host and its clock");
        let clock: Value = serde_json::from_str(clock).expect("the clock is JSON");
        assert!(clock[host].as_u64().is_some_and(|own| own > 0), "{}", pair[0]);
        assert!(pair[1].contains(" ms: "), "{}", pair[1]);
    }
}

#[test]
fn the_series_equals_the_labs() {
    let file = Scratch::new("series.csv", "");
    json(&["run", "healthy", "--until", "9s", "--json", "--series", file.name()]);
    let text = std::fs::read_to_string(file.name()).expect("the series was written");
    assert_eq!(text, csv(&lab("healthy", 9_000).series()));
    assert!(text.starts_with("from_ms,to_ms,reads,") && text.lines().count() > 3);
}

#[test]
fn a_file_that_cannot_be_written_is_reported() {
    for option in ["--shiviz", "--series"] {
        let words = refused(&["run", "healthy", "--until", "1s", option, "/no/such/folder/file"]);
        assert!(words.contains(option) && words.contains("/no/such/folder/file"), "{words}");
    }
}

#[test]
fn an_exported_scenario_repeats_its_run() {
    let mut lab = lab("healthy", 1_234);
    let put = Command::Put {
        key: "colour".to_owned(),
        value: "blue".to_owned(),
        through: Some(NodeId(1)),
        ttl: None,
    };
    lab.command(put).expect("possible");
    lab.command(Command::Crash(NodeId(2))).expect("possible");
    lab.advance_to(Instant::ZERO + Duration::from_ms(5_000));
    let file = Scratch::new("exported.json", &lab.to_scenario().to_json());
    let run = json(&["run", file.name(), "--until", "5s", "--json"]);
    assert_eq!(run["digest"], lab.digest().to_string());
}
