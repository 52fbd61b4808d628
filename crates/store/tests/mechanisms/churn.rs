//! Quorum guarantees while nodes join and leave.

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

/// A cluster with clients that check whether reads return what was acknowledged.
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
            // Only the quorums are to preserve acknowledged writes.
            settings.read_repair = ReadRepair::Off;
            settings.streaming.keys_per_message = 2;
        });
        let registers = vec![Register::default(); KEYS];
        Self { cluster, rng: Rng(seed), registers, reads: BTreeMap::new(), found: 0 }
    }

    /// Delivers a message out of order, sends a request, or advances time.
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
                // Many writes reach only as many replicas as they must.
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

    /// Takes the replies, and checks that each read found what was acknowledged before it began.
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

    /// Occasionally crashes a node, or restarts it before it is suspected.
    fn crash_or_restart(&mut self) {
        let down = self.cluster.disks.keys().next().copied();
        if let Some(down) = down.filter(|_| self.rng.once_in(60)) {
            self.cluster.restart(down.0);
        } else if down.is_none() && self.rng.once_in(200) {
            let ids: Vec<u16> = self.cluster.nodes.keys().map(|id| id.0).collect();
            let id = ids[self.rng.below(ids.len())];
            self.cluster.crash(id);
            // A client that gets no response does not know whether its write was stored.
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

    /// Steps until every node has this ring and no node is joining or leaving.
    fn settle(&mut self, ring: &[u16]) {
        for _ in 0..60_000 {
            self.step();
            let is_there = |node: &Node| {
                let moves = node.members().any(|member| member.status.is_moving());
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
        panic!("the ring is not {ring:?}");
    }
}

fn name(key: usize) -> String {
    format!("key {key}")
}

/// Takes `count` steps, so that all changes have spread.
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

    /// A crash forgets neither the previous rings, nor which ranges are being fetched and how far.
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
