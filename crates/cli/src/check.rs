//! `ringside check`.

use std::fs;
use std::process::ExitCode;

use ringside_lab::checker::register;
use ringside_lab::checker::register::SearchLimits;
use ringside_lab::checker::sessions;
use ringside_lab::checker::sessions::Judgement;
use ringside_lab::checker::{Datum, OperationId, RecordedHistory, read};
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::{Check, Model};
use crate::output::print;
use crate::problem::Problem;

/// The exit status if the promise does not hold.
const DOES_NOT_HOLD: u8 = 1;
/// The exit status if it is unknown whether the promise holds.
const UNKNOWN: u8 = 3;

/// The JSON object of a check, with the fields of its model.
#[derive(Serialize)]
struct Summary<'a> {
    file: String,
    model: &'static str,
    operations: usize,
    #[serde(flatten)]
    result: &'a serde_json::Map<String, Value>,
    time_ms: f64,
}

/// The result of a checker: whether the promise holds (`None` if unknown), as JSON, and as lines for
/// people.
struct CheckResult {
    holds: Option<bool>,
    json: Value,
    lines: Vec<String>,
}

/// Checks a history and prints the result.
#[expect(clippy::disallowed_types, reason = "it measures how long the check took")]
pub(crate) fn check(arguments: &Check) -> Result<ExitCode, Problem> {
    let file = arguments.file.display().to_string();
    let bytes = fs::read(&arguments.file).map_err(|error| format!("{file}: {error}"))?;
    let start = std::time::Instant::now();
    let record = read(&bytes).map_err(|error| format!("{file}: {error}"))?;
    let (model, result) = match arguments.model {
        Model::Register => ("register", registers(&record, SearchLimits::default())),
        Model::Session => ("session", guarantees(&record)),
    };
    let time_ms = start.elapsed().as_secs_f64() * 1_000.0;
    let operations = record.history.operations().len();
    let CheckResult { holds, json, mut lines } = result;
    if arguments.json {
        let empty = serde_json::Map::new();
        let result = json.as_object().unwrap_or(&empty);
        let summary = Summary { file, model, operations, result, time_ms };
        print(&serde_json::to_string_pretty(&summary).map_err(|error| error.to_string())?)?;
    } else {
        lines.push(format!("{operations} operations, {time_ms:.1} ms"));
        print(&lines.join("\n"))?;
    }
    Ok(match holds {
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::from(DOES_NOT_HOLD),
        None => ExitCode::from(UNKNOWN),
    })
}

/// Checks whether all keys are linearizable registers.
fn registers(record: &RecordedHistory, limits: SearchLimits) -> CheckResult {
    let report = register::check(&record.history, &Datum::Nil, limits);
    let holds = report.is_linearizable();
    let mut json = json!({ "keys": report.keys.len(), "linearizable": verdict(holds) });
    let mut lines = vec![match holds {
        Some(true) => "linearizable: yes".to_owned(),
        Some(false) => "linearizable: no".to_owned(),
        None => "linearizable: unknown".to_owned(),
    }];
    if let Some((key, witness)) = report.witness() {
        json["witness"] = witness_json(record, key, &witness.operations, &witness.why);
        json["witness"]["minimal"] = witness.is_minimal.into();
        lines.extend(witness_lines(record, key, &witness.operations, &witness.why));
    }
    if let Some((key, exhausted)) = report.exhausted() {
        json["exhausted"] = json!({ "key": key_json(key), "why": exhausted.to_string() });
        lines.push(format!("  key {key} is undecided: {exhausted}"));
    }
    CheckResult { holds, json, lines }
}

/// Checks the four session guarantees.
fn guarantees(record: &RecordedHistory) -> CheckResult {
    let report = sessions::check(&record.history, &Datum::Nil);
    let holds = report.all_hold();
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (guarantee, judgement) in &report.judgements {
        let name = guarantee.name();
        let (word, witness) = match judgement {
            Judgement::Holds => ("holds", None),
            Judgement::Broken(witness) => ("broken", Some(witness)),
            Judgement::Contested(witness) => ("contested", Some(witness)),
            Judgement::Ambiguous { .. } => ("unknown", None),
        };
        lines.push(format!("{name}: {word}"));
        let mut row = json!({ "guarantee": name, "judgement": word });
        if let Some(witness) = witness {
            row["witness"] = witness_json(record, &witness.key, &witness.operations, &witness.why);
            lines.extend(witness_lines(record, &witness.key, &witness.operations, &witness.why));
        }
        if let Judgement::Ambiguous { key, write } = judgement {
            let line = record.line(*write);
            let why = format!("line {line} writes a value that key {key} has held before");
            lines.push(format!("  {why}"));
            row["why"] = why.into();
        }
        rows.push(row);
    }
    CheckResult { holds, json: json!({ "holds": verdict(holds), "guarantees": rows }), lines }
}

/// Returns a verdict as JSON: true, false or "unknown".
fn verdict(holds: Option<bool>) -> Value {
    holds.map_or_else(|| "unknown".into(), Value::Bool)
}

fn witness_json(record: &RecordedHistory, key: &Datum, ids: &[OperationId], why: &str) -> Value {
    let operations: Vec<Value> = ids
        .iter()
        .filter_map(|&id| {
            let operation = record.history.get(id)?;
            let (line, process, f) = (record.line(id), operation.process, operation.call.name());
            let words = operation.describe();
            Some(json!({ "line": line, "process": process, "f": f, "words": words }))
        })
        .collect();
    json!({ "key": key_json(key), "why": why, "operations": operations })
}

/// Returns a key as JSON, or as text if JSON cannot represent it.
fn key_json(key: &Datum) -> Value {
    serde_json::to_value(key).unwrap_or_else(|_| key.to_string().into())
}

fn witness_lines(
    record: &RecordedHistory,
    key: &Datum,
    ids: &[OperationId],
    why: &str,
) -> Vec<String> {
    let mut lines = vec![format!("  key {key}: {why}.")];
    lines.extend(ids.iter().filter_map(|&id| {
        let operation = record.history.get(id)?;
        Some(format!("  line {:>6}  {}", record.line(id), operation.describe()))
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAS: &[u8] = br#"{"process": 0, "type": "invoke", "f": "cas", "value": [null, 1]}
        {"process": 0, "type": "ok", "f": "cas", "value": [null, 1]}"#;

    #[test]
    fn an_exhausted_search_names_its_limit() {
        let record = read(CAS).expect("a history");
        for (limits, what) in [
            (SearchLimits { steps: 0, ..SearchLimits::default() }, "0 steps"),
            (SearchLimits { memory_bytes: 0, ..SearchLimits::default() }, "0 bytes"),
        ] {
            let result = registers(&record, limits);
            assert_eq!((result.holds, &result.json["linearizable"]), (None, &"unknown".into()));
            let why = result.json["exhausted"]["why"].as_str().expect("a sentence");
            assert!(why.contains(what), "{why}");
            assert!(result.lines.iter().any(|line| line.contains(what)), "{:?}", result.lines);
        }
        assert_eq!(registers(&record, SearchLimits::default()).holds, Some(true));
    }

    #[test]
    fn a_key_that_json_cannot_represent_is_reported_as_text() {
        let edn = b"{:process 0, :type :invoke, :f :read, :value [{[1] 2} nil]}
            {:process 0, :type :ok, :f :read, :value [{[1] 2} 3]}";
        let result = registers(&read(edn).expect("a history"), SearchLimits::default());
        assert_eq!(result.holds, Some(false));
        assert_eq!(result.json["witness"]["key"], json!({ "[1]": 2 }));
    }
}
