//! Knobs: the settings in which a twin may differ from its run.

use std::ops::RangeInclusive;

use ringside_sim::{CoordinatorChoice, MAX_NODES, MessageId};
use ringside_staleness::pbs::Preset;
use ringside_store::Instant;
use ringside_store::settings::{Ask, Order, ReadRepair, Settings};
use serde::Serialize;

use crate::lab::{Command, Lab, Planned};
use crate::scenario::{Legs, Scenario};

/// A setting in which a twin differs from its run from the beginning on, with its value in the twin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Knob {
    /// The number of replicas of a key.
    N(u16),
    /// The number of answers that a read needs.
    R(u16),
    /// The number of acknowledgements that a write needs.
    W(u16),
    /// Whether stand-ins count towards a quorum.
    Sloppy(bool),
    /// The replicas that a read asks.
    Ask(Ask),
    /// The repair of stale replicas by reads.
    ReadRepair(ReadRepair),
    /// Whether hinted handoff is on: writes are kept for unavailable replicas.
    Hints(bool),
    /// Whether replicas compare their hash trees.
    AntiEntropy(bool),
    /// Whether nodes gossip, and so can suspect one another.
    Gossip(bool),
    /// The rule by which one version replaces another.
    Versions(Order),
    /// Whether keys are linearizable registers.
    Register(bool),
    /// The latency preset of the messages of reads and writes, or `None` for the network's own latency model.
    Latency(Option<Preset>),
    /// The share of messages between nodes that are lost.
    Loss(f64),
    /// The choice of the nodes that coordinate clients' requests.
    Coordinator(CoordinatorChoice),
}

/// The selectable shares of lost messages.
const LOSSES: [f64; 5] = [0.0, 0.01, 0.05, 0.1, 0.2];
/// The most replicas of a key that can be selected.
const MOST_REPLICAS: u16 = 7;

impl Knob {
    /// Lists the knobs of a run, each with all its selectable values except the present one. A knob without
    /// such values is left out.
    pub fn others(lab: &Lab) -> Vec<Vec<Self>> {
        let quorum = lab.cluster().quorum();
        let most = lab.cluster().nodes().count().min(usize::from(MOST_REPLICAS)) as u16;
        let least = quorum.r().max(quorum.w());
        let others = choices(least..=most, 1..=quorum.n()).into_iter().map(|values| {
            let is_other = |it: &Self| it.in_force(lab) != Some(*it);
            values.into_iter().filter(is_other).collect()
        });
        others.filter(|values: &Vec<Self>| !values.is_empty()).collect()
    }

    /// Finds a knob by its [name](Self::name) and its [value](Self::value), or returns `None` if there is no
    /// such knob or selectable value. A particular run may still not allow the value.
    pub fn find(name: &str, value: &str) -> Option<Self> {
        let all = choices(1..=MOST_REPLICAS, 1..=MAX_NODES);
        all.into_iter().flatten().find(|it| it.name() == name && it.value() == value)
    }

    /// Returns the same knob with its present value in a run, or `None` if that value can't be selected.
    pub fn in_force(self, lab: &Lab) -> Option<Self> {
        let cluster = lab.cluster();
        let (quorum, settings) = (cluster.quorum(), cluster.settings());
        Some(match self {
            Self::N(_) => Self::N(quorum.n()),
            Self::R(_) => Self::R(quorum.r()),
            Self::W(_) => Self::W(quorum.w()),
            Self::Sloppy(_) => Self::Sloppy(settings.quorum.sloppy),
            Self::Ask(_) => Self::Ask(settings.quorum.ask),
            Self::ReadRepair(_) => Self::ReadRepair(settings.read_repair),
            Self::Hints(_) => Self::Hints(settings.hints.on),
            Self::AntiEntropy(_) => Self::AntiEntropy(settings.anti_entropy.on),
            Self::Gossip(_) => Self::Gossip(settings.gossip.on),
            Self::Versions(_) => Self::Versions(settings.versions.order),
            Self::Register(_) => Self::Register(settings.quorum.register),
            Self::Latency(_) => match &lab.legs {
                None => Self::Latency(None),
                Some(Legs::Preset(preset)) => Self::Latency(Some(*preset)),
                Some(Legs::Own(_)) => return None,
            },
            Self::Loss(_) => Self::Loss(cluster.channels().loss),
            Self::Coordinator(_) => Self::Coordinator(cluster.coordinator()),
        })
    }

    /// Returns the name of the knob.
    pub const fn name(self) -> &'static str {
        match self {
            Self::N(_) => "N",
            Self::R(_) => "R",
            Self::W(_) => "W",
            Self::Sloppy(_) => "Quorum",
            Self::Ask(_) => "Reads ask",
            Self::ReadRepair(_) => "Read repair",
            Self::Hints(_) => "Hinted handoff",
            Self::AntiEntropy(_) => "Anti-entropy",
            Self::Gossip(_) => "Gossip",
            Self::Versions(_) => "Versions",
            Self::Register(_) => "Linearizable register",
            Self::Latency(_) => "Latency",
            Self::Loss(_) => "Loss",
            Self::Coordinator(_) => "Coordinator",
        }
    }

    /// Returns the text of the knob's value.
    pub fn value(self) -> String {
        let on = |on: bool| if on { "on" } else { "off" };
        match self {
            Self::N(count) | Self::R(count) | Self::W(count) => return count.to_string(),
            Self::Loss(share) => return format!("{}%", (share * 1e4).round() / 1e2),
            Self::Sloppy(true) => "sloppy",
            Self::Sloppy(false) => "strict",
            Self::Ask(Ask::All) => "all N",
            Self::Ask(Ask::Quorum) => "R only",
            Self::ReadRepair(ReadRepair::Off) => "off",
            Self::ReadRepair(ReadRepair::Asynchronous) => "after the reply",
            Self::ReadRepair(ReadRepair::Blocking) => "before the reply",
            Self::Versions(Order::Dotted) => "dotted vectors",
            Self::Versions(Order::Plain) => "plain vectors",
            Self::Versions(Order::LastWriteWins) => "last write wins",
            Self::Latency(Some(preset)) => preset.name(),
            Self::Latency(None) => "the network\u{2019}s own",
            Self::Coordinator(CoordinatorChoice::Replica) => "a replica",
            Self::Coordinator(CoordinatorChoice::Any) => "any node",
            Self::Coordinator(CoordinatorChoice::Fixed) => "always the same",
            Self::Coordinator(CoordinatorChoice::Fastest) => "the fastest",
            Self::Hints(it) | Self::AntiEntropy(it) | Self::Gossip(it) | Self::Register(it) => {
                on(it)
            }
        }
        .to_owned()
    }

    /// Applies the knob to a scenario and to the commands of its events.
    pub(super) fn apply(self, scenario: &mut Scenario) {
        let cluster = &mut scenario.cluster;
        match self {
            Self::N(n) => cluster.n = n,
            Self::R(r) => cluster.r = r,
            Self::W(w) => cluster.w = w,
            Self::Latency(preset) => scenario.network.legs = preset.map(Legs::Preset),
            Self::Loss(share) => scenario.network.loss = share,
            Self::Coordinator(choice) => cluster.coordinator = choice,
            _ => self.set(&mut scenario.store),
        }
        for event in &mut scenario.events {
            if let Some(command) = self.applied_to_command(&event.command) {
                event.command = command;
            }
        }
    }

    /// Adapts the commands of the shown run to the twin, and drops those that act on a single message.
    pub(super) fn applied_to(self, commands: &[(Instant, Command)]) -> Vec<(Instant, Command)> {
        let adapted =
            |(at, command): &(Instant, Command)| Some((*at, self.applied_to_command(command)?));
        commands.iter().filter_map(adapted).collect()
    }

    /// Adapts a command to the twin, so that it keeps the twin's knob. `None` if the command acts on a single
    /// message: messages are numbered, and the twin's message of that number is a different one.
    fn applied_to_command(self, command: &Command) -> Option<Command> {
        Some(match (command, self) {
            (
                Command::Hold(_)
                | Command::Release(_)
                | Command::Drop(_)
                | Command::Duplicate(_)
                | Command::Delay { .. },
                _,
            ) => return None,
            (Command::Plan(planned), _) => {
                // Plans are numbered as well: one that means nothing in the twin still takes its number.
                let nothing = Command::Release(MessageId(u64::MAX));
                let command = self.applied_to_command(&planned.command).unwrap_or(nothing);
                Command::Plan(Planned { at: planned.at, command: Box::new(command) })
            }
            (&Command::Quorum { n: _, r, w }, Self::N(n)) => {
                Command::Quorum { n, r: r.min(n), w: w.min(n) }
            }
            (&Command::Quorum { n, r: _, w }, Self::R(r)) => Command::Quorum { n, r: r.min(n), w },
            (&Command::Quorum { n, r, w: _ }, Self::W(w)) => Command::Quorum { n, r, w: w.min(n) },
            (Command::Legs(_), Self::Latency(preset)) => Command::Legs(preset.map(Legs::Preset)),
            (Command::Loss(_), Self::Loss(share)) => Command::Loss(share),
            (Command::Coordinator(_), Self::Coordinator(choice)) => Command::Coordinator(choice),
            (Command::Settings(settings), _) => {
                let mut settings = settings.clone();
                self.set(&mut settings);
                Command::Settings(settings)
            }
            _ => command.clone(),
        })
    }

    /// Applies the knob to the store's settings. No effect if the knob is not one of them.
    const fn set(self, settings: &mut Settings) {
        match self {
            Self::Sloppy(sloppy) => settings.quorum.sloppy = sloppy,
            Self::Ask(ask) => settings.quorum.ask = ask,
            Self::ReadRepair(repair) => settings.read_repair = repair,
            Self::Hints(on) => settings.hints.on = on,
            Self::AntiEntropy(on) => settings.anti_entropy.on = on,
            Self::Gossip(on) => settings.gossip.on = on,
            Self::Versions(order) => settings.versions.order = order,
            Self::Register(on) => settings.quorum.register = on,
            Self::N(_)
            | Self::R(_)
            | Self::W(_)
            | Self::Latency(_)
            | Self::Loss(_)
            | Self::Coordinator(_) => {}
        }
    }
}

/// Lists all knobs with their selectable values: N from `replicas`, R and W from `needed`.
fn choices(replicas: RangeInclusive<u16>, needed: RangeInclusive<u16>) -> [Vec<Knob>; 14] {
    let both = [false, true];
    let orders = [Order::Dotted, Order::Plain, Order::LastWriteWins];
    let repairs = [ReadRepair::Off, ReadRepair::Asynchronous, ReadRepair::Blocking];
    let choices = [
        CoordinatorChoice::Replica,
        CoordinatorChoice::Any,
        CoordinatorChoice::Fixed,
        CoordinatorChoice::Fastest,
    ];
    let presets = Preset::ALL.into_iter().map(Some).chain([None]);
    [
        replicas.map(Knob::N).collect(),
        needed.clone().map(Knob::R).collect(),
        needed.map(Knob::W).collect(),
        repairs.map(Knob::ReadRepair).to_vec(),
        both.map(Knob::Hints).to_vec(),
        both.map(Knob::AntiEntropy).to_vec(),
        both.map(Knob::Sloppy).to_vec(),
        orders.map(Knob::Versions).to_vec(),
        presets.map(Knob::Latency).collect(),
        LOSSES.map(Knob::Loss).to_vec(),
        both.map(Knob::Gossip).to_vec(),
        [Ask::All, Ask::Quorum].map(Knob::Ask).to_vec(),
        both.map(Knob::Register).to_vec(),
        choices.map(Knob::Coordinator).to_vec(),
    ]
}
