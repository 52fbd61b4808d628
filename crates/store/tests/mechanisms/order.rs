//! Reads that follow each other never go back, where a mechanism promises it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_store::settings::{Ask, ReadRepair, Settings};
use ringside_store::version::{Context, Dot, Version};
use ringside_store::{Instant, MessageKind, NodeId, RequestId, Response};

use crate::table::{Letter, Luck, Table, context_of, get, put, put_after, quorum};

/// Has a write reach one replica and hang there, then reads twice, from overlapping pairs of replicas:
/// gives what the two reads return.
fn two_reads_during_a_write(set: impl FnOnce(&mut Settings)) -> (Vec<String>, Vec<String>) {
    let mut table = Table::with(4, quorum(3, 2, 2), set);
    table.complete(0, put("k", "old"));
    table.deliver_all();
    let list = table.list("k");
    let outsider = (0..4).find(|node| !list.contains(node)).expect("four nodes, three replicas");
    let old = table.complete(outsider, get("k"));
    table.begin(outsider, put_after("k", "new", context_of(&old)));
    let is_write = |letter: &Letter| letter.message.kind() == MessageKind::Write;
    table.deliver_where(|letter| !is_write(letter));
    table.deliver_where(|letter| is_write(letter) && letter.to == NodeId(list[0]));
    table.lose(|_| true);
    let mut read_without = |silent: u16| {
        let id = table.begin(outsider, get("k"));
        let silent = |letter: &Letter| [letter.from, letter.to].contains(&NodeId(silent));
        table.lose(silent);
        let is_repair = |letter: &Letter| letter.message.kind() == MessageKind::Repair;
        while !table.replies.contains_key(&id) {
            // Repairs after the reply are still on their way when the next read begins.
            table.deliver_where(|letter| !silent(letter) && !is_repair(letter));
            if !table.replies.contains_key(&id) {
                table.deliver_where(|letter| !silent(letter));
            }
        }
        table.lose(|_| true);
        table.values(id.0)
    };
    (read_without(list[2]), read_without(list[0]))
}

#[test]
fn a_quorum_alone_lets_a_read_go_back() {
    let (first, second) = two_reads_during_a_write(|_| {});
    assert_eq!((first, second), (vec!["new".into()], vec!["old".into()]));
}

#[test]
fn a_register_does_not() {
    let (first, second) = two_reads_during_a_write(|settings| settings.quorum.register = true);
    assert_eq!((first, second), (vec!["new".into()], vec!["new".into()]));
}

#[test]
fn a_blocking_repair_does_not() {
    let (first, second) =
        two_reads_during_a_write(|settings| settings.read_repair = ReadRepair::Blocking);
    assert_eq!((first, second), (vec!["new".into()], vec!["new".into()]));
}

/// The place of a register's version in the order of all its writes.
type Tag = (u64, Instant, Option<Dot>);

fn tag(version: Option<&Version>) -> Tag {
    version.map_or((0, Instant::ZERO, None), |it| (it.rank, it.written, Some(it.dot)))
}

/// Lets messages be delivered in any order, lost and repeated, and asks in between; `look` is given each
/// reply with what `begin` gave when it was asked.
struct Game<Begun> {
    table: Table,
    luck: Luck,
    open: BTreeMap<RequestId, (bool, Begun)>,
}

impl<Begun> Game<Begun> {
    fn step(&mut self) -> Vec<(bool, Begun, Response)> {
        match self.luck.below(20) {
            _ if self.table.mail.is_empty() || self.luck.once_in(80) => {
                let next = self.table.next_timeout();
                next.into_iter().for_each(|next| self.table.wait_until(next));
            }
            0 => {
                let index = self.luck.below(self.table.mail.len());
                self.table.mail.remove(index);
            }
            1 => {
                let index = self.luck.below(self.table.mail.len());
                let again = self.table.mail[index].clone();
                self.table.mail.push(again);
            }
            _ => {
                let index = self.luck.below(self.table.mail.len());
                self.table.deliver(index);
            }
        }
        let replies = std::mem::take(&mut self.table.replies).into_iter();
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

    /// Tags that respect the order of time make a linearizable register: a read's is not below any that
    /// was returned before it began, and a write's is above all of those.
    #[test]
    fn a_register_is_linearizable(
        seed: u64,
        (n, r, w) in sizes(),
        ask in prop::sample::select(vec![Ask::All, Ask::Quorum]),
        digests: bool,
    ) {
        let table = Table::with(5, quorum(n, r, w), |settings| {
            settings.quorum.register = true;
            (settings.quorum.ask, settings.quorum.digests) = (ask, digests);
            settings.quorum.speculation = Some(0.5);
        });
        let mut game = Game { table, luck: Luck(seed), open: BTreeMap::new() };
        let mut latest = tag(None);
        for number in 0..1_500 {
            if game.luck.once_in(12) {
                let (node, writes) = (game.luck.below(5) as u16, game.luck.once_in(2));
                let request = if writes { put("k", &number.to_string()) } else { get("k") };
                let id = game.table.begin(node, request);
                game.open.insert(id, (writes, latest));
            }
            for (writes, begun, response) in game.step() {
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

    /// One client writes; whoever reads, reads what was read before it or later.
    #[test]
    fn blocking_repair_makes_reads_monotonic(
        seed: u64,
        (n, r, w) in prop::sample::select(vec![(3, 2, 2), (3, 2, 1), (5, 3, 2), (4, 3, 1)]),
        digests: bool,
        ask in prop::sample::select(vec![Ask::All, Ask::Quorum]),
    ) {
        let table = Table::with(5, quorum(n, r, w), |settings| {
            settings.read_repair = ReadRepair::Blocking;
            (settings.quorum.ask, settings.quorum.digests) = (ask, digests);
        });
        let mut game = Game { table, luck: Luck(seed), open: BTreeMap::new() };
        let (mut latest, mut seen, mut idle) = (0, Context::new(), true);
        for number in 1..1_500_u32 {
            if game.luck.once_in(12) {
                let node = game.luck.below(5) as u16;
                let writes = idle && game.luck.once_in(2);
                let request = if writes {
                    put_after("k", &number.to_string(), seen.clone())
                } else {
                    get("k")
                };
                idle &= !writes;
                let id = game.table.begin(node, request);
                game.open.insert(id, (writes, latest));
            }
            for (writes, begun, response) in game.step() {
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
