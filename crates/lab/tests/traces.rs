//! Traces: short scenarios with the messages and steps that they must produce, in text files.
//!
//! Each file in `traces/` is a scenario in a few lines, a line of dashes, and the expected trace.
//! `RINGSIDE_BLESS=1 cargo test -p ringside-lab --test traces` rewrites the traces. Read them afterwards: a
//! trace must show what the head of its file says.
//!
//! ```text
//!   # What to look at.
//!   cluster.r = 1                 a field of the scenario, as `--set` takes it
//!   link A -> C 300ms             a link with its own delay
//!   skip gossip gossip_answer     kinds of messages that are not shown
//!   from 2s                       the start of the shown part
//!   1s put cart milk via A        a command and its time; also get, delete, crash, partition...
//!   2s ~get cart via B            with a tilde: only the request and the outcome are shown
//!   3s do {"loss": 0.5}           any command, in the form of scenario files
//!   end 4s
//! ```
//!
//! Messages between clients and nodes are not shown: the log's lines imply them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ringside_lab::scenario::set;
use ringside_lab::{Duration, Endpoint, Entry, Instant, Lab, MessageKind, RequestId, Scenario};
use ringside_sim::EntryKind;
use ringside_store::Event;
use serde_json::{Value, json};

const DASHES: &str = "----";

/// The scenario of a trace, and the part of it that is shown.
struct Script {
    scenario: Value,
    /// The indexes, among the schedule's operations, of those that are shown in short form.
    short: BTreeSet<usize>,
    operations: usize,
    skipped: BTreeSet<String>,
    from: Duration,
}

impl Script {
    fn parse(text: &str) -> Self {
        let scenario = json!({
            "format": 2, "title": "A trace", "seed": 1, "duration": "1s",
            "cluster": {
                "nodes": 3, "tokens": 8, "n": 3, "r": 2, "w": 2, "request_timeout": "300ms"
            },
            "network": {
                "latency": {"constant": "10ms"}, "client_latency": {"constant": "1ms"},
                "client_timeout": "1s", "links": []
            },
            "events": []
        });
        let mut script = Self {
            scenario,
            short: BTreeSet::new(),
            operations: 0,
            skipped: BTreeSet::from(["request".to_owned(), "reply".to_owned()]),
            from: Duration::ZERO,
        };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            script.parse_line(line);
        }
        script
    }

    /// Parses one line of a trace's head.
    fn parse_line(&mut self, text: &str) {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        match first {
            "link" => {
                let words: Vec<&str> = rest.split_whitespace().collect();
                let [from, "->", to, delay] = words[..] else { panic!("{text}: link A -> B 5ms") };
                let link = json!({"from": from, "to": to, "latency": {"constant": delay}});
                self.push("/network/links", link);
            }
            "skip" => self.skipped.extend(rest.split_whitespace().map(str::to_owned)),
            "from" => self.from = rest.parse().expect(text),
            "end" => self.scenario["duration"] = json!(rest),
            _ => {
                if let Some((path, value)) = text.split_once(" = ") {
                    set(&mut self.scenario, path, value).expect(text);
                } else {
                    let command = self.command(rest);
                    self.push("/events", json!({"at": first, "do": command}));
                }
            }
        }
    }

    fn push(&mut self, place: &str, value: Value) {
        let list = self.scenario.pointer_mut(place).and_then(Value::as_array_mut);
        list.expect("the scenario above has it").push(value);
    }

    /// Parses a command: `put KEY VALUE via NODE for TIME`, `crash NODE`, `cut A->B`, `do JSON`...
    fn command(&mut self, text: &str) -> Value {
        let plain = text.trim_start_matches('~');
        let (name, rest) = plain.split_once(' ').unwrap_or((plain, ""));
        let words: Vec<&str> = rest.split_whitespace().collect();
        match name {
            "put" | "get" | "delete" => {
                if text.starts_with('~') {
                    self.short.insert(self.operations);
                }
                self.operations += 1;
                let mut fields = json!({"key": words[0]});
                let mut rest = words[1..].iter();
                if name == "put" {
                    fields["value"] = json!(rest.next().expect(text));
                }
                while let Some(word) = rest.next() {
                    let field = if *word == "via" { "through" } else { "ttl" };
                    fields[field] = json!(rest.next().expect(text));
                }
                json!({ name: fields })
            }
            "heal" => json!("heal"),
            "do" => serde_json::from_str(rest).expect(text),
            "partition" => json!({ name: words }),
            "cut" | "mend" => {
                let way = |way: &&str| {
                    let (from, to) = way.split_once("->").expect(text);
                    json!({"from": from, "to": to})
                };
                json!({ name: words.iter().map(way).collect::<Vec<_>>() })
            }
            _ => json!({ name: words[0] }),
        }
    }

    /// Runs the scenario and returns its trace.
    fn trace(&self) -> String {
        let scenario = Scenario::from_value(self.scenario.clone()).expect("a possible scenario");
        let until = Instant::ZERO + scenario.duration;
        let mut lab = Lab::open(scenario).expect("a possible scenario");
        lab.advance_to(until);
        let mut log = lab.log(usize::MAX).into_iter().peekable();
        let (mut keys, mut order) = (BTreeMap::new(), Vec::new());
        let mut lines: Vec<Line> = Vec::new();
        for entry in lab.journal(0..u64::MAX) {
            assert!(entry.number > 0 || lines.is_empty(), "the run is short enough to be kept");
            note(entry, &mut keys, &mut order);
            let logged = log.next_if(|line| line.number == entry.number);
            let ends = matches!(entry.kind, EntryKind::Invoked { .. } | EntryKind::Returned { .. });
            let place = order.iter().position(|request| Some(*request) == entry.kind.request());
            let short = place.is_some_and(|place| self.short.contains(&place)) && !ends;
            if short || entry.at < Instant::ZERO + self.from {
                continue;
            }
            if let EntryKind::Sent { message, .. } = &entry.kind
                && !self.skipped.contains(message.kind.name())
            {
                let key = keys.get(&message.request).cloned();
                let (from, to) = (end(message.from), end(message.to));
                Line::send(&mut lines, entry.at, (from, to), message.kind, key);
            }
            lines.extend(
                logged.filter(|_| self.shows(entry)).map(|line| Line::Log(line.at, line.text)),
            );
        }
        lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n")
    }

    /// Whether an entry's line of the log is shown. The loss of a skipped message is not.
    fn shows(&self, entry: &Entry) -> bool {
        match &entry.kind {
            EntryKind::Lost { message, .. } => !self.skipped.contains(message.kind.name()),
            _ => true,
        }
    }
}

/// Notes the keys of requests and of background work, and the order of the user's requests.
fn note(entry: &Entry, keys: &mut BTreeMap<RequestId, String>, order: &mut Vec<RequestId>) {
    match &entry.kind {
        EntryKind::Invoked { request, key, .. } => {
            keys.insert(*request, key.name().to_owned());
            order.push(*request);
        }
        EntryKind::Node { event: Event::HandingOff { cause, key, .. }, .. } => {
            keys.insert(*cause, key.name().to_owned());
        }
        _ => {}
    }
}

fn end(end: Endpoint) -> String {
    match end {
        Endpoint::Node(node) => node.to_string(),
        Endpoint::Client(client) => format!("client {}", client.0),
    }
}

/// A line of a trace.
enum Line {
    Log(Instant, String),
    /// One message, or the same to several.
    Sent {
        at: Instant,
        from: String,
        to: Vec<String>,
        kind: MessageKind,
        key: Option<String>,
    },
}

impl Line {
    /// Adds a message, to the previous line if that is the same message to another receiver.
    fn send(
        lines: &mut Vec<Self>,
        now: Instant,
        (sender, receiver): (String, String),
        what: MessageKind,
        about: Option<String>,
    ) {
        if let Some(Self::Sent { at, from, to, kind, key }) = lines.last_mut()
            && (*at, &*from, *kind, &*key) == (now, &sender, what, &about)
        {
            return to.push(receiver);
        }
        let to = vec![receiver];
        lines.push(Self::Sent { at: now, from: sender, to, kind: what, key: about });
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |at: &Instant| at.since(Instant::ZERO).as_ms();
        match self {
            Self::Log(at, text) => write!(f, "{:>8.1}  {text}", ms(at)),
            Self::Sent { at, from, to, kind, key } => {
                write!(f, "{:>8.1}    {from} -> {}  {kind}", ms(at), to.join(", "))?;
                key.as_ref().map_or(Ok(()), |key| write!(f, " {key}"))
            }
        }
    }
}

/// Returns the difference of two texts, line by line: missing lines, and unexpected ones.
fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    // The longest common subsequence of the rests of both, for each pair of places.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let longest = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { longest };
        }
    }
    let (mut i, mut j, mut text) = (0, 0, String::new());
    while i < old.len() || j < new.len() {
        let both = i < old.len() && j < new.len();
        if both && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || both && common[i + 1][j] >= common[i][j + 1] {
            _ = writeln!(text, "- {}", old[i]);
            i += 1;
        } else {
            _ = writeln!(text, "+ {}", new[j]);
            j += 1;
        }
    }
    text
}

/// Returns the files of traces, sorted by name.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let listed = std::fs::read_dir(folder).expect("the traces lie beside this file");
    let mut files: Vec<PathBuf> = listed.map(|file| file.expect("readable").path()).collect();
    files.sort();
    files
}

#[test]
fn every_trace_is_as_expected() {
    let bless = std::env::var_os("RINGSIDE_BLESS").is_some();
    let mut differences = String::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("a file of text");
        let (head, expected) = text.split_once(&format!("{DASHES}\n")).unwrap_or((&text, ""));
        let found = Script::parse(head).trace();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if bless {
            std::fs::write(&path, format!("{head}{DASHES}\n{found}")).expect("it can be written");
        } else if found != expected {
            _ = write!(differences, "\n{name}\n{}", difference(expected, &found));
        }
    }
    assert!(differences.is_empty(), "- is expected, + is there instead\n{differences}");
}

#[test]
fn every_trace_has_a_comment_and_is_short() {
    let files = files();
    assert!(files.len() > 30, "one for each mechanism and each broken promise");
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a file of text");
        assert!(text.starts_with("# "), "{}: no comment on what to look at", path.display());
        let lines = text.lines().count();
        assert!((12..=95).contains(&lines), "{}: {lines} lines", path.display());
    }
}

#[test]
fn a_difference_shows_missing_and_unexpected_lines() {
    assert_eq!(difference("a\nb\nc\n", "a\nx\nc\nd\n"), "- b\n+ x\n+ d\n");
    assert_eq!(difference("a\n", "a\n"), "");
}
