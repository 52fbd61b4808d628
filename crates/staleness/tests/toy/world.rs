//! Random runs of the toy store.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_staleness::OperationKind;

use super::{Call, Ring, Versions};

const NODES: u8 = 5;
const KEYS: u8 = 2;
const CLIENTS: u8 = 2;
/// The number of latest operations that steps refer to.
const WINDOW: usize = 8;

/// A step of a run; numbers are taken modulo the number of candidates.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Invoke {
        client: u8,
        key: u8,
        write: bool,
    },
    /// A coordinator accepts an operation. A write follows all that one node has, or nothing.
    Coordinate {
        operation: u8,
        sees: Option<u8>,
        stamp: u8,
    },
    Store {
        operation: u8,
        node: u8,
    },
    Commit {
        operation: u8,
        acknowledgements: u8,
    },
    Return {
        operation: u8,
        nodes: u8,
        vanishes: Option<u16>,
    },
    End {
        operation: u8,
    },
    Sync {
        from: u8,
        to: u8,
        key: u8,
    },
    /// A node replaces its copy with another's, or drops the key.
    Replace {
        from: Option<u8>,
        to: u8,
        key: u8,
    },
    Wipe(u8),
    Ring {
        from: u8,
        n: u8,
    },
    Hints {
        node: u8,
        held: u8,
    },
}

/// A random run: steps, each with the pause before it, and whether the last write wins.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) steps: Vec<(u16, Step)>,
    pub(crate) last_write_wins: bool,
}

pub(crate) fn runs(length: usize) -> impl Strategy<Value = Run> {
    let pick = any::<u8>;
    let seen = prop_oneof![3 => pick().prop_map(Some), 1 => Just(None)];
    let vanishes =
        prop_oneof![3 => Just(None), 1 => Just(Some(0)), 1 => (0..9_000_u16).prop_map(Some)];
    let other = prop_oneof![pick().prop_map(Some), Just(None)];
    let step = prop_oneof![
        8 => (pick(), pick(), any::<bool>()).prop_map(|(client, key, write)| Step::Invoke { client, key, write }),
        4 => (pick(), seen, pick()).prop_map(|(operation, sees, stamp)| Step::Coordinate { operation, sees, stamp }),
        12 => (pick(), pick()).prop_map(|(operation, node)| Step::Store { operation, node }),
        4 => (pick(), 0..5_u8).prop_map(|(operation, acknowledgements)| Step::Commit { operation, acknowledgements }),
        12 => (pick(), pick(), vanishes).prop_map(|(operation, nodes, vanishes)| Step::Return { operation, nodes, vanishes }),
        1 => pick().prop_map(|operation| Step::End { operation }),
        12 => (pick(), pick(), pick()).prop_map(|(from, to, key)| Step::Sync { from, to, key }),
        2 => (other, pick(), pick()).prop_map(|(from, to, key)| Step::Replace { from, to, key }),
        1 => pick().prop_map(Step::Wipe),
        1 => (pick(), 1..4_u8).prop_map(|(from, n)| Step::Ring { from, n }),
        1 => (pick(), 0..3_u8).prop_map(|(node, held)| Step::Hints { node, held }),
    ];
    let paused = (prop_oneof![Just(0), 1..2_000_u16], step);
    (prop::collection::vec(paused, length / 4..length), any::<bool>())
        .prop_map(|(steps, last_write_wins)| Run { steps, last_write_wins })
}

/// The ring at the start of every run.
pub(crate) fn first_ring() -> Ring {
    Ring { nodes: (0..NODES).collect(), n: 3 }
}

#[derive(Clone, Debug)]
struct Operation {
    client_key: (u8, u8),
    write: Option<Versions>,
    is_read: bool,
    over: bool,
}

/// The toy store itself.
#[derive(Default)]
struct World {
    last_write_wins: bool,
    copies: BTreeMap<(u8, u8), Versions>,
    operations: Vec<Operation>,
    /// The timestamp of each write, for the order of last writes.
    stamps: Vec<u8>,
}

impl Run {
    /// Returns the calls, each with its instant.
    pub(crate) fn calls(&self) -> Vec<(u64, Call)> {
        let mut world = World { last_write_wins: self.last_write_wins, ..World::default() };
        let mut at = 0;
        let mut calls = Vec::new();
        for (pause, step) in &self.steps {
            at += u64::from(*pause);
            calls.extend(world.step(at, step).map(|call| (at, call)));
        }
        calls
    }
}

impl World {
    fn step(&mut self, at: u64, step: &Step) -> Option<Call> {
        match *step {
            Step::Invoke { client, key, write } => {
                Some(self.invoke(client % CLIENTS, key % KEYS, write))
            }
            Step::Coordinate { operation, sees, stamp } => self.coordinate(operation, sees, stamp),
            Step::Store { operation, node } => {
                let index = self.pick(operation)?;
                self.name(index, Some(node), operation);
                let Operation { client_key: (_, key), write, .. } = self.operations[index].clone();
                Some(self.merge(node % NODES, key, &write?))
            }
            Step::Commit { operation, acknowledgements } => {
                let request = self.pick(operation)? as u32;
                Some(Call::Committed { request, acknowledgements: acknowledgements.into(), n: 3 })
            }
            Step::Return { operation, nodes, vanishes } => {
                self.return_to_client(at, operation, nodes, vanishes)
            }
            Step::End { operation } => {
                let request = self.pick_live(operation)?;
                self.operations[request].over = true;
                Some(Call::Ended(request as u32))
            }
            Step::Sync { from, to, key } => {
                let theirs = self.copy(from % NODES, key % KEYS);
                Some(self.merge(to % NODES, key % KEYS, &theirs))
            }
            Step::Replace { from, to, key } => {
                let theirs =
                    from.map_or_else(Versions::default, |from| self.copy(from % NODES, key % KEYS));
                Some(self.hold(to % NODES, key % KEYS, theirs))
            }
            Step::Wipe(node) => {
                self.copies.retain(|(holder, _), _| *holder != node % NODES);
                Some(Call::Wiped(node % NODES))
            }
            Step::Ring { from, n } => {
                let mut nodes: Vec<u8> = (0..NODES).collect();
                nodes.rotate_left(usize::from(from % NODES));
                Some(Call::Assigned(Ring { nodes, n: n.into() }))
            }
            Step::Hints { node, held } => {
                let (held, bytes) = (u32::from(held), u64::from(held) * 10);
                Some(Call::Hints {
                    node: node % NODES,
                    held,
                    bytes,
                    oldest: (held > 0).then_some(at / 2),
                })
            }
        }
    }

    /// Returns one of the latest operations.
    fn pick(&self, operation: u8) -> Option<usize> {
        let back = usize::from(operation).checked_rem(self.operations.len().min(WINDOW))?;
        Some(self.operations.len() - 1 - back)
    }

    /// Returns one of the operations in progress.
    fn pick_live(&self, operation: u8) -> Option<usize> {
        let live: Vec<usize> =
            (0..self.operations.len()).filter(|it| !self.operations[*it].over).collect();
        live.get(usize::from(operation).checked_rem(live.len())?).copied()
    }

    fn copy(&self, node: u8, key: u8) -> Versions {
        self.copies.get(&(node, key)).cloned().unwrap_or_default()
    }

    fn hold(&mut self, node: u8, key: u8, copy: Versions) -> Call {
        self.copies.insert((node, key), copy.clone());
        Call::Holds { node, key, copy }
    }

    fn merge(&mut self, node: u8, key: u8, other: &Versions) -> Call {
        let copy = self.join(&self.copy(node, key), other);
        self.hold(node, key, copy)
    }

    fn join(&self, a: &Versions, b: &Versions) -> Versions {
        if !self.last_write_wins {
            return a.merged(b);
        }
        let both = a.0.iter().chain(&b.0);
        let last = both.max_by_key(|(write, _)| (self.stamps[**write as usize], **write));
        Versions(last.map(|(write, past)| (*write, past.clone())).into_iter().collect())
    }

    fn invoke(&mut self, client: u8, key: u8, write: bool) -> Call {
        let request = self.operations.len() as u32;
        let (write, is_read) = (None, !write);
        self.operations.push(Operation { client_key: (client, key), write, is_read, over: false });
        Call::Invoked {
            request,
            client,
            key,
            sort: if is_read { OperationKind::Read } else { OperationKind::Write },
        }
    }

    fn coordinate(&mut self, operation: u8, sees: Option<u8>, stamp: u8) -> Option<Call> {
        let request = self.pick(operation)?;
        self.name(request, sees, stamp);
        Some(Call::Coordinated(request as u32))
    }

    /// Assigns a version to an operation's write, unless it is a read or has one.
    fn name(&mut self, operation: usize, sees: Option<u8>, stamp: u8) {
        let Operation { client_key: (_, key), ref write, is_read, .. } = self.operations[operation];
        if !is_read && write.is_none() {
            let write = self.stamps.len() as u32;
            self.stamps.push(stamp);
            let past =
                sees.map_or_else(Versions::default, |node| self.copy(node % NODES, key)).past();
            self.operations[operation].write = Some(Versions::of(write, past));
        }
    }

    /// Returns an operation to its client. The answer to a read merges the copies of a set of nodes.
    fn return_to_client(
        &mut self,
        at: u64,
        operation: u8,
        nodes: u8,
        vanishes: Option<u16>,
    ) -> Option<Call> {
        let index = self.pick_live(operation)?;
        self.name(index, Some(nodes), nodes);
        let Operation { client_key: (_, key), write, is_read, .. } = self.operations[index].clone();
        let request = index as u32;
        let call = if is_read {
            let asked = (0..NODES).filter(|node| nodes >> node & 1 == 1);
            let answer = asked.fold(Versions::default(), |answer, node| {
                self.join(&answer, &self.copy(node, key))
            });
            Call::Read { request, answer }
        } else {
            let copy = write?;
            let write = *copy.0.keys().next()?;
            Call::Wrote {
                request,
                write,
                copy,
                vanishes: vanishes.map(|after| at + u64::from(after)),
            }
        };
        self.operations[index].over = true;
        Some(call)
    }
}
