//! The swarm: whole clusters with random settings, load and trouble, each from one seed, run to the end
//! and then healed.
//!
//! It asks three kinds of question, as Stateright does. *Always*: nothing may ever break a rule of
//! [`rules`]. *Eventually*: once the trouble is over, [`quiescence`] must come. *Sometimes*: each of the rare
//! cases in [`sometimes`] must be reached somewhere in the sweep, or the swarm proves less than it
//! seems to.

pub mod plan;
pub mod quiescence;
pub mod rules;
pub mod sometimes;

use ringside_sim::{Cluster, Digest, Entry};
use ringside_store::{Duration, Instant};

use plan::Plan;
use rules::Rules;
use sometimes::CaseCounts;

/// How long the cluster may take to come to rest once it is healed, in virtual time.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is asked whether it has.
const LOOK: Duration = Duration::from_secs(1);
/// How many journal entries are written between two looks of the rules.
const SLICE: u64 = 4_096;
/// The same for seeds that are run a second time, to see that nothing hangs on it.
const ODD_SLICE: u64 = 97;
/// One seed in so many is run a second time.
const TWICE: u64 = 32;

/// What became of one seed.
#[derive(Clone, Debug)]
pub struct SeedReport {
    /// What broke, in a sentence; none where all went well.
    pub failure: Option<String>,
    /// Which rare cases it reached.
    pub case_counts: CaseCounts,
    /// The digest of its journal.
    pub digest: Digest,
    /// How many things were taken off the queue.
    pub handled: u64,
}

/// Runs the swarm's run of one seed, and shows each journal entry to `sink`.
///
/// # Panics
///
/// Panics where a node or the simulator does, which is a failure as well.
pub fn run(seed: u64, sink: &mut dyn FnMut(&Entry)) -> SeedReport {
    let mut verdict = play(seed, SLICE, sink);
    if seed.is_multiple_of(TWICE) && verdict.failure.is_none() {
        let again = play(seed, ODD_SLICE, &mut |_| {});
        let same = again.digest == verdict.digest;
        let failure = || "the journal hangs on how time is cut into steps".to_owned();
        verdict.failure = (!same).then(failure);
    }
    verdict
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

/// A run in progress, with those who watch it.
struct Run<'a> {
    cluster: Cluster,
    rules: Rules,
    case_counts: CaseCounts,
    sink: &'a mut dyn FnMut(&Entry),
    slice: u64,
    /// How many entries have been looked at.
    seen: u64,
}

impl Run<'_> {
    /// Plays the trouble, heals it, and waits for calm.
    fn play(&mut self, plan: &Plan) -> Result<(), String> {
        for (at, step) in &plan.steps {
            self.advance(*at)?;
            // What the state of the cluster does not allow is left out, as a schedule's would be.
            let _ = step.take(&mut self.cluster);
        }
        self.advance(plan.end)?;
        plan.heal(&mut self.cluster);
        let give_up = plan.end + PATIENCE;
        let mut reason = Err(String::from("nobody looked"));
        while reason.is_err() && self.cluster.now() < give_up {
            self.advance(self.cluster.now() + LOOK)?;
            reason = quiescence::look(&self.cluster);
        }
        reason.map_err(|reason| format!("not at rest {PATIENCE} after healing: {reason}"))?;
        self.rules.at_rest(&self.cluster)
    }

    /// Runs until `until`, and holds what happens against the rules.
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
