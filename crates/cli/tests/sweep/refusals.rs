//! Refused input: errors name the place, and files stay as they were.

use std::fs;

use serde_json::Value;

use super::{Folder, SMALL, done, merge, parts, text};
use crate::refused;

#[test]
fn bad_input_names_the_flag_and_the_field() {
    let sweep = ["sweep", "healthy", "--until", "1s"];
    let cases: [(&[&str], &[&str]); 20] = [
        (&["--vary", "cluster.r"], &["--vary", "FIELD=VALUES"]),
        (&["--vary", "cluster.r=3..1"], &["--vary", "3..1 is empty"]),
        (&["--vary", "network.loss=0.1..0.5"], &["--vary", "0.1..0.5 is no range"]),
        (&["--vary", "seed=1..3"], &["--vary", "--seeds"]),
        (
            &["--vary", "cluster.r=1", "--vary", "cluster.r=2"],
            &["--vary", "cluster.r is varied twice"],
        ),
        (&["--vary", "cluster.q=1..2"], &["--vary", "cluster.q=1: cluster", "`q`"]),
        (
            &["--vary", "cluster.r=1..4"],
            &["--vary", "cluster.r=4: cluster.r: ", "--skip-impossible"],
        ),
        (&["--vary", "cluster.r=4..5", "--skip-impossible"], &["cluster.r=4", "no combination"]),
        (&["--vary", "network.loss=0,no"], &["network.loss=no: network.loss"]),
        (&["--set", "cluster.n=9"], &["healthy: cluster.n"]),
        (&["--set", "cluster.n"], &["--set cluster.n"]),
        (&["--seeds", "0"], &["--seeds"]),
        (&["--seeds", "2", "--seed", "18446744073709551615"], &["--seeds 2", "largest number"]),
        (&["--jobs", "0"], &["--jobs"]),
        (&["--trials", "0"], &["--trials"]),
        (&["--shard", "0/3", "--out", "x.jsonl"], &["--shard", "1/3 to 3/3"]),
        (&["--shard", "4/3", "--out", "x.jsonl"], &["--shard", "1/3 to 3/3"]),
        (&["--shard", "x", "--out", "x.jsonl"], &["--shard", "as 1/4"]),
        (&["--shard", "1/3", "--out", "x.csv"], &["--shard 1/3", ".jsonl"]),
        (&["--out", "table.txt"], &["--out", ".csv", ".jsonl"]),
    ];
    for (arguments, places) in cases {
        let words = refused(&[&sweep[..], arguments].concat());
        places.iter().for_each(|place| {
            assert!(words.contains(place), "{arguments:?}: {place} in {words}");
        });
    }
    assert!(refused(&["sweep", "no-such-thing"]).contains("no-such-thing"));
    assert!(refused(&["sweep", "http://127.0.0.1/#abc"]).contains("a link is a single run"));
    assert!(refused(&["sweep", "healthy", "--shard", "1/3"]).contains("--out"));
    assert!(
        refused(&["sweep", "healthy", "--out", "no/such/folder/t.csv"]).contains("--out no/such")
    );
}

#[test]
fn a_missing_part_is_named() {
    let folder = Folder::new("missing");
    let parts = parts(&folder);
    let table = folder.file("table.csv");
    let words = refused(&["merge", &parts[0], &parts[2], "--out", &table]);
    for place in ["4 of 12 runs", "--shard 2/3:", "cluster.r=1 load.rate=20 seed 2", "--partial"] {
        assert!(words.contains(place), "{place} in {words}");
    }
    assert!(!folder.files().contains(&"table.csv".into()));
    let two = [parts[0].clone(), parts[2].clone()];
    let output = merge(&two, &["--out", &table, "--partial", "--json"]);
    assert_eq!(text(&table).lines().count(), 7);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = json["rows"].as_array().expect("an array");
    let seeds: Vec<_> = rows.iter().filter_map(|row| row["seeds"].as_u64()).collect();
    assert_eq!(seeds, [1, 2, 1, 1, 2, 1]);
}

#[test]
fn a_foreign_part_is_named() {
    let folder = Folder::new("foreign");
    let parts = parts(&folder);
    for (name, more, what) in [
        ("seeds", ["--seeds", "3"], "--seeds differs"),
        ("seed", ["--seed", "3"], "--seed differs"),
        ("set", ["--set", "cluster.w=1"], "--set differs"),
        ("vary", ["--vary", "cluster.w=1,2"], "--vary differs"),
        ("until", ["--until", "1s"], "--until differs"),
        ("trials", ["--trials", "9"], "--trials differs"),
    ] {
        let foreign = folder.file(&format!("{name}.jsonl"));
        let mut sweep: Vec<&str> = SMALL.to_vec();
        // An option that may be given only once replaces the earlier one.
        if let Some(place) = sweep.iter().position(|it| *it == more[0] && *it != "--vary") {
            sweep.drain(place..place + 2);
        }
        done(&sweep, &[&more[..], &["--shard", "12/12", "--out", &foreign]].concat());
        let words = refused(&["merge", &parts[0], &foreign, &parts[1]]);
        assert!(words.contains(&foreign) && words.contains(what), "{words}");
        let before = text(&foreign);
        let words = refused(&[&SMALL[..], &["--out", &foreign]].concat());
        assert!(words.contains("--out") && words.contains(what), "{words}");
        assert_eq!(text(&foreign), before, "it is left as it was");
    }
}

#[test]
fn damaged_parts_are_named_with_their_line() {
    let folder = Folder::new("damaged");
    let part = folder.file("part.jsonl");
    done(&SMALL, &["--out", &part]);
    let whole = text(&part);
    let lines: Vec<&str> = whole.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    let other_seed = lines[3].replace("\"seed\":1", "\"seed\":99");
    let other_count = lines[3].replacen("\"failed\":0", "\"failed\":1", 1);
    let no_prediction =
        lines[1].split(",\"predicted\"").next().unwrap_or_default().to_owned() + "}}";
    assert!(other_seed != lines[3] && other_count != lines[3] && no_prediction != lines[1]);
    let header = lines[0].replace("\"sweep_format\":1", "\"sweep_format\":9");
    for (text, places) in [
        (joined(&[lines[0], lines[1], "{\"cell\":1}"]), ["line 3", "invalid type"]),
        (joined(&[lines[0], lines[3], &other_seed]), ["line 3", "seed 99 is not of this sweep"]),
        (
            joined(&[lines[0], lines[3], &other_count]),
            ["line 3", "is there twice, with other results"],
        ),
        (joined(&[lines[0], &no_prediction]), ["line 2", "its prediction is amiss"]),
        (joined(&[&header]), ["line 1", "format 9"]),
        (joined(&[lines[1]]), ["line 1", "no part of a sweep"]),
        ("notes without an end".into(), ["line 1", "no part of a sweep"]),
        (String::new(), ["line 1", "no part of a sweep"]),
    ] {
        let file = folder.file("damaged.jsonl");
        fs::write(&file, &text).expect("it can be written");
        let words = refused(&["merge", &file]);
        assert!(words.contains(&file), "{words}");
        places.iter().for_each(|place| assert!(words.contains(place), "{place} in {words}"));
        if !text.is_empty() {
            refused(&[&SMALL[..], &["--out", &file]].concat());
            assert_eq!(fs::read_to_string(&file).expect("it is there"), text);
        }
    }
    assert!(refused(&["merge", "no-such.jsonl"]).contains("no-such.jsonl"));
}
