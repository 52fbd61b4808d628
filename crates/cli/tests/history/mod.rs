//! `ringside run --history`, and `ringside check` of the written history.

use std::collections::BTreeSet;

use ringside_lab::{BuiltIn, Instant, Lab};
use serde_json::Value;

use crate::{Scratch, json, refused, ringside};

/// Runs a scenario and checks its history. Returns the exit status, the printed JSON and the lines of the
/// history.
fn run_and_check(scenario: &str, more: &[&str], model: &str) -> (Option<i32>, Value, Vec<Value>) {
    let file = Scratch::new(&format!("{scenario}-{model}-history.jsonl"), "");
    json(&[&["run", scenario, "--json", "--history", file.name()], more].concat());
    let output = ringside(&["check", file.name(), "--json", "--model", model]);
    let result = serde_json::from_slice(&output.stdout).expect("one JSON value and nothing else");
    let text = std::fs::read_to_string(file.name()).expect("the history was written");
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (output.status.code(), result, lines)
}

#[test]
fn the_verdict_on_a_history_equals_the_labs() {
    let mut seen = BTreeSet::new();
    for name in ["not-linearizable", "register", "merged-cart", "resurrection", "expiry", "hints"] {
        let (status, result, lines) = run_and_check(name, &[], "register");
        let scenario = BuiltIn::find(name).expect(name).scenario().expect(name);
        let until = Instant::ZERO + scenario.duration;
        let mut lab = Lab::open(scenario).expect(name);
        lab.advance_to(until);
        let keys: BTreeSet<&str> = lines.iter().filter_map(|line| line["key"].as_str()).collect();
        let verdicts = keys.iter().map(|key| lab.verdict(key).expect("the key has a history"));
        let verdicts: Vec<Option<bool>> = verdicts.map(|it| it.linearizable).collect();
        let holds = !verdicts.contains(&Some(false));
        assert!(!verdicts.contains(&None), "{name}");
        assert_eq!(result["linearizable"], Value::Bool(holds), "{name}: {result}");
        assert_eq!(
            (status, &result["keys"]),
            (Some(i32::from(!holds)), &keys.len().into()),
            "{name}"
        );
        seen.insert(holds);
    }
    assert_eq!(seen.len(), 2, "some hold and some do not");
}

#[test]
fn a_history_has_clients_as_processes_and_distinct_values() {
    let (_, result, lines) = run_and_check("merged-cart", &[], "register");
    let values: Vec<String> = lines
        .iter()
        .filter(|line| line["type"] == "ok")
        .map(|line| format!("{} {} {}", line["process"], line["f"], line["value"]))
        .collect();
    assert_eq!(
        values,
        [
            r#"32768 "write" "milk, bread#1""#,
            r#"32770 "read" "milk, bread#1""#,
            r#"32768 "write" "milk#2""#,
            r#"32770 "write" "milk, bread, tea#3""#,
            r#"32772 "read" ["milk#2","milk, bread, tea#3"]"#,
            r#"32772 "write" "milk, bread, tea#4""#,
            r#"32768 "read" "milk, bread, tea#4""#,
        ],
        "two puts of one text differ"
    );
    let read = &result["witness"]["operations"][0];
    assert_eq!(lines[read["line"].as_u64().expect("a line") as usize - 1]["process"], 32_772);
}

#[test]
fn a_failed_write_is_recorded_as_info_and_a_failed_read_as_fail() {
    let (status, _, lines) = run_and_check("failed-write", &[], "register");
    assert_eq!(status, Some(1));
    let phases = |f: &str| -> BTreeSet<&str> {
        let of = lines.iter().filter(|line| line["f"] == f);
        of.filter_map(|line| line["type"].as_str()).collect()
    };
    assert_eq!(phases("write"), BTreeSet::from(["invoke", "ok", "info"]));
    let (_, _, lines) = run_and_check("partition", &[], "session");
    let failed = lines.iter().filter(|line| line["type"] == "fail");
    let failed: BTreeSet<&str> = failed.filter_map(|line| line["f"].as_str()).collect();
    assert_eq!(failed, BTreeSet::from(["read"]), "a write that a replica has stays there");
}

#[test]
fn session_guarantees_are_checked_from_the_same_file() {
    let (status, result, _) = run_and_check("dropped-update", &[], "session");
    assert_eq!(status, Some(1), "{result}");
    assert_eq!(result["guarantees"][0]["guarantee"], "read your writes");
    assert_eq!(result["guarantees"][0]["judgement"], "broken");
}

#[test]
fn operations_in_progress_at_the_end_stay_open() {
    let (status, result, lines) = run_and_check("not-linearizable", &["--until", "6s"], "register");
    // The write of the new value is still in progress.
    let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    assert_eq!((of("invoke"), of("ok"), of("fail") + of("info")), (5, 4, 0));
    assert_eq!((status, &result["linearizable"]), (Some(1), &Value::Bool(false)));
}

#[test]
fn a_journal_may_be_written_as_well_and_a_bad_path_is_named() {
    let (journal, history) = (Scratch::new("both-journal", ""), Scratch::new("both-history", ""));
    let arguments =
        ["run", "crash", "--json", "--journal", journal.name(), "--history", history.name()];
    let with = json(&arguments);
    assert_eq!(with, json(&["run", "crash", "--json"]), "writing files does not change the run");
    let lines = |file: &Scratch| {
        std::fs::read_to_string(file.name()).expect("it was written").lines().count() as u64
    };
    assert_eq!(with["events"].as_u64(), Some(lines(&journal)));
    let ended = ["reads", "writes"].map(|it| {
        with[it]["ok"].as_u64().expect("a number") + with[it]["failed"].as_u64().expect("a number")
    });
    let open = with["in_progress"].as_u64().expect("a number");
    assert_eq!(lines(&history), 2 * ended.iter().sum::<u64>() + open);
    let words = refused(&["run", "healthy", "--history", "/nowhere/at/all"]);
    assert!(words.contains("--history /nowhere/at/all"), "{words}");
}
