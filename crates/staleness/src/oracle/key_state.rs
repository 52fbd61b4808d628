//! The state of one key: its copies, and the fate of its acknowledged writes.

use smallvec::SmallVec;

use super::StoreModel;
use super::frontier::Frontier;
use super::ledger::Ledger;
use super::pending_list::PendingEntry;
use super::store_model::is_empty;
use super::write_chain::{PendingWrite, WriteChain};
use super::write_history::{AcknowledgedWrite, NEVER, WriteHistory};
use crate::Finding;

/// The most chains of pending writes that a key has.
const CHAINS_MAX: usize = 64;

/// The state of one key.
#[derive(Clone, Debug)]
pub(super) struct KeyState<S: StoreModel> {
    /// Its number among the keys.
    index: u32,
    pub(super) history: WriteHistory<S>,
    /// The intended replicas, in the ring's order, and after them all other nodes that hold a copy.
    nodes: SmallVec<[NodeCopy<S>; 4]>,
    /// The number of intended replicas.
    n: usize,
    frontier: Frontier<S>,
    /// The pending writes; one empty chain is kept for the next one.
    chains: SmallVec<[WriteChain<S>; 1]>,
    /// The number of operations on it.
    pub(super) asked: u32,
    /// The scheduled instant at which the passing of time alone changes something.
    pub(super) wake: u64,
}

/// A node's copy of a key.
#[derive(Clone, Debug)]
struct NodeCopy<S: StoreModel> {
    node: S::Node,
    copy: S::Copy,
    /// Since when it is an intended replica that lacks a write of the frontier; `None` while it is not.
    diverges: Option<u64>,
}

impl<S: StoreModel> KeyState<S> {
    pub(super) fn new(index: u32, replicas: &[S::Node]) -> Self {
        let hold =
            |node: &S::Node| NodeCopy { node: *node, copy: S::Copy::default(), diverges: None };
        Self {
            index,
            history: WriteHistory::new(),
            nodes: replicas.iter().map(hold).collect(),
            n: replicas.len(),
            frontier: Frontier::new(),
            chains: SmallVec::new(),
            asked: 0,
            wake: NEVER,
        }
    }

    /// Lists the intended replicas in the ring's order, each with its copy and, if it lacks a write of the
    /// frontier, since when it does.
    pub(super) fn replicas(&self) -> impl Iterator<Item = (S::Node, &S::Copy, Option<u64>)> {
        self.nodes[..self.n].iter().map(|held| (held.node, &held.copy, held.diverges))
    }

    /// Records a node's new copy. `elsewhere` is whether any node holds hints.
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
            self.compare_replica(slot, at, before > 0 && branches > 0, ledger);
        } else if branches == 0 {
            self.nodes.remove(slot);
        }
        self.settle(at, elsewhere, ledger);
    }

    /// Records that a node has lost its copy, and returns whether it had one.
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

    /// Records an acknowledged write, of which `copy` is a copy with that version alone, and returns its
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
        let chain = self.chain_for(copy, ledger);
        let list_slot = ledger.follow(PendingEntry { key: self.index, number, at: write.at });
        self.chains[chain].push(PendingWrite {
            number,
            write: write.write,
            list_slot,
            dropped: false,
        });
        if gone != NEVER {
            self.chains.iter_mut().for_each(|chain| chain.vanish(copy, gone));
        }
        for slot in 0..self.n {
            self.compare_replica(slot, write.at, false, ledger);
        }
        self.settle(write.at, elsewhere, ledger);
        number
    }

    /// Returns the chain that a write belongs to: of those that it follows, the one with the newest tail.
    fn chain_for(&mut self, copy: &S::Copy, ledger: &mut Ledger) -> usize {
        let chains = self.chains.iter().enumerate();
        let following = chains.filter(|(_, chain)| chain.precedes(copy));
        if let Some((index, _)) = following.max_by_key(|(_, chain)| chain.tail()) {
            return index;
        }
        if self.chains.len() == CHAINS_MAX {
            let quiet = (0..CHAINS_MAX).min_by_key(|index| self.chains[*index].tail()).unwrap_or(0);
            let mut chain = self.chains.remove(quiet);
            while let Some(write) = chain.head().and_then(|number| chain.remove(number)) {
                ledger.give_up(&write);
            }
        }
        self.chains.push(WriteChain::new(self.n));
        self.chains.len() - 1
    }

    /// Records the new intended replicas.
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
        self.chains.iter_mut().for_each(|chain| chain.reassign(replicas.len()));
        for slot in 0..self.n {
            self.compare_replica(slot, at, false, ledger);
        }
        self.settle(at, elsewhere, ledger);
    }

    /// Advances time to the next instant at which this alone changes something.
    pub(super) fn advance_to(&mut self, at: u64, ledger: &mut Ledger) {
        for slot in 0..self.n {
            if is_empty::<S>(&self.nodes[slot].copy) {
                self.compare_replica(slot, at, false, ledger);
            }
        }
        self.pop_converged(at, ledger);
    }

    /// Returns the next instant at which the passing of time alone changes something.
    pub(super) fn next_wake(&self, at: u64) -> u64 {
        if !self.nodes[..self.n].iter().any(|it| is_empty::<S>(&it.copy)) {
            return NEVER;
        }
        let chains = self.chains.iter().map(WriteChain::next_vanishing);
        chains.fold(self.frontier.next_vanishing(at), u64::min)
    }

    /// Stops following a pending write.
    pub(super) fn give_up(&mut self, number: u64, ledger: &mut Ledger) {
        if let Some(write) = self.chains.iter_mut().find_map(|chain| chain.remove(number)) {
            ledger.give_up(&write);
        }
        self.drop_empty_chains();
    }

    /// Compares an intended replica's copy with the pending writes and the frontier.
    fn compare_replica(&mut self, slot: usize, at: u64, merged: bool, ledger: &mut Ledger) {
        let held = &mut self.nodes[slot];
        self.chains.iter_mut().for_each(|chain| chain.compare(slot, &held.copy, at, merged));
        let diverges = self.frontier.is_lacked_by(&held.copy, at);
        if diverges != held.diverges.is_some() {
            held.diverges = diverges.then_some(at);
            ledger.diverges(diverges);
        }
    }

    /// Removes the writes that have converged or are lost.
    fn settle(&mut self, at: u64, elsewhere: bool, ledger: &mut Ledger) {
        self.pop_converged(at, ledger);
        if self.chains.iter().any(WriteChain::has_unheld) {
            self.pop_lost(at, elsewhere, ledger);
        }
    }

    fn pop_converged(&mut self, at: u64, ledger: &mut Ledger) {
        for chain in &mut self.chains {
            while let Some(write) = chain.pop_converged() {
                ledger.converged(at, &write);
            }
        }
        self.drop_empty_chains();
    }

    /// Removes the pending writes that are lost: the intended replicas agree, no node has the write, and a
    /// replica merged it away or no node holds a hint that it could still come from.
    fn pop_lost(&mut self, at: u64, elsewhere: bool, ledger: &mut Ledger) {
        let (replicas, others) = self.nodes.split_at(self.n);
        let Some((first, rest)) = replicas.split_first() else { return };
        let agree = rest.iter().all(|it| S::same_versions(&it.copy, &first.copy));
        if is_empty::<S>(&first.copy) || !agree {
            return;
        }
        let is_lost = |write: &PendingWrite<S::Write>| {
            let nowhere = || !others.iter().any(|it| S::has(&it.copy, write.write));
            (write.dropped || !elsewhere) && nowhere()
        };
        let mut lost = false;
        for chain in &mut self.chains {
            while let Some(write) = chain.pop_unheld(is_lost) {
                ledger.lost(&write);
                self.frontier.remove(write.write);
                lost = true;
            }
        }
        if lost {
            self.drop_empty_chains();
            for slot in 0..self.n {
                self.compare_replica(slot, at, false, ledger);
            }
        }
    }

    fn drop_empty_chains(&mut self) {
        if self.chains.len() > 1 {
            let mut kept = 0;
            self.chains.retain(|chain| {
                kept += usize::from(chain.is_empty());
                !chain.is_empty() || kept == 1
            });
        }
    }
}
