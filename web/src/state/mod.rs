//! The page's state: one struct, its actions, and a pure reducer.
//!
//! The cluster is not part of it: the engine's lab holds that, and a [`Snapshot`] of it arrives a few times a
//! second.

pub(crate) mod diagram;
pub(crate) mod disclosures;
pub(crate) mod gossip;
pub(crate) mod lens;
pub(crate) mod merkle;
pub(crate) mod pace;
pub(crate) mod playbook;
pub(crate) mod prediction;
pub(crate) mod preferences;
pub(crate) mod ring;
pub(crate) mod shortcuts;
pub(crate) mod speed;
pub(crate) mod staleness;
pub(crate) mod theme;
pub(crate) mod time;
pub(crate) mod timeline_position;
pub(crate) mod twins;
pub(crate) mod versions;
pub(crate) mod view_params;
pub(crate) mod view_request;

use std::rc::Rc;

use ringside_lab::frame::{Frame, LogLine};
use ringside_lab::instruments::Timescale;
use ringside_lab::{
    Command, Duration, Focus, InFlight, MessageId, NodeId, RequestId, Scenario, Token,
};
use yew::Reducible;

use crate::graphics::kinds::{Family, FamilySet};
use crate::graphics::ring::{Dial, KEYS, Point};
use crate::state::diagram::{DiagramAction, DiagramState};
use crate::state::disclosures::{Disclosure, Disclosures};
use crate::state::gossip::{GossipAction, GossipState};
use crate::state::lens::{Lens, LensFrame};
use crate::state::merkle::{MerkleAction, MerkleState};
use crate::state::pace::Pace;
use crate::state::prediction::{Prediction, Predictions};
use crate::state::preferences::Preferences;
use crate::state::ring::{RingAction, RingView};
use crate::state::shortcuts::Shortcuts;
use crate::state::speed::Speed;
use crate::state::staleness::{InstrumentReadings, Subscription};
use crate::state::theme::Theme;
use crate::state::time::{TimeAction, TimeState};
use crate::state::timeline_position::TimelinePosition;
use crate::state::twins::{CompareWith, TwinsAction, TwinsState};
use crate::state::versions::{VersionsAction, VersionsState};
use crate::state::view_params::ViewParams;
use crate::state::view_request::{Motion, ViewRequest};

/// A picture of the run at one moment, as the lab describes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshot {
    /// Everything but the messages in flight.
    pub(crate) frame: Frame,
    /// The tokens of the ring.
    pub(crate) tokens: Rc<Vec<Token>>,
    /// The places of the nodes on the ring.
    pub(crate) dial: Rc<Dial>,
    /// The last lines of the event log, oldest first.
    pub(crate) log: Rc<Vec<LogLine>>,
    /// The messages that the user can act on: the held ones and, while paused, the next to arrive.
    pub(crate) flights: Vec<InFlight>,
    /// The number of messages in flight or held.
    pub(crate) flying: usize,
    /// Whether the run keeps up with the chosen speed.
    pub(crate) pace: Pace,
    /// The readings of the instruments.
    pub(crate) readings: Rc<InstrumentReadings>,
    /// The frame of the open lens.
    pub(crate) lens: LensFrame,
    /// The position of the run in time.
    pub(crate) position: TimelinePosition,
    /// The share of a link's run that is repeated, from 0 to 1, or `None` once all of it is.
    pub(crate) repeated: Option<f64>,
}

/// A run that was just opened.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// The origin of the run.
    pub(crate) origin: Origin,
    /// Its scenario.
    pub(crate) scenario: Rc<Scenario>,
    /// Its first picture.
    pub(crate) snapshot: Rc<Snapshot>,
}

/// The origin of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The built-in scenario of this name.
    BuiltIn(&'static str),
    /// A link in the page's address.
    Link,
    /// A scenario that the user wrote or opened.
    Own,
}

/// The tone of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something was done; the notice disappears by itself.
    Done,
    /// Something was refused; it stays until it is dismissed.
    Refused,
    /// The page could not open what its address describes; the notice stays, and is announced at once.
    Damaged,
}

/// A message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Its tone.
    pub(crate) tone: Tone,
    /// Its text.
    pub(crate) text: String,
}

impl Notice {
    /// Creates a notice that something was done.
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Done, text: text.into() }
    }

    /// Creates a notice that something was refused.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self { tone: Tone::Refused, text: text.into() }
    }

    /// Creates a notice that the page could not open what its address describes.
    pub(crate) fn damaged(text: impl Into<String>) -> Self {
        Self { tone: Tone::Damaged, text: text.into() }
    }
}

/// The two lists that share one panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// The event log.
    #[default]
    Log,
    /// The messages in flight.
    Flights,
}

/// The state of the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    /// The origin of the run.
    pub(crate) origin: Origin,
    /// The run's scenario.
    pub(crate) scenario: Rc<Scenario>,
    /// The latest picture.
    pub(crate) snapshot: Rc<Snapshot>,
    /// Whether time runs.
    pub(crate) playing: bool,
    /// The chosen speed.
    pub(crate) speed: Speed,
    /// The families whose dots are hidden.
    pub(crate) hidden: FamilySet,
    /// The nodes that the fault buttons act on, by number.
    pub(crate) chosen: Rc<Vec<NodeId>>,
    /// The text of the key field: the selected key.
    pub(crate) key: String,
    /// The text of the value field.
    pub(crate) value: String,
    /// The node that the next operation goes through, or `None` for any.
    pub(crate) through: Option<NodeId>,
    /// The time to live of the next value that is put, or `None` for the settings' own.
    pub(crate) ttl: Option<Duration>,
    /// The open lens.
    pub(crate) lens: Lens,
    /// The settings of the Merkle lens.
    pub(crate) merkle: MerkleState,
    /// The settings of the gossip lens.
    pub(crate) gossip: GossipState,
    /// The open disclosures.
    pub(crate) disclosures: Disclosures,
    /// The window that the objectives' rules run on.
    pub(crate) timescale: Timescale,
    /// The time at which the staleness curve is read out, in milliseconds.
    pub(crate) read_out_ms: f64,
    /// The predictions of PBS.
    pub(crate) predictions: Rc<Predictions>,
    /// The selected operation, or `None` for the user's own last one.
    pub(crate) operation: Option<RequestId>,
    /// The state of the versions lens.
    pub(crate) versions: VersionsState,
    /// The state of the time controls.
    pub(crate) time: TimeState,
    /// The state of the twins lens.
    pub(crate) twins: TwinsState,
    /// The state of the ring lens.
    pub(crate) ring: RingView,
    /// The state of the diagram lens.
    pub(crate) diagram: DiagramState,
    /// The list that is shown.
    pub(crate) tab: Tab,
    /// The message that was picked on the ring.
    pub(crate) picked: Option<MessageId>,
    /// The colours.
    pub(crate) theme: Theme,
    /// Which keyboard shortcuts are on.
    pub(crate) shortcuts: Shortcuts,
    /// The notice that is shown, if any.
    pub(crate) notice: Option<Rc<Notice>>,
}

/// A change of the state.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Shows another run, which plays at once or waits.
    Opened(Opened, bool),
    /// Shows a new snapshot of the run.
    Snapshot(Rc<Snapshot>),
    /// Starts or stops time.
    Play(bool),
    /// Sets the speed.
    SetSpeed(Speed),
    /// Shows or hides the dots of a family of messages.
    ToggleFamily(Family),
    /// Selects or deselects a node.
    ToggleNode(NodeId),
    /// Deselects all nodes.
    ClearNodes,
    /// Sets the text of the key field.
    SetKey(String),
    /// Sets the text of the value field.
    SetValue(String),
    /// Sets the node that requests go through.
    SetThrough(Option<NodeId>),
    /// Sets the time to live of the next value.
    SetTtl(Option<Duration>),
    /// Adopts the view parameters of an address.
    Adopt(ViewParams),
    /// Opens a lens.
    Look(Lens),
    /// An action on the Merkle lens.
    Merkle(MerkleAction),
    /// An action on the gossip lens.
    Gossip(GossipAction),
    /// Opens or closes a disclosure.
    ToggleDisclosure(Disclosure),
    /// Sets the window of the objectives.
    SetTimescale(Timescale),
    /// Sets the time at which the staleness curve is read out, in milliseconds.
    ReadOut(f64),
    /// Stores a prediction, or the reason why there can be none.
    Predicted(Prediction),
    /// Selects an operation and its key.
    TakeOperation(RequestId, String),
    /// Selects the user's own last operation.
    FollowOwn,
    /// Shows one of the two lists.
    ShowTab(Tab),
    /// Selects a message on the ring.
    Pick(MessageId),
    /// Sets the theme.
    SetTheme(Theme),
    /// Sets which keyboard shortcuts are on.
    SetShortcuts(Shortcuts),
    /// An action on the time controls.
    Time(TimeAction),
    /// An action on the twins lens.
    Twins(TwinsAction),
    /// An action on the ring lens.
    Ring(RingAction),
    /// An action on the versions lens.
    Versions(VersionsAction),
    /// An action on the diagram lens.
    Diagram(DiagramAction),
    /// Shows a notice.
    Say(Notice),
    /// Dismisses a notice; a newer one stays.
    Dismiss(Rc<Notice>),
}

/// The selected key of a fresh page.
const FIRST_KEY: &str = "colour";

/// The time at which a fresh page reads out the staleness curve, in milliseconds.
const FIRST_READ_OUT_MS: f64 = 5.0;

/// The text of the value field of a fresh page.
const FIRST_VALUE: &str = "blue";

impl State {
    /// Creates the state of a fresh page.
    pub(crate) fn new(opened: Opened, playing: bool, preferences: Preferences) -> Self {
        let mut state = Self {
            origin: opened.origin,
            scenario: opened.scenario,
            snapshot: opened.snapshot,
            playing,
            speed: Speed::DEFAULT,
            hidden: FamilySet::default(),
            chosen: Rc::default(),
            key: FIRST_KEY.to_owned(),
            value: FIRST_VALUE.to_owned(),
            through: None,
            ttl: None,
            lens: preferences.lens,
            merkle: MerkleState::default(),
            gossip: GossipState::default(),
            disclosures: preferences.disclosures,
            timescale: Timescale::default(),
            read_out_ms: FIRST_READ_OUT_MS,
            predictions: Rc::default(),
            operation: None,
            versions: VersionsState::default(),
            time: TimeState::default(),
            twins: TwinsState::default(),
            ring: RingView::default(),
            diagram: DiagramState::default(),
            tab: Tab::Log,
            picked: None,
            theme: preferences.theme,
            shortcuts: preferences.shortcuts,
            notice: None,
        };
        state.adopt_key();
        state
    }

    /// Selects the key of the operation that a link was made with, or else the first key of the scenario's
    /// schedule, since that is what it is about.
    fn adopt_key(&mut self) {
        let operation = self.snapshot.frame.operation.as_ref();
        let linked = operation.filter(|_| self.origin == Origin::Link);
        let linked = linked.map(|operation| operation.key.clone());
        let scheduled = || self.scenario.events.iter().find_map(|event| key_of(&event.command));
        if let Some(key) = linked.or_else(scheduled) {
            self.key = key;
        }
    }

    /// Returns the selected key and operation.
    pub(crate) fn focus(&self) -> Focus {
        let key = (!self.key.is_empty()).then(|| self.key.clone());
        Focus { key, operation: self.operation }
    }

    /// Returns the place to zoom in on: the first selected node, or else the selected key.
    pub(crate) fn aim(&self) -> Point {
        let chosen = self.chosen.iter().find_map(|node| self.snapshot.dial.node(*node));
        let turn = self.snapshot.frame.key.as_ref().map_or(0.0, |key| key.place);
        chosen.unwrap_or_else(|| Point::polar(turn, KEYS))
    }

    /// Returns the readings that the page needs of the instruments.
    fn subscription(&self) -> Subscription {
        let close = self.lens == Lens::Staleness;
        Subscription { key: self.focus().key, timescale: self.timescale, close }
    }

    /// Returns what the page wants to see of the run.
    pub(crate) fn view_request(&self) -> ViewRequest {
        ViewRequest {
            focus: self.focus(),
            lens: self.lens,
            hidden: self.hidden,
            picked: self.picked,
            view: self.ring.view,
            through: self.through,
            merkle: self.merkle,
            pair: self.gossip.pair,
            diagram: self.diagram,
            why: self.time.why.clone(),
            highlighted: self.time.highlighted.clone(),
            versus: self.twins.versus,
            subscription: self.subscription(),
            motion: Motion { playing: self.playing, speed: self.speed },
        }
    }

    /// Returns the view parameters for the run's address.
    pub(crate) fn view_params(&self) -> ViewParams {
        let twin = match self.twins.versus {
            Some(CompareWith::Knob(knob)) => Some(knob),
            // The link does not hold another run.
            Some(CompareWith::Run(_)) | None => None,
        };
        ViewParams { lens: Some(self.lens), key: self.focus().key, operation: self.operation, twin }
    }

    /// Adopts the view parameters of an address.
    pub(crate) fn adopt(&mut self, params: ViewParams) {
        self.lens = params.lens.unwrap_or(self.lens);
        self.key = params.key.unwrap_or_else(|| self.key.clone());
        self.operation = params.operation.or(self.operation);
        self.twins.versus = params.twin.map(CompareWith::Knob).or(self.twins.versus);
    }

    fn open(&mut self, opened: Opened, playing: bool) {
        let nodes = opened.snapshot.frame.nodes.len();
        // A reset keeps the key that the user has typed.
        let is_other = self.origin != opened.origin || !matches!(opened.origin, Origin::BuiltIn(_));
        self.origin = opened.origin;
        self.scenario = opened.scenario;
        self.snapshot = opened.snapshot;
        self.playing = playing;
        self.operation = None;
        self.time = self.time.reset();
        self.twins = self.twins.reset();
        self.diagram = self.diagram.reset();
        self.versions = self.versions.reset();
        self.merkle = self.merkle.reset();
        self.gossip = self.gossip.reset(nodes);
        self.picked = None;
        self.notice = None;
        // The user's selection outlives a reset, limited to the nodes of the new cluster.
        let exists = |node: &NodeId| node.index() < nodes;
        self.through = self.through.filter(exists);
        self.chosen = Rc::new(self.chosen.iter().copied().filter(exists).collect());
        self.ring.turn(nodes);
        if is_other {
            self.adopt_key();
        }
    }

    fn toggle_node(&mut self, node: NodeId) {
        let chosen = Rc::make_mut(&mut self.chosen);
        match chosen.binary_search(&node) {
            Ok(place) => drop(chosen.remove(place)),
            Err(place) => chosen.insert(place, node),
        }
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Opened(opened, playing) => self.open(opened, playing),
            Action::Snapshot(snapshot) => self.snapshot = snapshot,
            Action::Play(playing) => {
                self.playing = playing;
                // Once time goes on, the picked message has moved or arrived.
                self.picked = self.picked.filter(|_| !playing);
                if playing {
                    self.time.apply(TimeAction::GoOn);
                }
            }
            Action::SetSpeed(speed) => self.speed = speed,
            Action::ToggleFamily(family) => self.hidden = self.hidden.toggled(family),
            Action::ToggleNode(node) => self.toggle_node(node),
            Action::ClearNodes => self.chosen = Rc::default(),
            Action::SetKey(key) => self.key = key,
            Action::SetValue(value) => self.value = value,
            Action::SetThrough(through) => self.through = through,
            Action::SetTtl(ttl) => self.ttl = ttl,
            Action::Adopt(params) => self.adopt(params),
            Action::Look(lens) => self.lens = lens,
            Action::Merkle(action) => self.merkle.apply(action),
            Action::Gossip(action) => self.gossip.apply(action),
            Action::ToggleDisclosure(disclosure) => {
                self.disclosures = self.disclosures.toggled(disclosure);
            }
            Action::SetTimescale(timescale) => self.timescale = timescale,
            Action::ReadOut(ms) => self.read_out_ms = ms,
            Action::Predicted(prediction) => Rc::make_mut(&mut self.predictions).store(prediction),
            Action::TakeOperation(request, key) => {
                self.operation = Some(request);
                self.key = key;
            }
            Action::FollowOwn => self.operation = None,
            Action::ShowTab(tab) => self.tab = tab,
            Action::Pick(message) => {
                self.picked = Some(message);
                self.tab = Tab::Flights;
            }
            Action::SetTheme(theme) => self.theme = theme,
            Action::SetShortcuts(shortcuts) => self.shortcuts = shortcuts,
            Action::Versions(action) => self.versions.apply(action),
            Action::Time(action) => {
                // The explanation replaces the instruments.
                if matches!(action, TimeAction::Explain(Some(_))) && self.lens == Lens::Staleness {
                    self.lens = Lens::Ring;
                }
                if matches!(action, TimeAction::Turn) {
                    // Another run has other events under the same numbers.
                    self.diagram = self.diagram.reset();
                }
                self.time.apply(action);
            }
            Action::Ring(action) => self.ring.apply(action),
            Action::Diagram(action) => self.diagram.apply(action),
            Action::Twins(action) => self.twins.apply(action),
            Action::Say(notice) => self.notice = Some(Rc::new(notice)),
            Action::Dismiss(notice) => {
                self.notice = self.notice.take().filter(|shown| !Rc::ptr_eq(shown, &notice));
            }
        }
    }
}

/// Returns the key of a command, or `None` if it has none.
fn key_of(command: &Command) -> Option<String> {
    match command {
        Command::Put { key, .. } | Command::Get { key, .. } | Command::Delete { key, .. } => {
            Some(key.clone())
        }
        _ => None,
    }
}

/// Returns the state after an action.
pub(crate) fn reduce(state: &State, action: Action) -> State {
    let mut next = state.clone();
    next.apply(action);
    next
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(reduce(&self, action))
    }
}
