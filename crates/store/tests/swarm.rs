//! Everything at once: all mechanisms, in any mixture, under faults of all kinds.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use ringside_store::settings::{Ask, Holder, Order, ReadRepair, Truncation};
use ringside_store::version::{Context, Siblings, Version};
use ringside_store::{
    Clock, Detection, Duration, Event, Instant, Key, Node, NodeId, Operation, Quorum, Request,
    RequestId, Response, Settings, Value,
};

use crate::table::{Luck, Table, context_of, delete, get, put_after, quorum};

const KEYS: usize = 8;

/// What may befall the nodes.
#[derive(Clone, Copy, Debug)]
struct Faults {
    /// Whether nodes join and leave.
    moves: bool,
    /// Whether disks are lost, nodes removed, settings changed, and clocks set off: then only what holds
    /// in any case is checked.
    cruel: bool,
}

/// A table on which everything is left to luck.
struct Swarm {
    table: Table,
    luck: Luck,
    faults: Faults,
    /// What each client has seen of each key.
    seen: Vec<Context>,
    open: BTreeMap<RequestId, (Operation, usize)>,
    /// The writes that were acknowledged, by key.
    acknowledged: Vec<(usize, Version)>,
    newcomers: u16,
    leavers: u16,
}

fn settings(luck: &mut Luck) -> Settings {
    let mut settings = Settings::default();
    let orders = [Order::Dotted, Order::Dotted, Order::Plain, Order::LastWriteWins];
    settings.versions.order = orders[luck.below(4)];
    settings.quorum.sloppy = luck.once_in(3);
    settings.quorum.ask = if luck.once_in(3) { Ask::Quorum } else { Ask::All };
    settings.quorum.digests = luck.once_in(2);
    settings.quorum.speculation = luck.once_in(2).then_some(0.5);
    settings.quorum.register = luck.once_in(6);
    let repairs = [ReadRepair::Off, ReadRepair::Asynchronous, ReadRepair::Blocking];
    settings.read_repair = repairs[luck.below(3)];
    settings.hints.on = luck.once_in(2) || settings.quorum.sloppy;
    settings.hints.holder = if luck.once_in(2) { Holder::Coordinator } else { Holder::StandIn };
    settings.hints.keys_per_second = 1 + luck.below(50) as u32;
    settings.anti_entropy.on = true;
    settings.anti_entropy.period = Duration::from_ms(500 + luck.below(2_000) as u64);
    settings.anti_entropy.depth = luck.below(6) as u8;
    settings.anti_entropy.keys_per_second = 2 + luck.below(50) as u32;
    settings.gossip.on = true;
    settings.gossip.detection = if luck.once_in(2) {
        Detection::PhiAccrual { threshold: 3.0 }
    } else {
        Detection::Timeout { after: Duration::from_secs(2) }
    };
    settings.streaming.keys_per_second = 1 + luck.below(50) as u32;
    settings.streaming.keys_per_message = 1 + luck.below(5) as u16;
    settings
}

/// Settings that give up promises: expiry, short graces and windows, clocks cut short, little room.
fn cruel_settings(luck: &mut Luck) -> Settings {
    let mut settings = settings(luck);
    settings.deletes.grace = luck.once_in(2).then_some(Duration::from_secs(3));
    settings.deletes.default_ttl = luck.once_in(3).then_some(Duration::from_secs(2));
    settings.versions.truncation = luck.once_in(3).then_some(Truncation {
        entries: 1 + luck.below(3) as u16,
        age: Duration::from_secs(luck.below(3) as u64),
    });
    settings.quorum.most_in_progress = luck.once_in(3).then_some(3);
    settings.hints.most_per_target = 1 + luck.below(4) as u32;
    settings.hints.window = Duration::from_secs(1 + luck.below(10) as u64);
    settings.anti_entropy.on = luck.once_in(2);
    settings.gossip.on = !luck.once_in(4);
    settings
}

fn sizes(luck: &mut Luck) -> Quorum {
    let sizes = [(3, 2, 2), (3, 1, 3), (3, 3, 1), (2, 1, 2), (4, 3, 2), (1, 1, 1)];
    let (n, r, w) = sizes[luck.below(sizes.len())];
    quorum(n, r, w)
}

impl Swarm {
    fn new(seed: u64, faults: Faults) -> Self {
        let mut luck = Luck(seed);
        let made = if faults.cruel { cruel_settings(&mut luck) } else { settings(&mut luck) };
        let table = Table::with(5, sizes(&mut luck), |settings| *settings = made);
        Self {
            table,
            luck,
            faults,
            seen: vec![Context::new(); KEYS],
            open: BTreeMap::new(),
            acknowledged: Vec::new(),
            newcomers: 0,
            leavers: 0,
        }
    }

    fn any_up(&mut self) -> Option<NodeId> {
        let ids: Vec<NodeId> = self.table.nodes.keys().copied().collect();
        (!ids.is_empty()).then(|| ids[self.luck.below(ids.len())])
    }

    fn step(&mut self, number: u32) {
        let mail = self.table.mail.len();
        match self.luck.below(100) {
            0..10 => self.ask(number),
            10..13 if mail > 0 => {
                let index = self.luck.below(mail);
                self.table.mail.remove(index);
            }
            13..16 if mail > 0 => {
                let index = self.luck.below(mail);
                let again = self.table.mail[index].clone();
                self.table.mail.push(again);
            }
            16 => self.fault(),
            _ if mail == 0 || self.luck.once_in(40) => {
                let next = self.table.next_timeout();
                next.into_iter().for_each(|next| self.table.wait_until(next));
            }
            _ => {
                let index = self.luck.below(mail);
                self.table.deliver(index);
            }
        }
        self.look();
    }

    fn ask(&mut self, number: u32) {
        let Some(node) = self.any_up() else { return };
        let key = self.luck.below(KEYS);
        let name = format!("key {key}");
        let context = if self.luck.once_in(3) { Context::new() } else { self.seen[key].clone() };
        let request = match self.luck.below(6) {
            0 | 1 => get(&name),
            2 => delete(&name, context),
            3 if self.faults.cruel => {
                let ttl = Some(Duration::from_ms(self.luck.below(4_000) as u64));
                Request::Put { key: Key::new(&name), value: Value::new("short"), context, ttl }
            }
            _ => put_after(&name, &number.to_string(), context),
        };
        let operation = request.operation();
        let id = self.table.begin(node.0, request);
        self.open.insert(id, (operation, key));
    }

    fn fault(&mut self) {
        let Some(node) = self.any_up() else { return };
        let down = self.table.disks.keys().next().copied();
        match self.luck.below(if self.faults.cruel { 12 } else { 7 }) {
            0 | 1 => {
                let (a, b) = (self.luck.below(7) as u16, self.luck.below(7) as u16);
                if a != b {
                    self.table.cut_one_way(a, b);
                }
            }
            2 => self.table.heal(),
            3 if self.table.nodes.len() > 2 => self.table.crash(node.0),
            3..=5 => down.into_iter().for_each(|down| self.table.restart(down.0)),
            6 if self.faults.moves && self.luck.once_in(2) => self.move_one(node),
            7 => self.table.wipe(node.0),
            8 => {
                let gone = NodeId(self.luck.below(7) as u16);
                if gone != node && self.faults.moves {
                    self.table.drive(node, |node, now| node.remove(now, gone));
                }
            }
            9 => {
                let made = cruel_settings(&mut self.luck);
                let sizes = sizes(&mut self.luck);
                self.table.reconfigure(|config| {
                    (config.settings, config.quorum) = (made.into(), sizes);
                });
            }
            10 => {
                let skew_us = i64::from(self.luck.below(6_000_000) as u32) - 3_000_000;
                let drift_ppm = i32::from(self.luck.below(20_000) as u16) * 10 - 100_000;
                let clock = Clock { skew_us, drift_ppm, since: self.table.now };
                self.table.set_clock(node.0, clock);
            }
            _ => {}
        }
    }

    fn move_one(&mut self, node: NodeId) {
        if self.newcomers < 2 && self.luck.once_in(2) {
            self.table.join(5 + self.newcomers);
            self.newcomers += 1;
        } else if self.leavers < 1 || self.faults.cruel {
            self.table.drive(node, Node::leave);
            self.leavers += 1;
        }
    }

    /// Takes replies: none is a success with fewer distinct votes than it needs.
    fn look(&mut self) {
        for (id, response) in std::mem::take(&mut self.table.replies) {
            assert_eq!(self.table.answers[&id], 1);
            let Some((operation, key)) = self.open.remove(&id) else { continue };
            if !response.is_ok() {
                continue;
            }
            self.seen[key].merge(&context_of(&response));
            if !self.faults.cruel {
                self.assert_honest(id, operation);
            }
            if let Response::Stored { version } = response {
                self.acknowledged.push((key, (*version).clone()));
            }
        }
    }

    fn assert_honest(&self, id: RequestId, operation: Operation) {
        let (mut answered, mut stored) = (BTreeSet::new(), BTreeSet::new());
        for (_, event) in &self.table.events {
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
        let quorum = self.table.config.quorum;
        let (votes, needed) = match operation {
            Operation::Get => (answered.len(), quorum.r()),
            Operation::Put | Operation::Delete => (stored.len(), quorum.w()),
        };
        assert!(votes >= usize::from(needed), "{operation} {id:?}: {votes} votes of {needed}");
    }

    /// Mends everything, and lets the background do its work.
    fn heal(&mut self) {
        self.table.heal();
        let down: Vec<NodeId> = self.table.disks.keys().copied().collect();
        down.into_iter().for_each(|down| self.table.restart(down.0));
        for _ in 0..400 {
            self.table.run(Duration::from_ms(500));
            self.look();
        }
    }

    fn assert_healed(&self) {
        let nodes = || self.table.nodes.values();
        let members: Vec<_> = nodes()
            .map(|node| node.members().map(|it| (it.node, it.epoch, it.status)).collect::<Vec<_>>())
            .collect();
        assert!(members.windows(2).all(|pair| pair[0] == pair[1]), "views differ: {members:#?}");
        assert!(members[0].iter().all(|it| !it.2.moves()), "somebody still moves: {members:?}");
        let hints: u32 = nodes().map(|node| node.disk().hints().len()).sum();
        assert_eq!(hints, 0, "hints are delivered in the end");
        assert!(nodes().all(|node| node.coordinating() == 0 && node.fetching() == 0));
        let order = self.table.config.order();
        for (key, version) in &self.acknowledged {
            let name = Key::new(&format!("key {key}"));
            for replica in self.table.list(name.name()) {
                let held = self.table.node(replica).disk().get(&name);
                let kept = held.is_some_and(|held| keeps(held, version, order));
                assert!(kept, "{name} at {}: {held:?} without {version:?}", NodeId(replica));
            }
        }
        for number in 0..KEYS {
            let name = Key::new(&format!("key {number}"));
            let mut held: Vec<_> = Vec::new();
            for replica in self.table.list(name.name()) {
                held.push(self.table.node(replica).disk().get(&name));
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

/// Tells whether a set holds a version or something that has replaced it.
fn keeps(held: &Siblings, version: &Version, order: Order) -> bool {
    let place = |it: &Version| (it.rank, it.written, it.dot);
    match order {
        Order::Dotted => held.context().contains(version.dot),
        Order::LastWriteWins => held.iter().any(|it| place(it) >= place(version)),
        // Plain vectors promise only that their clock knows it.
        Order::Plain => held.clock().contains(version.dot),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_acknowledged_is_lost(seed: u64, moves: bool) {
        let mut swarm = Swarm::new(seed, Faults { moves, cruel: false });
        (0..2_500).for_each(|number| swarm.step(number));
        swarm.heal();
        swarm.assert_healed();
    }

    /// The table itself sees to it that no timer spins.
    #[test]
    fn nothing_that_befalls_a_node_makes_it_panic(seed: u64) {
        let mut swarm = Swarm::new(seed, Faults { moves: true, cruel: true });
        (0..2_500).for_each(|number| swarm.step(number));
        swarm.table.heal();
        swarm.table.run(Duration::from_secs(5));
        prop_assert!(swarm.table.now > Instant::ZERO);
    }
}
