//! `ringside run`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use ringside_lab::export::{Shiviz, Transcript, csv};
use ringside_lab::{Duration, Entry, Instant, Lab, Scenario};

use crate::arguments::Run;
use crate::output;
use crate::problem::Problem;
use crate::source;

/// The number of journal entries between two updates of the progress bar.
const SLICE: u64 = 200_000;

/// Runs a scenario or a link and prints a summary.
pub(crate) fn run(arguments: &Run) -> Result<(), Problem> {
    let (mut lab, until) = open(arguments)?;
    let mut journal = Sink::open("--journal", arguments.journal.as_deref())?;
    let mut history = Sink::open("--history", arguments.history.as_deref())?;
    let mut shiviz = Sink::open("--shiviz", arguments.shiviz.as_deref())?;
    let series = Sink::open("--series", arguments.series.as_deref())?;
    let (mut transcript, mut clocks) = (Transcript::new(&lab), Shiviz::new(false));
    advance(&mut lab, until, &mut |entry| {
        if let Some(journal) = &mut journal {
            journal.write(|file| write_entry(entry, file));
        }
        if let Some(history) = &mut history {
            history.write(|file| transcript.take(entry, file));
        }
        if let (Some(shiviz), Some(lines)) = (&mut shiviz, clocks.lines(entry)) {
            shiviz.write(|file| file.write_all(lines.as_bytes()));
        }
    });
    journal.map_or(Ok(()), Sink::finish)?;
    history.map_or(Ok(()), Sink::finish)?;
    shiviz.map_or(Ok(()), Sink::finish)?;
    if let Some(mut series) = series {
        series.write(|file| file.write_all(csv(&lab.series()).as_bytes()));
        series.finish()?;
    }
    match (arguments.link, arguments.json) {
        (true, _) => output::link(&mut lab),
        (false, true) => output::json(&lab),
        (false, false) => output::table(&lab),
    }
}

/// Opens the run that the command line names, and returns it with the moment to run it to.
fn open(arguments: &Run) -> Result<(Lab, Instant), Problem> {
    let name = &arguments.scenario;
    let until = arguments.until.map(|until| Instant::ZERO + until);
    if let Some((_, link)) = name.split_once('#').filter(|_| !Path::new(name).exists()) {
        if arguments.seed.is_some() || !arguments.settings.is_empty() {
            return Err("a link holds its whole run: --seed and --set cannot change it".to_owned());
        }
        let (lab, moment) = Lab::open_link(link).map_err(|error| error.to_string())?;
        return Ok((lab, until.unwrap_or(moment)));
    }
    let scenario = Scenario::from_value(source::read(name, &arguments.settings)?);
    let mut scenario = scenario.map_err(|error| format!("{name}: {error}"))?;
    scenario.seed = arguments.seed.unwrap_or(scenario.seed);
    let end = Instant::ZERO + scenario.duration;
    let lab = Lab::open(scenario).map_err(|error| format!("{name}: {error}"))?;
    Ok((lab, until.unwrap_or(end)))
}

/// Advances the run, with a progress bar on a terminal if the run takes more than one slice.
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

/// Writes an entry as one line of JSON.
fn write_entry(entry: &Entry, file: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *file, entry)?;
    file.write_all(b"\n")
}

/// A file that is written during the run. It keeps its first error until the end, because the run cannot
/// stop in the middle of an event.
struct Sink<'a> {
    /// The option that names the file.
    option: &'static str,
    path: &'a Path,
    file: BufWriter<File>,
    problem: Option<io::Error>,
}

impl<'a> Sink<'a> {
    /// Creates the file of an option, or returns `None` if the option is not given.
    fn open(option: &'static str, path: Option<&'a Path>) -> Result<Option<Self>, Problem> {
        let Some(path) = path else { return Ok(None) };
        let file = File::create(path).map_err(|error| problem(option, path, &error))?;
        Ok(Some(Self { option, path, file: BufWriter::new(file), problem: None }))
    }

    fn write(&mut self, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) {
        if self.problem.is_none() {
            self.problem = write(&mut self.file).err();
        }
    }

    fn finish(mut self) -> Result<(), Problem> {
        let written = self.problem.map_or_else(|| self.file.flush(), Err);
        written.map_err(|error| problem(self.option, self.path, &error))
    }
}

fn problem(option: &str, path: &Path, error: &io::Error) -> Problem {
    format!("{option} {}: {error}", path.display())
}
