//! Reads the instruments: often enough to be followed, and not so often that it costs frames.

use std::rc::Rc;

use ringside_lab::Lab;

use crate::state::staleness::{Close, Interest, Survey};

/// How much time lies at least between two surveys while time runs.
const EVERY_MS: f64 = 400.0;

/// How much time lies at least between two verdicts: they go through a whole history.
const VERDICT_EVERY_MS: f64 = 1_000.0;

/// Takes surveys when they are due.
#[derive(Clone, Debug, Default)]
pub(super) struct Surveyor {
    latest: Rc<Survey>,
    interest: Interest,
    /// The run's virtual time and its number of events at the latest survey.
    seen: Option<(u64, u64)>,
    /// The number of events that the latest verdict knows; none where there is no verdict on this key.
    judged: Option<u64>,
    surveyed_ms: f64,
    judged_ms: f64,
}

impl Surveyor {
    /// Forgets the run, because another one takes its place.
    pub(super) fn begin_anew(&mut self) {
        let number = self.latest.number + 1;
        *self = Self { interest: self.interest.clone(), ..Self::default() };
        self.latest = Rc::new(Survey { number, ..Survey::default() });
    }

    /// Sets what is to be surveyed.
    pub(super) fn look(&mut self, interest: Interest) {
        if self.interest == interest {
            return;
        }
        if self.interest.key != interest.key {
            self.judged = None;
            Rc::make_mut(&mut self.latest).verdict = None;
        }
        self.seen = None;
        self.interest = interest;
    }

    /// Gives the latest survey, and takes it anew where that is due. While time stands still it is
    /// always up to date, but for the verdict.
    pub(super) fn survey(&mut self, lab: &Lab, now_ms: f64, moving: bool) -> Rc<Survey> {
        let events = lab.cluster().journal().written();
        let seen = Some((lab.now().as_us(), events));
        let waited = now_ms - self.surveyed_ms >= EVERY_MS;
        // A verdict and all the rest are never due in one frame.
        if self.seen.is_none() || (self.seen != seen && (waited || !moving)) {
            self.seen = seen;
            self.surveyed_ms = now_ms;
            self.latest = Rc::new(Survey {
                number: self.latest.number + 1,
                board: lab.board(self.interest.timescale),
                verdict: self.latest.verdict.clone(),
                close: self.interest.close.then(|| close(lab)),
            });
        } else if self.owes_verdict(events) && self.verdict_in_ms(now_ms) <= 0.0 {
            self.judge(lab, events, now_ms);
        }
        if !moving && self.owes_verdict(events) && self.verdict_in_ms(now_ms) <= 0.0 {
            self.judge(lab, events, now_ms);
        }
        self.latest.clone()
    }

    /// Gives in how many milliseconds a verdict is due, where one is.
    pub(super) fn verdict_due(&self, lab: &Lab, now_ms: f64) -> Option<f64> {
        let owed = self.owes_verdict(lab.cluster().journal().written());
        owed.then(|| self.verdict_in_ms(now_ms).max(0.0))
    }

    fn owes_verdict(&self, events: u64) -> bool {
        self.interest.key.is_some() && self.judged != Some(events)
    }

    fn verdict_in_ms(&self, now_ms: f64) -> f64 {
        // The first verdict on a key does not wait.
        if self.judged.is_none() { 0.0 } else { self.judged_ms + VERDICT_EVERY_MS - now_ms }
    }

    fn judge(&mut self, lab: &Lab, events: u64, now_ms: f64) {
        let verdict = self.interest.key.as_deref().and_then(|key| lab.verdict(key));
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
        assumed: lab.assumed(),
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
    fn surveys_are_apart_while_time_runs() {
        let (mut lab, mut surveyor) = (lab(), Surveyor::default());
        let numbers = (0..200).map(|frame| {
            run(&mut lab, 10);
            surveyor.survey(&lab, f64::from(frame) * 16.0, true).number
        });
        let mut numbers: Vec<u64> = numbers.collect();
        numbers.dedup();
        assert!((5..=12).contains(&numbers.len()), "{} in 3.2 s", numbers.len());
    }

    #[test]
    fn while_time_stands_still_each_change_is_seen_at_once() {
        let (mut lab, mut surveyor) = (lab(), Surveyor::default());
        let first = surveyor.survey(&lab, 0.0, false);
        assert_eq!(surveyor.survey(&lab, 1.0, false), first);
        lab.command(Command::Quorum { n: 3, r: 1, w: 1 }).expect("a change");
        assert_ne!(surveyor.survey(&lab, 2.0, false), first);
    }

    #[test]
    fn who_looks_closer_is_shown_more() {
        let (lab, mut surveyor) = (lab(), Surveyor::default());
        assert!(surveyor.survey(&lab, 0.0, false).close.is_none());
        let interest = Interest { close: true, timescale: Timescale::Full, key: None };
        surveyor.look(interest);
        assert!(surveyor.survey(&lab, 1.0, false).close.is_some());
    }

    #[test]
    fn verdicts_are_a_second_apart_and_none_is_forgotten() {
        let (mut lab, mut surveyor) = (lab(), Surveyor::default());
        surveyor.look(Interest { key: Some("colour".to_owned()), ..Interest::default() });
        surveyor.survey(&lab, 0.0, false);
        assert_eq!(surveyor.verdict_due(&lab, 0.0), None);
        run(&mut lab, 100);
        surveyor.survey(&lab, 300.0, false);
        assert_eq!(surveyor.verdict_due(&lab, 300.0), Some(700.0));
        surveyor.survey(&lab, 1_000.0, false);
        assert_eq!(surveyor.verdict_due(&lab, 1_000.0), None);
    }
}
