//! `ringside run --history`, and `ringside check` of what it wrote.

use std::collections::BTreeSet;

use ringside_lab::{BuiltIn, Instant, Lab};
use serde_json::Value;

use crate::{Scratch, json, refused, ringside};

/// Runs a scenario and checks its history; gives the exit status and what was told, with the lines of the
/// history.
fn run_and_check(scenario: &str, more: &[&str], model: &str) -> (Option<i32>, Value, Vec<Value>) {
    let file = Scratch::new(&format!("{scenario}-{model}-history.jsonl"), "");
    json(&[&["run", scenario, "--json", "--history", file.name()], more].concat());
    let output = ringside(&["check", file.name(), "--json", "--model", model]);
    let told = serde_json::from_slice(&output.stdout).expect("one JSON value and nothing else");
    let text = std::fs::read_to_string(file.name()).expect("the history was written");
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (output.status.code(), told, lines)
}

#[test]
fn the_verdict_on_a_history_is_the_labs_own() {
    let mut seen = BTreeSet::new();
    for name in ["not-linearizable", "register", "merged-cart", "resurrection", "expiry", "hints"] {
        let (status, told, lines) = run_and_check(name, &[], "register");
        let scenario = BuiltIn::find(name).expect(name).scenario().expect(name);
        let until = Instant::ZERO + scenario.duration;
        let mut lab = Lab::open(scenario).expect(name);
        lab.advance_to(until);
        let keys: BTreeSet<&str> = lines.iter().filter_map(|line| line["key"].as_str()).collect();
        let verdicts = keys.iter().map(|key| lab.verdict(key).expect("it was asked for"));
        let verdicts: Vec<Option<bool>> = verdicts.map(|it| it.linearizable).collect();
        let holds = !verdicts.contains(&Some(false));
        assert!(!verdicts.contains(&None), "{name}");
        assert_eq!(told["linearizable"], Value::Bool(holds), "{name}: {told}");
        assert_eq!(
            (status, &told["keys"]),
            (Some(i32::from(!holds)), &keys.len().into()),
            "{name}"
        );
        seen.insert(holds);
    }
    assert_eq!(seen.len(), 2, "some hold and some do not");
}

#[test]
fn a_history_says_who_asked_and_what_they_saw() {
    let (_, told, lines) = run_and_check("merged-cart", &[], "register");
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
        "two puts of one text are told apart"
    );
    let read = &told["witness"]["operations"][0];
    assert_eq!(lines[read["line"].as_u64().expect("a line") as usize - 1]["process"], 32_772);
}

#[test]
fn a_failed_write_is_no_failure_for_the_checker_and_a_read_is() {
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
fn sessions_are_judged_by_the_same_file() {
    let (status, told, _) = run_and_check("dropped-update", &[], "session");
    assert_eq!(status, Some(1), "{told}");
    assert_eq!(told["guarantees"][0]["guarantee"], "read your writes");
    assert_eq!(told["guarantees"][0]["judgement"], "broken");
}

#[test]
fn operations_that_are_open_in_the_end_stay_open() {
    let (status, told, lines) = run_and_check("not-linearizable", &["--until", "6s"], "register");
    // The write of the new value is under way still.
    let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    assert_eq!((of("invoke"), of("ok"), of("fail") + of("info")), (5, 4, 0));
    assert_eq!((status, &told["linearizable"]), (Some(1), &Value::Bool(false)));
}

#[test]
fn a_journal_may_be_written_beside_it_and_a_bad_place_is_named() {
    let (journal, history) = (Scratch::new("both-journal", ""), Scratch::new("both-history", ""));
    let arguments =
        ["run", "crash", "--json", "--journal", journal.name(), "--history", history.name()];
    let with = json(&arguments);
    assert_eq!(with, json(&["run", "crash", "--json"]), "watching changes nothing");
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
