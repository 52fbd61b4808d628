//! The experiment: a run that can be advanced, acted on and looked at.

mod command;
mod commands;
mod link;
mod planned;
mod schedule;

pub use command::{Command, DirectedLink};
pub(crate) use commands::intervention_words;
pub(crate) use link::VERSION;
pub use planned::Planned;
pub(crate) use schedule::Due;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use ringside_sim::{Cluster, Digest, Entry, EntryKind, InFlight, Observation, Regions};
use ringside_store::{Instant, RequestId, Token};

use crate::error::{CommandError, LinkError, ScenarioError};
use crate::frame::UserOperations;
use crate::gossip::Pulse;
use crate::instruments::{Instruments, Replicas, Summary};
use crate::merkle::Exchanges;
use crate::ring::Shares;
use crate::scenario::{Event, LatencyModel, Legs, Load, Scenario, Service};
use crate::timeline::{Mark, marks};
use crate::verdict::Histories;
use crate::versions::Lineages;
use link::Packed;
use schedule::Schedule;

/// How many entries are written before the observers look at them: few enough that they are still in
/// the processor's cache.
const SLICE: u64 = 512;
/// How many entries the log and the load's operations can be told from.
pub(crate) const KEPT: u64 = 20_000;
/// How many of them a checkpoint keeps: who goes on from there writes others.
const KEPT_AT_CHECKPOINT: u64 = 1_000;
/// How many acts upon the cluster are kept, to tell why something was lost later on. Chaos at its highest
/// brings two a second.
const MAX_INTERVENTIONS: usize = 20_000;
/// How many marks are kept for who asks for them.
const MAX_MARKS: usize = 10_000;

/// A run: a scenario with its seed, and what was done to it.
///
/// The same scenario, seed and commands give the same journal, whatever watches and however the time
/// is cut into steps.
#[derive(Clone, Debug)]
pub struct Lab {
    pub(crate) scenario: Scenario,
    pub(crate) cluster: Cluster,
    /// The load in force, also when it is off.
    pub(crate) load: Load,
    pub(crate) latency: LatencyModel,
    pub(crate) legs: Option<Legs>,
    /// The regions as they were named, which are not in force where there are none but the legs bring
    /// some.
    pub(crate) regions: Option<Regions>,
    pub(crate) service: Service,
    /// What the scenario's schedule has still to do, and what was planned by hand.
    pub(crate) schedule: Schedule,
    /// What was done by hand, and of a link what is still to be repeated.
    commands: Vec<(Instant, Command)>,
    done: usize,
    /// How many entries the observers have seen.
    seen: u64,
    /// Who holds how much of the ring.
    pub(crate) shares: Shares,
    pub(crate) summary: Summary,
    pub(crate) instruments: Instruments,
    pub(crate) user_operations: UserOperations,
    pub(crate) histories: Histories,
    pub(crate) lineages: Lineages,
    pub(crate) exchanges: Exchanges,
    pub(crate) pulse: Option<Pulse>,
    /// What was done to the cluster, oldest first, as far as it is kept.
    pub(crate) interventions: VecDeque<Entry>,
    /// Moments that stand out and have not been taken yet.
    marks: Vec<Mark>,
}

impl Lab {
    /// Opens a run at time zero.
    ///
    /// # Errors
    ///
    /// Names the scenario's field that is impossible.
    pub fn open(scenario: Scenario) -> Result<Self, ScenarioError> {
        let config = scenario.to_config()?;
        let mut cluster =
            Cluster::new(config).map_err(|error| ScenarioError::new("load", error))?;
        cluster.watch();
        let (ring, quorum) = (Arc::clone(cluster.ring()), cluster.quorum());
        let shares = Shares::of(&ring, quorum.n());
        let replicas = Replicas { ring, n: quorum.n() };
        let instruments = Instruments::new(scenario.slo.clone(), replicas, quorum);
        let histories = Histories::new(cluster.settings());
        let events = scenario.events.iter().map(|event| (event.at, event.command.clone()));
        let schedule = Schedule::new(events);
        Ok(Self {
            load: scenario.load.clone(),
            latency: scenario.network.latency.clone(),
            legs: scenario.network.legs.clone(),
            regions: scenario.network.regions,
            service: scenario.cluster.service.clone(),
            scenario,
            cluster,
            schedule,
            commands: Vec::new(),
            done: 0,
            seen: 0,
            shares,
            summary: Summary::default(),
            instruments,
            user_operations: UserOperations::default(),
            histories,
            lineages: Lineages::default(),
            exchanges: Exchanges::default(),
            pulse: None,
            interventions: VecDeque::new(),
            marks: Vec::new(),
        })
    }

    /// Opens the run that a link describes, at time zero, and gives the moment at which the link was
    /// copied. Advancing to that moment repeats all that was done.
    ///
    /// # Errors
    ///
    /// Tells a damaged link, one of another version, and one whose run is impossible.
    pub fn open_link(link: &str) -> Result<(Self, Instant), LinkError> {
        let Packed { scenario, commands, moment } = Packed::unpack(link)?;
        // Nodes that the schedule or a hand lets join bring names with them. Whether they are there
        // in time is for the cluster to say.
        let scheduled = scenario.events.iter().map(|event| &event.command);
        let mut nodes = scheduled.fold(scenario.cluster.nodes, |nodes, it| it.nodes_after(nodes));
        for (index, (at, command)) in commands.iter().enumerate() {
            let within = |error: ScenarioError| error.within(format!("commands[{index}]"));
            command.check(nodes).map_err(within)?;
            nodes = command.nodes_after(nodes);
            let before = index.checked_sub(1).map(|before| commands[before].0);
            if before.is_some_and(|before| before > *at) || *at > moment {
                return Err(LinkError::Damaged);
            }
        }
        let lab = Self::open(scenario)?;
        Ok((Self { commands, ..lab }, moment))
    }

    /// Packs the run up to now into a link's text.
    ///
    /// What is due at this very instant is done first, so that the link has one moment to lead to.
    pub fn link(&mut self) -> String {
        self.advance_to(self.now());
        let commands = self.commands[..self.done].to_vec();
        Packed { scenario: self.scenario.clone(), commands, moment: self.now() }.pack()
    }

    /// Gives the scenario that the run began with.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Gives how long nodes take for a message now, and how many may wait.
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// Gives the cluster, to look at.
    pub const fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Gives the virtual time.
    pub const fn now(&self) -> Instant {
        self.cluster.now()
    }

    /// Gives the digest of the journal so far.
    pub fn digest(&self) -> Digest {
        self.cluster.journal().digest()
    }

    /// Gives the counters of the run so far.
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Lists what was done by hand up to now, each with its time.
    pub fn commands(&self) -> &[(Instant, Command)] {
        &self.commands[..self.done]
    }

    /// Gives a scenario that leads to where this run stands: its own, with what was done by hand up to now
    /// in its schedule.
    pub fn to_scenario(&self) -> Scenario {
        let mut scenario = self.scenario.clone();
        let by_hand = self
            .commands()
            .iter()
            .map(|(at, command)| Event { at: at.since(Instant::ZERO), command: command.clone() });
        // What is done at one instant keeps its order: the schedule is first, as it was in the run.
        let (before, more) = (scenario.events.len() as u32, by_hand.len() as u32);
        scenario.events.extend(by_hand);
        for event in &mut scenario.events {
            // What is planned while a run goes on is counted from the end of its schedule.
            if let Command::Cancel(number) = &mut event.command
                && *number >= before
            {
                *number += more;
            }
        }
        scenario.duration = scenario.duration.max(self.now().since(Instant::ZERO));
        scenario
    }

    /// Runs until `until`, in which what is due at `until` is included.
    pub fn advance_to(&mut self, until: Instant) {
        while !self.advance(until, u64::MAX) {}
    }

    /// Runs until `until`, but stops once about `most` journal entries are written. Tells whether it
    /// got there.
    pub fn advance(&mut self, until: Instant, most: u64) -> bool {
        self.advance_with(until, most, &mut |_| {})
    }

    /// As [`Lab::advance`], and shows every entry to `sink`.
    pub fn advance_with(
        &mut self,
        until: Instant,
        most: u64,
        sink: &mut dyn FnMut(&Entry),
    ) -> bool {
        let stop = self.cluster.journal().written().saturating_add(most);
        loop {
            let command_at = self.next_command();
            let written = self.cluster.journal().written();
            if written >= stop {
                return false;
            }
            let target = command_at.map_or(until, |at| at.min(until));
            let arrived = self.cluster.advance(target, SLICE.min(stop - written));
            self.observe(sink);
            if !arrived {
                continue;
            }
            if command_at.is_none_or(|at| at > until) {
                return true;
            }
            self.do_next_command();
            self.observe(sink);
        }
    }

    /// Does the next thing that happens, whenever that is; tells whether there was one.
    pub fn step(&mut self) -> bool {
        let command_at = self.next_command();
        let limit = command_at.unwrap_or(Instant::from_us(u64::MAX));
        let mut stepped = self.cluster.step(limit);
        if let (false, Some(at)) = (stepped, command_at) {
            self.cluster.advance(at, u64::MAX);
            self.do_next_command();
            stepped = true;
        }
        self.observe(&mut |_| {});
        stepped
    }

    /// Acts on the cluster now, after all that is due at this instant. Gives the request of a put, get
    /// or delete.
    ///
    /// What a link had still to repeat is discarded: this act takes its place.
    ///
    /// # Errors
    ///
    /// Refuses impossible values, and what the cluster's state does not allow. The run goes on as if
    /// the command had not been given, and a link does not carry it.
    pub fn command(&mut self, command: Command) -> Result<Option<RequestId>, CommandError> {
        self.advance_to(self.now());
        command.check(self.cluster.nodes().count() as u16)?;
        let request = self.execute(&command)?;
        self.commands.truncate(self.done);
        self.commands.push((self.now(), command));
        self.done += 1;
        self.observe(&mut |_| {});
        Ok(request)
    }

    /// Lists the journal's entries of these numbers, oldest first, as far as they are kept: the latest
    /// 20,000 or so.
    pub fn journal(&self, numbers: Range<u64>) -> impl DoubleEndedIterator<Item = &Entry> {
        self.cluster.journal().range(numbers)
    }

    /// Lists the messages in flight and held, in no order that means anything.
    pub fn in_flight(&self) -> impl Iterator<Item = InFlight> {
        self.cluster.in_flight()
    }

    /// Lists the tokens of the ring, clockwise. A position over 2^64 is the part of a turn from the
    /// top.
    pub fn tokens(&self) -> &[Token] {
        self.cluster.ring().tokens()
    }

    /// Gives how many journal entries have been written.
    pub const fn written(&self) -> u64 {
        self.cluster.journal().written()
    }

    /// Gives the moments that stand out since this was last asked, oldest first: the latest 10,000.
    pub fn take_marks(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.marks)
    }

    /// Gives the same run at time zero, with all that is done by hand still to be done.
    pub(crate) fn at_start(&self) -> Self {
        // What has been opened once can be opened again.
        let start = Self::open(self.scenario.clone()).unwrap_or_else(|_| self.clone());
        start.with_commands_of(self)
    }

    /// Gives a copy to go on from, without most of the journal.
    pub(crate) fn checkpoint(&mut self) -> Self {
        let first = self.written().saturating_sub(KEPT_AT_CHECKPOINT);
        // What is kept in part only is set aside while the rest is copied: it is most of a lab.
        let journal = std::mem::take(self.cluster.journal_mut());
        let lineages = std::mem::take(&mut self.lineages);
        let mut copy = self.clone();
        *copy.cluster.journal_mut() = journal.copy_since(first);
        copy.lineages = lineages.thinned();
        copy.histories.pack();
        *self.cluster.journal_mut() = journal;
        self.lineages = lineages;
        copy
    }

    /// Gives the run as it stands here, with what another one of the same beginning does by hand later
    /// on.
    pub(crate) fn with_commands_of(self, later: &Self) -> Self {
        let mut lab = Self { commands: later.commands.clone(), ..self };
        lab.watch_pulse(later.watched_pulse());
        lab
    }

    /// Lists what is done by hand, also what lies ahead after a look back.
    pub(crate) fn all_commands(&self) -> &[(Instant, Command)] {
        &self.commands
    }

    /// Gives how many of them are done.
    pub(crate) const fn done(&self) -> usize {
        self.done
    }

    /// Does these commands by hand, of which those that are done must be the same.
    pub(crate) fn set_commands(&mut self, commands: Vec<(Instant, Command)>) {
        self.commands = commands;
    }

    /// Gives when the schedule and a link's commands by hand are due next.
    fn due(&self) -> (Option<Instant>, Option<Instant>) {
        let scheduled = self.schedule.next_at();
        let by_hand = self.commands.get(self.done).map(|(at, _)| *at);
        (scheduled, by_hand)
    }

    /// Gives when the next command of either is due.
    fn next_command(&self) -> Option<Instant> {
        let (scheduled, by_hand) = self.due();
        scheduled.into_iter().chain(by_hand).min()
    }

    /// Does the next command. Where the schedule and a hand act at one instant, the schedule is first.
    fn do_next_command(&mut self) {
        let command = match self.due() {
            (Some(at), by_hand) if by_hand.is_none_or(|by_hand| at <= by_hand) => {
                self.schedule.pop()
            }
            _ => {
                self.done += 1;
                self.commands.get(self.done - 1).map(|(_, command)| command.clone())
            }
        };
        if let Some(Err(error)) = command.map(|command| self.execute(&command)) {
            self.cluster.note_refusal(&error.to_string());
        }
    }

    /// Shows the observers what is new, and forgets what is old.
    fn observe(&mut self, sink: &mut dyn FnMut(&Entry)) {
        let written = self.cluster.journal().written();
        let mut sightings = self.cluster.take_observations().into_iter().peekable();
        for entry in self.cluster.journal().since(self.seen) {
            while let Some(sighting) = sightings.next_if(|it| it.before <= entry.number) {
                self.lineages.sight(&sighting);
                sight(&mut self.instruments, &mut self.exchanges, &mut self.pulse, sighting);
            }
            self.instruments.observe(entry);
            self.lineages.observe(entry);
            self.exchanges.observe(entry);
            self.summary.observe(entry);
            self.user_operations.observe(entry);
            self.histories.observe(entry);
            if self.instruments.take_alert() {
                self.marks.push(Mark::alert(entry));
            }
            self.marks.extend(marks::of(entry, self.instruments.take_stands_out()));
            if matches!(entry.kind, EntryKind::Intervention(_)) {
                if self.interventions.len() == MAX_INTERVENTIONS {
                    self.interventions.pop_front();
                }
                self.interventions.push_back(entry.clone());
            }
            sink(entry);
        }
        sightings.for_each(|sighting| {
            self.lineages.sight(&sighting);
            sight(&mut self.instruments, &mut self.exchanges, &mut self.pulse, sighting);
        });
        self.instruments.pass(self.cluster.now());
        self.shares.follow(self.cluster.ring(), self.cluster.quorum().n());
        self.seen = written;
        // Whoever does not ask for them shall not pay for them.
        if self.marks.len() > 2 * MAX_MARKS {
            self.marks.drain(..self.marks.len() - MAX_MARKS);
        }
        self.cluster.journal_mut().forget_before(written.saturating_sub(KEPT));
    }
}

/// Shows the observers what an observer of everything saw.
fn sight(
    instruments: &mut Instruments,
    exchanges: &mut Exchanges,
    pulse: &mut Option<Pulse>,
    sighting: Observation,
) {
    exchanges.sight(&sighting);
    if let Some(pulse) = pulse {
        pulse.sight(&sighting);
    }
    instruments.sight(sighting);
}
