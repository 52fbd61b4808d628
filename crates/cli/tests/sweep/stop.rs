//! Sweeps that are stopped and continued.

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::{Folder, SMALL, done, text};

/// Combinations that run one after the other on one thread: two short ones, and one that takes more than
/// an hour.
const LONG: [&str; 9] = [
    "sweep",
    "healthy",
    "--vary",
    "duration=1s,2s,1000000s",
    "--jobs",
    "1",
    "--seeds",
    "2",
    "--out",
];

/// Starts a sweep and waits until the part file has a number of lines.
fn start(out: &str, part: &str, lines: usize) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringside"));
    command.args(LONG).arg(out).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    for _ in 0..2_000 {
        let text = fs::read_to_string(part).unwrap_or_default();
        if text.lines().count() >= lines {
            return child;
        }
        sleep(Duration::from_millis(5));
    }
    child.kill().expect("it is ours");
    let output = child.wait_with_output().expect("it ends");
    panic!("{part} has no {lines} lines: {}", String::from_utf8_lossy(&output.stderr));
}

/// Sends a signal to a child process and waits for its end.
fn end(child: Child, signal: &str) -> Output {
    let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(killed.expect("kill is there").success());
    child.wait_with_output().expect("it ends")
}

#[test]
fn a_stopped_sweep_keeps_finished_rows() {
    let folder = Folder::new("stop");
    // The signals of Ctrl-C and of a batch engine.
    for signal in ["-INT", "-TERM"] {
        let table = folder.file(&format!("table{signal}.csv"));
        let part = format!("{table}.runs.jsonl");
        // A header and four cells.
        let output = end(start(&table, &part, 5), signal);
        assert_eq!(output.status.code(), Some(130));
        let words = String::from_utf8_lossy(&output.stderr);
        for place in ["4 of 6 runs are finished", &part, "2 finished rows"] {
            assert!(words.contains(place), "{place} in {words}");
        }
        let text = text(&table);
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 3);
        assert!(rows[1].starts_with("1s,") && rows[2].starts_with("2s,"), "{text}");
        let table = String::from_utf8_lossy(&output.stdout);
        assert!(table.contains("\n      2s") && !table.contains("1000000s"), "{table}");
    }
}

#[test]
fn a_stopped_or_killed_sweep_continues_to_the_same_table() {
    let folder = Folder::new("resume");
    let [whole, table] = ["whole.csv", "table.csv"].map(|name| folder.file(name));
    done(&SMALL, &["--out", &whole]);
    let part = folder.file("table.csv.runs.jsonl");
    let all = folder.file("all.jsonl");
    done(&SMALL, &["--out", &all]);
    // A process that is killed leaves whole lines, and perhaps the beginning of one.
    let all = text(&all);
    for lines in [0, 1, 6, 12] {
        let mut kept: String = all.split_inclusive('\n').take(lines).collect();
        let torn = &all[kept.len()..kept.len() + 40];
        kept.push_str(torn);
        fs::write(&part, kept).expect("it can be written");
        let output = done(&SMALL, &["--out", &table, "--json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let before = lines.saturating_sub(1);
        assert_eq!(json["runs"]["ran"], 12 - before);
        assert_eq!(text(&table), text(&whole));
        assert!(!fs::exists(&part).expect("it can be asked"), "the table is complete");
    }
}

#[test]
fn a_sweep_that_is_killed_repeatedly_keeps_finished_runs() {
    let folder = Folder::new("killed");
    let part = folder.file("part.jsonl");
    // A header and two cells, and then the beginning of a third one.
    end(start(&part, &part, 3), "-KILL");
    let mut kept = text(&part);
    let whole = kept.split_inclusive('\n').take(3).map(str::len).sum();
    kept.truncate(whole);
    kept.push_str("{\"cell\":{\"combination\":1,\"se");
    fs::write(&part, &kept).expect("it can be written");
    end(start(&part, &part, 5), "-KILL");
    assert!(text(&part).starts_with(&kept[..whole]));
    let table = folder.file("table.csv");
    done(&["merge", &part], &["--partial", "--out", &table]);
    assert_eq!(text(&table).lines().count(), 3, "two finished rows");
}

#[test]
fn two_sweeps_do_not_write_one_file() {
    let folder = Folder::new("locked");
    let part = folder.file("part.jsonl");
    let child = start(&part, &part, 1);
    // The second sweep differs from the first, so that it is refused in any case and ends.
    let sweep = [&LONG[..], &[&part, "--until", "1s"]].concat();
    let other = Command::new(env!("CARGO_BIN_EXE_ringside")).args(sweep).output();
    end(child, "-KILL");
    let other = other.expect("the program starts");
    assert_eq!(other.status.code(), Some(2));
    let words = String::from_utf8_lossy(&other.stderr);
    assert!(words.contains("another sweep is writing it"), "{words}");
}
