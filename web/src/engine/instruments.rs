//! Readings of the instruments: often enough to be followed, rarely enough to cost no frames.

use std::rc::Rc;

use ringside_lab::Lab;

use crate::state::staleness::{Close, InstrumentReadings, Subscription};

/// The least real time between two readings while time runs.
const EVERY_MS: f64 = 400.0;

/// The least real time between two verdicts: each goes through a whole history.
const VERDICT_EVERY_MS: f64 = 1_000.0;

/// Takes readings when they are due.
#[derive(Clone, Debug, Default)]
pub(super) struct Instruments {
    latest: Rc<InstrumentReadings>,
    subscription: Subscription,
    /// The run's virtual time and number of events at the latest readings.
    seen: Option<(u64, u64)>,
    /// The number of events that the latest verdict covers, or `None` if there is no verdict on this key.
    judged: Option<u64>,
    read_ms: f64,
    judged_ms: f64,
}

impl Instruments {
    /// Forgets the run, since another one takes its place.
    pub(super) fn reset(&mut self) {
        let number = self.latest.number + 1;
        *self = Self { subscription: self.subscription.clone(), ..Self::default() };
        self.latest = Rc::new(InstrumentReadings { number, ..InstrumentReadings::default() });
    }

    /// Sets the readings that the page needs.
    pub(super) fn subscribe(&mut self, subscription: &Subscription) {
        if self.subscription == *subscription {
            return;
        }
        if self.subscription.key != subscription.key {
            self.judged = None;
            Rc::make_mut(&mut self.latest).verdict = None;
        }
        self.seen = None;
        self.subscription = subscription.clone();
    }

    /// Returns the latest readings, after taking them again if that is due. While time stands still they are
    /// always up to date, except for the verdict.
    pub(super) fn read(&mut self, lab: &Lab, now_ms: f64, moving: bool) -> Rc<InstrumentReadings> {
        let events = lab.cluster().journal().written();
        let seen = Some((lab.now().as_us(), events));
        let waited = now_ms - self.read_ms >= EVERY_MS;
        // A verdict and the other readings are never due in the same frame.
        if self.seen.is_none() || (self.seen != seen && (waited || !moving)) {
            self.seen = seen;
            self.read_ms = now_ms;
            self.latest = Rc::new(InstrumentReadings {
                number: self.latest.number + 1,
                board: lab.board(self.subscription.timescale),
                verdict: self.latest.verdict.clone(),
                close: self.subscription.close.then(|| close(lab)),
            });
        } else if self.owes_verdict(events) && self.verdict_in_ms(now_ms) <= 0.0 {
            self.judge(lab, events, now_ms);
        }
        if !moving && self.owes_verdict(events) && self.verdict_in_ms(now_ms) <= 0.0 {
            self.judge(lab, events, now_ms);
        }
        self.latest.clone()
    }

    /// Returns in how many milliseconds a verdict is due, or `None` if none is.
    pub(super) fn verdict_due(&self, lab: &Lab, now_ms: f64) -> Option<f64> {
        let owed = self.owes_verdict(lab.cluster().journal().written());
        owed.then(|| self.verdict_in_ms(now_ms).max(0.0))
    }

    fn owes_verdict(&self, events: u64) -> bool {
        self.subscription.key.is_some() && self.judged != Some(events)
    }

    fn verdict_in_ms(&self, now_ms: f64) -> f64 {
        // The first verdict on a key does not wait.
        if self.judged.is_none() { 0.0 } else { self.judged_ms + VERDICT_EVERY_MS - now_ms }
    }

    fn judge(&mut self, lab: &Lab, events: u64, now_ms: f64) {
        let verdict = self.subscription.key.as_deref().and_then(|key| lab.verdict(key));
        (self.judged, self.judged_ms) = (Some(events), now_ms);
        if verdict != self.latest.verdict {
            let latest = Rc::make_mut(&mut self.latest);
            latest.number += 1;
            latest.verdict = verdict;
        }
    }
}

fn close(lab: &Lab) -> Close {
    Close {
        measured: lab.measured(),
        windows: lab.series(),
        curve: lab.curve(),
        by_quorum: lab.by_quorum(),
        model_parameters: lab.model_parameters(),
    }
}

#[cfg(test)]
mod tests {
    use ringside_lab::instruments::Timescale;
    use ringside_lab::{BUILT_IN, Command, Duration};

    use super::*;

    fn lab() -> Lab {
        let [built_in, ..] = BUILT_IN;
        Lab::open(built_in.scenario().expect("a scenario")).expect("a run")
    }

    fn run(lab: &mut Lab, ms: u64) {
        lab.advance_to(lab.now() + Duration::from_ms(ms));
    }

    #[test]
    fn readings_are_spaced_while_time_runs() {
        let (mut lab, mut instruments) = (lab(), Instruments::default());
        let numbers = (0..200).map(|frame| {
            run(&mut lab, 10);
            instruments.read(&lab, f64::from(frame) * 16.0, true).number
        });
        let mut numbers: Vec<u64> = numbers.collect();
        numbers.dedup();
        assert!((5..=12).contains(&numbers.len()), "{} in 3.2 s", numbers.len());
    }

    #[test]
    fn while_time_stands_still_each_change_is_read_at_once() {
        let (mut lab, mut instruments) = (lab(), Instruments::default());
        let first = instruments.read(&lab, 0.0, false);
        assert_eq!(instruments.read(&lab, 1.0, false), first);
        lab.command(Command::Quorum { n: 3, r: 1, w: 1 }).expect("a change");
        assert_ne!(instruments.read(&lab, 2.0, false), first);
    }

    #[test]
    fn a_close_subscription_brings_the_detailed_readings() {
        let (lab, mut instruments) = (lab(), Instruments::default());
        assert!(instruments.read(&lab, 0.0, false).close.is_none());
        let subscription = Subscription { close: true, timescale: Timescale::Full, key: None };
        instruments.subscribe(&subscription);
        assert!(instruments.read(&lab, 1.0, false).close.is_some());
    }

    #[test]
    fn verdicts_are_a_second_apart_and_none_is_lost() {
        let (mut lab, mut instruments) = (lab(), Instruments::default());
        instruments
            .subscribe(&Subscription { key: Some("colour".to_owned()), ..Subscription::default() });
        instruments.read(&lab, 0.0, false);
        assert_eq!(instruments.verdict_due(&lab, 0.0), None);
        run(&mut lab, 100);
        instruments.read(&lab, 300.0, false);
        assert_eq!(instruments.verdict_due(&lab, 300.0), Some(700.0));
        instruments.read(&lab, 1_000.0, false);
        assert_eq!(instruments.verdict_due(&lab, 1_000.0), None);
    }
}
