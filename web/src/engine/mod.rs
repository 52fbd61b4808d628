//! The engine: the run behind the page, and the loop that moves it.
//!
//! Components hold a cheap handle and call its methods; snapshots of the run come back to the reducer as
//! actions. The one animation loop runs only while time runs and the page is visible.

mod diagram;
mod export;
mod hook;
mod instruments;
mod merkle;
mod pace;
mod player;
mod prediction;
mod snapshot_rate;
mod time;
mod versions;

pub(crate) use hook::{use_engine, use_run};
pub(crate) use player::Step;
pub(crate) use prediction::use_predictions;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use ringside_lab::frame::LogLine;
use ringside_lab::{
    BUILT_IN, Command, CommandError, Duration, Focus, Instant, Lab, LinkError, MessageId, Planned,
    RequestId, Scenario,
};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlCanvasElement;
use yew::UseReducerDispatcher;

use crate::browser::{address, media, preferences};
use crate::graphics::messages::Screen;
use crate::graphics::ring::Point;
use crate::state::versions::Resolving;
use crate::state::view_params::ViewParams;
use crate::state::view_request::ViewRequest;
use crate::state::{Action, Notice, Origin, State};
use player::Player;

/// The budget of the compared run before both are shown, in milliseconds.
const KEEP_STEP_MS: f64 = 12.0;

/// A handle to the run behind the page. Clones share it.
#[derive(Clone)]
pub(crate) struct Engine(Rc<Inner>);

/// The animation frame callback, with the browser's clock in milliseconds.
type OnFrame = Closure<dyn FnMut(f64)>;

struct Inner {
    player: RefCell<Player>,
    dispatcher: RefCell<Option<UseReducerDispatcher<State>>>,
    on_frame: RefCell<Option<OnFrame>>,
    requested: Cell<bool>,
    /// The commands on a past moment that the user has not decided about.
    pending: RefCell<Vec<Command>>,
    /// The siblings that are being resolved.
    resolution: RefCell<Option<Resolving>>,
    /// The timer of the verdict that is due while time stands still.
    verdict: RefCell<Option<Timeout>>,
}

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Engine {
    /// Opens the run that the address describes, or else the default one, and returns the page's first state
    /// with it.
    ///
    /// # Errors
    ///
    /// Returns the reason why even the default could not be opened.
    pub(crate) fn start() -> Result<(Self, State), String> {
        let calm = media::wants_little_motion();
        let linked = address::fragment().map(|link| Lab::open_link(&link));
        let (mut player, notice) = match linked {
            Some(Ok((lab, moment))) => {
                let mut player = Player::new(lab, Origin::Link, calm);
                player.repeat_until(moment, clock_ms);
                (player, None)
            }
            Some(Err(error)) => (default_player(calm)?, Some(damaged(&error))),
            None => (default_player(calm)?, None),
        };
        let playing = player.origin() != Origin::Link && !calm;
        let mut state = State::new(player.opened(), playing, preferences::load());
        state.notice = notice.map(Rc::new);
        if let Some(link) = address::fragment().filter(|_| state.origin == Origin::Link) {
            state.adopt(ViewParams::read(&link));
        }
        let engine = Self(Rc::new(Inner {
            player: RefCell::new(player),
            dispatcher: RefCell::new(None),
            on_frame: RefCell::new(None),
            requested: Cell::new(false),
            pending: RefCell::default(),
            resolution: RefCell::default(),
            verdict: RefCell::new(None),
        }));
        Ok((engine, state))
    }

    /// Dispatches an action to the page's state.
    pub(crate) fn dispatch(&self, action: Action) {
        let dispatcher = self.0.dispatcher.borrow().clone();
        if let Some(dispatcher) = dispatcher {
            dispatcher.dispatch(action);
        }
    }

    /// Shows a notice.
    pub(crate) fn say(&self, notice: Notice) {
        self.dispatch(Action::Say(notice));
    }

    /// Runs a command; a refusal is shown as a notice. On a past moment, a dialog asks first whether to
    /// discard the future or fork.
    pub(crate) fn act(&self, command: Command) {
        self.finish();
        if self.must_ask() {
            self.ask(command);
            return;
        }
        let result = self.0.player.borrow_mut().command(command);
        self.tell(vec![result]);
    }

    /// Runs a command after a delay, or at once if there is none.
    pub(crate) fn act_later(&self, command: Command, later: Option<Duration>) {
        let Some(later) = later else { return self.act(command) };
        self.finish();
        let now = self.0.player.borrow().timeline.now();
        let at = (now + later).since_start();
        self.act(Command::Plan(Planned { at, command: Box::new(command) }));
    }

    /// Reports the results of commands.
    fn tell(&self, results: Vec<Result<Option<RequestId>, CommandError>>) {
        for result in results {
            match result {
                Ok(Some(request)) => {
                    self.note_resolution(request);
                    self.dispatch(Action::FollowOwn);
                }
                Ok(None) => {}
                Err(error) => {
                    self.refuse_resolution(&error.to_string());
                    self.say(Notice::refused(error.to_string()));
                }
            }
        }
        self.refresh();
    }

    /// Stops time and steps to the next event.
    pub(crate) fn step(&self) {
        self.stand_still();
        let stepped = self.0.player.borrow_mut().timeline.step();
        if !stepped {
            self.say(Notice::done("Nothing is left to happen: no message is in flight."));
        }
        self.refresh();
    }

    /// Opens the same scenario again at its beginning.
    pub(crate) fn reset(&self, playing: bool) {
        let (scenario, origin) = {
            let player = self.0.player.borrow();
            (player.timeline.lab().scenario().clone(), player.origin())
        };
        self.open(scenario, origin, playing);
    }

    /// Opens a scenario at its beginning; a refusal is shown as a notice, and the present run stays.
    pub(crate) fn open(&self, scenario: Scenario, origin: Origin, playing: bool) {
        match Lab::open(scenario) {
            Ok(lab) => self.replace(lab, origin, None, playing),
            Err(error) => self.say(Notice::refused(error.to_string())),
        }
    }

    /// Opens the run that the address describes, stopped at its moment. A damaged link is reported, and the
    /// default opens.
    pub(crate) fn open_address(&self) {
        let Some(link) = address::fragment() else { return };
        match Lab::open_link(&link) {
            Ok((lab, moment)) => {
                self.replace(lab, Origin::Link, Some(moment), false);
                self.dispatch(Action::Adopt(ViewParams::read(&link)));
            }
            Err(error) => {
                if let Ok((lab, origin)) = open_default() {
                    self.replace(lab, origin, None, !media::wants_little_motion());
                }
                self.say(damaged(&error));
            }
        }
    }

    fn replace(&self, lab: Lab, origin: Origin, moment: Option<Instant>, playing: bool) {
        self.drop_resolution();
        let opened = {
            let mut player = self.0.player.borrow_mut();
            player.replace(lab, origin);
            if let Some(moment) = moment {
                player.repeat_until(moment, clock_ms);
            }
            let opened = player.opened();
            player.paint();
            opened
        };
        self.dispatch(Action::Opened(opened, playing));
        self.wake();
    }

    /// Packs the run so far into a link's text.
    pub(crate) fn link(&self) -> String {
        self.finish();
        let link = self.0.player.borrow_mut().timeline.link();
        // Packing completes the events of this very instant.
        self.refresh();
        link
    }

    /// Selects the operation of a request.
    pub(crate) fn select(&self, request: RequestId) {
        let focus = Focus { key: None, operation: Some(request) };
        let operation = self.0.player.borrow().timeline.lab().frame(&focus).operation;
        match operation.filter(|operation| operation.request == request) {
            Some(operation) => self.dispatch(Action::TakeOperation(request, operation.key)),
            None => {
                self.say(Notice::done("That operation is too old: its steps are no longer kept."));
            }
        }
    }

    /// Lists the lines of the log up to one of them.
    pub(crate) fn log_up_to(&self, number: u64) -> Rc<Vec<LogLine>> {
        self.0.player.borrow().log_up_to(number)
    }

    /// Selects the message near a place on the canvas, or else the key whose mark is there.
    pub(crate) fn pick(&self, x: f64, y: f64) {
        let found: Option<MessageId> = self.0.player.borrow().find(x, y);
        if let Some(message) = found {
            self.dispatch(Action::Pick(message));
            return;
        }
        let key = self.0.player.borrow().find_key(x, y);
        if let Some(key) = key {
            self.dispatch(Action::SetKey(key));
        }
    }

    /// Returns the place of the ring at a place on the canvas, or `None` without a canvas.
    pub(crate) fn place(&self, x: f64, y: f64) -> Option<Point> {
        self.0.player.borrow().place(x, y)
    }

    /// Sets or removes the canvas on which messages are painted.
    pub(crate) fn set_canvas(&self, canvas: Option<HtmlCanvasElement>) {
        self.0.player.borrow_mut().set_screen(canvas.and_then(Screen::new));
        self.repaint();
    }

    /// Fits the painting to a canvas of another size.
    pub(crate) fn fit(&self) {
        if let Some(screen) = self.0.player.borrow_mut().screen_mut() {
            screen.fit();
        }
        self.repaint();
    }

    fn read_colours(&self) {
        {
            let mut player = self.0.player.borrow_mut();
            if let Some(screen) = player.screen_mut() {
                screen.read_colours();
            }
            if let Some(screen) = player.lenses.diagram.screen_mut() {
                screen.read_colours();
            }
        }
        self.repaint();
    }

    /// Shows what the page wants to see from now on.
    fn show(&self, request: &ViewRequest) {
        self.0.player.borrow_mut().show(request);
        self.refresh();
        self.wake();
    }

    fn repaint(&self) {
        let player = self.0.player.borrow();
        if !player.is_on_the_way() {
            player.paint();
        }
    }

    /// Shows the run as it is now.
    fn refresh(&self) {
        if self.0.player.borrow().is_on_the_way() {
            // The result of the seek will be shown.
            return;
        }
        self.0.player.borrow_mut().keep_step(KEEP_STEP_MS, clock_ms);
        let snapshot = self.0.player.borrow_mut().snapshot(clock_ms());
        self.repaint();
        self.dispatch(Action::Snapshot(snapshot));
        self.follow_resolution();
        let due = self.0.player.borrow().verdict_due(clock_ms());
        let verdict = due.map(|due_ms| {
            let engine = Rc::downgrade(&self.0);
            Timeout::new(due_ms.ceil() as u32, move || {
                if let Some(inner) = engine.upgrade() {
                    Self(inner).refresh();
                }
            })
        });
        self.0.verdict.replace(verdict);
        // The compared run may still be behind.
        self.wake();
    }

    /// Requests the next frame of the loop, unless it is already requested or the loop has no reason to run.
    fn wake(&self) {
        let hidden = gloo::utils::document().hidden();
        if self.0.requested.get() || hidden || !self.0.player.borrow().is_moving() {
            return;
        }
        let mut on_frame = self.0.on_frame.borrow_mut();
        let on_frame = on_frame.get_or_insert_with(|| {
            // A weak handle: the loop must not keep itself alive.
            let engine = Rc::downgrade(&self.0);
            Closure::new(move |now_ms| {
                if let Some(inner) = engine.upgrade() {
                    Self(inner).on_frame(now_ms);
                }
            })
        });
        let callback = on_frame.as_ref().unchecked_ref();
        let asked = gloo::utils::window().request_animation_frame(callback);
        self.0.requested.set(asked.is_ok());
    }

    fn on_frame(&self, now_ms: f64) {
        self.0.requested.set(false);
        if !self.0.player.borrow().is_moving() {
            return;
        }
        let snapshot = self.0.player.borrow_mut().tick(now_ms, clock_ms);
        if let Some(snapshot) = snapshot {
            self.dispatch(Action::Snapshot(snapshot));
            self.follow_resolution();
        }
        self.follow(now_ms);
        self.wake();
    }
}

/// Reads the browser's clock, in milliseconds.
fn clock_ms() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |performance| performance.now())
}

fn open_default() -> Result<(Lab, Origin), String> {
    let [built_in, ..] = BUILT_IN;
    let scenario = built_in.scenario().map_err(|error| error.to_string())?;
    let lab = Lab::open(scenario).map_err(|error| error.to_string())?;
    Ok((lab, Origin::BuiltIn(built_in.name)))
}

fn default_player(calm: bool) -> Result<Player, String> {
    let (lab, origin) = open_default()?;
    Ok(Player::new(lab, origin, calm))
}

fn damaged(error: &LinkError) -> Notice {
    Notice::damaged(format!("Sorry, {error}. The default scenario was opened instead."))
}
