//! `ringside sweep` and `ringside merge`.

mod refusals;
#[cfg(unix)]
mod stop;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::ringside;

/// Arguments for six combinations with two seeds each, of two virtual seconds.
const SMALL: [&str; 12] = [
    "sweep",
    "healthy",
    "--vary",
    "cluster.r=1..3",
    "--vary",
    "load.rate=20,40",
    "--seeds",
    "2",
    "--until",
    "2s",
    "--trials",
    "2000",
];

/// A folder for one test, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ringside-{}-{name}", std::process::id()));
        fs::create_dir(&path).expect("the folder can be made");
        Self(path)
    }

    /// The path of a file in the folder.
    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a path of plain text").to_owned()
    }

    /// The names of the files, sorted.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the folder is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Runs a command that must succeed and returns its output.
fn done(arguments: &[&str], more: &[&str]) -> Output {
    let arguments = [arguments, more].concat();
    let output = ringside(&arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).expect("the file is there")
}

/// Writes the three parts of the small sweep and returns their paths.
fn parts(folder: &Folder) -> Vec<String> {
    let part = |number: u32| {
        let name = folder.file(&format!("part-{number}.jsonl"));
        done(&SMALL, &["--shard", &format!("{number}/3"), "--out", &name]);
        name
    };
    (1..=3).map(part).collect()
}

/// Merges parts; the command must succeed.
fn merge(parts: &[String], more: &[&str]) -> Output {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    done(&[&["merge"], &parts[..]].concat(), more)
}

#[test]
fn merged_parts_make_the_table_of_the_whole_sweep() {
    let folder = Folder::new("parts");
    let parts = parts(&folder);
    for each_seed in [&[][..], &["--each-seed"]] {
        let [whole, joined] = ["whole.csv", "joined.csv"].map(|name| folder.file(name));
        let at_once = done(&SMALL, &[&["--out", &whole], each_seed].concat());
        for order in [[0, 1, 2], [2, 0, 1]] {
            let parts = order.map(|index| parts[index].clone());
            let merged = merge(&parts, &[&["--out", &joined], each_seed].concat());
            assert_eq!(text(&whole), text(&joined));
            assert_eq!(at_once.stdout, merged.stdout, "people see the same table");
        }
        let rows = if each_seed.is_empty() { 6 } else { 12 };
        assert_eq!(text(&whole).lines().count(), rows + 1);
    }
}

#[test]
fn parts_may_be_merged_stepwise_and_concatenated() {
    let folder = Folder::new("steps");
    let parts = parts(&folder);
    let [some, all, whole, again] =
        ["some.jsonl", "all.jsonl", "whole.jsonl", "again.jsonl"].map(|name| folder.file(name));
    let merged = merge(&parts[1..], &["--out", &some]);
    assert!(String::from_utf8_lossy(&merged.stderr).contains("4 of 12 runs are missing"));
    // Merging another part into a part file keeps all of its runs.
    merge(&parts[..1], &["--out", &some]);
    fs::write(&all, parts.iter().map(text).collect::<String>()).expect("it can be written");
    merge(&[all], &["--out", &again]);
    assert_eq!(text(&some), text(&again));
    done(&SMALL, &["--out", &whole]);
    let cells = |path| text(path).lines().filter(|it| it.starts_with("{\"cell\"")).count();
    assert_eq!((cells(&whole), cells(&some)), (12, 12));
    let table = |path: &str| merge(&[path.to_owned()], &["--json"]).stdout;
    assert_eq!(table(&whole), table(&some));
}

#[test]
fn the_number_of_jobs_does_not_change_the_results() {
    let folder = Folder::new("jobs");
    for name in ["table.csv", "part.jsonl"] {
        let [one, two] = ["1", "3"].map(|jobs| {
            let out = folder.file(&format!("{jobs}-{name}"));
            done(&SMALL, &["--jobs", jobs, "--out", &out]);
            text(out)
        });
        assert_eq!(one, two);
    }
    assert_eq!(folder.files().len(), 4, "no other file is left: {:?}", folder.files());
}

#[test]
fn a_cell_equals_the_run_of_its_settings_and_seed() {
    let folder = Folder::new("cells");
    let part = folder.file("part.jsonl");
    done(&SMALL, &["--set", "cluster.w=1", "--seed", "7", "--out", &part]);
    let text = text(&part);
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let cells: Vec<Value> = lines.filter_map(|line| line.get("cell").cloned()).collect();
    let cell = &cells[7];
    assert_eq!((&cell["combination"], &cell["seed"]), (&3.into(), &8.into()));
    let run = done(
        &["run", "healthy", "--until", "2s", "--seed", "8", "--json"],
        &["--set", "cluster.w=1", "--set", "cluster.r=2", "--set", "load.rate=40"],
    );
    let run: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    assert_eq!(cell["digest"], run["digest"]);
    assert_eq!(cell["tallies"]["reads"]["ok"], run["reads"]["ok"]);
}

#[test]
fn results_are_rows_of_json_or_a_table() {
    let plain = done(&SMALL, &[]);
    let table = String::from_utf8(plain.stdout).expect("text");
    for word in ["cluster.r", "load.rate", "stale", "read p99", "PBS"] {
        assert!(table.contains(word), "{word} in {table}");
    }
    let json = done(&SMALL, &["--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).expect("one JSON value");
    assert_eq!(json["runs"], serde_json::json!({"all": 12, "finished": 12, "ran": 12}));
    let rows = json["rows"].as_array().expect("an array");
    let settings = rows.iter().map(|row| (row["cluster.r"].as_u64(), row["load.rate"].as_u64()));
    let grid = [(1, 20), (1, 40), (2, 20), (2, 40), (3, 20), (3, 40)];
    assert!(settings.eq(grid.map(|(r, rate)| (Some(r), Some(rate)))));
    for row in rows {
        assert_eq!((&row["seeds"], row["virtual_s"].as_f64()), (&2.into(), Some(4.0)));
        assert_eq!(row["overlap"], row["cluster.r"].as_i64().expect("a number") + 2 - 3);
        assert!(row["reads_ok"].as_u64() > Some(10), "{row}");
        assert!(row["read_p50_ms"].as_f64() <= row["read_p99.9_ms"].as_f64(), "{row}");
        let [low, rate, high] =
            ["stale_rate_low", "stale_rate", "stale_rate_high"].map(|name| row[name].as_f64());
        assert!(low <= rate && rate < high, "{row}");
    }
}

#[test]
fn impossible_combinations_can_be_left_out() {
    let vary = ["sweep", "healthy", "--until", "1s", "--vary", "cluster.n=1..2"];
    let more = ["--vary", "cluster.r=1..2", "--set", "cluster.w=1", "--skip-impossible", "--json"];
    let output = done(&vary, &more);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("left out: cluster.n=1 cluster.r=2: cluster.r: "), "{words}");
    let json: Value = serde_json::from_slice(&output.stdout).expect("one JSON value");
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["skipped"][0]["combination"], "cluster.n=1 cluster.r=2");
}

#[test]
fn values_in_a_csv_table_are_quoted_if_needed() {
    let folder = Folder::new("quotes");
    let out = folder.file("table.csv");
    let vary = r#"network.client_latency={"uniform":{"min":"1ms","max":"2ms"}},{"constant":"5ms"}"#;
    done(&["sweep", "healthy", "--until", "1s"], &["--vary", vary, "--out", &out]);
    let text = text(&out);
    let rows: Vec<&str> = text.lines().collect();
    let quoted = r#""{""uniform"":{""min"":""1ms"",""max"":""2ms""}}",3,2,2,1,"#;
    assert!(rows[1].starts_with(quoted), "{}", rows[1]);
}
