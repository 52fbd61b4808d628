//! Exports of a run: its history and its ShiViz log from the beginning, and its time series.

mod history;
mod series;
mod shiviz;

pub use history::Transcript;
pub use series::csv;
pub use shiviz::Shiviz;

use ringside_store::Instant;

use crate::lab::Lab;

/// The format of an exported run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFormat {
    /// The operations of the clients as JSON lines, in the format of [`Transcript`].
    History,
    /// The events of each host with vector clocks, in the format of [`Shiviz`].
    Shiviz,
}

/// An export of a run from its beginning.
///
/// The run is replayed, because its journal may no longer reach back to the beginning.
///
/// ```
/// use ringside_lab::export::{Record, RecordFormat};
/// use ringside_lab::{BuiltIn, Instant, Lab};
///
/// let scenario = BuiltIn::find("healthy").unwrap().scenario().unwrap();
/// let mut lab = Lab::open(scenario).unwrap();
/// lab.advance_to(Instant::from_us(1_000_000));
/// let mut record = Record::of(&lab, RecordFormat::History);
/// while !record.go_on(1_000) {}
/// assert!(record.into_text().starts_with('{'));
/// ```
#[derive(Clone, Debug)]
pub struct Record {
    lab: Lab,
    until: Instant,
    writer: Writer,
    text: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Writer {
    History(Transcript),
    Shiviz(Shiviz),
}

impl Record {
    /// Begins the export of a run up to its present time, including everything due at that instant.
    pub fn of(lab: &Lab, format: RecordFormat) -> Self {
        let mut start = lab.at_start();
        start.set_commands(lab.commands().to_vec());
        let writer = match format {
            RecordFormat::History => Writer::History(Transcript::new(&start)),
            RecordFormat::Shiviz => Writer::Shiviz(Shiviz::new(false)),
        };
        Self { lab: start, until: lab.now(), writer, text: Vec::new() }
    }

    /// Continues the export for about `most` journal entries. Returns whether the export is complete.
    pub fn go_on(&mut self, most: u64) -> bool {
        let Self { lab, until, writer, text } = self;
        lab.advance_with(*until, most, &mut |entry| match writer {
            // Writing to memory can't fail.
            Writer::History(transcript) => _ = transcript.take(entry, text),
            Writer::Shiviz(shiviz) => {
                text.extend(shiviz.lines(entry).into_iter().flat_map(String::into_bytes));
            }
        })
    }

    /// Returns the exported share of the run's time, from 0 to 1.
    pub fn part(&self) -> f64 {
        match self.until.as_us() {
            0 => 1.0,
            until => (self.lab.now().as_us() as f64 / until as f64).min(1.0),
        }
    }

    /// Returns the exported text.
    pub fn into_text(self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}
