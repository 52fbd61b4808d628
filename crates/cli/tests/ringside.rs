//! The command line, as people and programs use it.

mod check;
mod history;
mod predict;
mod records;
mod sweep;

use std::process::{Command, Output};

use serde_json::Value;

fn ringside(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringside"));
    command.args(arguments).output().expect("the program starts")
}

fn json(arguments: &[&str]) -> Value {
    let output = ringside(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON value and nothing else")
}

/// Runs a command that must be refused, and returns the text on the error stream.
fn refused(arguments: &[&str]) -> String {
    let output = ringside(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?} printed to the standard output");
    String::from_utf8(output.stderr).expect("text")
}

/// A file for one test, removed when dropped.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("ringside-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("the folder can be written");
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().expect("a path of plain text")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

#[test]
fn running_a_built_in_scenario_twice_prints_the_same_digest() {
    for row in json(&["scenarios", "--json"]).as_array().expect("an array") {
        let name = row["name"].as_str().expect("a name");
        assert!(!row["title"].as_str().expect("a title").is_empty());
        let (first, second) = (json(&["run", name, "--json"]), json(&["run", name, "--json"]));
        assert_eq!(first, second);
        assert_eq!(first["digest"].as_str().map(str::len), Some(32));
    }
}

#[test]
fn the_summary_has_the_documented_fields() {
    let summary = json(&["run", "partition", "--until", "10s", "--json"]);
    assert_eq!(summary["virtual_time_ms"], 10_000.0);
    assert!(summary["events"].as_u64() > Some(1_000));
    for direction in ["sent", "delivered", "dropped"] {
        for kind in ["request", "reply", "write", "write_ack", "read", "read_answer", "repair"] {
            assert!(summary["messages"][direction][kind].is_u64(), "messages.{direction}.{kind}");
        }
    }
    assert!(summary["messages"]["dropped"]["write"].as_u64() > Some(0));
    for operations in ["reads", "writes"] {
        assert!(summary[operations]["ok"].as_u64() > Some(0));
        assert!(summary[operations]["failed"].as_u64() > Some(0));
        let latency = &summary[operations]["latency_ms"];
        let [p50, p99, p99_9] = ["p50", "p99", "p99.9"].map(|name| latency[name].as_f64());
        assert!(p50 > Some(0.0) && p50 <= p99 && p99 <= p99_9, "{latency}");
    }
}

#[test]
fn a_setting_and_a_seed_change_the_run() {
    let digest = |more: &[&str]| {
        let run = [["run", "healthy", "--until", "5s", "--json"].as_slice(), more].concat();
        json(&run)["digest"].clone()
    };
    let plain = digest(&[]);
    assert_ne!(digest(&["--seed", "99"]), plain);
    assert_ne!(digest(&["--set", "cluster.r=1"]), plain);
    assert_ne!(digest(&["--set", "network.latency={\"constant\":\"5ms\"}"]), plain);
    assert_eq!(
        digest(&["--set", "cluster.r=2", "--seed", "1"]),
        plain,
        "the values of the scenario itself"
    );
}

#[test]
fn the_journal_has_one_json_object_per_entry() {
    let path = std::env::temp_dir().join(format!("ringside-journal-{}.jsonl", std::process::id()));
    let name = path.to_str().expect("a path of plain text");
    let summary = json(&["run", "crash", "--json", "--journal", name]);
    let text = std::fs::read_to_string(&path).expect("the journal was written");
    std::fs::remove_file(&path).expect("it is ours");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("one JSON object per line"))
        .collect();
    assert_eq!(summary["events"].as_u64(), Some(lines.len() as u64));
    assert!(lines.iter().enumerate().all(|(number, line)| line["number"] == number));
    assert!(lines.iter().any(|line| line["what"]["act"]["crash"] == "B"));
}

#[test]
fn a_scenario_may_be_a_file() {
    let path = std::env::temp_dir().join(format!("ringside-scenario-{}.json", std::process::id()));
    let built_in = ringside_lab::BuiltIn::find("healthy").expect("built in");
    std::fs::write(&path, built_in.json).expect("the folder can be written");
    let name = path.to_str().expect("a path of plain text");
    let (file, named) = (json(&["run", name, "--json"]), json(&["run", "healthy", "--json"]));
    std::fs::remove_file(&path).expect("it is ours");
    assert_eq!(file, named);
}

#[test]
fn a_link_runs_to_its_moment() {
    let built_in = ringside_lab::BuiltIn::find("partition").expect("built in");
    let mut lab =
        ringside_lab::Lab::open(built_in.scenario().expect("possible")).expect("possible");
    lab.advance_to(ringside_lab::Instant::from_us(1_234_567));
    let crash = ringside_lab::Command::Crash(ringside_lab::NodeId(2));
    lab.command(crash).expect("possible");
    lab.advance_to(ringside_lab::Instant::from_us(3_000_000));
    let address = format!("http://127.0.0.1:8080/#{}", lab.link());
    let summary = json(&["run", &address, "--json"]);
    assert_eq!(summary["digest"], lab.digest().to_string());
    assert_eq!(summary["virtual_time_ms"], 3_000.0);
    assert!(refused(&["run", &address[..60]]).contains("damaged"));
    assert!(refused(&["run", &address, "--seed", "2"]).contains("a link holds its whole run"));
}

#[test]
fn a_run_prints_the_link_that_opens_it() {
    let settings = ["run", "partition", "--seed", "7", "--set", "cluster.r=1", "--until", "3s"];
    let printed = ringside(&[&settings[..], &["--link"]].concat());
    let link = String::from_utf8(printed.stdout).unwrap();
    assert!(link.starts_with('#') && link.trim().lines().count() == 1, "{link}");
    let again = json(&["run", link.trim(), "--json"]);
    let run = json(&[&settings[..], &["--json"]].concat());
    assert_eq!(again["digest"], run["digest"]);
    assert_eq!(again["virtual_time_ms"], 3000.0);
}

#[test]
fn without_json_a_run_prints_a_table() {
    let output = ringside(&["run", "healthy", "--until", "2s"]);
    let table = String::from_utf8(output.stdout).expect("text");
    for word in
        ["A healthy cluster", "virtual time", "2.000000 s", "digest", "reads", "p99.9", "write_ack"]
    {
        assert!(table.contains(word), "{table}");
    }
    assert!(
        !table.contains("gossip") && !table.contains("hint"),
        "idle mechanisms have no section"
    );
}

#[test]
fn the_table_has_a_section_for_each_active_mechanism() {
    let output = ringside(&["run", "hints"]);
    let table = String::from_utf8(output.stdout).expect("text");
    let summary = json(&["run", "hints", "--json"]);
    for (section, row, counter) in [
        ("hinted handoff", "writes kept", "kept"),
        ("hinted handoff", "hints delivered", "delivered"),
    ] {
        let after = table.split(&format!("\n\n{section}\n")).nth(1).expect("the section is there");
        let mut lines = after.lines().take_while(|line| !line.is_empty());
        let line = lines.find(|line| line.trim_start().starts_with(row)).expect(row);
        let count = line.split_whitespace().last().and_then(|count| count.parse().ok());
        assert_eq!(count, summary["hints"][counter].as_u64(), "{table}");
        assert!(count > Some(0));
    }
    assert!(!table.contains("writes not kept"), "rows of zero are left out: {table}");
    assert!(table.contains("\nhand_off_ack ") && !table.contains("\nstream_ask "), "{table}");
}

#[test]
fn scenarios_are_listed_by_group() {
    let list = String::from_utf8(ringside(&["scenarios"]).stdout).expect("text");
    let start = list.split("\n\n").next().expect("a group");
    assert!(start.starts_with("Start here\n  healthy"), "{list}");
    assert!(start.contains("A crash and return") && !start.contains("resurrection"), "{list}");
    let end = list.split("\n\n").last().expect("a group");
    assert!(end.starts_with("What a quorum does not promise\n  not-linearizable"), "{list}");
    for row in json(&["scenarios", "--json"]).as_array().expect("an array") {
        let (name, group) = (row["name"].as_str(), row["group"].as_str());
        let mut groups = list.split("\n\n").filter(|text| text.lines().next() == group);
        let text = groups.next().expect("each group is there");
        assert!(groups.next().is_none(), "a group comes once");
        assert!(text.contains(&format!("\n  {} ", name.expect("a name"))), "{list}");
    }
}

#[test]
fn the_summary_includes_every_mechanism_and_the_ring() {
    let summary = json(&["run", "healthy", "--until", "2s", "--json"]);
    for (mechanism, counter) in [
        ("hints", "kept"),
        ("read_repair", "sent"),
        ("anti_entropy", "keys_fixed"),
        ("siblings", "conflicting_reads"),
        ("streaming", "keys"),
        ("tombstones", "collected"),
        ("failure_detector", "suspected"),
        ("mailbox", "queued"),
        ("asking", "digests"),
    ] {
        assert!(summary[mechanism][counter].is_u64(), "{mechanism}.{counter}");
    }
    assert_eq!((&summary["ring"]["nodes"], &summary["ring"]["tokens"]), (&5.into(), &40.into()));
    let balance = |more: &[&str]| {
        let run = [["run", "equal-partitions", "--json"].as_slice(), more].concat();
        json(&run)["ring"]["balance"].as_f64().expect("a number")
    };
    let (even, random) = (balance(&[]), balance(&["--set", "cluster.partitions=null"]));
    assert!(even > 0.95 && random < 0.9, "{even} {random}");
}

#[test]
fn bad_input_exits_with_2_and_names_the_place() {
    let cases: [(&[&str], &str); 9] = [
        (&["run", "nowhere"], "nowhere"),
        (&["run", "healthy", "--set", "cluster.r=9"], "cluster.r"),
        (&["run", "healthy", "--set", "cluster.colour=1"], "cluster.colour"),
        (&["run", "healthy", "--set", "cluster"], "--set cluster"),
        (&["run", "healthy", "--until", "soon"], "--until"),
        (&["run", "healthy", "--seed", "-1"], "-1"),
        (&["run", "healthy", "--journal", "/nowhere/at/all"], "--journal /nowhere/at/all"),
        (&["run"], "SCENARIO"),
        (&["fly"], "fly"),
    ];
    for (arguments, place) in cases {
        let words = refused(arguments);
        assert!(words.contains(place), "{arguments:?}: {words}");
    }
}
