//! Time, back and forth: a run that can be looked at again from any moment.
//!
//! A run is a function of its scenario, its seed and its commands, so its past is not recorded but done
//! again: from the nearest checkpoint on, with the same commands at the same instants.

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

/// How many entries a seek does at once before it lets its caller breathe: a few milliseconds' worth.
const SEEK_SLICE: u64 = 4_000;
/// How many entries before the end of a step back a moment is kept, for the next step back.
const APPROACH: u64 = 400;
/// How many marks are kept.
const MAX_MARKS: usize = 50_000;

/// A run that can be looked at from any moment: a [`Lab`] with checkpoints behind it and, after a look
/// back, a future ahead of it.
///
/// ```
/// use ringside_lab::{BuiltIn, Instant, Lab, Timeline};
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
    /// What stands out, oldest first, of all that the run has come to.
    marks: VecDeque<Mark>,
    /// Where the run stood when an entry was sought last.
    sought: Option<Sought>,
}

/// Where the run stands after an entry was sought.
#[derive(Clone, Copy, Debug)]
struct Sought {
    /// The entry.
    number: u64,
    /// The first of the entries that were written together with it.
    first: u64,
    /// How many entries there are.
    written: u64,
}

impl Timeline {
    /// Begins where a lab is. What it has behind it already can be looked at again as well.
    pub fn new(lab: Lab) -> Self {
        let furthest = lab.now();
        let checkpoints = Checkpoints::new(lab.at_start());
        Self { lab, checkpoints, furthest, marks: VecDeque::new(), sought: None }.noted()
    }

    fn noted(mut self) -> Self {
        self.note();
        self
    }

    /// Gives the run as it is at the moment that is looked at.
    pub const fn lab(&self) -> &Lab {
        &self.lab
    }

    /// Gives the moment that is looked at.
    pub const fn now(&self) -> Instant {
        self.lab.now()
    }

    /// Gives the furthest moment that the run has come to.
    pub const fn furthest(&self) -> Instant {
        self.furthest
    }

    /// Tells whether a part of the run lies ahead.
    pub fn is_in_the_past(&self) -> bool {
        self.now() < self.furthest
    }

    /// Runs until `until`, in which what is due at `until` is included.
    pub fn advance_to(&mut self, until: Instant) {
        while !self.advance(until, u64::MAX) {}
    }

    /// Runs until `until`, but stops once about `most` journal entries are written. Tells whether it got
    /// there.
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

    /// Does the next thing that happens, whenever that is; tells whether there was one.
    pub fn step(&mut self) -> bool {
        let stepped = self.lab.step();
        self.note();
        stepped
    }

    /// Acts on the cluster now; gives the request of a put, get or delete. In the past, the future that
    /// was is discarded: this act takes its place. Whoever wants to keep it clones the timeline first.
    ///
    /// # Errors
    ///
    /// As [`Lab::command`]; nothing is discarded then.
    pub fn command(&mut self, command: Command) -> Result<Option<RequestId>, CommandError> {
        let request = self.lab.command(command)?;
        // The act itself is an entry or two, and what was marked after it is no more.
        let written = self.lab.written();
        self.checkpoints.forget_after(written);
        self.marks.retain(|mark| mark.at <= self.lab.now() && mark.number < written);
        self.furthest = self.lab.now();
        self.note();
        Ok(request)
    }

    /// Lists what stands out in the run, as far as it has come, oldest first: the latest 50,000 marks.
    pub fn marks(&self) -> impl DoubleEndedIterator<Item = &Mark> + ExactSizeIterator {
        self.marks.iter()
    }

    /// Gives the next mark after this moment, of a kind or of any.
    pub fn next_mark(&self, kind: Option<MarkKind>) -> Option<&Mark> {
        let here = self.lab.written();
        self.marks.iter().find(|it| it.number >= here && kind.is_none_or(|kind| kind == it.kind))
    }

    /// Gives the last mark before this moment, of a kind or of any: before the entry that was sought last,
    /// where the run still stands there.
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

    /// Goes to a moment, back or forth, in which what is due then is done. Ahead of the furthest moment,
    /// the run goes on.
    pub fn seek(&mut self, to: Instant) {
        while !self.seek_some(to) {}
    }

    /// Goes a part of the way to a moment; tells whether it got there. So a page stays responsive.
    pub fn seek_some(&mut self, to: Instant) -> bool {
        if to < self.now() || self.checkpoints.is_nearer(&self.lab, |lab| lab.now() <= to) {
            self.go_back(|lab| lab.now() <= to);
        }
        self.advance(to, SEEK_SLICE)
    }

    /// Goes to just after the journal's entry of this number, back or forth. Entries that are written
    /// together, as a message that arrives and what it makes its receiver do, come together. Tells whether
    /// there is such an entry in the run so far.
    pub fn seek_entry(&mut self, number: u64) -> bool {
        if number < self.lab.written() {
            self.go_back(|lab| lab.written() <= number);
        }
        let mut first = self.lab.written();
        while self.lab.written() <= number {
            first = self.lab.written();
            // A step at a time only where it matters.
            let far = number.saturating_sub(first) > SEEK_SLICE;
            if self.lab.now() > self.furthest || !self.step_or_run(far) {
                return false;
            }
        }
        self.sought = Some(Sought { number, first, written: self.lab.written() });
        true
    }

    /// Goes a part of the way to just after the entry of this number, which was written at this time; tells
    /// whether that is done. See [`Timeline::seek_entry`].
    pub fn seek_entry_some(&mut self, number: u64, at: Instant) -> bool {
        let before = Instant::from_us(at.as_us().saturating_sub(1));
        let is_close = self.lab.written() <= number && self.now() >= before;
        if !is_close && !self.seek_some(before) {
            return false;
        }
        // What is left are the few things that happen at that time.
        self.seek_entry(number);
        true
    }

    /// Goes back to before the last thing that happened; tells whether there was one.
    pub fn step_back(&mut self) -> bool {
        let here = self.lab.written();
        if here == 0 {
            return false;
        }
        self.go_back(|lab| lab.written() < here);
        self.approach(here);
        let start = self.lab.clone();
        // One step may write several entries: so the steps up to here are counted, and then all but the
        // last one are done again.
        let mut steps = 0_u32;
        while self.step() && self.lab.written() < here {
            steps += 1;
        }
        self.lab = start;
        (0..steps).for_each(|_| _ = self.step());
        true
    }

    /// Gives the run at a checkpoint before the entry of this number was written.
    pub(crate) fn lab_before(&self, number: u64) -> Lab {
        let past = self.checkpoints.last(|lab| lab.written() <= number).clone();
        past.with_commands_of(&self.lab)
    }

    /// Does by hand from now on what is listed here, and nothing else. Where something else was done already,
    /// the run goes back to before that.
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

    /// Runs to a little before an entry, where that is far, and keeps that moment.
    fn approach(&mut self, number: u64) {
        let far = number.saturating_sub(APPROACH).saturating_sub(self.lab.written());
        if far <= APPROACH {
            return;
        }
        let start = self.lab.clone();
        self.lab.advance(self.furthest, far);
        if self.lab.written() < number {
            self.checkpoints.stay_near(&mut self.lab);
        } else {
            // One thing that happened wrote more than that.
            self.lab = start;
        }
    }

    /// Notes what has become of the run: how far it is, what stands out in it, and a checkpoint where one
    /// is due.
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

    /// Goes back to the last checkpoint at which `fits` is so. What was done by hand later on will be
    /// done again.
    fn go_back(&mut self, fits: impl Fn(&Lab) -> bool) {
        let past = self.checkpoints.last(fits).clone();
        self.lab = past.with_commands_of(&self.lab);
    }
}
