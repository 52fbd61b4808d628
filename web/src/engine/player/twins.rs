//! The run beside the one that is shown, which goes wherever that goes.

use std::rc::Rc;

use ringside_lab::timeline::Timeline;
use ringside_lab::twins::{Companion, Difference, Twist};

use super::Machine;
use super::seek::{Goal, Telling};
use crate::state::lens::Lens;
use crate::state::twins::{Side, TwinsFrame, Versus};

/// How much time lies at least between two pictures of both while time runs: each holds the instruments of
/// two runs.
const EVERY_MS: f64 = 400.0;

/// The other run.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// What was chosen to compare with.
    wanted: Option<Versus>,
    /// The run, or why there is none.
    companion: Option<Result<Companion, String>>,
    versus: Option<Versus>,
    /// Whether it stands where the shown run does.
    in_step: bool,
    frame: Rc<TwinsFrame>,
    taken_ms: Option<f64>,
}

impl Beside {
    /// Forgets the other run, because the shown one is another.
    pub(super) fn forget(&mut self) {
        let number = self.frame.number + 1;
        *self = Self { wanted: self.wanted, ..Self::default() };
        self.frame = Rc::new(TwinsFrame { number, ..TwinsFrame::default() });
    }

    fn companion(&self) -> Option<&Companion> {
        self.companion.as_ref().and_then(|it| it.as_ref().ok())
    }
}

impl Machine {
    /// Sets what the run is compared with.
    pub(in crate::engine) fn compare(&mut self, wanted: Option<Versus>) {
        if self.beside.wanted != wanted {
            self.beside.wanted = wanted;
            self.beside.forget();
        }
    }

    /// Tells whether the other run is looked at and has not come to where the shown one is.
    pub(in crate::engine) fn is_out_of_step(&self) -> bool {
        self.lens == Lens::Twins && !self.beside.in_step
    }

    /// Lets the other run follow for so many milliseconds, where it is looked at.
    pub(in crate::engine) fn keep_step(&mut self, budget_ms: f64, clock: impl Fn() -> f64) {
        if self.lens != Lens::Twins {
            self.beside.in_step = false;
            return;
        }
        let began_ms = clock();
        if self.beside.companion.is_none() {
            self.begin_to_compare();
        }
        let Self { beside, timeline, .. } = self;
        beside.in_step = match &mut beside.companion {
            Some(Ok(companion)) => loop {
                if companion.follow(timeline) {
                    break true;
                }
                if clock() - began_ms >= budget_ms {
                    break false;
                }
            },
            _ => true,
        };
    }

    /// Finds the other run that was chosen, or the one to propose.
    fn begin_to_compare(&mut self) {
        let Self { beside, timeline, runs, .. } = self;
        // A run is not compared with itself: it was chosen while another one was shown.
        let wanted = beside.wanted.filter(|it| *it != Versus::Run(runs.name().number));
        let versus = wanted.unwrap_or_else(|| Versus::Twist(proposal(timeline)));
        beside.versus = Some(versus);
        beside.companion = Some(match versus {
            Versus::Twist(twist) => {
                Companion::twin(timeline, twist).map_err(|error| error.to_string())
            }
            Versus::Run(number) => match runs.kept(number) {
                Some(other) => Ok(Companion::beside(other.clone(), timeline)),
                None => Err(format!("Run {number} is not kept any more")),
            },
        });
    }

    /// Gives the way to the moment at which both clients were told what differs.
    pub(in crate::engine) const fn way_to(difference: &Difference) -> (Goal, Telling) {
        (Goal::Moment(difference.told_both), Telling::Operation(difference.request))
    }

    /// Takes a picture of both, where one is due.
    pub(super) fn twins_frame(&mut self, now_ms: f64, moving: bool) -> Rc<TwinsFrame> {
        let waited = self.beside.taken_ms.is_none_or(|taken| now_ms - taken >= EVERY_MS);
        if waited || !moving {
            self.beside.taken_ms = Some(now_ms);
            self.beside.frame = Rc::new(self.picture_of_both());
        }
        self.beside.frame.clone()
    }

    fn picture_of_both(&self) -> TwinsFrame {
        let Self { beside, timeline, .. } = self;
        let companion = beside.companion();
        let here = match beside.versus {
            Some(Versus::Twist(twist)) => twist.in_force(timeline.lab()),
            _ => None,
        };
        let frame = TwinsFrame {
            number: beside.frame.number + 1,
            versus: beside.versus,
            here,
            problem: beside.companion.as_ref().and_then(|it| it.as_ref().err()).cloned(),
            knobs: Twist::others(timeline.lab()),
            ..TwinsFrame::default()
        };
        let Some(companion) = companion else { return frame };
        let side = |run: &Timeline| Side {
            frame: run.lab().frame(&self.focus),
            measured: run.lab().measured(),
            report: run.lab().summary().report(),
            windows: run.lab().series(),
        };
        let sides = if beside.in_step {
            Some([side(timeline), side(companion.timeline())])
        } else {
            beside.frame.sides.clone()
        };
        TwinsFrame {
            part: (!beside.in_step).then(|| companion.part(timeline)),
            sides,
            first: companion.first().cloned(),
            first_answer: companion.first_answer().cloned(),
            compared: companion.compared(),
            until: companion.until(),
            ..frame
        }
    }
}

/// Chooses the knob with which most can be shown: fewer answers to a read, or more.
fn proposal(timeline: &Timeline) -> Twist {
    let knobs = Twist::others(timeline.lab());
    let mut all = knobs.iter().flatten();
    let fallback = Twist::Loss(0.05);
    all.find(|it| matches!(it, Twist::R(_))).copied().unwrap_or(fallback)
}

#[cfg(test)]
mod tests {
    use ringside_lab::{BuiltIn, Command, Instant, Lab};

    use super::*;
    use crate::state::Origin;

    fn machine() -> Machine {
        let scenario =
            BuiltIn::find("partition").expect("built in").scenario().expect("a scenario");
        let mut machine = Machine::new(Lab::open(scenario).expect("a run"), Origin::Link, false);
        machine.look_through(Lens::Twins);
        machine
    }

    fn at(second: u64) -> Instant {
        Instant::from_us(second * 1_000_000)
    }

    #[test]
    fn what_is_not_looked_at_costs_nothing() {
        let mut machine = machine();
        machine.look_through(Lens::Ring);
        machine.keep_step(8.0, || 0.0);
        assert!(machine.beside.companion.is_none() && !machine.is_out_of_step());
    }

    #[test]
    fn the_other_run_stands_where_the_shown_one_does() {
        let mut machine = machine();
        machine.compare(Some(Versus::Twist(Twist::R(1))));
        for second in [12, 3, 7] {
            machine.timeline.seek(at(second));
            machine.keep_step(8.0, || 0.0);
            assert!(!machine.is_out_of_step());
            let frame = machine.twins_frame(0.0, false);
            let sides = frame.sides.as_ref().expect("both are there");
            assert_eq!(sides.each_ref().map(|side| side.frame.now), [at(second); 2]);
            assert_eq!(sides.each_ref().map(|side| side.frame.quorum.r()), [2, 1]);
        }
        let first = machine.twins_frame(0.0, false).first.clone().expect("one comes sooner");
        let (goal, telling) = Machine::way_to(&first);
        let mut arrival = machine.depart(goal, telling, || 0.0);
        while arrival.is_none() {
            arrival = machine.travel(|| 0.0);
        }
        assert_eq!(arrival.and_then(|it| it.take), Some(first.request));
        assert_eq!(machine.timeline.now(), first.told_both);
    }

    #[test]
    fn a_fork_is_compared_with_the_run_that_it_left() {
        let mut machine = machine();
        machine.timeline.seek(at(10));
        machine.timeline.seek(at(4));
        let done = machine.fork(vec![Command::Quorum { n: 3, r: 1, w: 1 }]);
        assert!(done.iter().all(Result::is_ok));
        let course = machine.course();
        assert_eq!((course.runs.len(), course.shown), (2, 1));
        machine.compare(Some(Versus::Run(course.runs[0].number)));
        machine.timeline.advance_to(at(9));
        machine.keep_step(8.0, || 0.0);
        let frame = machine.twins_frame(0.0, false);
        assert!(frame.first.is_some() && frame.problem.is_none() && frame.compared.0 > 0);
        // Shown itself, it is compared with a proposal.
        machine.switch(0);
        machine.keep_step(8.0, || 0.0);
        let frame = machine.twins_frame(0.0, false);
        assert!(matches!(frame.versus, Some(Versus::Twist(Twist::R(_)))), "{:?}", frame.versus);
        machine.compare(Some(Versus::Run(99)));
        machine.keep_step(8.0, || 0.0);
        assert!(machine.twins_frame(0.0, false).problem.is_some());
    }
}
