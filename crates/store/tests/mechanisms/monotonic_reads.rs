//! Monotonic reads and linearizable registers, where a mechanism promises them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_store::settings::{Ask, ReadRepair, Settings};
use ringside_store::version::{Context, Dot, Version};
use ringside_store::{Instant, MessageKind, NodeId, RequestId, Response};

use crate::harness::{Envelope, Rng, TestCluster, context_of, get, put, put_after, quorum};

/// Delays a write that has reached one replica only, and reads twice meanwhile, from overlapping
/// pairs of replicas. Returns the results of the two reads.
fn two_reads_during_a_write(set: impl FnOnce(&mut Settings)) -> (Vec<String>, Vec<String>) {
    let mut cluster = TestCluster::with(4, quorum(3, 2, 2), set);
    cluster.complete(0, put("k", "old"));
    cluster.deliver_all();
    let list = cluster.preference_list("k");
    let outsider = (0..4).find(|node| !list.contains(node)).expect("four nodes, three replicas");
    let old = cluster.complete(outsider, get("k"));
    cluster.begin(outsider, put_after("k", "new", context_of(&old)));
    let is_write = |envelope: &Envelope| envelope.message.kind() == MessageKind::Write;
    cluster.deliver_where(|envelope| !is_write(envelope));
    cluster.deliver_where(|envelope| is_write(envelope) && envelope.to == NodeId(list[0]));
    cluster.lose(|_| true);
    let mut read_without = |silent: u16| {
        let id = cluster.begin(outsider, get("k"));
        let silent = |envelope: &Envelope| [envelope.from, envelope.to].contains(&NodeId(silent));
        cluster.lose(silent);
        let is_repair = |envelope: &Envelope| envelope.message.kind() == MessageKind::Repair;
        while !cluster.replies.contains_key(&id) {
            // Repairs after the reply are still in flight when the next read begins.
            cluster.deliver_where(|envelope| !silent(envelope) && !is_repair(envelope));
            if !cluster.replies.contains_key(&id) {
                cluster.deliver_where(|envelope| !silent(envelope));
            }
        }
        cluster.lose(|_| true);
        cluster.values(id.0)
    };
    (read_without(list[2]), read_without(list[0]))
}

#[test]
fn a_quorum_alone_lets_a_read_go_back() {
    let (first, second) = two_reads_during_a_write(|_| {});
    assert_eq!((first, second), (vec!["new".into()], vec!["old".into()]));
}

#[test]
fn a_register_does_not_let_a_read_go_back() {
    let (first, second) = two_reads_during_a_write(|settings| settings.quorum.register = true);
    assert_eq!((first, second), (vec!["new".into()], vec!["new".into()]));
}

#[test]
fn a_blocking_repair_does_not_let_a_read_go_back() {
    let (first, second) =
        two_reads_during_a_write(|settings| settings.read_repair = ReadRepair::Blocking);
    assert_eq!((first, second), (vec!["new".into()], vec!["new".into()]));
}

/// The place of a register's version in the order of all its writes.
type Tag = (u64, Instant, Option<Dot>);

fn tag(version: Option<&Version>) -> Tag {
    version.map_or((0, Instant::ZERO, None), |it| (it.rank, it.written, Some(it.dot)))
}

/// A cluster whose messages are delivered in random order, lost and repeated, with requests in
/// between. `step` returns each reply with the value that was passed when its request began.
struct RandomSchedule<Begun> {
    cluster: TestCluster,
    rng: Rng,
    open: BTreeMap<RequestId, (bool, Begun)>,
}

impl<Begun> RandomSchedule<Begun> {
    fn step(&mut self) -> Vec<(bool, Begun, Response)> {
        match self.rng.below(20) {
            _ if self.cluster.in_flight.is_empty() || self.rng.once_in(80) => {
                let next = self.cluster.next_timeout();
                next.into_iter().for_each(|next| self.cluster.wait_until(next));
            }
            0 => {
                let index = self.rng.below(self.cluster.in_flight.len());
                self.cluster.in_flight.remove(index);
            }
            1 => {
                let index = self.rng.below(self.cluster.in_flight.len());
                let again = self.cluster.in_flight[index].clone();
                self.cluster.in_flight.push(again);
            }
            _ => {
                let index = self.rng.below(self.cluster.in_flight.len());
                self.cluster.deliver(index);
            }
        }
        let replies = std::mem::take(&mut self.cluster.replies).into_iter();
        let known = replies.filter_map(|(id, response)| {
            self.open.remove(&id).map(|(writes, begun)| (writes, begun, response))
        });
        known.collect()
    }
}

fn sizes() -> impl Strategy<Value = (u16, u16, u16)> {
    prop::sample::select(vec![(3, 2, 2), (3, 1, 3), (3, 3, 1), (4, 2, 3), (4, 3, 2), (1, 1, 1)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    /// Tags that respect real-time order make a linearizable register: a read's tag is not below
    /// any that was returned before it began, and a write's is above all of those.
    #[test]
    fn a_register_is_linearizable(
        seed: u64,
        (n, r, w) in sizes(),
        ask in prop::sample::select(vec![Ask::All, Ask::Quorum]),
        digests: bool,
    ) {
        let cluster = TestCluster::with(5, quorum(n, r, w), |settings| {
            settings.quorum.register = true;
            (settings.quorum.ask, settings.quorum.digests) = (ask, digests);
            settings.quorum.speculation = Some(0.5);
        });
        let mut schedule = RandomSchedule { cluster, rng: Rng(seed), open: BTreeMap::new() };
        let mut latest = tag(None);
        for number in 0..1_500 {
            if schedule.rng.once_in(12) {
                let (node, writes) = (schedule.rng.below(5) as u16, schedule.rng.once_in(2));
                let request = if writes { put("k", &number.to_string()) } else { get("k") };
                let id = schedule.cluster.begin(node, request);
                schedule.open.insert(id, (writes, latest));
            }
            for (writes, begun, response) in schedule.step() {
                let returned = match &response {
                    Response::Found { siblings, .. } => tag(siblings.iter().next().map(|it| &**it)),
                    Response::Stored { version } => tag(Some(version)),
                    Response::Unavailable { .. } => continue,
                };
                let follows = if writes { returned > begun } else { returned >= begun };
                prop_assert!(follows, "{:?} after {:?}", returned, begun);
                latest = latest.max(returned);
            }
        }
    }

    /// One client writes, and every read returns what was read before it or a later value.
    #[test]
    fn blocking_repair_makes_reads_monotonic(
        seed: u64,
        (n, r, w) in prop::sample::select(vec![(3, 2, 2), (3, 2, 1), (5, 3, 2), (4, 3, 1)]),
        digests: bool,
        ask in prop::sample::select(vec![Ask::All, Ask::Quorum]),
    ) {
        let cluster = TestCluster::with(5, quorum(n, r, w), |settings| {
            settings.read_repair = ReadRepair::Blocking;
            (settings.quorum.ask, settings.quorum.digests) = (ask, digests);
        });
        let mut schedule = RandomSchedule { cluster, rng: Rng(seed), open: BTreeMap::new() };
        let (mut latest, mut seen, mut idle) = (0, Context::new(), true);
        for number in 1..1_500_u32 {
            if schedule.rng.once_in(12) {
                let node = schedule.rng.below(5) as u16;
                let writes = idle && schedule.rng.once_in(2);
                let request = if writes {
                    put_after("k", &number.to_string(), seen.clone())
                } else {
                    get("k")
                };
                idle &= !writes;
                let id = schedule.cluster.begin(node, request);
                schedule.open.insert(id, (writes, latest));
            }
            for (writes, begun, response) in schedule.step() {
                idle |= writes;
                seen.merge(&context_of(&response));
                if let Response::Found { siblings, .. } = &response {
                    let values = siblings.values().filter_map(|it| it.as_str().parse::<u32>().ok());
                    let found = values.max().unwrap_or(0);
                    prop_assert!(found >= begun, "{} after {}", found, begun);
                    latest = latest.max(found);
                }
            }
        }
    }
}
