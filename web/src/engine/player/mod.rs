//! The player: the run behind the page, its pace and its pictures; everything that Yew must not draw.

mod diagram;
mod forks;
mod gossip;
mod lens_run;
mod merkle;
mod ring;
mod seek;
mod twins;
mod versions;

pub(crate) use diagram::Step;
pub(super) use seek::{Announcement, Goal, SeekResult};

use std::cmp::Reverse;
use std::rc::Rc;

use ringside_lab::frame::{Frame, LogLine};
use ringside_lab::timeline::Timeline;
use ringside_lab::{
    Command, CommandError, Duration, InFlight, Instant, Lab, MessageId, NodeId, RequestId, Status,
    Token,
};

use super::instruments::Instruments;
use super::pace::Pacer;
use super::snapshot_rate::SnapshotRate;
use crate::graphics::kinds::FamilySet;
use crate::graphics::messages::{Scene, Screen};
use crate::graphics::ring::{Dial, View};
use crate::state::diagram::DiagramState;
use crate::state::lens::{Lens, LensFrame};
use crate::state::timeline_position::Ticks;
use crate::state::view_request::ViewRequest;
use crate::state::{Opened, Origin, Snapshot};
use diagram::DiagramRun;
use forks::Forks;
use lens_run::{Change, LensRuns, RunView};
use seek::Seek;

/// The budget of the simulation in one frame, in milliseconds.
const BUDGET_MS: f64 = 8.0;

/// The budget of repeating a link's run in one frame, in milliseconds: nothing moves meanwhile.
const REPEAT_BUDGET_MS: f64 = 24.0;

/// The budget of repeating a link's run before the page is first shown, in milliseconds. Most links are
/// repeated within it.
const FIRST_REPEAT_MS: f64 = 250.0;

/// The number of journal entries between two readings of the clock.
const SLICE_EVENTS: u64 = 200;

/// The least real time between two paintings under reduced motion.
const CALM_PAINT_EVERY_MS: f64 = 400.0;

/// Log lines in a snapshot while time runs: those in view, since each is rendered.
const LOG_LINES_MOVING: usize = 20;

/// Log lines in a snapshot while time stands still.
const LOG_LINES_STILL: usize = 240;

/// Messages in flight listed in a snapshot.
const LISTED_FLIGHTS: usize = 12;

/// The run that is shown: its timeline and forks, its pace, the canvas, and what each lens keeps of it.
pub(super) struct Player {
    /// The run.
    pub(super) timeline: Timeline,
    /// Its forks.
    pub(super) runs: Forks,
    /// The seek that is under way.
    seek: Option<Seek>,
    /// The result of a seek that ended within a frame.
    seek_result: Option<SeekResult>,
    /// The frame from which the user began to go back or forth.
    from: Option<Frame>,
    /// The marks of the run as ticks of the time bar, and the state of the run that they were made from.
    ticks: Rc<Ticks>,
    ticked: Option<(Instant, usize, Option<u64>)>,
    origin: Origin,
    /// The moment of a link up to which the run is being repeated.
    goal: Option<Instant>,
    /// The page's request.
    request: ViewRequest,
    pacer: Pacer,
    /// Whether time runs. It may be stopped before the page's state says so.
    playing: bool,
    calm: bool,
    scene: Scene,
    screen: Option<Screen>,
    tokens: Rc<Vec<Token>>,
    snapshot_rate: SnapshotRate,
    paint_ms: f64,
    /// The runs of the lenses.
    pub(super) lenses: LensRuns,
    instruments: Instruments,
}

impl Player {
    /// Takes a run that was just opened.
    pub(super) fn new(lab: Lab, origin: Origin, calm: bool) -> Self {
        Self {
            timeline: Timeline::new(lab),
            runs: Forks::new(),
            seek: None,
            seek_result: None,
            from: None,
            ticks: Rc::default(),
            ticked: None,
            origin,
            goal: None,
            request: ViewRequest::default(),
            pacer: Pacer::default(),
            playing: false,
            calm,
            scene: Scene {
                dial: Rc::default(),
                hidden: FamilySet::default(),
                selected: None,
                picked: None,
                view: View::default(),
            },
            screen: None,
            tokens: Rc::default(),
            snapshot_rate: SnapshotRate::default(),
            paint_ms: 0.0,
            lenses: LensRuns::default(),
            instruments: Instruments::default(),
        }
    }

    /// Replaces this run by another one.
    pub(super) fn replace(&mut self, lab: Lab, origin: Origin) {
        self.timeline = Timeline::new(lab);
        self.runs = Forks::new();
        self.origin = origin;
        self.goal = None;
        self.restart(Change::Run);
        self.request.focus.operation = None;
    }

    /// Begins to repeat a link's run up to its moment.
    pub(super) fn repeat_until(&mut self, moment: Instant, clock: impl Fn() -> f64) {
        self.goal = Some(moment);
        self.repeat(FIRST_REPEAT_MS, clock);
    }

    fn repeat(&mut self, budget_ms: f64, clock: impl Fn() -> f64) {
        let Some(goal) = self.goal else { return };
        if self.run_until(goal, budget_ms, clock) {
            self.goal = None;
        }
    }

    /// Stops repeating a link's run, since the user acts on it.
    pub(super) fn leave_off(&mut self) {
        self.goal = None;
    }

    /// Forgets what was gathered of the run that was shown, or of its discarded future.
    fn restart(&mut self, change: Change) {
        (self.seek, self.seek_result, self.from) = (None, None, None);
        self.pacer.restart();
        self.instruments.reset();
        self.lenses.restart(change);
    }

    /// Runs a command now. The future of the run is discarded.
    pub(super) fn command(&mut self, command: Command) -> Result<Option<RequestId>, CommandError> {
        self.leave_off();
        let was_in_the_past = self.timeline.is_in_the_past();
        let result = self.timeline.command(command);
        if was_in_the_past && result.is_ok() {
            self.restart(Change::Future);
        }
        result
    }

    /// Runs commands on a fork of the run; the run as it was is kept. If all commands are refused, there is
    /// no fork.
    pub(super) fn fork(
        &mut self,
        commands: Vec<Command>,
    ) -> Vec<Result<Option<RequestId>, CommandError>> {
        let (left, at) = (self.timeline.clone(), self.timeline.now());
        let results: Vec<_> = commands.into_iter().map(|it| self.command(it)).collect();
        if results.iter().any(Result::is_ok) {
            self.runs.fork(left, at);
        }
        results
    }

    /// Shows a kept run at the moment at which it was left.
    pub(super) fn switch(&mut self, to: usize) {
        self.leave_off();
        let (runs, timeline) = (&mut self.runs, self.timeline.clone());
        self.timeline = runs.switch(to, timeline);
        self.restart(Change::Run);
    }

    /// Places the nodes and tokens, which changes only when nodes come or go.
    fn lay_out(&mut self, frame: &Frame) {
        if self.tokens.as_slice() != self.timeline.lab().tokens() {
            self.tokens = Rc::new(self.timeline.lab().tokens().to_vec());
        }
        let mut in_ring = vec![false; frame.nodes.len()];
        for token in self.tokens.iter() {
            if let Some(owns) = in_ring.get_mut(token.node.index()) {
                *owns = true;
            }
        }
        // A newcomer is shown before the others have heard of it.
        let nodes = frame.nodes.iter().zip(in_ring);
        let on_dial = nodes.filter(|(node, owns)| *owns || node.status == Status::Joining);
        let members: Vec<NodeId> = on_dial.map(|(node, _)| node.id).collect();
        if self.scene.dial.members() != members {
            self.scene.dial = Rc::new(Dial::new(members));
        }
    }

    /// Returns the run as the page first shows it.
    pub(super) fn opened(&mut self) -> Opened {
        Opened {
            origin: self.origin,
            scenario: Rc::new(self.timeline.lab().scenario().clone()),
            snapshot: self.snapshot(0.0),
        }
    }

    /// Shows what the page wants to see from now on. Parts that equal the previous request cost nothing.
    pub(super) fn show(&mut self, request: &ViewRequest) {
        let previous = std::mem::replace(&mut self.request, request.clone());
        self.scene.hidden = request.hidden;
        self.scene.picked = request.picked;
        self.scene.view = request.view;
        self.instruments.subscribe(&request.subscription);
        if (previous.lens, previous.pair) != (request.lens, request.pair) {
            self.watch_pair();
        }
        if previous.versus != request.versus {
            self.lenses.twins.compare(request.versus);
        }
        if previous.motion != request.motion {
            self.set_playing(request.motion.playing);
        }
    }

    fn set_playing(&mut self, playing: bool) {
        if !(playing && self.playing) {
            self.lenses.ring.restart_flow();
        }
        self.playing = playing;
        self.pacer.restart();
    }

    /// Stops time.
    pub(super) fn stop(&mut self) {
        self.set_playing(false);
    }

    /// Whether time runs.
    pub(super) const fn is_playing(&self) -> bool {
        self.playing
    }

    /// The origin of the run.
    pub(super) const fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether a seek is under way, so that there is nothing to show.
    pub(super) const fn is_on_the_way(&self) -> bool {
        self.seek.is_some()
    }

    /// Returns the result of a seek, once.
    pub(super) const fn take_arrival(&mut self) -> Option<SeekResult> {
        self.seek_result.take()
    }

    /// The operation selected in the last snapshot.
    pub(super) const fn selected(&self) -> Option<RequestId> {
        self.scene.selected
    }

    /// Whether there is work in each frame.
    pub(super) fn is_moving(&self) -> bool {
        self.playing || self.goal.is_some() || self.seek.is_some() || self.is_out_of_step()
    }

    /// Returns in how many milliseconds a verdict on the selected key is due, while time stands still and
    /// nothing else would bring it.
    pub(super) fn verdict_due(&self, now_ms: f64) -> Option<f64> {
        if self.is_moving() {
            None
        } else {
            self.instruments.verdict_due(self.timeline.lab(), now_ms)
        }
    }

    /// Sets or removes the canvas.
    pub(super) fn set_screen(&mut self, screen: Option<Screen>) {
        self.screen = screen;
    }

    /// The canvas, to fit it or to read its colours again.
    pub(super) const fn screen_mut(&mut self) -> Option<&mut Screen> {
        self.screen.as_mut()
    }

    /// Finds the message that is shown near a place on the canvas, while time stands still.
    pub(super) fn find(&self, x: f64, y: f64) -> Option<MessageId> {
        let screen = self.screen.as_ref().filter(|_| !self.playing)?;
        screen.find(self.timeline.lab(), &self.scene, x, y)
    }

    /// Runs what is due by `now_ms`, paints, and returns a snapshot if one is due.
    pub(super) fn tick(&mut self, now_ms: f64, clock: impl Fn() -> f64) -> Option<Rc<Snapshot>> {
        if self.seek.is_some() {
            // Moments on the way are not shown: they would flash by.
            self.seek_result = self.advance_seek(clock);
            return None;
        }
        if self.goal.is_some() {
            self.repeat(REPEAT_BUDGET_MS, &clock);
        } else if self.playing {
            self.advance(now_ms, &clock);
        }
        self.keep_step(BUDGET_MS, clock);
        self.count_messages();
        let written = self.timeline.lab().written();
        let due = self.snapshot_rate.is_due(now_ms, written) || !self.is_moving();
        let snapshot = due.then(|| self.snapshot(now_ms));
        let painted = !self.is_flowing() || self.lenses.ring.paints_flow(due);
        if painted && (!self.calm || now_ms - self.paint_ms >= CALM_PAINT_EVERY_MS) {
            self.paint_ms = now_ms;
            self.paint();
        }
        snapshot
    }

    fn advance(&mut self, now_ms: f64, clock: impl Fn() -> f64) {
        let ratio = self.request.motion.speed.ratio();
        let before = self.timeline.now();
        let due_us = self.pacer.due_us(now_ms, ratio);
        // Two runs go in step: the shown one waits for the other.
        let due_us = if self.is_out_of_step() { 0 } else { due_us };
        let until = before + Duration::from_us(due_us);
        self.run_until(until, BUDGET_MS, clock);
        self.pacer.ran(self.timeline.now().since(before).as_us(), ratio);
    }

    /// Runs until a moment within the budget; returns whether it was reached.
    fn run_until(&mut self, until: Instant, budget_ms: f64, clock: impl Fn() -> f64) -> bool {
        let began_ms = clock();
        loop {
            if self.timeline.advance(until, SLICE_EVENTS) {
                return true;
            }
            if clock() - began_ms >= budget_ms {
                return false;
            }
        }
    }

    /// Takes a snapshot at `now_ms` of the browser's clock.
    pub(super) fn snapshot(&mut self, now_ms: f64) -> Rc<Snapshot> {
        let frame = self.timeline.lab().frame(&self.request.focus);
        let moving = self.is_moving();
        self.lay_out(&frame);
        self.scene.selected = frame.operation.as_ref().map(|operation| operation.request);
        let lines = if self.playing { LOG_LINES_MOVING } else { LOG_LINES_STILL };
        Rc::new(Snapshot {
            frame,
            tokens: self.tokens.clone(),
            dial: self.scene.dial.clone(),
            log: Rc::new(self.timeline.lab().log(lines)),
            flights: self.listed_flights(),
            flying: self.timeline.lab().in_flight().count(),
            pace: self.pacer.pace(),
            readings: self.instruments.read(self.timeline.lab(), now_ms, moving),
            lens: self.lens_frame(now_ms, moving),
            position: self.position(),
            repeated: self.goal.map(|goal| self.timeline.now().as_ms() / goal.as_ms().max(1.0)),
        })
    }

    /// The diagram, with the run that it shows.
    pub(super) fn diagram(&self) -> (&DiagramRun, RunView<'_>) {
        (&self.lenses.diagram, self.run_view())
    }

    /// The settings of the diagram.
    pub(super) const fn diagram_state(&self) -> DiagramState {
        self.request.diagram
    }

    /// The run as the lenses see it.
    fn run_view(&self) -> RunView<'_> {
        RunView {
            timeline: &self.timeline,
            request: &self.request,
            scene: &self.scene,
            playing: self.playing,
            repeating: self.goal.is_some(),
        }
    }

    /// Takes the open lens's picture of now. A lens that is not open costs nothing.
    fn lens_frame(&mut self, now_ms: f64, moving: bool) -> LensFrame {
        if self.request.lens == Lens::Gossip
            && self.timeline.lab().watched_phi() != self.request.pair
        {
            // Another run has taken the place of the one that was watched.
            self.watch_pair();
        }
        let Self { timeline, request, scene, lenses, .. } = self;
        let (playing, repeating) = (self.playing, self.goal.is_some());
        let run = RunView { timeline, request, scene, playing, repeating };
        lenses.of(request.lens).frame(&run, now_ms, moving)
    }

    /// Has the lab record the suspicion of the chosen pair as long as the gossip lens is open.
    fn watch_pair(&mut self) {
        let pair = self.request.pair.filter(|_| self.request.lens == Lens::Gossip);
        self.timeline.watch_phi(pair);
    }

    /// Lists the lines of the log up to one of them, as many as are shown while time stands still.
    pub(super) fn log_up_to(&self, number: u64) -> Rc<Vec<LogLine>> {
        let mut lines = self.timeline.lab().log(2 * LOG_LINES_STILL);
        lines.retain(|line| line.number <= number);
        let surplus = lines.len().saturating_sub(LOG_LINES_STILL);
        lines.drain(..surplus);
        Rc::new(lines)
    }

    /// Lists the messages that the user can act on: the held ones and, while time stands still, those that
    /// arrive next; always with the picked one.
    fn listed_flights(&self) -> Vec<InFlight> {
        let rank = |flight: &InFlight| {
            let picked = Some(flight.id) == self.scene.picked;
            (Reverse(picked), Reverse(flight.held.is_some()), flight.arrives, flight.id)
        };
        let mut listed: Vec<InFlight> = Vec::with_capacity(LISTED_FLIGHTS + 1);
        for flight in
            self.timeline.lab().in_flight().filter(|it| !self.playing || it.held.is_some())
        {
            let place = listed.partition_point(|other| rank(other) < rank(&flight));
            listed.insert(place, flight);
            listed.truncate(LISTED_FLIGHTS);
        }
        listed
    }
}
