//! Random histories of a register: operations that overlap, each of which takes effect at one moment.

use ringside_lab::checker::{Call, History, register};
use todc_utils::linearizability::history::{Action, History as PeerHistory};

use crate::rng::Rng;

/// The initial value of a register.
pub(crate) const INITIAL: u32 = 0;
/// The number of values of [`Values::Few`].
const FEW: u64 = 8;

/// The values that operations write.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Values {
    /// A different value per write, without compare-and-set.
    Unique,
    /// One of eight values, and a third of the updates are compare-and-set.
    Few,
}

/// An operation that took effect, with the value that it read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RegisterOp {
    /// Read this value.
    Read(u32),
    /// Wrote this value.
    Write(u32),
    /// Read the first value and wrote the second.
    Cas(u32, u32),
}

/// The events of a register that several processes use, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct RegisterRun {
    /// The operations in the order of invocation, each with its process.
    operations: Vec<(usize, RegisterOp)>,
    /// The index of each operation twice: at its invocation and at its return.
    events: Vec<usize>,
}

/// The progress of a process with its operation.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Idle,
    Invoked(usize),
    Done(usize),
}

impl RegisterRun {
    /// Simulates a register. At each step a random process advances by one stage: it invokes an
    /// operation, its operation takes effect, or it returns; so two thirds of the processes have an
    /// open operation.
    pub(crate) fn simulate(values: Values, operations: usize, processes: usize) -> Self {
        let mut run = Self::default();
        let mut rng = Rng(operations as u64 * 31 + processes as u64);
        let mut stages = vec![Stage::Idle; processes];
        let (mut register, mut written) = (INITIAL, INITIAL);
        while run.events.len() < 2 * operations {
            let process = (rng.bits() % processes as u64) as usize;
            stages[process] = match stages[process] {
                Stage::Idle if run.operations.len() == operations => Stage::Idle,
                Stage::Idle => {
                    run.operations.push((process, RegisterOp::Read(INITIAL)));
                    run.events.push(run.operations.len() - 1);
                    Stage::Invoked(run.operations.len() - 1)
                }
                Stage::Invoked(operation) => {
                    written += 1;
                    let op = draw_op(values, register, written, rng.bits());
                    if let RegisterOp::Write(value) | RegisterOp::Cas(_, value) = op {
                        register = value;
                    }
                    run.operations[operation].1 = op;
                    Stage::Done(operation)
                }
                Stage::Done(operation) => {
                    run.events.push(operation);
                    Stage::Idle
                }
            };
        }
        run
    }

    /// The same run with one stale read, the last that can be stale: it returns an earlier value that
    /// no order of the operations explains.
    pub(crate) fn with_stale_read(&self) -> Self {
        let reads = (0..self.operations.len()).rev();
        let reads = reads.filter(|&it| matches!(self.operations[it].1, RegisterOp::Read(_)));
        let broken = reads.flat_map(|read| {
            let earlier = self.operations[..read].iter().rev();
            earlier.filter_map(|(_, op)| op.written()).map(move |value| (read, value)).take(64)
        });
        let runs = broken.map(|(read, value)| {
            let mut run = self.clone();
            run.operations[read].1 = RegisterOp::Read(value);
            run
        });
        let is_broken = |run: &Self| {
            let limits = register::SearchLimits::default();
            register::check(&run.ours(1), &INITIAL, limits).is_linearizable() == Some(false)
        };
        runs.into_iter().find(is_broken).expect("some answer is impossible")
    }

    /// The run as a history of Ringside's checker, on `keys` keys, each with a copy of every operation.
    pub(crate) fn ours(&self, keys: u32) -> History<u32, u32> {
        let mut history = History::new();
        let mut ids = vec![None; self.operations.len() * keys as usize];
        for &operation in &self.events {
            let (process, op) = self.operations[operation];
            for key in 0..keys {
                let place = operation * keys as usize + key as usize;
                match (ids[place], op) {
                    (None, op) => {
                        let process = u64::from(key) * 1_000 + process as u64;
                        ids[place] = Some(history.invoke(process, key, op.call()));
                    }
                    (Some(id), RegisterOp::Read(value)) => history.ok_read(id, value),
                    (Some(id), _) => history.ok(id),
                }
            }
        }
        history
    }

    /// The run as a history of the peer's checker.
    pub(crate) fn theirs(&self) -> PeerHistory<RegisterOp> {
        let mut is_open = vec![false; self.operations.len()];
        let actions = self.events.iter().map(|&operation| {
            let (process, op) = self.operations[operation];
            let returns = std::mem::replace(&mut is_open[operation], true);
            (process, if returns { Action::Response(op) } else { Action::Call(op) })
        });
        PeerHistory::from_actions(actions.collect())
    }
}

/// Draws the operation that takes effect now.
fn draw_op(values: Values, register: u32, written: u32, bits: u64) -> RegisterOp {
    let few = (bits >> 8) % FEW;
    match (values, bits % 6) {
        (_, 0..=2) => RegisterOp::Read(register),
        (Values::Unique, _) => RegisterOp::Write(written),
        (Values::Few, 3..=4) => RegisterOp::Write(few as u32),
        (Values::Few, _) => RegisterOp::Cas(register, few as u32),
    }
}

impl RegisterOp {
    fn written(self) -> Option<u32> {
        match self {
            Self::Read(_) => None,
            Self::Write(value) | Self::Cas(_, value) => Some(value),
        }
    }

    fn call(self) -> Call<u32> {
        match self {
            Self::Read(_) => Call::Read(None),
            Self::Write(value) => Call::Write(value),
            Self::Cas(from, to) => Call::Cas { from, to },
        }
    }
}
