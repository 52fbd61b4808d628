//! Time travel: a run that can be shown at any moment.
//!
//! A run is a function of its scenario, its seed and its commands. So its past is not recorded but executed
//! again: from the nearest checkpoint, with the same commands at the same instants.

mod checkpoints;
mod diff;
mod landmarks;
pub(crate) mod marks;

pub use diff::FrameDiff;
pub use landmarks::{Landmark, SearchBack, SearchForward};
pub use marks::{Mark, MarkKind};

use std::collections::VecDeque;

use ringside_store::{Instant, RequestId};

use crate::error::CommandError;
use crate::lab::{Command, Lab};
use checkpoints::Checkpoints;

/// The number of entries that one slice of a seek writes before it returns to its caller: a few milliseconds of
/// work.
const SEEK_SLICE: u64 = 4_000;
/// The distance in entries of the checkpoint that a step back keeps for the next step back.
const APPROACH: u64 = 400;
/// The number of marks that are kept.
const MAX_MARKS: usize = 50_000;

/// A run that can be shown at any moment: a [`Lab`] with checkpoints in its past and, after a seek to the past,
/// a known future.
///
/// ```
/// use ringside_lab::timeline::Timeline;
/// use ringside_lab::{BuiltIn, Instant, Lab};
///
/// let lab = Lab::open(BuiltIn::find("healthy").unwrap().scenario().unwrap()).unwrap();
/// let mut timeline = Timeline::new(lab);
/// let second = |second: u64| Instant::from_us(second * 1_000_000);
/// timeline.advance_to(second(3));
/// let then = timeline.lab().digest();
/// timeline.advance_to(second(20));
/// timeline.seek(second(3));
/// assert_eq!(timeline.lab().digest(), then);
/// assert_eq!(timeline.furthest(), second(20));
/// ```
#[derive(Clone, Debug)]
pub struct Timeline {
    lab: Lab,
    checkpoints: Checkpoints,
    furthest: Instant,
    /// The marks of the run up to its furthest moment, oldest first.
    marks: VecDeque<Mark>,
    /// The result of the last seek to an entry.
    sought: Option<Sought>,
}

/// The position of the run after a seek to an entry.
#[derive(Clone, Copy, Debug)]
struct Sought {
    /// The number of the entry.
    number: u64,
    /// The number of the first entry that was written together with it.
    first: u64,
    /// The number of entries written then.
    written: u64,
}

impl Timeline {
    /// Creates the timeline of a lab, whose past can be shown as well.
    pub fn new(lab: Lab) -> Self {
        let furthest = lab.now();
        let checkpoints = Checkpoints::new(lab.at_start());
        Self { lab, checkpoints, furthest, marks: VecDeque::new(), sought: None }.noted()
    }

    fn noted(mut self) -> Self {
        self.note();
        self
    }

    /// Returns the run at the present moment.
    pub const fn lab(&self) -> &Lab {
        &self.lab
    }

    /// Returns the present moment.
    pub const fn now(&self) -> Instant {
        self.lab.now()
    }

    /// Returns the furthest moment that the run has reached.
    pub const fn furthest(&self) -> Instant {
        self.furthest
    }

    /// Whether the present moment is before the furthest one.
    pub fn is_in_the_past(&self) -> bool {
        self.now() < self.furthest
    }

    /// Runs until `until`, including what is due at `until`.
    pub fn advance_to(&mut self, until: Instant) {
        while !self.advance(until, u64::MAX) {}
    }

    /// Runs until `until`, but stops once about `most` journal entries are written. Returns `true` if it reached
    /// `until`.
    pub fn advance(&mut self, until: Instant, most: u64) -> bool {
        let stop = self.lab.written().saturating_add(most);
        loop {
            let left = stop.saturating_sub(self.lab.written());
            let arrived = self.lab.advance(until, left.min(self.checkpoints.distance(&self.lab)));
            self.note();
            if arrived || self.lab.written() >= stop {
                return arrived;
            }
        }
    }

    /// Executes the next event, at any time. Returns `false` if there is none.
    pub fn step(&mut self) -> bool {
        let stepped = self.lab.step();
        self.note();
        stepped
    }

    /// Executes a command now. Returns the request of a put, get or delete. At a past moment, the future is
    /// discarded; a clone of the timeline keeps it.
    ///
    /// # Errors
    ///
    /// As [`Lab::command`]; nothing is discarded then.
    pub fn command(&mut self, command: Command) -> Result<Option<RequestId>, CommandError> {
        let request = self.lab.command(command)?;
        // The command itself wrote an entry or two; the marks after it are gone.
        let written = self.lab.written();
        self.checkpoints.forget_after(written);
        self.marks.retain(|mark| mark.at <= self.lab.now() && mark.number < written);
        self.furthest = self.lab.now();
        self.note();
        Ok(request)
    }

    /// The marks of the run up to its furthest moment, oldest first: the latest 50,000.
    pub fn marks(&self) -> impl DoubleEndedIterator<Item = &Mark> + ExactSizeIterator {
        self.marks.iter()
    }

    /// Returns the next mark after the present moment, of one kind or of any.
    pub fn next_mark(&self, kind: Option<MarkKind>) -> Option<&Mark> {
        let here = self.lab.written();
        self.marks.iter().find(|it| it.number >= here && kind.is_none_or(|kind| kind == it.kind))
    }

    /// Returns the last mark before the present moment, of one kind or of any. If the run has not moved since a
    /// seek to an entry, the mark is before that entry.
    pub fn previous_mark(&self, kind: Option<MarkKind>) -> Option<&Mark> {
        let here = self.sought.filter(|sought| sought.written == self.lab.written());
        let before = |mark: &&Mark| match here {
            Some(sought) => mark.number < sought.number,
            None => mark.at < self.now(),
        };
        self.marks.iter().rev().filter(before).find(|it| kind.is_none_or(|kind| kind == it.kind))
    }

    /// Packs the run up to now into a link's text. See [`Lab::link`].
    pub fn link(&mut self) -> String {
        self.lab.link()
    }

    /// Seeks to a moment in the past or the future, after what is due then. Beyond the furthest moment, the run
    /// continues.
    pub fn seek(&mut self, to: Instant) {
        while !self.seek_some(to) {}
    }

    /// Does a slice of a seek, so that a page stays responsive. Returns `true` once the moment is reached.
    pub fn seek_some(&mut self, to: Instant) -> bool {
        if to < self.now() || self.checkpoints.is_nearer(&self.lab, |lab| lab.now() <= to) {
            self.go_back(|lab| lab.now() <= to);
        }
        self.advance(to, SEEK_SLICE)
    }

    /// Seeks to just after the journal entry of this number, in the past or the future. Entries that are written
    /// together, as a message's arrival and its effects at the receiver, are not separated. Returns `false` if the
    /// run up to its furthest moment has no such entry.
    pub fn seek_entry(&mut self, number: u64) -> bool {
        if number < self.lab.written() {
            self.go_back(|lab| lab.written() <= number);
        }
        let mut first = self.lab.written();
        while self.lab.written() <= number {
            first = self.lab.written();
            // Single steps only near the entry.
            let far = number.saturating_sub(first) > SEEK_SLICE;
            if self.lab.now() > self.furthest || !self.step_or_run(far) {
                return false;
            }
        }
        self.sought = Some(Sought { number, first, written: self.lab.written() });
        true
    }

    /// Does a slice of a seek to just after the entry of this number, which was written at `at`. Returns `true`
    /// once it is reached. See [`Timeline::seek_entry`].
    pub fn seek_entry_some(&mut self, number: u64, at: Instant) -> bool {
        let before = Instant::from_us(at.as_us().saturating_sub(1));
        let is_close = self.lab.written() <= number && self.now() >= before;
        if !is_close && !self.seek_some(before) {
            return false;
        }
        // Only the few entries of that instant are left.
        self.seek_entry(number);
        true
    }

    /// Goes back by one step. Returns `false` at the beginning of the run.
    pub fn step_back(&mut self) -> bool {
        let here = self.lab.written();
        if here == 0 {
            return false;
        }
        self.go_back(|lab| lab.written() < here);
        self.approach(here);
        let start = self.lab.clone();
        // One step can write several entries. So the steps up to here are counted, and all but the last one
        // are executed again.
        let mut steps = 0_u32;
        while self.step() && self.lab.written() < here {
            steps += 1;
        }
        self.lab = start;
        (0..steps).for_each(|_| _ = self.step());
        true
    }

    /// Returns the run at a checkpoint before the entry of this number.
    pub(crate) fn lab_before(&self, number: u64) -> Lab {
        let past = self.checkpoints.last(|lab| lab.written() <= number).clone();
        past.with_commands_of(&self.lab)
    }

    /// Replaces the user's commands. If the run has executed other ones, it goes back to before the first of
    /// them.
    pub(crate) fn adopt(&mut self, commands: Vec<(Instant, Command)>) {
        let own = self.lab.all_commands();
        let same = own.iter().zip(&commands).take_while(|(own, it)| own == it).count();
        let changes = [own.get(same), commands.get(same)];
        let Some(from) = changes.into_iter().flatten().map(|(at, _)| *at).min() else { return };
        let fits = |lab: &Lab| lab.done() <= same && lab.now() <= from;
        self.checkpoints.keep(fits);
        if !fits(&self.lab) {
            self.lab = self.checkpoints.last(fits).clone();
        }
        self.furthest = self.lab.now();
        let written = self.lab.written();
        self.marks.retain(|mark| mark.number < written);
        self.lab.set_commands(commands);
    }

    /// Runs to shortly before a distant entry, and keeps a checkpoint there.
    fn approach(&mut self, number: u64) {
        let far = number.saturating_sub(APPROACH).saturating_sub(self.lab.written());
        if far <= APPROACH {
            return;
        }
        let start = self.lab.clone();
        self.lab.advance(self.furthest, far);
        if self.lab.written() < number {
            self.checkpoints.keep_near(&mut self.lab);
        } else {
            // A single step wrote more entries than that.
            self.lab = start;
        }
    }

    /// Updates the furthest moment and the marks, and keeps a checkpoint if one is due.
    fn note(&mut self) {
        self.furthest = self.furthest.max(self.lab.now());
        let known = self.marks.back().map(|mark| mark.number);
        for mark in self.lab.take_marks() {
            if known.is_none_or(|known| mark.number > known) {
                if self.marks.len() == MAX_MARKS {
                    self.marks.pop_front();
                }
                self.marks.push_back(mark);
            }
        }
        self.checkpoints.note(&mut self.lab);
    }

    fn step_or_run(&mut self, far: bool) -> bool {
        if far {
            !self.advance(self.furthest, SEEK_SLICE) || self.is_in_the_past()
        } else {
            self.step()
        }
    }

    /// Goes back to the last checkpoint that `fits`. Later commands of the user will be repeated.
    fn go_back(&mut self, fits: impl Fn(&Lab) -> bool) {
        let past = self.checkpoints.last(fits).clone();
        self.lab = past.with_commands_of(&self.lab);
    }
}
