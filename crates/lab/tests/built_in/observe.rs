//! Runs of built-in scenarios: their operations as the clients saw them, and their counters.

use ringside_lab::scenario::{read_json, set};
use ringside_lab::{BuiltIn, ClientId, Entry, Instant, Lab, Operation, RequestId, Scenario};
use ringside_sim::{EntryKind, Intervention, Outcome};
use ringside_store::Response;
use ringside_store::version::{Siblings, Version};
use serde_json::Value;

/// An operation as its client saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The request.
    pub(crate) request: RequestId,
    /// Its kind.
    pub(crate) operation: Operation,
    /// Its key.
    pub(crate) key: String,
    /// The time of the request.
    pub(crate) invoked: Instant,
    /// The time of the answer, or `None` while the operation is open.
    pub(crate) returned: Option<Instant>,
    /// Whether the operation met its quorum.
    pub(crate) ok: bool,
    /// The versions that a get returned, or the one that a put wrote.
    pub(crate) versions: Siblings,
}

impl Seen {
    /// Returns the client.
    pub(crate) fn client(&self) -> ClientId {
        ClientId::of(self.request)
    }

    /// Whether this operation returned every version that the other returned, or a later one. Versions of
    /// a register are totally ordered: by rank, then by stamp, then by name.
    fn includes(&self, other: &Self) -> bool {
        let context = self.versions.context();
        let standing = |it: &Version| (it.rank, it.written, it.dot);
        let latest = self.versions.iter().map(|it| standing(it)).max();
        other.versions.iter().all(|it| match it.rank {
            0 => context.contains(it.dot),
            _ => latest >= Some(standing(it)),
        })
    }

    /// Returns the values, sorted by the names of their writes, with a bar between siblings.
    pub(crate) fn values(&self) -> String {
        let values: Vec<String> = self.versions.values().map(ToString::to_string).collect();
        values.join(" | ")
    }
}

/// A run to the end of its scenario.
pub(crate) struct Run {
    /// The lab at the end.
    pub(crate) lab: Lab,
    /// The operations in the order in which they began.
    pub(crate) seen: Vec<Seen>,
    /// The reasons of the interventions that were refused.
    pub(crate) refusals: Vec<String>,
}

/// Reads a built-in scenario, with some fields changed.
pub(crate) fn scenario_with(name: &str, changes: &[(&str, &str)]) -> Scenario {
    let built_in = BuiltIn::find(name).expect(name);
    let mut scenario = read_json(built_in.json).expect(name);
    for (path, text) in changes {
        set(&mut scenario, path, text).expect(path);
    }
    Scenario::from_value(scenario).expect(name)
}

/// Runs a built-in scenario to its end.
pub(crate) fn run(name: &str) -> Run {
    run_with(name, &[])
}

/// Runs a built-in scenario to its end, with some fields changed.
pub(crate) fn run_with(name: &str, changes: &[(&str, &str)]) -> Run {
    let scenario = scenario_with(name, changes);
    let until = Instant::ZERO + scenario.duration;
    run_until(scenario, until)
}

/// Runs a scenario to an instant.
pub(crate) fn run_until(scenario: Scenario, until: Instant) -> Run {
    let mut lab = Lab::open(scenario).expect("a scenario that was checked");
    let (mut seen, mut refusals) = (Vec::new(), Vec::new());
    lab.advance_with(until, u64::MAX, &mut |entry| take(entry, &mut seen, &mut refusals));
    Run { lab, seen, refusals }
}

fn take(entry: &Entry, seen: &mut Vec<Seen>, refusals: &mut Vec<String>) {
    match &entry.kind {
        EntryKind::Invoked { request, operation, key, .. } => seen.push(Seen {
            request: *request,
            operation: *operation,
            key: key.name().to_owned(),
            invoked: entry.at,
            returned: None,
            ok: false,
            versions: Siblings::new(),
        }),
        EntryKind::Returned { request, outcome } => {
            let asked = seen.iter_mut().rev().find(|it| it.request == *request);
            let asked = asked.expect("a request comes before its outcome");
            (asked.returned, asked.ok) = (Some(entry.at), outcome.is_ok());
            asked.versions = match outcome {
                Outcome::Answered(Response::Found { siblings, .. }) => siblings.clone(),
                Outcome::Answered(Response::Stored { version }) => Siblings::of(version.clone()),
                _ => Siblings::new(),
            };
        }
        EntryKind::Intervention(Intervention::Refused(reason)) => refusals.push(reason.clone()),
        _ => {}
    }
}

impl Run {
    /// Returns the counters as the command line prints them.
    pub(crate) fn report(&self) -> Value {
        serde_json::to_value(self.lab.summary().report()).expect("plain data")
    }

    /// Returns one counter, by its path, such as `/hints/kept`.
    pub(crate) fn counter(&self, path: &str) -> u64 {
        let report = self.report();
        report.pointer(path).and_then(Value::as_u64).unwrap_or_else(|| panic!("no counter {path}"))
    }

    /// Returns the number of failed operations.
    pub(crate) fn failed(&self) -> u64 {
        self.counter("/reads/failed") + self.counter("/writes/failed")
    }

    /// Lists the gets that met their quorums.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &Seen> + Clone {
        self.seen.iter().filter(|it| it.ok && it.operation == Operation::Get)
    }

    /// Lists the values that the user's gets found.
    pub(crate) fn values_read_by_user(&self) -> Vec<String> {
        self.reads().filter(|it| it.client().is_user()).map(Seen::values).collect()
    }

    /// Counts reads that miss a version of an earlier read of the key, which ended before they began. The
    /// earlier read is one by the same client, or by any client.
    pub(crate) fn reads_back_in_time(&self, same_client: bool) -> usize {
        let goes_back = |later: &&Seen| {
            self.reads().any(|earlier| {
                let before = earlier.returned.is_some_and(|returned| returned < later.invoked);
                let comparable = !same_client || earlier.client() == later.client();
                before && comparable && earlier.key == later.key && !later.includes(earlier)
            })
        };
        self.reads().filter(goes_back).count()
    }

    /// Counts reads that returned no version equal to or causally after the newest write to their key
    /// that was acknowledged before they began.
    pub(crate) fn stale_reads(&self) -> usize {
        let stale = |read: &&Seen| {
            let writes = self.seen.iter().filter(|it| {
                let acknowledged = it.returned.is_some_and(|returned| returned < read.invoked);
                it.operation != Operation::Get && it.ok && acknowledged && it.key == read.key
            });
            let context = read.versions.context();
            let newest = writes.max_by_key(|write| write.returned);
            newest.is_some_and(|it| it.versions.iter().any(|it| !context.contains(it.dot)))
        };
        self.reads().filter(stale).count()
    }

    /// Counts the load's keys whose replicas differ.
    pub(crate) fn diverged(&self, keys: u32) -> usize {
        let agreed = |key: u32| {
            let focus = ringside_lab::Focus { key: Some(format!("k{key}")), operation: None };
            self.lab.frame(&focus).key.is_some_and(|key| key.agreed)
        };
        (0..keys).filter(|&key| !agreed(key)).count()
    }
}
