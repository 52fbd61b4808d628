//! The run of an experiment: time, commands, and the observers of the journal.

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
use crate::gossip::PhiRecorder;
use crate::instruments::{Instruments, Replicas, Summary};
use crate::merkle::Exchanges;
use crate::ring::Shares;
use crate::scenario::{Event, LatencyModel, Legs, Load, Scenario, Service};
use crate::timeline::{Mark, marks};
use crate::verdict::Histories;
use crate::versions::Lineages;
use link::Packed;
use schedule::Schedule;

/// The number of entries that are written before the observers read them: few enough that they are still in
/// the processor's cache.
const SLICE: u64 = 512;
/// The number of journal entries that are kept.
pub(crate) const KEPT: u64 = 20_000;
/// The number that a checkpoint keeps: a run that continues from it writes new ones.
const KEPT_AT_CHECKPOINT: u64 = 1_000;
/// The number of interventions that are kept, for explanations of later losses. Chaos at its highest rate
/// causes two a second.
const MAX_INTERVENTIONS: usize = 20_000;
/// The number of marks that are kept until they are taken.
const MAX_MARKS: usize = 10_000;

/// A run: a scenario with its seed, and the commands given to it.
///
/// The same scenario, seed and commands give the same journal, for any observers and any division of the time
/// into steps.
#[derive(Clone, Debug)]
pub struct Lab {
    pub(crate) scenario: Scenario,
    pub(crate) cluster: Cluster,
    /// The load, also while it is off.
    pub(crate) load: Load,
    pub(crate) latency: LatencyModel,
    pub(crate) legs: Option<Legs>,
    /// The regions that were set by themselves. If there are none, those of the legs' preset are in force.
    pub(crate) regions: Option<Regions>,
    pub(crate) service: Service,
    /// The commands of the scenario and of plans that are still due.
    pub(crate) schedule: Schedule,
    /// The user's commands: those that were executed, and those of a link that are still to be repeated.
    commands: Vec<(Instant, Command)>,
    done: usize,
    /// The number of entries that the observers have read.
    seen: u64,
    /// The shares of the ring that nodes own.
    pub(crate) shares: Shares,
    pub(crate) summary: Summary,
    pub(crate) instruments: Instruments,
    pub(crate) user_operations: UserOperations,
    pub(crate) histories: Histories,
    pub(crate) lineages: Lineages,
    pub(crate) exchanges: Exchanges,
    pub(crate) phi_trace: Option<PhiRecorder>,
    /// The interventions that are kept, oldest first.
    pub(crate) interventions: VecDeque<Entry>,
    /// The marks that have not been taken yet.
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
            phi_trace: None,
            interventions: VecDeque::new(),
            marks: Vec::new(),
        })
    }

    /// Opens the run of a link at time zero. Returns it with the moment at which the link was copied: to
    /// advance to that moment repeats all commands.
    ///
    /// # Errors
    ///
    /// Refuses a damaged link, one of another version, and one whose run is impossible.
    pub fn open_link(link: &str) -> Result<(Self, Instant), LinkError> {
        let Packed { scenario, commands, moment } = Packed::unpack(link)?;
        // Nodes that join by the schedule or by a command can be named. The cluster itself refuses a name
        // that is used too early.
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
    /// Commands that are due at this instant are executed first, so that the link leads to one moment.
    pub fn link(&mut self) -> String {
        self.advance_to(self.now());
        let commands = self.commands[..self.done].to_vec();
        Packed { scenario: self.scenario.clone(), commands, moment: self.now() }.pack()
    }

    /// Returns the scenario of the run.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Returns the service time of nodes and the capacity of their mailboxes.
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// Returns the cluster.
    pub const fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Returns the virtual time.
    pub const fn now(&self) -> Instant {
        self.cluster.now()
    }

    /// Returns the digest of the journal.
    pub fn digest(&self) -> Digest {
        self.cluster.journal().digest()
    }

    /// Returns the counters of the run.
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The user's commands up to now, each with its time.
    pub fn commands(&self) -> &[(Instant, Command)] {
        &self.commands[..self.done]
    }

    /// Returns a scenario that leads to the present state: the run's own, with the user's commands in its
    /// schedule.
    pub fn to_scenario(&self) -> Scenario {
        let mut scenario = self.scenario.clone();
        let by_hand = self
            .commands()
            .iter()
            .map(|(at, command)| Event { at: at.since(Instant::ZERO), command: command.clone() });
        // Commands of one instant keep their order: the schedule is first, as it was in the run.
        let (before, more) = (scenario.events.len() as u32, by_hand.len() as u32);
        scenario.events.extend(by_hand);
        for event in &mut scenario.events {
            // Plans of a run are numbered from the end of its schedule.
            if let Command::Cancel(number) = &mut event.command
                && *number >= before
            {
                *number += more;
            }
        }
        scenario.duration = scenario.duration.max(self.now().since(Instant::ZERO));
        scenario
    }

    /// Runs until `until`, including what is due at `until`.
    pub fn advance_to(&mut self, until: Instant) {
        while !self.advance(until, u64::MAX) {}
    }

    /// Runs until `until`, but stops once about `most` journal entries are written. Returns `true` if it
    /// reached `until`.
    pub fn advance(&mut self, until: Instant, most: u64) -> bool {
        self.advance_with(until, most, &mut |_| {})
    }

    /// As [`Lab::advance`], and passes every entry to `sink`.
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
            self.execute_next_command();
            self.observe(sink);
        }
    }

    /// Executes the next event, at any time. Returns `false` if there is none.
    pub fn step(&mut self) -> bool {
        let command_at = self.next_command();
        let limit = command_at.unwrap_or(Instant::from_us(u64::MAX));
        let mut stepped = self.cluster.step(limit);
        if let (false, Some(at)) = (stepped, command_at) {
            self.cluster.advance(at, u64::MAX);
            self.execute_next_command();
            stepped = true;
        }
        self.observe(&mut |_| {});
        stepped
    }

    /// Executes a command now, after all that is due at this instant. Returns the request of a put, get or
    /// delete.
    ///
    /// Commands of a link that are still to be repeated are discarded.
    ///
    /// # Errors
    ///
    /// Refuses impossible values, and what the cluster's state does not allow. Nothing has changed then, and
    /// a link does not contain the command.
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

    /// The journal entries of these numbers that are kept, oldest first: about the latest 20,000.
    pub fn journal(&self, numbers: Range<u64>) -> impl DoubleEndedIterator<Item = &Entry> {
        self.cluster.journal().range(numbers)
    }

    /// The messages in flight and held, in no particular order.
    pub fn in_flight(&self) -> impl Iterator<Item = InFlight> {
        self.cluster.in_flight()
    }

    /// The tokens of the ring, clockwise. A position divided by 2^64 is the fraction of a turn from the top.
    pub fn tokens(&self) -> &[Token] {
        self.cluster.ring().tokens()
    }

    /// Returns the number of journal entries that have been written.
    pub const fn written(&self) -> u64 {
        self.cluster.journal().written()
    }

    /// Removes and returns the marks since the last call, oldest first: the latest 10,000.
    pub fn take_marks(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.marks)
    }

    /// Returns the same run at time zero, with all commands of the user still to be executed.
    pub(crate) fn at_start(&self) -> Self {
        // A scenario that was opened once can be opened again.
        let start = Self::open(self.scenario.clone()).unwrap_or_else(|_| self.clone());
        start.with_commands_of(self)
    }

    /// Returns a copy to continue from, without most of the journal.
    pub(crate) fn checkpoint(&mut self) -> Self {
        let first = self.written().saturating_sub(KEPT_AT_CHECKPOINT);
        // The parts that are kept only partly are set aside while the rest is cloned: they are most of a lab.
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

    /// Returns the run in its present state, with the later commands of another run of the same beginning.
    pub(crate) fn with_commands_of(self, later: &Self) -> Self {
        let mut lab = Self { commands: later.commands.clone(), ..self };
        lab.watch_phi(later.watched_phi());
        lab
    }

    /// The user's commands, including those in the future after a seek to the past.
    pub(crate) fn all_commands(&self) -> &[(Instant, Command)] {
        &self.commands
    }

    /// Returns the number of the user's commands that have been executed.
    pub(crate) const fn done(&self) -> usize {
        self.done
    }

    /// Replaces the user's commands. Those that have been executed must be the same.
    pub(crate) fn set_commands(&mut self, commands: Vec<(Instant, Command)>) {
        self.commands = commands;
    }

    /// Returns the times of the next command of the schedule and of the user.
    fn due(&self) -> (Option<Instant>, Option<Instant>) {
        let scheduled = self.schedule.next_at();
        let by_hand = self.commands.get(self.done).map(|(at, _)| *at);
        (scheduled, by_hand)
    }

    /// Returns the time of the next command of either.
    fn next_command(&self) -> Option<Instant> {
        let (scheduled, by_hand) = self.due();
        scheduled.into_iter().chain(by_hand).min()
    }

    /// Executes the next command. At one instant, the schedule is before the user.
    fn execute_next_command(&mut self) {
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

    /// Passes new entries and observations to the observers, and drops old entries.
    fn observe(&mut self, sink: &mut dyn FnMut(&Entry)) {
        let written = self.cluster.journal().written();
        let mut observations = self.cluster.take_observations().into_iter().peekable();
        for entry in self.cluster.journal().since(self.seen) {
            while let Some(observation) = observations.next_if(|it| it.before <= entry.number) {
                self.lineages.record_observation(&observation);
                pass_observation(
                    &mut self.instruments,
                    &mut self.exchanges,
                    &mut self.phi_trace,
                    observation,
                );
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
        observations.for_each(|observation| {
            self.lineages.record_observation(&observation);
            pass_observation(
                &mut self.instruments,
                &mut self.exchanges,
                &mut self.phi_trace,
                observation,
            );
        });
        self.instruments.pass(self.cluster.now());
        self.shares.follow(self.cluster.ring(), self.cluster.quorum().n());
        self.seen = written;
        // A caller that never takes marks does not pay for them.
        if self.marks.len() > 2 * MAX_MARKS {
            self.marks.drain(..self.marks.len() - MAX_MARKS);
        }
        self.cluster.journal_mut().forget_before(written.saturating_sub(KEPT));
    }
}

/// Passes an omniscient observation to the observers.
fn pass_observation(
    instruments: &mut Instruments,
    exchanges: &mut Exchanges,
    phi_trace: &mut Option<PhiRecorder>,
    observation: Observation,
) {
    exchanges.record_observation(&observation);
    if let Some(phi_trace) = phi_trace {
        phi_trace.record_observation(&observation);
    }
    instruments.record_observation(observation);
}
