//! `ringside predict`.

use serde_json::Value;

use crate::{Scratch, json, refused, ringside};

/// Predicts with few trials, so that a debug build is fast enough.
fn predict(arguments: &[&str]) -> Value {
    json(&[&["predict", "--json", "--trials", "40000"], arguments].concat())
}

/// Returns the number at a JSON pointer, such as `/read_ms/0/value_ms`.
fn number(value: &Value, place: &str) -> f64 {
    value.pointer(place).and_then(Value::as_f64).unwrap_or_else(|| panic!("{place} in {value}"))
}

#[test]
fn a_preset_predicts_the_papers_numbers() {
    let summary = predict(&["--latency", "lnkd-disk", "--t", "10,0"]);
    assert_eq!(summary["latency"], "LNKD-DISK");
    assert_eq!(summary["trials"], 40_000);
    assert_eq!(summary["confidence"], 0.95);
    assert_eq!(summary["reads_to"], "all");
    assert_eq!(number(&summary, "/p_consistent/0/t_ms").to_bits(), 0);
    for (index, paper) in [(0, 0.439), (1, 0.92)] {
        let share = number(&summary, &format!("/p_consistent/{index}/value"));
        assert!((share - paper).abs() < 0.02, "{share} is not the paper's {paper}");
        assert!(number(&summary, &format!("/p_consistent/{index}/low")) < share);
        assert!(number(&summary, &format!("/p_consistent/{index}/high")) > share);
    }
    for (key, quantiles) in [
        ("t_visibility_ms", [0.99, 0.999].as_slice()),
        ("read_ms", &[0.5, 0.99, 0.999]),
        ("write_ms", &[0.5, 0.99, 0.999]),
    ] {
        let rows = summary[key].as_array().expect("an array");
        let printed: Vec<_> = rows.iter().filter_map(|row| row["quantile"].as_f64()).collect();
        assert_eq!(printed, quantiles, "{key}");
        for row in rows {
            let value = number(row, "/value_ms");
            assert!(number(row, "/low_ms") <= value && value <= number(row, "/high_ms"), "{row}");
        }
    }
    assert!((number(&summary, "/k_staleness/0/within") - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn quorums_that_overlap_are_never_stale() {
    let summary = predict(&["--latency", "YMMR", "--r", "2", "--w", "2", "--t", "0"]);
    assert_eq!(summary["p_consistent"][0]["value"], 1.0);
    assert_eq!(summary["t_visibility_ms"][1]["value_ms"], 0.0);
}

#[test]
fn a_prediction_depends_on_its_seed_and_on_the_replicas_asked() {
    let one = |more: &[&str]| predict(&[&["--latency", "LNKD-DISK", "--t", "1"], more].concat());
    let plain = one(&[]);
    assert_eq!(one(&["--seed", "1"]), plain);
    let share = |summary: &Value| summary["p_consistent"][0]["value"].clone();
    assert_ne!(share(&one(&["--seed", "2"])), share(&plain));
    let quorum = one(&["--reads-to", "quorum"]);
    assert_eq!(quorum["reads_to"], "quorum");
    assert!(number(&quorum, "/read_ms/0/value_ms") > number(&plain, "/read_ms/0/value_ms"));
    assert_eq!(plain["coordinator"], "apart");
}

#[test]
fn a_replica_that_coordinates_reads_itself_without_delay() {
    let disk = ["--latency", "LNKD-DISK", "--t", "0", "--coordinator", "replica"];
    let summary = predict(&disk);
    assert_eq!(summary["coordinator"], "replica");
    let latency =
        number(&summary, "/read_ms/2/value_ms") + number(&summary, "/write_ms/2/value_ms");
    assert_eq!(latency.to_bits(), 0, "R = W = 1 waits for no other node");
    let share = number(&summary, "/p_consistent/0/value");
    assert!((share - 1.0 / 3.0).abs() < 0.01, "{share}: fresh only if one node coordinates both");
}

#[test]
fn delays_may_be_a_table_or_legs() {
    let table = Scratch::new("delays.csv", "# measured\nw, ars\n4, 1\n4, 1\n");
    let legs = r#"{"w": {"constant": {"ms": 4}}, "a": {"constant": {"ms": 1}},
        "r": {"constant": {"ms": 1}}, "s": {"table": [1, 1]}}"#;
    let legs = Scratch::new("legs.json", legs);
    for file in [&table, &legs] {
        let summary = predict(&["--latency", file.name(), "--n", "5"]);
        assert_eq!(summary["latency"], file.name());
        assert_eq!(summary["n"], 5);
        assert!((number(&summary, "/write_ms/0/value_ms") - 5.0).abs() < 0.01, "{summary}");
        assert!((number(&summary, "/read_ms/0/value_ms") - 2.0).abs() < 0.01, "{summary}");
    }
}

#[test]
fn without_json_a_prediction_is_a_table() {
    let output = ringside(&["predict", "--latency", "WAN", "--trials", "1000", "--t", "0,12.5"]);
    assert!(output.status.success());
    let table = String::from_utf8(output.stdout).expect("text");
    for word in [
        "WAN: N = 3, R = 1, W = 1; reads ask all replicas; coordinators are no replicas",
        "1000 trials, seed 1",
        "95% confidence",
        "\n  12.5 ms ",
        "\n  reads are fresh after, p99.9 ",
        "\n  reads take, p50 ",
        "\n  writes take, p99.9 ",
        "to ?",
        "\n  1 version ",
        " 33.333%",
    ] {
        assert!(table.contains(word), "{word} in {table}");
    }
}

#[test]
fn bad_input_exits_with_2_and_names_the_flag_the_file_and_the_line() {
    let table = Scratch::new("bad.csv", "w,ars\n1,2\n3,soon\n");
    let legs = Scratch::new("bad.json", "{\n\"w\": {\"constant\": {\"ms\": 1}},\n\"x\": 1}");
    let negative = r#"{"w": {"constant": {"ms": -1}}, "a": {"constant": {"ms": 1}},
        "r": {"constant": {"ms": 1}}, "s": {"constant": {"ms": 1}}}"#;
    let negative = Scratch::new("negative.json", negative);
    let ssd = ["--latency", "LNKD-SSD"];
    let cases: [(&[&str], &[&str]); 14] = [
        (&[], &["--latency"]),
        (&["--latency", "SSD"], &["--latency SSD", "LNKD-SSD, LNKD-DISK"]),
        (&["--latency", "/"], &["--latency /"]),
        (&["--latency", table.name()], &["--latency", table.name(), "line 3", "soon"]),
        (&["--latency", legs.name()], &["--latency", legs.name(), "line 3"]),
        (&["--latency", negative.name()], &["--latency", negative.name(), "w: "]),
        (&[&ssd[..], &["--n", "65"]].concat(), &["--n is 65"]),
        (&[&ssd[..], &["--r", "4"]].concat(), &["--r is 4"]),
        (&[&ssd[..], &["--w", "-1"]].concat(), &["--w"]),
        (&[&ssd[..], &["--t", "1,-2"]].concat(), &["--t", "-2"]),
        (&[&ssd[..], &["--t", "soon"]].concat(), &["--t", "soon"]),
        (&[&ssd[..], &["--trials", "0"]].concat(), &["--trials"]),
        (&[&ssd[..], &["--reads-to", "some"]].concat(), &["--reads-to"]),
        (&[&ssd[..], &["--coordinator", "some"]].concat(), &["--coordinator"]),
    ];
    for (arguments, places) in cases {
        let words = refused(&[&["predict"], arguments].concat());
        places.iter().for_each(|place| {
            assert!(words.contains(place), "{arguments:?}: {place} in {words}");
        });
    }
}
