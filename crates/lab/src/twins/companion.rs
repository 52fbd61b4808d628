//! The run beside the one that is shown.

use ringside_sim::Entry;
use ringside_store::Instant;

use super::comparison::{Comparison, Difference};
use super::knob::Knob;
use super::reader::Reader;
use crate::error::ScenarioError;
use crate::lab::{Command, Lab};
use crate::timeline::Timeline;

/// A run that goes wherever another one goes, and is compared with it operation by operation.
///
/// It is a twin of the other run with one knob changed from the beginning on, or another run altogether. A
/// twin repeats the commands that the other run is given, at the same instants, but keeps its knob. Acts on
/// single messages stay with the run that sent them.
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
    twist: Option<Knob>,
    /// The commands that the other run had been given when it was last looked at.
    commands: Vec<(Instant, Command)>,
    readers: [Reader; 2],
    comparison: Comparison,
    /// The time of the latest entry that was compared.
    until: Instant,
}

impl Companion {
    /// Makes a twin of a run, at time zero.
    ///
    /// # Errors
    ///
    /// The reason why the run's scenario is impossible with this knob as it would be.
    pub fn twin(shown: &Timeline, twist: Knob) -> Result<Self, ScenarioError> {
        let mut scenario = shown.lab().scenario().clone();
        twist.apply(&mut scenario);
        let mut companion = Self::beside(Timeline::new(Lab::open(scenario)?), shown);
        companion.twist = Some(twist);
        companion.timeline.adopt(twist.applied_to(&companion.commands));
        Ok(companion)
    }

    /// Puts another run beside the one that is shown, as a fork of it.
    pub fn beside(other: Timeline, shown: &Timeline) -> Self {
        Self {
            timeline: other,
            twist: None,
            commands: shown.lab().all_commands().to_vec(),
            readers: [Reader::default(), Reader::default()],
            comparison: Comparison::default(),
            until: Instant::ZERO,
        }
    }

    /// Returns the run.
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Returns the knob that is turned in it, or `None` where it is another run.
    pub const fn twist(&self) -> Option<Knob> {
        self.twist
    }

    /// Advances towards the present time of the shown run and compares both, within a budget so that a page
    /// stays responsive. Returns whether nothing is left to do.
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

    /// Returns how much of the way there is done, from 0 to 1.
    pub fn part(&self, shown: &Timeline) -> f64 {
        let of = |done: u64, all: u64| if done < all { done as f64 / all as f64 } else { 1.0 };
        let way = of(self.timeline.now().as_us(), shown.now().as_us());
        let read = of(self.readers[0].count(), shown.lab().written());
        way.min(read)
    }

    /// Returns the operation that was asked for first of those that ended otherwise, or took another time.
    pub const fn first(&self) -> Option<&Difference> {
        self.comparison.first()
    }

    /// Returns the earliest operation whose clients got different answers.
    pub const fn first_answer(&self) -> Option<&Difference> {
        self.comparison.first_answer()
    }

    /// Returns the number of operations that have ended in both runs, and the number of those with different
    /// answers.
    pub const fn compared(&self) -> (u64, u64) {
        self.comparison.compared()
    }

    /// Returns the moment up to which the runs were compared.
    pub const fn until(&self) -> Instant {
        self.until
    }

    /// Does what was done to the shown run by hand since this was last called. Where another past has taken
    /// the place of the one that was compared, the comparison begins again.
    fn sync_commands(&mut self, shown: &Timeline) {
        let commands = shown.lab().all_commands();
        if self.commands == commands {
            return;
        }
        let same = self.commands.iter().zip(commands).take_while(|(own, it)| own == it).count();
        let is_more = same == self.commands.len();
        if !is_more || commands.get(same).is_some_and(|(at, _)| *at < self.until) {
            self.readers = [Reader::default(), Reader::default()];
            self.comparison = Comparison::default();
            self.until = Instant::ZERO;
        }
        self.commands = commands.to_vec();
        if let Some(twist) = self.twist {
            self.timeline.adopt(twist.applied_to(&self.commands));
        }
    }
}
