//! What the page shows and how it changes: one state, its actions, and a pure reducer.
//!
//! What the cluster does is not in here: the engine's lab knows that, and a [`Snapshot`] of it
//! arrives a few times a second.

pub(crate) mod course;
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
use crate::state::course::TimelinePosition;
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
use crate::state::twins::{CompareWith, TwinsAction, TwinsState};
use crate::state::versions::{VersionsAction, VersionsState};
use crate::state::view_params::ViewParams;
use crate::state::view_request::{Motion, ViewRequest};

/// A picture of the run at one moment, as the lab gave it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshot {
    /// Everything but the messages in flight.
    pub(crate) frame: Frame,
    /// The tokens of the ring.
    pub(crate) tokens: Rc<Vec<Token>>,
    /// Where the nodes stand.
    pub(crate) dial: Rc<Dial>,
    /// The last lines of the event log, oldest first.
    pub(crate) log: Rc<Vec<LogLine>>,
    /// The messages that a person can act on: while paused the next to arrive, and always the held.
    pub(crate) flights: Vec<InFlight>,
    /// How many messages are in flight or held.
    pub(crate) flying: usize,
    /// How well the run keeps up with the chosen speed.
    pub(crate) pace: Pace,
    /// What the instruments say.
    pub(crate) readings: Rc<InstrumentReadings>,
    /// What the open lens shows.
    pub(crate) lens: LensFrame,
    /// Where the run stands in time.
    pub(crate) position: TimelinePosition,
    /// How much of a link's run is repeated, from 0 to 1; none once all of it is.
    pub(crate) repeated: Option<f64>,
}

/// A run that was just opened.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// Where it came from.
    pub(crate) origin: Origin,
    /// Its scenario.
    pub(crate) scenario: Rc<Scenario>,
    /// Its first picture.
    pub(crate) snapshot: Rc<Snapshot>,
}

/// Where a run came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The built-in scenario of this name.
    BuiltIn(&'static str),
    /// The page's address.
    Link,
    /// The person's own text.
    Own,
}

/// What a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something was done; it goes by itself.
    Done,
    /// Something was refused; it stays until it is dismissed.
    Refused,
    /// The page could not do what it was opened for; it stays, and is told at once.
    Damaged,
}

/// A message to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What it is for.
    pub(crate) tone: Tone,
    /// What it says.
    pub(crate) text: String,
}

impl Notice {
    /// Makes a notice that something was done.
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Done, text: text.into() }
    }

    /// Makes a notice that something was refused.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self { tone: Tone::Refused, text: text.into() }
    }

    /// Makes a notice that the page could not be opened as its address says.
    pub(crate) fn damaged(text: impl Into<String>) -> Self {
        Self { tone: Tone::Damaged, text: text.into() }
    }
}

/// The two lists that share a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// What happened.
    #[default]
    Log,
    /// What is under way.
    Flights,
}

/// Everything that the page shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    /// Where the run came from.
    pub(crate) origin: Origin,
    /// The run's scenario.
    pub(crate) scenario: Rc<Scenario>,
    /// The latest picture.
    pub(crate) snapshot: Rc<Snapshot>,
    /// Whether time runs.
    pub(crate) playing: bool,
    /// How fast.
    pub(crate) speed: Speed,
    /// The families whose dots are hidden.
    pub(crate) hidden: FamilySet,
    /// The nodes that the fault buttons act on, by number.
    pub(crate) chosen: Rc<Vec<NodeId>>,
    /// The text of the key field: the key in hand.
    pub(crate) key: String,
    /// The text of the value field.
    pub(crate) value: String,
    /// The node that the next operation goes through; any where there is none.
    pub(crate) through: Option<NodeId>,
    /// How long the next value that is put lives; as the settings say where there is none.
    pub(crate) ttl: Option<Duration>,
    /// How the run is params at.
    pub(crate) lens: Lens,
    /// What is set in the view of anti-entropy.
    pub(crate) merkle: MerkleState,
    /// What is set in the view of gossip.
    pub(crate) gossip: GossipState,
    /// What is opened to see more.
    pub(crate) disclosures: Disclosures,
    /// The window that the objectives' rules run on.
    pub(crate) timescale: Timescale,
    /// The time at which the staleness curve is read out, in milliseconds.
    pub(crate) read_out_ms: f64,
    /// What PBS predicts.
    pub(crate) predictions: Rc<Predictions>,
    /// The operation in hand; the person's last where there is none.
    pub(crate) operation: Option<RequestId>,
    /// What is done with the versions of the key in hand.
    pub(crate) versions: VersionsState,
    /// What is shown of going back and forth in time.
    pub(crate) time: TimeState,
    /// What the run is compared with, and how that is shown.
    pub(crate) twins: TwinsState,
    /// How the ring is params at.
    pub(crate) ring: RingView,
    /// What is shown of the space-time diagram.
    pub(crate) diagram: DiagramState,
    /// The list that is shown.
    pub(crate) tab: Tab,
    /// The message that was picked on the stage.
    pub(crate) picked: Option<MessageId>,
    /// The colours.
    pub(crate) theme: Theme,
    /// Which keys do something.
    pub(crate) shortcuts: Shortcuts,
    /// What is said to the person, newest last.
    pub(crate) notice: Option<Rc<Notice>>,
}

/// A change of the state.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Another run was opened, which plays at once or waits.
    Opened(Opened, bool),
    /// A new picture of the run arrived.
    Snapshot(Rc<Snapshot>),
    /// Time was started or stopped.
    Play(bool),
    /// The speed was set.
    SetSpeed(Speed),
    /// A family's dots were shown or hidden.
    ToggleFamily(Family),
    /// A node was chosen, or no longer.
    ToggleNode(NodeId),
    /// All nodes were let go.
    ClearNodes,
    /// The key field was edited.
    SetKey(String),
    /// The value field was edited.
    SetValue(String),
    /// A coordinator was chosen.
    SetThrough(Option<NodeId>),
    /// It was set how long values live.
    SetTtl(Option<Duration>),
    /// The run is to be params at as an address says.
    Adopt(ViewParams),
    /// The run is to be params at in this way.
    Look(Lens),
    /// Something in the view of anti-entropy.
    Merkle(MerkleAction),
    /// Something in the view of gossip.
    Gossip(GossipAction),
    /// Something was opened to see more, or closed.
    ToggleDisclosure(Disclosure),
    /// The objectives' window was chosen.
    SetTimescale(Timescale),
    /// The staleness curve is read out at this time, in milliseconds.
    ReadOut(f64),
    /// A prediction came, or it was found that there can be none.
    Predicted(Prediction),
    /// An operation was taken in hand, with its key.
    TakeOperation(RequestId, String),
    /// The person's own last operation was taken in hand.
    FollowOwn,
    /// A list was chosen.
    ShowTab(Tab),
    /// A message was picked on the stage.
    Pick(MessageId),
    /// The colours were chosen.
    SetTheme(Theme),
    /// It was set which keys do something.
    SetShortcuts(Shortcuts),
    /// Something about going back and forth in time.
    Time(TimeAction),
    /// Something about two runs side by side.
    Twins(TwinsAction),
    /// Something about how the ring is params at.
    Ring(RingAction),
    /// Something about the versions of the key in hand.
    Versions(VersionsAction),
    /// Something about the space-time diagram.
    Diagram(DiagramAction),
    /// Something is to be said.
    Say(Notice),
    /// What was said is to go; a newer notice stays.
    Dismiss(Rc<Notice>),
}

/// The key that a fresh page has in hand.
const FIRST_KEY: &str = "colour";

/// Where a fresh page reads the staleness curve out.
const FIRST_READ_OUT_MS: f64 = 5.0;

/// The value that a fresh page offers to put.
const FIRST_VALUE: &str = "blue";

impl State {
    /// Makes the state of a fresh page.
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

    /// Takes the key in hand from the operation that a link was made with, or else from the first one
    /// that the scenario's schedule has, for that is what it is about.
    fn adopt_key(&mut self) {
        let operation = self.snapshot.frame.operation.as_ref();
        let linked = operation.filter(|_| self.origin == Origin::Link);
        let linked = linked.map(|operation| operation.key.clone());
        let scheduled = || self.scenario.events.iter().find_map(|event| key_of(&event.command));
        if let Some(key) = linked.or_else(scheduled) {
            self.key = key;
        }
    }

    /// Gives what the page wants to see closer.
    pub(crate) fn focus(&self) -> Focus {
        let key = (!self.key.is_empty()).then(|| self.key.clone());
        Focus { key, operation: self.operation }
    }

    /// Gives what of the ring is worth a nearer look: the first node that is chosen, or else the place of
    /// the key in hand.
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
            highlighted: self.time.lit.clone(),
            versus: self.twins.versus,
            subscription: self.subscription(),
            motion: Motion { playing: self.playing, speed: self.speed },
        }
    }

    /// Gives how the run is looked at at, for its address.
    pub(crate) fn view_params(&self) -> ViewParams {
        let twin = match self.twins.versus {
            Some(CompareWith::Twist(twist)) => Some(twist),
            // Another run is not in the link.
            Some(CompareWith::Run(_)) | None => None,
        };
        ViewParams { lens: Some(self.lens), key: self.focus().key, operation: self.operation, twin }
    }

    /// Looks at the run as an address says.
    pub(crate) fn adopt(&mut self, params: ViewParams) {
        self.lens = params.lens.unwrap_or(self.lens);
        self.key = params.key.unwrap_or_else(|| self.key.clone());
        self.operation = params.operation.or(self.operation);
        self.twins.versus = params.twin.map(CompareWith::Twist).or(self.twins.versus);
    }

    fn open(&mut self, opened: Opened, playing: bool) {
        let nodes = opened.snapshot.frame.nodes.len();
        // A reset leaves the key in hand that the person has typed.
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
        // What was chosen by hand outlives a reset, as far as the new cluster has it.
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
                // Once time runs on, what was picked has moved or arrived.
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
                self.disclosures = self.disclosures.toggled(disclosure)
            }
            Action::SetTimescale(timescale) => self.timescale = timescale,
            Action::ReadOut(ms) => self.read_out_ms = ms,
            Action::Predicted(prediction) => Rc::make_mut(&mut self.predictions).take(prediction),
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
                // Why something happened is told where the instruments are, whose place the
                // judgements take.
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

/// Gives the key that a command is about, where it is about one.
fn key_of(command: &Command) -> Option<String> {
    match command {
        Command::Put { key, .. } | Command::Get { key, .. } | Command::Delete { key, .. } => {
            Some(key.clone())
        }
        _ => None,
    }
}

/// Gives the state that follows an action.
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
