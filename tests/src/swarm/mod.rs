//! The swarm: whole clusters with random settings, load and faults, each from one seed, run to the end
//! and then healed.
//!
//! It checks three kinds of property, like Stateright. *Always*: no entry may break a rule of
//! [`rules`]. *Eventually*: after the faults, [`quiescence`] must be reached. *Sometimes*: each of the
//! rare cases in [`sometimes`] must be reached by some seed of the sweep, because otherwise the swarm
//! covers less than it should.

pub mod plan;
pub mod quiescence;
pub mod rules;
pub mod sometimes;

use ringside_sim::{Cluster, Digest, Entry};
use ringside_store::{Duration, Instant};

use plan::Plan;
use rules::Rules;
use sometimes::CaseCounts;

/// The virtual time in which a healed cluster must become quiescent.
const QUIESCENCE_TIMEOUT: Duration = Duration::from_secs(120);
/// The virtual time between two checks of that.
const CHECK_PERIOD: Duration = Duration::from_secs(1);
/// The journal entries between two checks of the rules.
const SLICE: u64 = 4_096;
/// The same for the second run of a seed, which checks that nothing depends on it.
const ODD_SLICE: u64 = 97;
/// One seed in this many is run twice.
const RUN_TWICE_EVERY: u64 = 32;

/// The result of one seed.
#[derive(Clone, Debug)]
pub struct SeedReport {
    /// The broken property, in a sentence, or `None` if all hold.
    pub failure: Option<String>,
    /// The rare cases that it reached.
    pub case_counts: CaseCounts,
    /// The digest of its journal.
    pub digest: Digest,
    /// The number of handled queue events.
    pub handled: u64,
}

/// Runs one seed, and passes each journal entry to `sink`.
///
/// # Panics
///
/// If a node or the simulator does, which is a failure as well.
pub fn run(seed: u64, sink: &mut dyn FnMut(&Entry)) -> SeedReport {
    let mut report = play(seed, SLICE, sink);
    if seed.is_multiple_of(RUN_TWICE_EVERY) && report.failure.is_none() {
        let again = play(seed, ODD_SLICE, &mut |_| {});
        let same = again.digest == report.digest;
        let failure = || "the journal depends on the size of the steps of time".to_owned();
        report.failure = (!same).then(failure);
    }
    report
}

fn play(seed: u64, slice: u64, sink: &mut dyn FnMut(&Entry)) -> SeedReport {
    let plan = Plan::draw(seed);
    let mut run = Run {
        cluster: Cluster::new(plan.config.clone()).expect("plans have possible loads"),
        rules: Rules::new(&plan),
        case_counts: CaseCounts::default(),
        sink,
        slice,
        seen: 0,
    };
    let failure = run.play(&plan).err();
    let digest = run.cluster.journal().digest();
    SeedReport { failure, case_counts: run.case_counts, digest, handled: run.cluster.handled() }
}

/// A run in progress, with its observers.
struct Run<'a> {
    cluster: Cluster,
    rules: Rules,
    case_counts: CaseCounts,
    sink: &'a mut dyn FnMut(&Entry),
    slice: u64,
    /// The number of observed entries.
    seen: u64,
}

impl Run<'_> {
    /// Applies the plan, heals the cluster, and waits until it is quiescent.
    fn play(&mut self, plan: &Plan) -> Result<(), String> {
        for (at, step) in &plan.steps {
            self.advance(*at)?;
            // A step that the state of the cluster does not allow is skipped, like one of a schedule.
            let _ = step.apply(&mut self.cluster);
        }
        self.advance(plan.end)?;
        plan.heal(&mut self.cluster);
        let give_up = plan.end + QUIESCENCE_TIMEOUT;
        let mut quiescent = Err(String::from("it was never checked"));
        while quiescent.is_err() && self.cluster.now() < give_up {
            self.advance(self.cluster.now() + CHECK_PERIOD)?;
            quiescent = quiescence::check(&self.cluster);
        }
        quiescent.map_err(|reason| {
            format!("not quiescent {QUIESCENCE_TIMEOUT} after healing: {reason}")
        })?;
        self.rules.check_quiescent(&self.cluster)
    }

    /// Runs until `until`, and checks each entry against the rules.
    fn advance(&mut self, until: Instant) -> Result<(), String> {
        loop {
            let arrived = self.cluster.advance(until, self.slice);
            for entry in self.cluster.journal().since(self.seen) {
                self.case_counts.observe(entry);
                (self.sink)(entry);
                let place = || format!("entry {} at {}", entry.number, entry.at);
                self.rules.observe(entry).map_err(|broken| format!("{broken} ({})", place()))?;
            }
            self.seen = self.cluster.journal().written();
            self.cluster.journal_mut().forget_before(self.seen);
            if arrived {
                return Ok(());
            }
        }
    }
}
