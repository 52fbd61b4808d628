//! The experiment: a run that can be advanced, acted on and looked at.

use std::cmp::Reverse;
use std::ops::Range;

use ringside_sim::{Cluster, Digest, Entry, Flight};
use ringside_store::{Instant, RequestId, Token};

use crate::link::Packed;
use crate::scenario::{LatencyModel, Load, Service};
use crate::stories::Stories;
use crate::summary::Summary;
use crate::{Command, CommandError, LinkError, Scenario, ScenarioError};

/// How many entries are written before the observers look at them: few enough that they are still in
/// the processor's cache.
const SLICE: u64 = 512;
/// How many entries the log and the load's operations can be told from.
const KEPT: u64 = 20_000;

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
    pub(crate) service: Service,
    /// What the scenario's schedule has still to do, the next one last.
    schedule: Vec<(Instant, Command)>,
    /// What was done by hand, and of a link what is still to be repeated.
    commands: Vec<(Instant, Command)>,
    done: usize,
    /// How many entries the observers have seen.
    seen: u64,
    pub(crate) summary: Summary,
    pub(crate) stories: Stories,
}

impl Lab {
    /// Opens a run at time zero.
    ///
    /// # Errors
    ///
    /// Names the scenario's field that is impossible.
    pub fn open(scenario: Scenario) -> Result<Self, ScenarioError> {
        let config = scenario.to_config()?;
        let cluster = Cluster::new(config).map_err(|error| ScenarioError::new("load", error))?;
        let events = scenario.events.iter();
        let mut schedule: Vec<(Instant, Command)> =
            events.map(|event| (Instant::ZERO + event.at, event.command.clone())).collect();
        // Those of one instant keep their order in the file: the sort is stable, and pops come from
        // the end.
        schedule.reverse();
        schedule.sort_by_key(|(at, _)| Reverse(*at));
        Ok(Self {
            load: scenario.load.clone(),
            latency: scenario.network.latency.clone(),
            service: scenario.cluster.service.clone(),
            scenario,
            cluster,
            schedule,
            commands: Vec::new(),
            done: 0,
            seen: 0,
            summary: Summary::default(),
            stories: Stories::default(),
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
        let request = self.carry_out(&command)?;
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
    pub fn in_flight(&self) -> impl Iterator<Item = Flight> {
        self.cluster.in_flight()
    }

    /// Lists the tokens of the ring, clockwise. A position over 2^64 is the part of a turn from the
    /// top.
    pub fn tokens(&self) -> &[Token] {
        self.cluster.ring().tokens()
    }

    /// Gives when the schedule and a link's commands by hand are due next.
    fn due(&self) -> (Option<Instant>, Option<Instant>) {
        let scheduled = self.schedule.last().map(|(at, _)| *at);
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
                self.schedule.pop().map(|(_, command)| command)
            }
            _ => {
                self.done += 1;
                self.commands.get(self.done - 1).map(|(_, command)| command.clone())
            }
        };
        if let Some(Err(error)) = command.map(|command| self.carry_out(&command)) {
            self.cluster.note_refusal(&error.to_string());
        }
    }

    /// Shows the observers what is new, and forgets what is old.
    fn observe(&mut self, sink: &mut dyn FnMut(&Entry)) {
        let written = self.cluster.journal().written();
        for entry in self.cluster.journal().since(self.seen) {
            self.summary.observe(entry);
            self.stories.observe(entry);
            sink(entry);
        }
        self.seen = written;
        self.cluster.journal_mut().forget_before(written.saturating_sub(KEPT));
    }
}
