//! `ringside check`.

use serde_json::Value;

use crate::{Scratch, refused, ringside};

/// Two writes one after the other, and then a read of the first.
const STALE: &str = r#"{"process": 0, "type": "invoke", "f": "write", "key": "cart", "value": 1}
{"process": 0, "type": "ok", "f": "write", "key": "cart", "value": 1}
{"process": 1, "type": "invoke", "f": "write", "key": "cart", "value": 2}
{"process": 1, "type": "ok", "f": "write", "key": "cart", "value": 2}
{"process": 1, "type": "invoke", "f": "read", "key": "cart", "value": null}
{"process": 1, "type": "ok", "f": "read", "key": "cart", "value": 1}
"#;

/// A successful cas and a write of unknown outcome, as Jepsen writes them.
const FINE: &str = "{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :invoke, :f :cas, :value [1 2]}
{:process 2, :type :invoke, :f :write, :value 3}
{:process 1, :type :ok, :f :cas, :value [1 2]}
{:process 2, :type :info, :f :write, :value 3}
{:process 3, :type :invoke, :f :read, :value nil}
{:process 3, :type :ok, :f :read, :value 3}
";

/// Checks a history and returns the exit status and the JSON object.
fn check(text: &str, name: &str, more: &[&str]) -> (Option<i32>, Value) {
    let file = Scratch::new(name, text);
    let output = ringside(&[&["check", file.name(), "--json"], more].concat());
    let value = serde_json::from_slice(&output.stdout).expect("one JSON value and nothing else");
    (output.status.code(), value)
}

#[test]
fn a_history_that_holds_exits_with_0() {
    let (status, result) = check(FINE, "fine.edn", &[]);
    assert_eq!((status, &result["linearizable"]), (Some(0), &true.into()), "{result}");
    assert_eq!((&result["operations"], &result["keys"]), (&4.into(), &1.into()));
    assert!(result["time_ms"].as_f64() >= Some(0.0));
    assert!(result["witness"].is_null() && result["exhausted"].is_null());
}

#[test]
fn a_history_that_does_not_hold_exits_with_1_and_has_a_witness() {
    let (status, result) = check(STALE, "stale.jsonl", &[]);
    assert_eq!((status, &result["linearizable"]), (Some(1), &false.into()), "{result}");
    let witness = &result["witness"];
    assert_eq!((&witness["key"], &witness["minimal"]), (&"cart".into(), &true.into()));
    assert!(witness["why"].as_str().is_some_and(|why| why.contains("process 1's read of 1")));
    let operations = witness["operations"].as_array().expect("an array");
    let lines: Vec<_> = operations.iter().filter_map(|it| it["line"].as_u64()).collect();
    assert_eq!(lines, [1, 3, 5]);
}

#[test]
fn each_session_guarantee_is_judged_by_itself() {
    let (status, result) = check(STALE, "sessions.jsonl", &["--model", "session"]);
    assert_eq!((status, &result["holds"]), (Some(1), &false.into()), "{result}");
    let rows = result["guarantees"].as_array().expect("an array");
    let words: Vec<_> = rows.iter().filter_map(|row| row["judgement"].as_str()).collect();
    assert_eq!(words, ["broken", "holds", "holds", "holds"], "{result}");
    assert_eq!(rows[0]["guarantee"], "read your writes");
    assert!(rows[0]["witness"]["why"].is_string());
}

#[test]
fn an_undecidable_history_exits_with_3() {
    let twice = STALE.replace("\"value\": 2", "\"value\": 1");
    let (status, result) = check(&twice, "twice.jsonl", &["--model", "session"]);
    assert_eq!((status, &result["holds"]), (Some(3), &"unknown".into()), "{result}");
    assert!(result["guarantees"][0]["why"].as_str().is_some_and(|why| why.contains("line 3")));
}

#[test]
fn without_json_the_lines_of_the_witness_are_printed() {
    let file = Scratch::new("people.jsonl", STALE);
    let output = ringside(&["check", file.name()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).expect("text");
    for word in ["linearizable: no\n", "line      5  process 1's read of 1\n", "3 operations, "] {
        assert!(text.contains(word), "{word} in {text}");
    }
}

#[test]
fn a_bad_file_exits_with_2_and_names_the_line() {
    let cases = [
        ("half.jsonl", format!("{STALE}{{\"process\": 1"), "line 7"),
        ("unasked.edn", "\n{:process 0, :type :ok, :f :read, :value 1}".to_owned(), "line 2"),
    ];
    for (name, text, line) in cases {
        let file = Scratch::new(name, &text);
        let words = refused(&["check", file.name()]);
        assert!(words.contains(file.name()) && words.contains(line), "{words}");
    }
    assert!(refused(&["check", "/nowhere/at/all"]).contains("/nowhere/at/all"));
    assert!(refused(&["check", "/dev/null", "--model", "queue"]).contains("--model"));
}
