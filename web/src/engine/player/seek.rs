//! Seeks: the way to another moment of the run, a few milliseconds' work at a time.

use std::rc::Rc;

use ringside_lab::explain::Explanation;
use ringside_lab::frame::Frame;
use ringside_lab::timeline::{FrameDiff, Landmark, Mark, SearchBack, SearchForward};
use ringside_lab::{Duration, Instant, RequestId};

use super::Player;
use crate::format;
use crate::state::time::{JumpSummary, Seeking};
use crate::state::timeline_position::{Ticks, TimelinePosition};

/// The budget of a seek in one frame, in milliseconds: nothing else moves meanwhile.
const BUDGET_MS: f64 = 24.0;

/// The time after which the progress of a seek is shown.
const PATIENCE_MS: f64 = 150.0;

/// The maximum number of events between two readings of the clock.
const AHEAD_STEPS: u32 = 200;

/// The virtual time beyond the furthest moment in which a landmark is searched for.
const AHEAD_AT_MOST: Duration = Duration::from_ms(10_000);

/// The goal of a seek.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) enum Goal {
    /// A moment.
    Moment(Instant),
    /// Just after an entry of the journal.
    Entry {
        /// Its number.
        number: u64,
        /// The time at which it was written.
        at: Instant,
    },
    /// The last landmark before an entry.
    Behind(Landmark, u64),
    /// The next landmark up to this moment.
    Ahead(Landmark, Instant),
}

/// The announcement at the end of a seek.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) enum Announcement {
    /// Nothing.
    Nothing,
    /// Nothing yet, since the user may still hold the scrubber.
    Later,
    /// The changes between the two moments.
    Changes,
    /// The changes and the mark.
    Mark(Mark),
    /// The changes and the operation that the seek led to.
    Operation(RequestId),
    /// The explanation of the mark's operation.
    Why(Mark),
}

/// A seek under way.
#[derive(Debug)]
pub(super) struct Seek {
    goal: Goal,
    telling: Announcement,
    began_ms: f64,
    /// The moment reached by the first part of the seek.
    started: Option<Instant>,
    /// The operation that the seek led to.
    request: Option<RequestId>,
    /// The moment to return to if the goal is not found.
    origin: Instant,
    missed: bool,
}

/// The result of a seek.
#[derive(Debug)]
pub(in crate::engine) struct SeekResult {
    /// The summary to announce.
    pub(in crate::engine) jump: Option<JumpSummary>,
    /// The operation that it led to.
    pub(in crate::engine) select: Option<RequestId>,
    /// The operation to explain.
    pub(in crate::engine) why: Option<RequestId>,
    /// Whether the goal was not found.
    pub(in crate::engine) missed: bool,
}

enum SeekStep {
    Going,
    Done,
    Missed,
}

impl Player {
    /// Begins a seek, and works for one frame's budget. A link's run is repeated no further.
    pub(in crate::engine) fn begin_seek(
        &mut self,
        goal: Goal,
        telling: Announcement,
        clock: impl Fn() -> f64,
    ) -> Option<SeekResult> {
        self.leave_off();
        self.lenses.diagram.forget();
        if telling != Announcement::Nothing && self.from.is_none() {
            self.from = Some(self.timeline.lab().frame(&self.request.focus));
        }
        let (began_ms, origin) = (clock(), self.timeline.now());
        let request = match telling {
            Announcement::Mark(mark) | Announcement::Why(mark) => mark.request,
            Announcement::Operation(request) => Some(request),
            _ => None,
        };
        let (started, missed) = (None, false);
        self.seek = Some(Seek { goal, telling, began_ms, started, request, origin, missed });
        self.advance_seek(clock)
    }

    /// Ends a scrub: the seek under way, or the last one, is announced.
    pub(in crate::engine) fn commit_scrub(&mut self) -> Option<JumpSummary> {
        match &mut self.seek {
            Some(seek) => {
                if seek.telling == Announcement::Later {
                    seek.telling = Announcement::Changes;
                }
                None
            }
            None => self.jump(Announcement::Changes),
        }
    }

    /// Continues for one frame's budget; returns the result once the goal is reached.
    pub(super) fn advance_seek(&mut self, clock: impl Fn() -> f64) -> Option<SeekResult> {
        let began_ms = clock();
        while !self.step_seek() {
            if clock() - began_ms >= BUDGET_MS {
                return None;
            }
        }
        self.arrive()
    }

    /// Completes the seek at once, since a command needs the run to stand still.
    pub(in crate::engine) fn finish(&mut self) -> Option<SeekResult> {
        self.seek.as_ref()?;
        while !self.step_seek() {}
        self.arrive()
    }

    fn arrive(&mut self) -> Option<SeekResult> {
        let seek = self.seek.take()?;
        self.pacer.restart();
        // The suspicion trace recorded on the way is as short as the way.
        self.watch_pair();
        let jump = match seek.telling {
            telling @ (Announcement::Changes
            | Announcement::Mark(_)
            | Announcement::Operation(_)) => self.jump(telling),
            Announcement::Nothing | Announcement::Later | Announcement::Why(_) => None,
        };
        let is_why = matches!(seek.telling, Announcement::Why(_));
        Some(SeekResult {
            jump,
            select: seek.request.filter(|_| !is_why),
            why: seek.request.filter(|_| is_why),
            missed: seek.missed,
        })
    }

    /// Returns the progress of the seek, if it takes a while.
    pub(in crate::engine) fn seeking(&self, now_ms: f64) -> Option<Seeking> {
        let seek = self.seek.as_ref()?;
        let (to, now) = (seek.goal.moment(), self.timeline.now());
        let part = match (to, seek.started) {
            (Some(to), Some(started)) if to > started => {
                now.since(started).as_us() as f64 / to.since(started).as_us() as f64
            }
            _ => 0.0,
        };
        Some(Seeking { to, part: (now_ms - seek.began_ms >= PATIENCE_MS).then_some(part) })
    }

    /// Performs one step of the seek; returns whether it is done.
    fn step_seek(&mut self) -> bool {
        let Some(seek) = &mut self.seek else { return true };
        let timeline = &mut self.timeline;
        let done = |done: bool| if done { SeekStep::Done } else { SeekStep::Going };
        let leg = match seek.goal {
            Goal::Moment(to) => done(timeline.seek_some(to)),
            Goal::Entry { number, at } => done(timeline.seek_entry_some(number, at)),
            Goal::Behind(landmark, before) => match timeline.search_back(landmark, before) {
                SearchBack::Found { at, number, request } => {
                    seek.goal = Goal::Entry { number, at };
                    seek.request = request;
                    SeekStep::Going
                }
                SearchBack::Before(number) => {
                    seek.goal = Goal::Behind(landmark, number);
                    SeekStep::Going
                }
                SearchBack::Nothing => SeekStep::Missed,
            },
            Goal::Ahead(landmark, until) => match timeline.search_forward(landmark, AHEAD_STEPS) {
                SearchForward::Found { request, .. } => {
                    seek.request = request;
                    SeekStep::Done
                }
                SearchForward::NotYet if timeline.now() <= until => SeekStep::Going,
                SearchForward::NotYet | SearchForward::Nothing => SeekStep::Missed,
            },
        };
        seek.started.get_or_insert(self.timeline.now());
        match leg {
            SeekStep::Going => false,
            SeekStep::Done => true,
            SeekStep::Missed => {
                seek.missed = true;
                seek.goal = Goal::Moment(seek.origin);
                seek.origin == self.timeline.now()
            }
        }
    }

    /// Summarises what changed since the seek began.
    fn jump(&mut self, telling: Announcement) -> Option<JumpSummary> {
        let from = self.from.take()?;
        let to = self.timeline.lab().frame(&self.request.focus);
        let mark = match telling {
            Announcement::Mark(mark) => Some(mark),
            _ => None,
        };
        (mark.is_some() || from.now != to.now).then(|| jump(mark, &from, &to))
    }

    /// Returns the goal of a seek to the next or the previous landmark.
    pub(in crate::engine) fn towards(&self, landmark: Landmark, forward: bool) -> Goal {
        let timeline = &self.timeline;
        let until = timeline.furthest().max(timeline.now() + AHEAD_AT_MOST);
        if forward { Goal::Ahead(landmark, until) } else { Goal::Behind(landmark, timeline.here()) }
    }

    /// Explains an operation; if the journal does not reach back that far, returns the mark that does.
    pub(in crate::engine) fn explain(
        &self,
        request: RequestId,
    ) -> Result<Explanation, Option<Mark>> {
        let mark = || self.timeline.marks().rev().find(|it| it.request == Some(request)).copied();
        self.timeline.explain(request).ok_or_else(mark)
    }

    /// Returns the position of the run in time.
    pub(super) fn position(&mut self) -> TimelinePosition {
        let furthest = self.timeline.furthest();
        let marks = self.timeline.marks();
        let seen = (furthest, marks.len(), self.timeline.marks().next_back().map(|it| it.number));
        if self.ticked != Some(seen) {
            self.ticked = Some(seen);
            let ticks = Ticks::new(marks, furthest);
            if *self.ticks != ticks {
                self.ticks = Rc::new(ticks);
            }
        }
        TimelinePosition {
            furthest,
            ticks: self.ticks.clone(),
            runs: self.runs.names(),
            shown: self.runs.shown(),
        }
    }
}

impl Goal {
    const fn moment(self) -> Option<Instant> {
        match self {
            Self::Moment(at) | Self::Entry { at, .. } => Some(at),
            Self::Behind(..) | Self::Ahead(..) => None,
        }
    }
}

fn jump(mark: Option<Mark>, from: &Frame, to: &Frame) -> JumpSummary {
    let FrameDiff { back, apart, parts } = to.diff_since(from);
    let place = mark.map(|mark| {
        format!("{} at {}", format::capital(mark.kind.name()), format::moment(mark.at))
    });
    let way = if back { "earlier" } else { "later" };
    JumpSummary {
        place: place.unwrap_or_default(),
        apart: format!("{} {way}", format::length(apart)),
        parts,
        request: mark.and_then(|mark| mark.request),
    }
}

#[cfg(test)]
mod tests {
    use ringside_lab::timeline::MarkKind;
    use ringside_lab::{BuiltIn, Command, Lab, NodeId};

    use super::*;
    use crate::state::Origin;

    fn player(second: u64) -> Player {
        let scenario =
            BuiltIn::find("partition").expect("built in").scenario().expect("a scenario");
        let mut player = Player::new(Lab::open(scenario).expect("a run"), Origin::Link, false);
        player.timeline.advance_to(seconds(second));
        player
    }

    fn seconds(second: u64) -> Instant {
        Instant::from_us(second * 1_000_000)
    }

    /// Completes a seek with one slow frame after another.
    fn go(player: &mut Player, goal: Goal, telling: Announcement) -> SeekResult {
        let mut arrival = player.begin_seek(goal, telling, slow_clock());
        for _ in 0..10_000 {
            match arrival {
                Some(arrival) => return arrival,
                None => arrival = player.advance_seek(slow_clock()),
            }
        }
        panic!("the way has no end");
    }

    #[test]
    fn a_jump_announces_its_mark_and_the_changes() {
        let mut player = player(10);
        let fault = Some(MarkKind::Fault);
        player.timeline.seek(seconds(1));
        let mark = *player.timeline.next_mark(fault).expect("the network is cut at two seconds");
        let goal = Goal::Entry { number: mark.number, at: mark.at };
        let arrival = go(&mut player, goal, Announcement::Mark(mark));
        assert_eq!(player.timeline.now(), seconds(2));
        let jump = arrival.jump.expect("a summary");
        assert_eq!(
            (jump.place.as_str(), jump.apart.as_str()),
            ("Fault at 2.000 s", "1.00 s later")
        );
        assert!(jump.parts.iter().any(|part| part.contains("cut")), "{:?}", jump.parts);
        assert!(!arrival.missed && arrival.select.is_none());
    }

    #[test]
    fn a_scrub_is_announced_once_from_its_beginning() {
        // So long that there are several frames between two checkpoints.
        let mut player = player(1_000);
        for second in [17, 3, 5, 1] {
            let arrival = go(&mut player, Goal::Moment(seconds(second)), Announcement::Later);
            assert!(arrival.jump.is_none());
        }
        let jump = player.commit_scrub().expect("now it is let go");
        assert_eq!(jump.apart, "999 s earlier");
        assert!(player.commit_scrub().is_none(), "and only once");
        // The scrubber is released before the seek ends.
        assert!(
            player
                .begin_seek(Goal::Moment(seconds(980)), Announcement::Later, slow_clock())
                .is_none()
        );
        assert!(player.commit_scrub().is_none());
        let jump = player.finish().expect("an end").jump.expect("a summary");
        assert_eq!(jump.apart, "979 s later");
    }

    /// A clock by which each reading takes longer than a frame's budget.
    fn slow_clock() -> impl Fn() -> f64 {
        let ms = std::cell::Cell::new(0.0);
        move || ms.replace(ms.get() + 1e3)
    }

    #[test]
    fn a_seek_without_a_goal_returns() {
        let mut player = player(3);
        player
            .command(Command::Load(ringside_lab::scenario::Load {
                on: false,
                ..player.timeline.lab().scenario().load.clone()
            }))
            .expect("a load can be switched off");
        let now = player.timeline.now();
        let goal = player.towards(Landmark::Operation, true);
        let arrival = go(&mut player, goal, Announcement::Nothing);
        assert!(arrival.missed && player.timeline.now() == now, "{arrival:?}");
        player.timeline.seek(Instant::ZERO);
        let goal = player.towards(Landmark::Operation, false);
        assert!(go(&mut player, goal, Announcement::Nothing).missed);
    }

    #[test]
    fn a_fork_keeps_the_run_it_left_and_a_refused_one_keeps_nothing() {
        let mut player = player(4);
        let digest = player.timeline.lab().digest();
        player.timeline.seek(seconds(1));
        let refused = player.fork(vec![Command::Restart(NodeId(1))]);
        assert!(refused[0].is_err() && player.position().runs.len() == 1);
        assert!(player.timeline.is_in_the_past(), "nothing is discarded");
        let done = player.fork(vec![Command::Crash(NodeId(1)), Command::Crash(NodeId(2))]);
        assert!(done.iter().all(Result::is_ok) && player.position().shown == 1);
        player.timeline.advance_to(seconds(4));
        assert_ne!(player.timeline.lab().digest(), digest);
        player.switch(0);
        assert_eq!((player.timeline.now(), player.timeline.furthest()), (seconds(1), seconds(4)));
        player.timeline.seek(seconds(4));
        assert_eq!(player.timeline.lab().digest(), digest);
    }
}
