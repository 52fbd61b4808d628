//! Histories as drawings: one line per process, and one interval per operation.
//!
//! ```text
//! 0 |-w1-|       |-r2-|     writes 1, then reads 2
//! 1    |-w2-?               writes 2, outcome unknown
//! 2 |-c1>2-!  |-y:r.-|      a cas from 1 to 2 that fails; reads nil from the key y
//! ```
//!
//! Time goes to the right. Events in one column overlap: beginnings come before ends.

use ringside_checker::{Call, Datum, History, OperationId};

/// Reads a drawing.
pub(crate) fn history(drawing: &str) -> History<String, Datum> {
    // The order of events: by column, beginnings before ends, and then by line.
    let mut events: Vec<(usize, bool, usize, &str)> = Vec::new();
    for (line, text) in drawing.lines().enumerate() {
        let mut from = 1;
        while let Some(start) = text[from..].find('|').map(|at| from + at) {
            let label =
                text[start + 1..].find(|it: char| it != '-').map(|at| start + 1 + at).unwrap();
            let end = text[label..].find(['|', '?', '!']).map(|at| label + at).unwrap();
            events.push((start, false, line, &text[label..end]));
            events.push((end, true, line, &text[label..=end]));
            from = end + 1;
        }
    }
    events.sort_unstable();
    let mut history = History::new();
    let mut open: Vec<Option<OperationId>> = vec![None; drawing.lines().count()];
    let processes: Vec<u64> = drawing
        .lines()
        .map(|line| line.split(' ').next().and_then(|it| it.parse().ok()).expect("a process"))
        .collect();
    for (_, is_end, line, text) in events {
        let (key, call) = text.split_once(':').unwrap_or(("x", text));
        let (call, end) = call.split_at(call.trim_end_matches(['-', '|', '?', '!']).len());
        if !is_end {
            open[line] = Some(history.invoke(processes[line], key.to_owned(), parse_call(call)));
            continue;
        }
        let id = open[line].take().expect("it began");
        match end.chars().last() {
            Some('?') => history.info(id),
            Some('!') => history.fail(id),
            _ if call.starts_with('r') => history.ok_read(id, value(&call[1..])),
            _ => history.ok(id),
        }
    }
    history
}

fn parse_call(call: &str) -> Call<Datum> {
    match (&call[..1], call[1..].split_once('>')) {
        ("r", _) => Call::Read(None),
        ("w", None) => Call::Write(value(&call[1..])),
        ("c", Some((from, to))) => Call::Cas { from: value(from), to: value(to) },
        _ => panic!("{call} is no call"),
    }
}

fn value(text: &str) -> Datum {
    if text == "." { Datum::Nil } else { Datum::Int(text.parse().expect("a number")) }
}
