//! The lab and everything that must not be drawn by Yew: time, pictures, and the canvas.

mod diagram;
mod forks;
mod lenses;
mod ring;
mod seek;
mod twins;

pub(super) use diagram::DiagramView;
pub(crate) use diagram::Step;
pub(super) use seek::{Arrival, Goal, Telling};

use std::cmp::Reverse;
use std::rc::Rc;

use ringside_lab::frame::{Frame, LogLine};
use ringside_lab::timeline::Timeline;
use ringside_lab::{
    Command, CommandError, Duration, Focus, InFlight, Instant, Lab, MessageId, NodeId, RequestId,
    Status, Token,
};

use super::instruments::Surveyor;
use super::pace::Pacer;
use super::snapshot_rate::Rhythm;
use crate::graphics::kinds::FamilySet;
use crate::graphics::messages::{Scene, Screen};
use crate::graphics::ring::{Dial, View};
use crate::state::course::Ticks;
use crate::state::lens::Lens;
use crate::state::merkle::MerkleState;
use crate::state::speed::Speed;
use crate::state::staleness::Interest;
use crate::state::{Opened, Origin, Snapshot};
use diagram::Desk;
use forks::Runs;
use ring::RingWatch;
use seek::Journey;
use twins::Beside;

/// How long the simulation may work for one picture.
const BUDGET_MS: f64 = 8.0;

/// How long repeating a link's run may work for one picture: nothing moves meanwhile.
const REPEAT_BUDGET_MS: f64 = 24.0;

/// How long repeating a link's run may work before the page first shows itself. Most links are
/// repeated within it.
const FIRST_REPEAT_MS: f64 = 250.0;

/// How many journal entries are run between two looks at the clock.
const SLICE_EVENTS: u64 = 200;

/// How much time lies at least between two paintings for a person who wants little motion.
const CALM_PAINT_EVERY_MS: f64 = 400.0;

/// How many log lines a snapshot holds while time runs: what is in view, for each line is drawn.
const LOG_LINES_MOVING: usize = 20;

/// How many log lines a snapshot holds while time stands still.
const LOG_LINES_STILL: usize = 240;

/// How many messages in flight a snapshot lists.
const LISTED_FLIGHTS: usize = 12;

/// A run, its pace, and the screen that it is painted on.
pub(super) struct Machine {
    /// The run.
    pub(super) timeline: Timeline,
    /// Its forks.
    pub(super) runs: Runs,
    /// The way to another moment.
    journey: Option<Journey>,
    /// The end of a way that led somewhere while time was given to it.
    arrival: Option<Arrival>,
    /// The picture of where the person was before they began to go back or forth.
    from: Option<Frame>,
    /// What stands out in the run, and what of it that was counted from.
    ticks: Rc<Ticks>,
    ticked: Option<(Instant, usize, Option<u64>)>,
    origin: Origin,
    /// The moment of a link up to which the run is being repeated.
    goal: Option<Instant>,
    focus: Focus,
    lens: Lens,
    /// The node that the person asks through; any where there is none.
    through: Option<NodeId>,
    merkle: MerkleState,
    /// Whose judgement of whom is watched.
    pair: Option<(NodeId, NodeId)>,
    pacer: Pacer,
    playing: bool,
    speed: Speed,
    calm: bool,
    scene: Scene,
    screen: Option<Screen>,
    tokens: Rc<Vec<Token>>,
    /// What is shown of the ring beyond the frame.
    ring: RingWatch,
    rhythm: Rhythm,
    surveyor: Surveyor,
    /// The run beside it.
    beside: Beside,
    paint_ms: f64,
    /// The space-time diagram.
    desk: Desk,
}

impl Machine {
    /// Takes a run that was just opened.
    pub(super) fn new(lab: Lab, origin: Origin, calm: bool) -> Self {
        Self {
            timeline: Timeline::new(lab),
            runs: Runs::new(),
            journey: None,
            arrival: None,
            from: None,
            ticks: Rc::default(),
            ticked: None,
            origin,
            goal: None,
            focus: Focus::default(),
            lens: Lens::default(),
            through: None,
            merkle: MerkleState::default(),
            pair: None,
            pacer: Pacer::default(),
            playing: false,
            speed: Speed::DEFAULT,
            calm,
            scene: Scene {
                dial: Rc::default(),
                hidden: FamilySet::default(),
                in_hand: None,
                picked: None,
                view: View::default(),
            },
            screen: None,
            tokens: Rc::default(),
            ring: RingWatch::default(),
            rhythm: Rhythm::default(),
            surveyor: Surveyor::default(),
            beside: Beside::default(),
            paint_ms: 0.0,
            desk: Desk::default(),
        }
    }

    /// Puts another run in the place of this one.
    pub(super) fn replace(&mut self, lab: Lab, origin: Origin) {
        self.timeline = Timeline::new(lab);
        self.runs = Runs::new();
        self.origin = origin;
        self.goal = None;
        self.turn();
        self.focus.operation = None;
        self.pacer.restart();
        self.surveyor.begin_anew();
        self.beside.forget();
    }

    /// Begins to repeat what the run's link tells, up to its moment.
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

    /// Leaves off repeating a link's run, because the person acts on it here.
    pub(super) fn leave_off(&mut self) {
        self.goal = None;
    }

    /// Forgets what was on its way in the run that was shown.
    fn turn(&mut self) {
        (self.journey, self.arrival, self.from) = (None, None, None);
        self.forget_diagram();
        self.pacer.restart();
        self.ring.restart();
        self.surveyor.begin_anew();
    }

    /// Acts on the cluster now. What lay ahead is discarded.
    pub(super) fn command(&mut self, command: Command) -> Result<Option<RequestId>, CommandError> {
        self.leave_off();
        let was_in_the_past = self.timeline.is_in_the_past();
        let result = self.timeline.command(command);
        if was_in_the_past && result.is_ok() {
            self.turn();
        }
        result
    }

    /// Acts on a fork of the run; the run as it was is kept. Where nothing can be done, there is no fork.
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

    /// Shows a kept run, at the moment at which it was left.
    pub(super) fn switch(&mut self, to: usize) {
        self.leave_off();
        let (runs, timeline) = (&mut self.runs, self.timeline.clone());
        self.timeline = runs.switch(to, timeline);
        self.turn();
        self.beside.forget();
    }

    /// Finds out where nodes and tokens are, which changes only when nodes come or go.
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

    /// Gives the run as the page first sees it.
    pub(super) fn opened(&mut self) -> Opened {
        Opened {
            origin: self.origin,
            scenario: Rc::new(self.timeline.lab().scenario().clone()),
            snapshot: self.snapshot(0.0),
        }
    }

    /// Starts or stops time, at a speed.
    pub(super) fn set_motion(&mut self, playing: bool, speed: Speed) {
        if !(playing && self.playing) {
            self.ring.restart();
        }
        self.playing = playing;
        self.speed = speed;
        self.pacer.restart();
    }

    /// Stops time.
    pub(super) fn stop(&mut self) {
        self.set_motion(false, self.speed);
    }

    /// Tells whether time runs.
    pub(super) const fn is_playing(&self) -> bool {
        self.playing
    }

    /// Tells where the run came from.
    pub(super) const fn origin(&self) -> Origin {
        self.origin
    }

    /// Tells whether the run is on its way to another moment, so that there is nothing to be shown.
    pub(super) const fn is_on_the_way(&self) -> bool {
        self.journey.is_some()
    }

    /// Gives the end of a way, once.
    pub(super) const fn take_arrival(&mut self) -> Option<Arrival> {
        self.arrival.take()
    }

    /// Gives the operation in hand, as the last picture showed it.
    pub(super) const fn in_hand(&self) -> Option<RequestId> {
        self.scene.in_hand
    }

    /// Tells whether there is something to do in each frame.
    pub(super) fn is_moving(&self) -> bool {
        self.playing || self.goal.is_some() || self.journey.is_some() || self.is_out_of_step()
    }

    /// Sets which dots are shown, which one is marked, and what part of the ring is looked at.
    pub(super) fn set_view(&mut self, hidden: FamilySet, picked: Option<MessageId>, view: View) {
        self.scene.hidden = hidden;
        self.scene.picked = picked;
        self.scene.view = view;
    }

    /// Sets what is to be seen closer.
    pub(super) fn look(&mut self, focus: Focus) {
        self.focus = focus;
    }

    /// Sets what is to be surveyed.
    pub(super) fn survey(&mut self, interest: Interest) {
        self.surveyor.look(interest);
    }

    /// Gives in how many milliseconds a verdict on the key in hand is due, while time stands still and
    /// nothing else would bring it.
    pub(super) fn verdict_due(&self, now_ms: f64) -> Option<f64> {
        if self.is_moving() { None } else { self.surveyor.verdict_due(self.timeline.lab(), now_ms) }
    }

    /// Gives or takes away the canvas.
    pub(super) fn set_screen(&mut self, screen: Option<Screen>) {
        self.screen = screen;
    }

    /// Gives the screen, to fit it or to read its colours again.
    pub(super) const fn screen_mut(&mut self) -> Option<&mut Screen> {
        self.screen.as_mut()
    }

    /// Finds the message that is shown near a place on the canvas, while time stands still.
    pub(super) fn find(&self, x: f64, y: f64) -> Option<MessageId> {
        let screen = self.screen.as_ref().filter(|_| !self.playing)?;
        screen.find(self.timeline.lab(), &self.scene, x, y)
    }

    /// Runs what is due by `now_ms`, paints, and gives a snapshot where one is due.
    pub(super) fn tick(&mut self, now_ms: f64, clock: impl Fn() -> f64) -> Option<Rc<Snapshot>> {
        if self.journey.is_some() {
            // What lies on the way is not shown: it would flash by.
            self.arrival = self.travel(clock);
            return None;
        }
        if self.goal.is_some() {
            self.repeat(REPEAT_BUDGET_MS, &clock);
        } else if self.playing {
            self.advance(now_ms, &clock);
        }
        self.keep_step(BUDGET_MS, clock);
        self.count_flow();
        let written = self.timeline.lab().written();
        let due = self.rhythm.is_due(now_ms, written) || !self.is_moving();
        let snapshot = due.then(|| self.snapshot(now_ms));
        let painted = !self.is_flowing() || self.ring.paints_flow(due);
        if painted && (!self.calm || now_ms - self.paint_ms >= CALM_PAINT_EVERY_MS) {
            self.paint_ms = now_ms;
            self.paint();
        }
        snapshot
    }

    fn advance(&mut self, now_ms: f64, clock: impl Fn() -> f64) {
        let ratio = self.speed.ratio();
        let before = self.timeline.now();
        let due_us = self.pacer.due_us(now_ms, ratio);
        // Two runs go in step: the shown one waits for the other.
        let due_us = if self.is_out_of_step() { 0 } else { due_us };
        let until = before + Duration::from_us(due_us);
        self.run_until(until, BUDGET_MS, clock);
        self.pacer.ran(self.timeline.now().since(before).as_us(), ratio);
    }

    /// Runs until a moment as far as the budget goes; tells whether it got there.
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

    /// Takes a picture of now, which is so many milliseconds on the browser's clock.
    pub(super) fn snapshot(&mut self, now_ms: f64) -> Rc<Snapshot> {
        let frame = self.timeline.lab().frame(&self.focus);
        let moving = self.is_moving();
        self.lay_out(&frame);
        self.scene.in_hand = frame.operation.as_ref().map(|operation| operation.request);
        self.watch_ring();
        let lines = if self.playing { LOG_LINES_MOVING } else { LOG_LINES_STILL };
        Rc::new(Snapshot {
            frame,
            tokens: self.tokens.clone(),
            dial: self.scene.dial.clone(),
            log: Rc::new(self.timeline.lab().log(lines)),
            flights: self.listed_flights(),
            flying: self.timeline.lab().in_flight().count(),
            pace: self.pacer.pace(),
            survey: self.surveyor.survey(self.timeline.lab(), now_ms, moving),
            lens: self.lens_frame(now_ms, moving),
            course: self.course(),
            repeated: self.goal.map(|goal| self.timeline.now().as_ms() / goal.as_ms().max(1.0)),
        })
    }

    /// Lists the lines of the log up to one of them, as many as are shown while time stands still.
    pub(super) fn log_up_to(&self, number: u64) -> Rc<Vec<LogLine>> {
        let mut lines = self.timeline.lab().log(2 * LOG_LINES_STILL);
        lines.retain(|line| line.number <= number);
        let surplus = lines.len().saturating_sub(LOG_LINES_STILL);
        lines.drain(..surplus);
        Rc::new(lines)
    }

    /// Lists the messages that a person can act on: the held ones and, while time stands still, those
    /// that arrive next; always with the one that was picked.
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
