//! One key: who holds what of it, and what its acknowledged writes have come to.

use smallvec::SmallVec;

use super::Store;
use super::frontier::Frontier;
use super::ledger::Ledger;
use super::pending_list::PendingEntry;
use super::store_model::is_empty;
use super::write_chain::{PendingWrite, WriteChain};
use super::write_history::{AcknowledgedWrite, NEVER, WriteHistory};
use crate::Finding;

/// How many lines of pending writes a key has at most.
const CHAINS_MAX: usize = 64;

/// One key.
#[derive(Clone, Debug)]
pub(super) struct KeyState<S: Store> {
    /// Its number among the keys.
    index: u32,
    pub(super) history: WriteHistory<S>,
    /// The intended replicas, in the ring's order, and after them all others that hold a copy.
    nodes: SmallVec<[NodeCopy<S>; 4]>,
    /// How many intended replicas there are.
    n: usize,
    frontier: Frontier<S>,
    /// The pending writes; one empty line is kept for the next one.
    lines: SmallVec<[WriteChain<S>; 1]>,
    /// How often it was asked for.
    pub(super) asked: u32,
    /// When the passing of time alone will change something, as far as this is scheduled.
    pub(super) wake: u64,
}

/// What a node has of a key.
#[derive(Clone, Debug)]
struct NodeCopy<S: Store> {
    node: S::Node,
    copy: S::Copy,
    /// Since when it is an intended replica that lacks a write of the frontier; none while it is not.
    diverges: Option<u64>,
}

impl<S: Store> KeyState<S> {
    pub(super) fn new(index: u32, replicas: &[S::Node]) -> Self {
        let hold =
            |node: &S::Node| NodeCopy { node: *node, copy: S::Copy::default(), diverges: None };
        Self {
            index,
            history: WriteHistory::new(),
            nodes: replicas.iter().map(hold).collect(),
            n: replicas.len(),
            frontier: Frontier::new(),
            lines: SmallVec::new(),
            asked: 0,
            wake: NEVER,
        }
    }

    /// Lists the intended replicas in the ring's order, each with its copy and, where it lacks a write of
    /// the frontier, since when it does.
    pub(super) fn replicas(&self) -> impl Iterator<Item = (S::Node, &S::Copy, Option<u64>)> {
        self.nodes[..self.n].iter().map(|held| (held.node, &held.copy, held.diverges))
    }

    /// Takes note of a node's copy. `elsewhere` tells whether some node keeps writes for others.
    pub(super) fn hold(
        &mut self,
        at: u64,
        node: S::Node,
        copy: &S::Copy,
        elsewhere: bool,
        ledger: &mut Ledger,
    ) {
        let branches = S::branches(copy);
        let slot = match self.nodes.iter().position(|it| it.node == node) {
            Some(slot) => slot,
            None if branches == 0 => return,
            None => {
                self.nodes.push(NodeCopy { node, copy: S::Copy::default(), diverges: None });
                self.nodes.len() - 1
            }
        };
        let before = S::branches(&self.nodes[slot].copy);
        if branches >= 2 && branches > before {
            ledger.findings.push(Finding::Merged { branches });
        }
        self.nodes[slot].copy = copy.clone();
        if slot < self.n {
            self.look_at(slot, at, before > 0 && branches > 0, ledger);
        } else if branches == 0 {
            self.nodes.remove(slot);
        }
        self.settle(at, elsewhere, ledger);
    }

    /// Takes note that a node has lost its copy; tells whether it had one.
    pub(super) fn wipe(
        &mut self,
        at: u64,
        node: S::Node,
        elsewhere: bool,
        ledger: &mut Ledger,
    ) -> bool {
        let had = self.nodes.iter().any(|it| it.node == node && !is_empty::<S>(&it.copy));
        if had {
            self.hold(at, node, &S::Copy::default(), elsewhere, ledger);
        }
        had
    }

    /// Takes note of an acknowledged write, committed at an instant; `copy` is the write alone. Gives its
    /// number.
    pub(super) fn acknowledge(
        &mut self,
        write: AcknowledgedWrite<S::Write>,
        committed: u64,
        copy: &S::Copy,
        elsewhere: bool,
        ledger: &mut Ledger,
    ) -> u64 {
        let number = self.history.append(write, committed);
        let gone = self.frontier.add(write.write, copy, write.vanishes);
        let line = self.line_for(copy, ledger);
        let place = ledger.follow(PendingEntry { key: self.index, number, at: write.at });
        self.lines[line].push(PendingWrite { number, write: write.write, place, dropped: false });
        if gone != NEVER {
            self.lines.iter_mut().for_each(|line| line.vanish(copy, gone));
        }
        for slot in 0..self.n {
            self.look_at(slot, write.at, false, ledger);
        }
        self.settle(write.at, elsewhere, ledger);
        number
    }

    /// Gives the line that a write belongs to: of those that it follows the one with the newest end.
    fn line_for(&mut self, copy: &S::Copy, ledger: &mut Ledger) -> usize {
        let lines = self.lines.iter().enumerate();
        let following = lines.filter(|(_, line)| line.precedes(copy));
        if let Some((index, _)) = following.max_by_key(|(_, line)| line.tail()) {
            return index;
        }
        if self.lines.len() == CHAINS_MAX {
            let quiet = (0..CHAINS_MAX).min_by_key(|index| self.lines[*index].tail()).unwrap_or(0);
            let mut line = self.lines.remove(quiet);
            while let Some(write) = line.head().and_then(|number| line.remove(number)) {
                ledger.give_up(&write);
            }
        }
        self.lines.push(WriteChain::new(self.n));
        self.lines.len() - 1
    }

    /// Takes note of who the intended replicas are from now on.
    pub(super) fn assign(
        &mut self,
        at: u64,
        replicas: &[S::Node],
        elsewhere: bool,
        ledger: &mut Ledger,
    ) {
        if self.nodes[..self.n].iter().map(|it| it.node).eq(replicas.iter().copied()) {
            self.settle(at, elsewhere, ledger);
            return;
        }
        let mut before = std::mem::take(&mut self.nodes);
        for &node in replicas {
            let known = before.iter().position(|it| it.node == node);
            let unknown = || NodeCopy { node, copy: S::Copy::default(), diverges: None };
            self.nodes.push(known.map_or_else(unknown, |index| before.remove(index)));
        }
        for mut held in before {
            if held.diverges.take().is_some() {
                ledger.diverges(false);
            }
            if !is_empty::<S>(&held.copy) {
                self.nodes.push(held);
            }
        }
        self.n = replicas.len();
        self.lines.iter_mut().for_each(|line| line.reassign(replicas.len()));
        for slot in 0..self.n {
            self.look_at(slot, at, false, ledger);
        }
        self.settle(at, elsewhere, ledger);
    }

    /// Lets time pass up to the instant at which this alone changes something.
    pub(super) fn pass(&mut self, at: u64, ledger: &mut Ledger) {
        for slot in 0..self.n {
            if is_empty::<S>(&self.nodes[slot].copy) {
                self.look_at(slot, at, false, ledger);
            }
        }
        self.pop_converged(at, ledger);
    }

    /// Gives the next instant at which the passing of time alone changes something.
    pub(super) fn next_wake(&self, at: u64) -> u64 {
        if !self.nodes[..self.n].iter().any(|it| is_empty::<S>(&it.copy)) {
            return NEVER;
        }
        let lines = self.lines.iter().map(WriteChain::next_vanishing);
        lines.fold(self.frontier.next_vanishing(at), u64::min)
    }

    /// Follows a pending write no longer.
    pub(super) fn give_up(&mut self, number: u64, ledger: &mut Ledger) {
        if let Some(write) = self.lines.iter_mut().find_map(|line| line.remove(number)) {
            ledger.give_up(&write);
        }
        self.drop_empty_lines();
    }

    /// Looks at an intended replica's copy anew.
    fn look_at(&mut self, slot: usize, at: u64, merged: bool, ledger: &mut Ledger) {
        let held = &mut self.nodes[slot];
        self.lines.iter_mut().for_each(|line| line.look(slot, &held.copy, at, merged));
        let diverges = self.frontier.is_lacked_by(&held.copy, at);
        if diverges != held.diverges.is_some() {
            held.diverges = diverges.then_some(at);
            ledger.diverges(diverges);
        }
    }

    /// Takes out the pending writes that are pending no more.
    fn settle(&mut self, at: u64, elsewhere: bool, ledger: &mut Ledger) {
        self.pop_converged(at, ledger);
        if self.lines.iter().any(WriteChain::has_unheld) {
            self.pop_lost(at, elsewhere, ledger);
        }
    }

    fn pop_converged(&mut self, at: u64, ledger: &mut Ledger) {
        for line in &mut self.lines {
            while let Some(write) = line.pop_converged() {
                ledger.converged(at, &write);
            }
        }
        self.drop_empty_lines();
    }

    /// Takes out the pending writes that are lost: the intended replicas agree, no node has one of them,
    /// and a replica merged it away or no node keeps anything that it could still come from.
    fn pop_lost(&mut self, at: u64, elsewhere: bool, ledger: &mut Ledger) {
        let (replicas, others) = self.nodes.split_at(self.n);
        let Some((first, rest)) = replicas.split_first() else { return };
        let agree = rest.iter().all(|it| S::alike(&it.copy, &first.copy));
        if is_empty::<S>(&first.copy) || !agree {
            return;
        }
        let is_lost = |write: &PendingWrite<S::Write>| {
            let nowhere = || !others.iter().any(|it| S::has(&it.copy, write.write));
            (write.dropped || !elsewhere) && nowhere()
        };
        let mut lost = false;
        for line in &mut self.lines {
            while let Some(write) = line.pop_unheld(is_lost) {
                ledger.lost(&write);
                self.frontier.remove(write.write);
                lost = true;
            }
        }
        if lost {
            self.drop_empty_lines();
            for slot in 0..self.n {
                self.look_at(slot, at, false, ledger);
            }
        }
    }

    fn drop_empty_lines(&mut self) {
        if self.lines.len() > 1 {
            let mut kept = 0;
            self.lines.retain(|line| {
                kept += usize::from(line.is_empty());
                !line.is_empty() || kept == 1
            });
        }
    }
}
