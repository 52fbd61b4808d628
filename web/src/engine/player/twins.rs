//! The twins lens: a second run that follows the shown one.

use std::rc::Rc;

use ringside_lab::timeline::Timeline;
use ringside_lab::twins::{Companion, Difference, Knob};

use super::Player;
use super::forks::Forks;
use super::lens_run::{Change, LensRun, RunView};
use super::seek::{Announcement, Goal};
use crate::state::lens::{Lens, LensFrame};
use crate::state::twins::{CompareWith, Side, TwinsFrame};

/// The least real time between two frames of both runs while time runs: each holds the instruments of two
/// runs.
const EVERY_MS: f64 = 400.0;

/// The run of the twins lens: the other run.
#[derive(Debug, Default)]
pub(super) struct TwinsRun {
    /// The user's choice of the run to compare with.
    wanted: Option<CompareWith>,
    /// The other run, or the reason why there is none.
    companion: Option<Result<Companion, String>>,
    versus: Option<CompareWith>,
    /// Whether the other run is at the same moment as the shown one.
    in_step: bool,
    frame: Rc<TwinsFrame>,
    taken_ms: Option<f64>,
}

impl TwinsRun {
    /// Forgets the other run, since the shown one is another.
    pub(super) fn forget(&mut self) {
        let number = self.frame.number + 1;
        *self = Self { wanted: self.wanted, ..Self::default() };
        self.frame = Rc::new(TwinsFrame { number, ..TwinsFrame::default() });
    }

    fn companion(&self) -> Option<&Companion> {
        self.companion.as_ref().and_then(|it| it.as_ref().ok())
    }
}

impl LensRun for TwinsRun {
    fn restart(&mut self, change: Change) {
        if change == Change::Run {
            self.forget();
        }
    }

    fn frame(&mut self, run: &RunView<'_>, now_ms: f64, moving: bool) -> LensFrame {
        let waited = self.taken_ms.is_none_or(|taken| now_ms - taken >= EVERY_MS);
        if waited || !moving {
            self.taken_ms = Some(now_ms);
            self.frame = Rc::new(self.picture_of_both(run));
        }
        LensFrame::Twins(self.frame.clone())
    }
}

impl TwinsRun {
    /// Sets the run to compare with.
    pub(super) fn compare(&mut self, wanted: Option<CompareWith>) {
        self.wanted = wanted;
        self.forget();
    }

    /// Lets the other run follow for up to `budget_ms`.
    fn follow(
        &mut self,
        timeline: &Timeline,
        forks: &Forks,
        budget_ms: f64,
        clock: impl Fn() -> f64,
    ) {
        let began_ms = clock();
        if self.companion.is_none() {
            self.begin(timeline, forks);
        }
        self.in_step = match &mut self.companion {
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

    /// Finds the run that was chosen, or the one to propose.
    fn begin(&mut self, timeline: &Timeline, forks: &Forks) {
        // A run is not compared with itself: it was chosen while another one was shown.
        let wanted = self.wanted.filter(|it| *it != CompareWith::Run(forks.name().number));
        let versus = wanted.unwrap_or_else(|| CompareWith::Knob(proposal(timeline)));
        self.versus = Some(versus);
        self.companion = Some(match versus {
            CompareWith::Knob(knob) => {
                Companion::twin(timeline, knob).map_err(|error| error.to_string())
            }
            CompareWith::Run(number) => match forks.kept(number) {
                Some(other) => Ok(Companion::beside(other.clone(), timeline)),
                None => Err(format!("Run {number} is no longer kept")),
            },
        });
    }

    fn picture_of_both(&self, run: &RunView<'_>) -> TwinsFrame {
        let timeline = run.timeline;
        let companion = self.companion();
        let here = match self.versus {
            Some(CompareWith::Knob(knob)) => knob.in_force(timeline.lab()),
            _ => None,
        };
        let frame = TwinsFrame {
            number: self.frame.number + 1,
            versus: self.versus,
            here,
            problem: self.companion.as_ref().and_then(|it| it.as_ref().err()).cloned(),
            knobs: Knob::others(timeline.lab()),
            ..TwinsFrame::default()
        };
        let Some(companion) = companion else { return frame };
        let side = |timeline: &Timeline| Side {
            frame: timeline.lab().frame(&run.request.focus),
            measured: timeline.lab().measured(),
            report: timeline.lab().summary().report(),
            windows: timeline.lab().series(),
        };
        let sides = if self.in_step {
            Some([side(timeline), side(companion.timeline())])
        } else {
            self.frame.sides.clone()
        };
        TwinsFrame {
            part: (!self.in_step).then(|| companion.part(timeline)),
            sides,
            first: companion.first().cloned(),
            first_answer: companion.first_answer().cloned(),
            compared: companion.compared(),
            until: companion.until(),
            ..frame
        }
    }
}

impl Player {
    /// Whether the twins lens is open and the other run has not come to where the shown one is.
    pub(in crate::engine) fn is_out_of_step(&self) -> bool {
        self.request.lens == Lens::Twins && !self.lenses.twins.in_step
    }

    /// Lets the other run follow for up to `budget_ms`, while the twins lens is open.
    pub(in crate::engine) fn keep_step(&mut self, budget_ms: f64, clock: impl Fn() -> f64) {
        if self.request.lens == Lens::Twins {
            self.lenses.twins.follow(&self.timeline, &self.runs, budget_ms, clock);
        } else {
            self.lenses.twins.in_step = false;
        }
    }

    /// The goal of a seek to the moment at which both clients have the answers that differ.
    pub(in crate::engine) const fn way_to(difference: &Difference) -> (Goal, Announcement) {
        (Goal::Moment(difference.told_both), Announcement::Operation(difference.request))
    }
}

/// Proposes a knob: fewer answers to a read, or more.
fn proposal(timeline: &Timeline) -> Knob {
    let knobs = Knob::others(timeline.lab());
    let mut all = knobs.iter().flatten();
    let fallback = Knob::Loss(0.05);
    all.find(|it| matches!(it, Knob::R(_))).copied().unwrap_or(fallback)
}

#[cfg(test)]
mod tests {
    use ringside_lab::{BuiltIn, Command, Instant, Lab};

    use super::*;
    use crate::state::Origin;
    use crate::state::view_request::ViewRequest;

    fn player() -> Player {
        let scenario =
            BuiltIn::find("partition").expect("built in").scenario().expect("a scenario");
        let mut player = Player::new(Lab::open(scenario).expect("a run"), Origin::Link, false);
        player.show(&ViewRequest { lens: Lens::Twins, ..ViewRequest::default() });
        player
    }

    fn twins_frame(player: &mut Player) -> Rc<TwinsFrame> {
        match player.lens_frame(0.0, false) {
            LensFrame::Twins(frame) => frame,
            other => panic!("the twins lens is open, and shows {other:?}"),
        }
    }

    fn at(second: u64) -> Instant {
        Instant::from_us(second * 1_000_000)
    }

    #[test]
    fn a_closed_lens_costs_nothing() {
        let mut player = player();
        player.show(&ViewRequest::default());
        player.keep_step(8.0, || 0.0);
        assert!(player.lenses.twins.companion.is_none() && !player.is_out_of_step());
    }

    #[test]
    fn the_other_run_is_at_the_moment_of_the_shown_one() {
        let mut player = player();
        player.lenses.twins.compare(Some(CompareWith::Knob(Knob::R(1))));
        for second in [12, 3, 7] {
            player.timeline.seek(at(second));
            player.keep_step(8.0, || 0.0);
            assert!(!player.is_out_of_step());
            let frame = twins_frame(&mut player);
            let sides = frame.sides.as_ref().expect("both are there");
            assert_eq!(sides.each_ref().map(|side| side.frame.now), [at(second); 2]);
            assert_eq!(sides.each_ref().map(|side| side.frame.quorum.r()), [2, 1]);
        }
        let first = twins_frame(&mut player).first.clone().expect("one comes sooner");
        let (goal, telling) = Player::way_to(&first);
        let mut arrival = player.begin_seek(goal, telling, || 0.0);
        while arrival.is_none() {
            arrival = player.advance_seek(|| 0.0);
        }
        assert_eq!(arrival.and_then(|it| it.select), Some(first.request));
        assert_eq!(player.timeline.now(), first.told_both);
    }

    #[test]
    fn a_fork_is_compared_with_the_run_that_it_left() {
        let mut player = player();
        player.timeline.seek(at(10));
        player.timeline.seek(at(4));
        let done = player.fork(vec![Command::Quorum { n: 3, r: 1, w: 1 }]);
        assert!(done.iter().all(Result::is_ok));
        let course = player.position();
        assert_eq!((course.runs.len(), course.shown), (2, 1));
        player.lenses.twins.compare(Some(CompareWith::Run(course.runs[0].number)));
        player.timeline.advance_to(at(9));
        player.keep_step(8.0, || 0.0);
        let frame = twins_frame(&mut player);
        assert!(frame.first.is_some() && frame.problem.is_none() && frame.compared.0 > 0);
        // A run that is itself shown is compared with the proposal.
        player.switch(0);
        player.keep_step(8.0, || 0.0);
        let frame = twins_frame(&mut player);
        assert!(matches!(frame.versus, Some(CompareWith::Knob(Knob::R(_)))), "{:?}", frame.versus);
        player.lenses.twins.compare(Some(CompareWith::Run(99)));
        player.keep_step(8.0, || 0.0);
        assert!(twins_frame(&mut player).problem.is_some());
    }
}
