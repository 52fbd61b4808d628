//! The run that is compared with the shown run.

use ringside_sim::Entry;
use ringside_store::Instant;

use super::comparison::{Comparison, Difference};
use super::knob::Knob;
use super::reader::Reader;
use crate::error::ScenarioError;
use crate::lab::{Command, Lab};
use crate::timeline::Timeline;

/// A run that follows the shown run through time, and is compared with it operation by operation.
///
/// The companion is a twin of the shown run with one knob changed from the beginning on, or another run
/// altogether. A twin repeats the commands of the shown run, at the same instants, but keeps its knob.
/// Commands that act on single messages are not repeated.
///
/// ```
/// use ringside_lab::timeline::Timeline;
/// use ringside_lab::twins::{Companion, Knob};
/// use ringside_lab::{BuiltIn, Instant, Lab};
///
/// let scenario = BuiltIn::find("healthy").unwrap().scenario().unwrap();
/// let mut shown = Timeline::new(Lab::open(scenario).unwrap());
/// let mut twin = Companion::twin(&shown, Knob::R(1)).unwrap();
/// shown.advance_to(Instant::from_us(5_000_000));
/// while !twin.follow(&shown) {}
/// assert_eq!(twin.timeline().now(), shown.now());
/// assert!(twin.first().is_some(), "one answer comes sooner than two");
/// ```
#[derive(Clone, Debug)]
pub struct Companion {
    timeline: Timeline,
    knob: Option<Knob>,
    /// The commands of the shown run at the latest call of `sync_commands`.
    commands: Vec<(Instant, Command)>,
    readers: [Reader; 2],
    comparison: Comparison,
    /// The time of the latest entry that was compared.
    until: Instant,
}

impl Companion {
    /// Makes a twin of the shown run with another setting of one knob, at time zero.
    ///
    /// # Errors
    ///
    /// The reason why the run's scenario is invalid with this setting.
    pub fn twin(shown: &Timeline, knob: Knob) -> Result<Self, ScenarioError> {
        let mut scenario = shown.lab().scenario().clone();
        knob.apply(&mut scenario);
        let mut companion = Self::beside(Timeline::new(Lab::open(scenario)?), shown);
        companion.knob = Some(knob);
        companion.timeline.adopt(knob.applied_to(&companion.commands));
        Ok(companion)
    }

    /// Makes a companion of another run, such as a fork of the shown run.
    pub fn beside(other: Timeline, shown: &Timeline) -> Self {
        Self {
            timeline: other,
            knob: None,
            commands: shown.lab().all_commands().to_vec(),
            readers: [Reader::default(), Reader::default()],
            comparison: Comparison::default(),
            until: Instant::ZERO,
        }
    }

    /// Returns the companion's run.
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Returns the knob that is changed in the twin, or `None` if the companion is another run.
    pub const fn knob(&self) -> Option<Knob> {
        self.knob
    }

    /// Advances towards the present time of the shown run, and compares what both runs have done.
    ///
    /// One call does a bounded amount of work, so that a page stays responsive. Returns `true` if the
    /// companion has caught up and nothing is left to compare; call again otherwise.
    pub fn follow(&mut self, shown: &Timeline) -> bool {
        self.sync_commands(shown);
        let arrived = self.timeline.seek_some(shown.now());
        let Self { timeline, readers, comparison, until, .. } = self;
        let mut read = true;
        for (side, (reader, run)) in readers.iter_mut().zip([shown, &*timeline]).enumerate() {
            read &= reader.read(run, &mut |entry: &Entry| {
                *until = entry.at.max(*until);
                comparison.take(side, entry);
            });
        }
        arrived && read
    }

    /// Returns the progress towards the present time of the shown run, from 0 to 1.
    pub fn part(&self, shown: &Timeline) -> f64 {
        let part = |done: u64, all: u64| if done < all { done as f64 / all as f64 } else { 1.0 };
        let advanced = part(self.timeline.now().as_us(), shown.now().as_us());
        let read = part(self.readers[0].count(), shown.lab().written());
        advanced.min(read)
    }

    /// Returns the earliest requested operation whose answers or latencies differ, or `None` if none is
    /// known.
    pub const fn first(&self) -> Option<&Difference> {
        self.comparison.first()
    }

    /// Returns the earliest requested operation whose answers differ, or `None` if none is known.
    pub const fn first_answer(&self) -> Option<&Difference> {
        self.comparison.first_answer()
    }

    /// Returns the number of operations that have ended in both runs, and the number of those with different
    /// answers.
    pub const fn compared(&self) -> (u64, u64) {
        self.comparison.compared()
    }

    /// Returns the time of the latest journal entry that was compared.
    pub const fn until(&self) -> Instant {
        self.until
    }

    /// Repeats the commands that the shown run has received since the previous call. If its compared past has
    /// changed, the comparison starts again.
    fn sync_commands(&mut self, shown: &Timeline) {
        let commands = shown.lab().all_commands();
        if self.commands == commands {
            return;
        }
        let same =
            self.commands.iter().zip(commands).take_while(|(known, given)| known == given).count();
        let is_more = same == self.commands.len();
        if !is_more || commands.get(same).is_some_and(|(at, _)| *at < self.until) {
            self.readers = [Reader::default(), Reader::default()];
            self.comparison = Comparison::default();
            self.until = Instant::ZERO;
        }
        self.commands = commands.to_vec();
        if let Some(knob) = self.knob {
            self.timeline.adopt(knob.applied_to(&self.commands));
        }
    }
}
