//! What quorums promise while nodes come and go.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_store::settings::ReadRepair;
use ringside_store::version::Context;
use ringside_store::{MessageKind, Node, NodeId, RequestId, Response};

use crate::harness::{Rng, TestCluster, context_of, get, put_after, quorum};

const KEYS: usize = 12;

/// A key that one client writes, and many read.
#[derive(Clone, Default)]
struct Register {
    seen: Context,
    /// The last value that was written, and the last that was acknowledged.
    written: u32,
    acknowledged: u32,
    writing: Option<RequestId>,
}

/// A table with clients on it that never let go of what they were promised.
struct Churn {
    cluster: TestCluster,
    rng: Rng,
    registers: Vec<Register>,
    /// Reads in progress: the key, and what had been acknowledged when they began.
    reads: BTreeMap<RequestId, (usize, u32)>,
    found: u32,
}

impl Churn {
    fn new(seed: u64, nodes: u16) -> Self {
        let cluster = TestCluster::with(nodes, quorum(3, 2, 2), |settings| {
            settings.gossip.on = true;
            // Nothing but the quorums is to keep what was acknowledged.
            settings.read_repair = ReadRepair::Off;
            settings.streaming.keys_per_message = 2;
        });
        let registers = vec![Register::default(); KEYS];
        Self { cluster, rng: Rng(seed), registers, reads: BTreeMap::new(), found: 0 }
    }

    /// Delivers a message out of order, asks something, or lets time pass.
    fn step(&mut self) {
        let ids: Vec<u16> = self.cluster.nodes.keys().map(|id| id.0).collect();
        let node = ids[self.rng.below(ids.len())];
        let key = self.rng.below(KEYS);
        match self.rng.below(12) {
            0 => self.put(node, key),
            1 => self.get(node, key),
            _ if self.cluster.in_flight.is_empty() || self.rng.once_in(60) => {
                if let Some(next) = self.cluster.next_timeout() {
                    self.cluster.wait_until(next);
                }
            }
            _ => {
                let index = self.rng.below(self.cluster.in_flight.len());
                // Many writes reach no more replicas than they must.
                let is_write = self.cluster.in_flight[index].message.kind() == MessageKind::Write;
                if is_write && self.rng.once_in(4) {
                    self.cluster.in_flight.remove(index);
                } else {
                    self.cluster.deliver(index);
                }
            }
        }
        self.check_replies();
    }

    fn put(&mut self, node: u16, key: usize) {
        if self.registers[key].writing.is_none() {
            let register = &mut self.registers[key];
            register.written += 1;
            let request =
                put_after(&name(key), &register.written.to_string(), register.seen.clone());
            register.writing = Some(self.cluster.begin(node, request));
        }
    }

    fn get(&mut self, node: u16, key: usize) {
        let id = self.cluster.begin(node, get(&name(key)));
        self.reads.insert(id, (key, self.registers[key].acknowledged));
    }

    /// Takes replies: whatever was acknowledged before a read began must be found by it.
    fn check_replies(&mut self) {
        for (id, response) in std::mem::take(&mut self.cluster.replies) {
            if let Some((key, acknowledged)) = self.reads.remove(&id) {
                if let Response::Found { siblings, .. } = &response {
                    let values = siblings.values().filter_map(|it| it.as_str().parse::<u32>().ok());
                    let latest = values.max().unwrap_or(0);
                    assert!(
                        latest >= acknowledged,
                        "{} was {acknowledged} when {id:?} began, and it found {latest}: {:#?}",
                        name(key),
                        self.cluster
                            .events
                            .iter()
                            .filter(|it| it.1.request() == Some(id))
                            .collect::<Vec<_>>()
                    );
                    self.found += 1;
                }
                continue;
            }
            let register = self.registers.iter_mut().find(|it| it.writing == Some(id));
            let Some(register) = register else { continue };
            register.writing = None;
            if response.is_ok() {
                register.acknowledged = register.written;
                register.seen.merge(&context_of(&response));
            }
        }
    }

    /// Now and then stops a node, or starts it again before anybody suspects it.
    fn crash_or_restart(&mut self) {
        let down = self.cluster.disks.keys().next().copied();
        if let Some(down) = down.filter(|_| self.rng.once_in(60)) {
            self.cluster.restart(down.0);
        } else if down.is_none() && self.rng.once_in(200) {
            let ids: Vec<u16> = self.cluster.nodes.keys().map(|id| id.0).collect();
            let id = ids[self.rng.below(ids.len())];
            self.cluster.crash(id);
            // A client that hears nothing does not know whether its write was taken.
            self.registers.iter_mut().for_each(|register| register.writing = None);
        }
    }

    fn fill(&mut self) {
        for key in 0..KEYS {
            self.put(0, key);
            self.cluster.deliver_all();
            self.check_replies();
        }
    }

    /// Steps until every node has the same ring and nobody moves.
    fn settle(&mut self, ring: &[u16]) {
        for _ in 0..60_000 {
            self.step();
            let is_there = |node: &Node| {
                let moves = node.members().any(|member| member.status.moves());
                let gone = node.members().any(|it| it.node == node.id() && it.status.is_gone());
                gone || !moves && node.ring().nodes().iter().map(|id| id.0).eq(ring.iter().copied())
            };
            if self.cluster.nodes.values().all(is_there) {
                return;
            }
        }
        for node in self.cluster.nodes.values() {
            eprintln!(
                "{}: {:?} {}",
                node.id(),
                node.members().collect::<Vec<_>>(),
                node.fetching()
            );
        }
        panic!("the ring has not become {ring:?}");
    }
}

fn name(key: usize) -> String {
    format!("key {key}")
}

/// Puts in time, so that nothing that has spread is news.
fn steps(churn: &mut Churn, count: usize) {
    (0..count).for_each(|_| churn.step());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_read_finds_what_was_acknowledged_while_a_node_joins(seed: u64) {
        let mut churn = Churn::new(seed, 4);
        churn.fill();
        churn.cluster.join(4);
        churn.settle(&[0, 1, 2, 3, 4]);
        steps(&mut churn, 2_000);
        prop_assert!(churn.found > 0);
    }

    #[test]
    fn a_read_finds_what_was_acknowledged_while_a_node_leaves(seed: u64) {
        let mut churn = Churn::new(seed, 5);
        churn.fill();
        churn.cluster.drive(NodeId(2), Node::leave);
        churn.settle(&[0, 1, 3, 4]);
        steps(&mut churn, 2_000);
        prop_assert!(churn.found > 0);
    }

    #[test]
    fn many_moves_at_once_take_turns(seed: u64) {
        let mut churn = Churn::new(seed, 5);
        churn.fill();
        for mover in [6_u16, 1, 5, 3] {
            match mover {
                5.. => churn.cluster.join(mover),
                _ => churn.cluster.drive(NodeId(mover), Node::leave),
            }
            let pause = churn.rng.below(300);
            steps(&mut churn, pause);
        }
        churn.settle(&[0, 2, 4, 5, 6]);
        steps(&mut churn, 2_000);
        prop_assert!(churn.found > 0);
    }

    /// The rings of before, what is fetched and how far: a crash forgets none of it.
    #[test]
    fn moves_go_on_after_short_crashes(seed: u64) {
        let mut churn = Churn::new(seed, 5);
        churn.fill();
        churn.cluster.join(5);
        churn.cluster.drive(NodeId(1), Node::leave);
        for _ in 0..4_000 {
            churn.step();
            churn.crash_or_restart();
        }
        churn.cluster.disks.keys().copied().collect::<Vec<_>>().iter().for_each(|id| churn.cluster.restart(id.0));
        churn.settle(&[0, 2, 3, 4, 5]);
        steps(&mut churn, 2_000);
        prop_assert!(churn.found > 0);
    }
}
