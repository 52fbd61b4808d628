//! `ringside run`.

use std::fs::File;
use std::io::{BufWriter, Write};

use indicatif::{ProgressBar, ProgressStyle};
use ringside_lab::{Duration, Entry, Instant, Lab};

use crate::arguments::Run;
use crate::output;
use crate::source::{self, Problem};

/// How many journal entries are written between two looks at the progress bar.
const SLICE: u64 = 200_000;

/// Runs a scenario or a link and prints what it came to.
pub(crate) fn run(arguments: &Run) -> Result<(), Problem> {
    let (mut lab, until) = source::open(arguments)?;
    match &arguments.journal {
        None => advance(&mut lab, until, &mut |_| {}),
        Some(path) => {
            let problem = |error| format!("--journal {}: {error}", path.display());
            let mut writer = JournalWriter::new(File::create(path).map_err(problem)?);
            advance(&mut lab, until, &mut |entry| writer.write(entry));
            writer.finish().map_err(problem)?;
        }
    }
    if arguments.json { output::json(&lab) } else { output::table(&lab) }
}

/// Advances with a progress bar, which shows on a terminal once a run turns out to be long.
fn advance(lab: &mut Lab, until: Instant, sink: &mut dyn FnMut(&Entry)) {
    let mut bar: Option<ProgressBar> = None;
    while !lab.advance_with(until, SLICE, sink) {
        let bar = bar.get_or_insert_with(|| new_bar(until));
        bar.set_position(lab.now().as_us());
        bar.set_message(format!("{} of {}", lab.now(), until.since_start()));
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

fn new_bar(until: Instant) -> ProgressBar {
    let bar = ProgressBar::new(until.since(Instant::ZERO).max(Duration::from_us(1)).as_us());
    match ProgressStyle::with_template("{bar:40} {percent:>3}%  {msg}  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Writes entries as JSON lines, and keeps the first problem for the end: the run itself can't stop in
/// the middle of an event.
struct JournalWriter {
    file: BufWriter<File>,
    problem: Option<std::io::Error>,
}

impl JournalWriter {
    fn new(file: File) -> Self {
        Self { file: BufWriter::new(file), problem: None }
    }

    fn write(&mut self, entry: &Entry) {
        if self.problem.is_none() {
            let written = serde_json::to_writer(&mut self.file, entry)
                .map_err(std::io::Error::from)
                .and_then(|()| self.file.write_all(b"\n"));
            self.problem = written.err();
        }
    }

    fn finish(mut self) -> Result<(), std::io::Error> {
        match self.problem {
            Some(problem) => Err(problem),
            None => self.file.flush(),
        }
    }
}
