//! Actions of the time controls: seeking, commands on past moments, and explanations.

use ringside_lab::timeline::{Landmark, Mark, MarkKind};
use ringside_lab::twins::Difference;
use ringside_lab::{Command, Focus, Instant, RequestId};

use super::player::{Announcement, Goal, Player, SeekResult};
use super::{Engine, clock_ms};
use crate::state::time::{Asking, Decision, Stride, TimeAction, Why};
use crate::state::{Action, Notice};

impl Engine {
    fn change(&self, action: TimeAction) {
        self.dispatch(Action::Time(action));
    }

    /// Stops time, at the end of any seek under way.
    pub(super) fn stand_still(&self) {
        self.finish();
        {
            let mut player = self.0.player.borrow_mut();
            player.leave_off();
            player.stop();
        }
        self.dispatch(Action::Play(false));
        self.change(TimeAction::Jumped(None));
    }

    /// Completes the seek under way.
    pub(super) fn finish(&self) {
        let arrival = self.0.player.borrow_mut().finish();
        if let Some(arrival) = arrival {
            self.arrive(arrival);
        }
    }

    /// Shows the result of the seek, or its progress.
    pub(super) fn follow(&self, now_ms: f64) {
        let arrival = self.0.player.borrow_mut().take_arrival();
        if let Some(arrival) = arrival {
            self.arrive(arrival);
            return;
        }
        let seeking = self.0.player.borrow().seeking(now_ms);
        if seeking.is_some_and(|seeking| seeking.part.is_some()) {
            self.change(TimeAction::Seek(seeking));
        }
    }

    fn arrive(&self, arrival: SeekResult) {
        let SeekResult { jump, select, why, missed } = arrival;
        self.change(TimeAction::Jumped(jump));
        if missed {
            self.say(Notice::done(
                "There is none in this run so far. You are back where you were.",
            ));
        }
        if let Some(request) = select {
            self.take_if_known(request);
        }
        self.refresh();
        if let Some(request) = why {
            self.why(request);
        }
    }

    /// Starts a seek to another moment, at which time stands still.
    pub(super) fn start_seek(&self, goal: Goal, telling: Announcement) {
        self.0.player.borrow_mut().stop();
        self.dispatch(Action::Play(false));
        let arrival = self.0.player.borrow_mut().begin_seek(goal, telling, clock_ms);
        if let Some(arrival) = arrival {
            self.arrive(arrival);
            return;
        }
        let seeking = self.0.player.borrow().seeking(clock_ms());
        self.change(TimeAction::Seek(seeking));
        self.wake();
    }

    /// Seeks to the scrubber's place. The changes are announced once it is released.
    pub(crate) fn scrub(&self, to: Instant) {
        let to = to.min(self.0.player.borrow().timeline.furthest());
        self.start_seek(Goal::Moment(to), Announcement::Later);
    }

    /// Announces the changes since the scrubber was grabbed.
    pub(crate) fn release_scrubber(&self) {
        let jump = self.0.player.borrow_mut().commit_scrub();
        if jump.is_some() {
            self.change(TimeAction::Jumped(jump));
        }
    }

    /// Seeks to the start of the run.
    pub(crate) fn to_start(&self) {
        self.start_seek(Goal::Moment(Instant::ZERO), Announcement::Changes);
    }

    /// Seeks to the furthest moment that the run has reached.
    pub(crate) fn to_end(&self) {
        let furthest = self.0.player.borrow().timeline.furthest();
        self.start_seek(Goal::Moment(furthest), Announcement::Changes);
    }

    /// Seeks to the next or the previous mark, of one kind or of any, and selects its operation.
    pub(crate) fn to_mark(&self, kind: Option<MarkKind>, forward: bool) {
        self.finish();
        let mark = {
            let player = self.0.player.borrow();
            let timeline = &player.timeline;
            let found =
                if forward { timeline.next_mark(kind) } else { timeline.previous_mark(kind) };
            found.copied()
        };
        let Some(mark) = mark else {
            let what = kind.map_or("mark", MarkKind::name);
            let side = if forward { "ahead in what this run has come to" } else { "before this" };
            self.say(Notice::done(format!("There is no {what} {side}.")));
            return;
        };
        self.to_entry_of(mark, Announcement::Mark(mark));
    }

    fn to_entry_of(&self, mark: Mark, telling: Announcement) {
        self.start_seek(Goal::Entry { number: mark.number, at: mark.at }, telling);
    }

    /// Seeks to just after an entry of the journal, which was written at `at`.
    pub(crate) fn to_entry(&self, number: u64, at: Instant) {
        self.start_seek(Goal::Entry { number, at }, Announcement::Changes);
    }

    /// Seeks to the moment at which both clients had the answers that differ, and selects the operation.
    pub(crate) fn to_difference(&self, difference: &Difference) {
        let (goal, telling) = Player::way_to(difference);
        self.start_seek(goal, telling);
    }

    /// Steps forward or back by one unit.
    pub(crate) fn stride(&self, stride: Stride, forward: bool) {
        match stride {
            Stride::Event if forward => self.step(),
            Stride::Event => self.step_back(),
            Stride::Operation => self.to_landmark(Landmark::Operation, forward),
            Stride::Message => {
                self.finish();
                let selected = self.0.player.borrow().selected();
                match selected {
                    Some(request) => self.to_landmark(Landmark::Message(request), forward),
                    None => self.say(Notice::done(
                        "No operation is selected whose messages could be followed: put or get, or select one in the event log.",
                    )),
                }
            }
        }
    }

    fn to_landmark(&self, landmark: Landmark, forward: bool) {
        self.finish();
        let goal = self.0.player.borrow().towards(landmark, forward);
        self.start_seek(goal, Announcement::Nothing);
    }

    /// Stops time and steps back by one event.
    pub(crate) fn step_back(&self) {
        self.stand_still();
        let stepped = self.0.player.borrow_mut().timeline.step_back();
        if !stepped {
            self.say(Notice::done("This is the start of the run."));
        }
        self.refresh();
    }

    /// Whether a command would discard the future.
    pub(super) fn must_ask(&self) -> bool {
        self.0.player.borrow().timeline.is_in_the_past()
    }

    /// Keeps a command until the user decides about the future. Commands that come together are decided
    /// together.
    pub(super) fn ask(&self, command: Command) {
        let is_first = {
            let mut pending = self.0.pending.borrow_mut();
            pending.push(command);
            pending.len() == 1
        };
        if !is_first {
            return;
        }
        let asking = self.0.player.borrow().asking();
        self.0.player.borrow_mut().stop();
        self.dispatch(Action::Play(false));
        self.change(TimeAction::Ask(Some(asking)));
    }

    /// Carries out the decision about the pending commands. Time continues if it ran before.
    pub(crate) fn decide(&self, decision: Decision, asking: &Asking) {
        let commands = self.0.pending.take();
        self.change(TimeAction::Ask(None));
        if commands.is_empty() {
            return;
        }
        match decision {
            Decision::Cancel => self.drop_resolution(),
            Decision::Replace => {
                let results = {
                    let mut player = self.0.player.borrow_mut();
                    commands.into_iter().map(|command| player.command(command)).collect()
                };
                self.turn();
                self.tell(results);
            }
            Decision::Fork => {
                let results = self.0.player.borrow_mut().fork(commands);
                self.turn();
                if results.iter().any(Result::is_ok) {
                    let fork = format!("Run {}", asking.next);
                    let kept = asking.run.short();
                    self.say(Notice::done(format!("You are in {fork} now. {kept} is kept as it was: choose it under “Run” to go back to it.")));
                }
                self.tell(results);
            }
        }
        self.dispatch(Action::Play(asking.playing));
    }

    /// Clears summaries and explanations of a discarded future or of another run.
    fn turn(&self) {
        self.change(TimeAction::Turn);
    }

    /// Shows a kept run at the moment at which it was left.
    pub(crate) fn switch_run(&self, to: usize) {
        self.stand_still();
        self.0.player.borrow_mut().switch(to);
        self.turn();
        self.dispatch(Action::FollowOwn);
        self.refresh();
    }

    /// Selects an operation if its steps are still known; does nothing otherwise.
    fn take_if_known(&self, request: RequestId) -> bool {
        let focus = Focus { key: None, operation: Some(request) };
        let operation = self.0.player.borrow().timeline.lab().frame(&focus).operation;
        let known = operation.filter(|operation| operation.request == request);
        let is_known = known.is_some();
        if let Some(operation) = known {
            self.dispatch(Action::TakeOperation(request, operation.key));
        }
        is_known
    }

    /// Stops time and explains the outcome of an operation, or its state so far.
    pub(crate) fn why(&self, request: RequestId) {
        self.finish();
        self.0.player.borrow_mut().stop();
        self.dispatch(Action::Play(false));
        let explanation = self.0.player.borrow().explain(request);
        let focus = Focus { key: None, operation: Some(request) };
        let operation = self.0.player.borrow().timeline.lab().frame(&focus).operation;
        let known = operation.filter(|operation| operation.request == request);
        let asked = known.as_ref().map_or_else(
            || "that operation".to_owned(),
            |operation| format!("{} {}", operation.operation, operation.key),
        );
        if let Some(operation) = known {
            self.dispatch(Action::TakeOperation(request, operation.key));
        }
        self.change(TimeAction::Explain(Some(Why { request, asked, explanation })));
    }

    /// Seeks back to the end of an operation, from which the journal reaches back to its beginning, and
    /// explains it there.
    pub(crate) fn explain_at(&self, mark: Mark) {
        self.to_entry_of(mark, Announcement::Why(mark));
    }
}

impl Player {
    /// Returns the dialog for a command on a past moment.
    fn asking(&self) -> Asking {
        Asking {
            now: self.timeline.now(),
            furthest: self.timeline.furthest(),
            run: self.runs.name(),
            next: self.runs.next(),
            leaves: self.runs.leaves(),
            playing: self.is_playing(),
        }
    }
}
