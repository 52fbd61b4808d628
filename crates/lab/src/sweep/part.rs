//! Part files: the finished cells of one part of a sweep, line by line.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::plan::Sweep;

/// One of several equal parts of a sweep, such as `2/4`: every fourth cell, from the second on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    part: u32,
    of: u32,
}

impl Shard {
    /// Whether a cell belongs to this part.
    pub fn holds(self, cell: u64) -> bool {
        cell % u64::from(self.of) == u64::from(self.part) - 1
    }

    /// Returns the part to which a cell belongs, of the same number of parts.
    #[must_use]
    pub fn holding(self, cell: u64) -> Self {
        // The remainder fits, because the divisor has 32 bits.
        Self { part: (cell % u64::from(self.of)) as u32 + 1, of: self.of }
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text
            .split_once('/')
            .and_then(|(part, of)| Some((part.trim().parse().ok()?, of.trim().parse().ok()?)));
        match numbers {
            None => Err("a part is its number and how many there are, as 1/4".into()),
            Some((_, 0)) => Err("there is at least one part".into()),
            Some((part, of)) if part == 0 || part > of => {
                Err(format!("the parts are 1/{of} to {of}/{of}"))
            }
            Some((part, of)) => Ok(Self { part, of }),
        }
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// A line of a part file after the first one.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// A part that the writer of the file was assigned.
    Shard(Shard),
    /// A finished cell.
    Cell(Box<Cell>),
}

/// Finished cells of one sweep, each as its line in a part file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    lines: BTreeMap<u64, String>,
    shards: Vec<Shard>,
}

/// The reason why a part file can't be read. The cells read before are unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct PartError {
    /// The line at fault, from 1 on.
    pub line: usize,
    /// The reason, as a clause.
    pub reason: String,
}

impl Cells {
    /// Adds the cells of a part file from its text, header included.
    ///
    /// Several part files may be concatenated in one text. A last line without a line feed is ignored: its
    /// writer was stopped before the end of the line.
    ///
    /// # Errors
    ///
    /// The line at fault: a missing header or one of another sweep, a line that is neither a cell nor a part,
    /// a cell that does not belong to the sweep, or a cell that is already known with other results. No cell
    /// of the text is added then.
    pub fn read(&mut self, sweep: &Sweep, text: &str) -> Result<(), PartError> {
        let mut new = Self::default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for (index, line) in whole.lines().enumerate() {
            let error = |reason| PartError { line: index + 1, reason };
            if line != sweep.header() {
                if index == 0 || line.starts_with("{\"sweep_format\"") {
                    return Err(error(other_sweep(sweep, line)));
                }
                self.take(sweep, line, &mut new).map_err(error)?;
            }
        }
        self.lines.append(&mut new.lines);
        new.shards.into_iter().for_each(|shard| {
            self.note(shard);
        });
        Ok(())
    }

    /// Parses one line after the header, and adds it to `new`.
    fn take(&self, sweep: &Sweep, line: &str, new: &mut Self) -> Result<(), String> {
        let cell = match serde_json::from_str(line).map_err(|error| error.to_string())? {
            Line::Shard(shard) => {
                new.note(shard);
                return Ok(());
            }
            Line::Cell(cell) => cell,
        };
        let (combination, seed) = (cell.combination, cell.seed);
        let number = sweep.number(combination, seed).ok_or_else(|| {
            format!("combination {combination} with seed {seed} is not of this sweep")
        })?;
        if sweep.predicts(number) != cell.predicted.is_some() {
            return Err(format!("{}: its prediction is amiss", sweep.words(number)));
        }
        match self.lines.get(&number).or_else(|| new.lines.get(&number)) {
            Some(known) if known != line => {
                Err(format!("{} is there twice, with other results", sweep.words(number)))
            }
            Some(_) => Ok(()),
            None => {
                new.lines.insert(number, line.to_owned());
                Ok(())
            }
        }
    }

    /// Adds a finished cell. Returns its line for the part file, without a line feed.
    ///
    /// # Errors
    ///
    /// None in practice: a count would have to be above 2^63.
    pub fn add(&mut self, number: u64, cell: Cell) -> Result<&str, String> {
        let line = serde_json::to_string(&Line::Cell(Box::new(cell)));
        let line = line.map_err(|error| error.to_string())?;
        Ok(self.lines.entry(number).insert_entry(line).into_mut())
    }

    /// Notes an assigned part. Returns its line for the part file, without a line feed, or `None` if the part
    /// is already noted.
    pub fn note(&mut self, shard: Shard) -> Option<String> {
        if self.shards.contains(&shard) {
            return None;
        }
        self.shards.push(shard);
        serde_json::to_string(&Line::Shard(shard)).ok()
    }

    /// Returns the number of finished cells.
    pub fn count(&self) -> u64 {
        self.lines.len() as u64
    }

    /// Whether a cell is finished.
    pub fn has(&self, number: u64) -> bool {
        self.lines.contains_key(&number)
    }

    /// Returns a cell by its number, or `None` if the cell is not finished.
    pub(super) fn get(&self, number: u64) -> Option<Cell> {
        // Each line was read or written as a cell before.
        match serde_json::from_str(self.lines.get(&number)?) {
            Ok(Line::Cell(cell)) => Some(*cell),
            _ => None,
        }
    }

    /// Lists the numbers of the cells that are not finished.
    pub fn missing(&self, sweep: &Sweep) -> Vec<u64> {
        (0..sweep.cells()).filter(|number| !self.has(*number)).collect()
    }

    /// Lists the parts to which the given cells belong, or returns `None` if no part is noted or the noted
    /// parts are not all of the same number of parts.
    pub fn shards_of(&self, cells: &[u64]) -> Option<Vec<Shard>> {
        let one = *self.shards.first()?;
        let is_one = self.shards.iter().all(|shard| shard.of == one.of);
        let mut holding: Vec<Shard> = cells.iter().map(|cell| one.holding(*cell)).collect();
        holding.sort_unstable();
        holding.dedup();
        is_one.then_some(holding)
    }

    /// Returns the text of one part file with all finished cells, in the order of their numbers.
    pub fn text(&self, sweep: &Sweep) -> String {
        let mut shards = self.shards.clone();
        shards.sort_unstable();
        let shards =
            shards.into_iter().filter_map(|it| serde_json::to_string(&Line::Shard(it)).ok());
        let header = [sweep.header().to_owned()];
        let mut text = String::new();
        for line in header.into_iter().chain(shards).chain(self.lines.values().cloned()) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

/// Returns the reason why a line is not this sweep's header.
fn other_sweep(sweep: &Sweep, line: &str) -> String {
    match Sweep::from_header(line) {
        Err(reason) => reason,
        Ok(other) => match sweep.difference(&other) {
            Some(what) => format!("of another sweep: {what} differs"),
            None => "of another sweep".into(),
        },
    }
}
