//! Random mixtures of all mechanisms, under faults of all kinds.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use ringside_store::settings::{Ask, Holder, Order, ReadRepair, Truncation};
use ringside_store::version::{Context, Siblings, Version};
use ringside_store::{
    Clock, Detection, Duration, Event, Instant, Key, Node, NodeId, Operation, Quorum, Request,
    RequestId, Response, Settings, Value,
};

use crate::harness::{Rng, TestCluster, context_of, delete, get, put_after, quorum};

const KEYS: usize = 8;

/// The faults that a swarm injects.
#[derive(Clone, Copy, Debug)]
struct Faults {
    /// Whether nodes join and leave.
    moves: bool,
    /// Whether disks are lost, nodes removed, settings changed and clocks skewed. Then only what
    /// holds in any case is checked.
    harsh: bool,
}

/// A cluster on which everything is random.
struct Swarm {
    cluster: TestCluster,
    rng: Rng,
    faults: Faults,
    /// The context that a client has of each key.
    seen: Vec<Context>,
    open: BTreeMap<RequestId, (Operation, usize)>,
    /// The writes that were acknowledged, by key.
    acknowledged: Vec<(usize, Version)>,
    new_nodes: u16,
    leaving: u16,
}

fn settings(rng: &mut Rng) -> Settings {
    let mut settings = Settings::default();
    let orders = [Order::Dotted, Order::Dotted, Order::Plain, Order::LastWriteWins];
    settings.versions.order = orders[rng.below(4)];
    settings.quorum.sloppy = rng.once_in(3);
    settings.quorum.ask = if rng.once_in(3) { Ask::Quorum } else { Ask::All };
    settings.quorum.digests = rng.once_in(2);
    settings.quorum.speculation = rng.once_in(2).then_some(0.5);
    settings.quorum.register = rng.once_in(6);
    let repairs = [ReadRepair::Off, ReadRepair::Asynchronous, ReadRepair::Blocking];
    settings.read_repair = repairs[rng.below(3)];
    settings.hints.on = rng.once_in(2) || settings.quorum.sloppy;
    settings.hints.holder = if rng.once_in(2) { Holder::Coordinator } else { Holder::StandIn };
    settings.hints.keys_per_second = 1 + rng.below(50) as u32;
    settings.anti_entropy.on = true;
    settings.anti_entropy.period = Duration::from_ms(500 + rng.below(2_000) as u64);
    settings.anti_entropy.depth = rng.below(6) as u8;
    settings.anti_entropy.keys_per_second = 2 + rng.below(50) as u32;
    settings.gossip.on = true;
    settings.gossip.detection = if rng.once_in(2) {
        Detection::PhiAccrual { threshold: 3.0 }
    } else {
        Detection::Timeout { after: Duration::from_secs(2) }
    };
    settings.streaming.keys_per_second = 1 + rng.below(50) as u32;
    settings.streaming.keys_per_message = 1 + rng.below(5) as u16;
    settings
}

/// Returns settings that give up promises: expiry, short graces and windows, truncated clocks, low
/// limits.
fn harsh_settings(rng: &mut Rng) -> Settings {
    let mut settings = settings(rng);
    settings.deletes.grace = rng.once_in(2).then_some(Duration::from_secs(3));
    settings.deletes.default_ttl = rng.once_in(3).then_some(Duration::from_secs(2));
    settings.versions.truncation = rng.once_in(3).then_some(Truncation {
        entries: 1 + rng.below(3) as u16,
        age: Duration::from_secs(rng.below(3) as u64),
    });
    settings.quorum.most_in_progress = rng.once_in(3).then_some(3);
    settings.hints.most_per_target = 1 + rng.below(4) as u32;
    settings.hints.window = Duration::from_secs(1 + rng.below(10) as u64);
    settings.anti_entropy.on = rng.once_in(2);
    settings.gossip.on = !rng.once_in(4);
    settings
}

fn sizes(rng: &mut Rng) -> Quorum {
    let sizes = [(3, 2, 2), (3, 1, 3), (3, 3, 1), (2, 1, 2), (4, 3, 2), (1, 1, 1)];
    let (n, r, w) = sizes[rng.below(sizes.len())];
    quorum(n, r, w)
}

impl Swarm {
    fn new(seed: u64, faults: Faults) -> Self {
        let mut rng = Rng(seed);
        let made = if faults.harsh { harsh_settings(&mut rng) } else { settings(&mut rng) };
        let cluster = TestCluster::with(5, sizes(&mut rng), |settings| *settings = made);
        Self {
            cluster,
            rng,
            faults,
            seen: vec![Context::new(); KEYS],
            open: BTreeMap::new(),
            acknowledged: Vec::new(),
            new_nodes: 0,
            leaving: 0,
        }
    }

    fn any_up(&mut self) -> Option<NodeId> {
        let ids: Vec<NodeId> = self.cluster.nodes.keys().copied().collect();
        (!ids.is_empty()).then(|| ids[self.rng.below(ids.len())])
    }

    fn step(&mut self, number: u32) {
        let in_flight = self.cluster.in_flight.len();
        match self.rng.below(100) {
            0..10 => self.ask(number),
            10..13 if in_flight > 0 => {
                let index = self.rng.below(in_flight);
                self.cluster.in_flight.remove(index);
            }
            13..16 if in_flight > 0 => {
                let index = self.rng.below(in_flight);
                let again = self.cluster.in_flight[index].clone();
                self.cluster.in_flight.push(again);
            }
            16 => self.fault(),
            _ if in_flight == 0 || self.rng.once_in(40) => {
                let next = self.cluster.next_timeout();
                next.into_iter().for_each(|next| self.cluster.wait_until(next));
            }
            _ => {
                let index = self.rng.below(in_flight);
                self.cluster.deliver(index);
            }
        }
        self.check_replies();
    }

    fn ask(&mut self, number: u32) {
        let Some(node) = self.any_up() else { return };
        let key = self.rng.below(KEYS);
        let name = format!("key {key}");
        let context = if self.rng.once_in(3) { Context::new() } else { self.seen[key].clone() };
        let request = match self.rng.below(6) {
            0 | 1 => get(&name),
            2 => delete(&name, context),
            3 if self.faults.harsh => {
                let ttl = Some(Duration::from_ms(self.rng.below(4_000) as u64));
                Request::Put { key: Key::new(&name), value: Value::new("short"), context, ttl }
            }
            _ => put_after(&name, &number.to_string(), context),
        };
        let operation = request.operation();
        let id = self.cluster.begin(node.0, request);
        self.open.insert(id, (operation, key));
    }

    fn fault(&mut self) {
        let Some(node) = self.any_up() else { return };
        let down = self.cluster.disks.keys().next().copied();
        match self.rng.below(if self.faults.harsh { 12 } else { 7 }) {
            0 | 1 => {
                let (a, b) = (self.rng.below(7) as u16, self.rng.below(7) as u16);
                if a != b {
                    self.cluster.cut_one_way(a, b);
                }
            }
            2 => self.cluster.heal(),
            3 if self.cluster.nodes.len() > 2 => self.cluster.crash(node.0),
            3..=5 => down.into_iter().for_each(|down| self.cluster.restart(down.0)),
            6 if self.faults.moves && self.rng.once_in(2) => self.move_one(node),
            7 => self.cluster.wipe(node.0),
            8 => {
                let gone = NodeId(self.rng.below(7) as u16);
                if gone != node && self.faults.moves {
                    self.cluster.drive(node, |node, now| node.remove(now, gone));
                }
            }
            9 => {
                let made = harsh_settings(&mut self.rng);
                let sizes = sizes(&mut self.rng);
                self.cluster.reconfigure(|config| {
                    (config.settings, config.quorum) = (made.into(), sizes);
                });
            }
            10 => {
                let skew_us = i64::from(self.rng.below(6_000_000) as u32) - 3_000_000;
                let drift_ppm = i32::from(self.rng.below(20_000) as u16) * 10 - 100_000;
                let clock = Clock { skew_us, drift_ppm, since: self.cluster.now };
                self.cluster.set_clock(node.0, clock);
            }
            _ => {}
        }
    }

    fn move_one(&mut self, node: NodeId) {
        if self.new_nodes < 2 && self.rng.once_in(2) {
            self.cluster.join(5 + self.new_nodes);
            self.new_nodes += 1;
        } else if self.leaving < 1 || self.faults.harsh {
            self.cluster.drive(node, Node::leave);
            self.leaving += 1;
        }
    }

    /// Takes the replies, and checks that none is a success with fewer distinct votes than it
    /// needs.
    fn check_replies(&mut self) {
        for (id, response) in std::mem::take(&mut self.cluster.replies) {
            assert_eq!(self.cluster.reply_counts[&id], 1);
            let Some((operation, key)) = self.open.remove(&id) else { continue };
            if !response.is_ok() {
                continue;
            }
            self.seen[key].merge(&context_of(&response));
            if !self.faults.harsh {
                self.assert_honest(id, operation);
            }
            if let Response::Stored { version } = response {
                self.acknowledged.push((key, (*version).clone()));
            }
        }
    }

    fn assert_honest(&self, id: RequestId, operation: Operation) {
        let (mut answered, mut stored) = (BTreeSet::new(), BTreeSet::new());
        for (_, event) in &self.cluster.events {
            match event {
                Event::Answered { request, from, .. }
                | Event::DigestAnswered { request, from, .. }
                    if *request == id =>
                {
                    answered.insert(*from);
                }
                Event::Acknowledged { request, from, .. } if *request == id => {
                    stored.insert(*from);
                }
                _ => {}
            }
        }
        let quorum = self.cluster.config.quorum;
        let (votes, needed) = match operation {
            Operation::Get => (answered.len(), quorum.r()),
            Operation::Put | Operation::Delete => (stored.len(), quorum.w()),
        };
        assert!(votes >= usize::from(needed), "{operation} {id:?}: {votes} votes of {needed}");
    }

    /// Ends all faults, and runs the background mechanisms until they are done.
    fn heal(&mut self) {
        self.cluster.heal();
        let down: Vec<NodeId> = self.cluster.disks.keys().copied().collect();
        down.into_iter().for_each(|down| self.cluster.restart(down.0));
        for _ in 0..400 {
            self.cluster.run(Duration::from_ms(500));
            self.check_replies();
        }
    }

    fn assert_healed(&self) {
        let nodes = || self.cluster.nodes.values();
        let members: Vec<_> = nodes()
            .map(|node| node.members().map(|it| (it.node, it.epoch, it.status)).collect::<Vec<_>>())
            .collect();
        assert!(members.windows(2).all(|pair| pair[0] == pair[1]), "views differ: {members:#?}");
        assert!(
            members[0].iter().all(|it| !it.2.is_moving()),
            "a node still joins or leaves: {members:?}"
        );
        let hints: u32 = nodes().map(|node| node.disk().hints().len()).sum();
        assert_eq!(hints, 0, "all hints are delivered");
        assert!(nodes().all(|node| node.coordinating() == 0 && node.fetching() == 0));
        let order = self.cluster.config.order();
        for (key, version) in &self.acknowledged {
            let name = Key::new(&format!("key {key}"));
            for replica in self.cluster.preference_list(name.name()) {
                let held = self.cluster.node(replica).disk().get(&name);
                let kept = held.is_some_and(|held| keeps(held, version, order));
                assert!(kept, "{name} at {}: {held:?} without {version:?}", NodeId(replica));
            }
        }
        for number in 0..KEYS {
            let name = Key::new(&format!("key {number}"));
            let mut held: Vec<_> = Vec::new();
            for replica in self.cluster.preference_list(name.name()) {
                held.push(self.cluster.node(replica).disk().get(&name));
            }
            assert!(held.windows(2).all(|pair| pair[0] == pair[1]), "{name} differs: {held:#?}");
            let versions = || held[0].into_iter().flat_map(Siblings::iter);
            if order == Order::Dotted {
                let dominated = versions().any(|a| versions().any(|b| a.supersedes(b)));
                assert!(!dominated, "a sibling replaces another: {held:?}");
            }
        }
    }
}

/// Whether a set holds a version or one that has replaced it.
fn keeps(held: &Siblings, version: &Version, order: Order) -> bool {
    let place = |it: &Version| (it.rank, it.written, it.dot);
    match order {
        Order::Dotted => held.context().contains(version.dot),
        Order::LastWriteWins => held.iter().any(|it| place(it) >= place(version)),
        // Plain vectors promise only that their clock contains the write.
        Order::Plain => held.clock().contains(version.dot),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_acknowledged_is_lost(seed: u64, moves: bool) {
        let mut swarm = Swarm::new(seed, Faults { moves, harsh: false });
        (0..2_500).for_each(|number| swarm.step(number));
        swarm.heal();
        swarm.assert_healed();
    }

    /// The harness checks that no timer spins.
    #[test]
    fn no_fault_makes_a_node_panic(seed: u64) {
        let mut swarm = Swarm::new(seed, Faults { moves: true, harsh: true });
        (0..2_500).for_each(|number| swarm.step(number));
        swarm.cluster.heal();
        swarm.cluster.run(Duration::from_secs(5));
        prop_assert!(swarm.cluster.now > Instant::ZERO);
    }
}
