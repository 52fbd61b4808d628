//! Random histories: a real register that serves overlapping operations, and sometimes lies.

use proptest::prelude::*;
use ringside_checker::{Call, History, OperationId, Phase};

/// The values that operations write.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Values {
    /// All values are different, and there is no cas.
    Unique,
    /// All values are different except for writes of the initial value, which are deletes.
    Deletes,
    /// All values are different, and a cas mostly finds the value that it expects.
    Chains,
    /// There are few values, and cas too.
    Few,
}

/// A history of one key, or sometimes of two.
pub(crate) type Random = History<u8, u32>;

/// The initial value of registers.
pub(crate) const INITIAL: u32 = 0;

/// Returns a strategy for histories of up to `operations` operations.
pub(crate) fn histories(values: Values, operations: usize) -> impl Strategy<Value = Random> {
    let step = (0..4_usize, any::<u8>(), any::<u8>(), 0..3_u32);
    (prop::collection::vec(step, 0..operations * 3), 0..80_u8)
        .prop_map(move |(steps, lies)| history(values, operations, lies, &steps))
}

struct Open {
    id: OperationId,
    call: Call<u32>,
    /// The value that it found when it took effect, if it did.
    effect: Option<u32>,
}

/// Builds a history. In each step a process invokes an operation, or its open one advances.
fn history(values: Values, operations: usize, lies: u8, steps: &[(usize, u8, u8, u32)]) -> Random {
    let mut history = History::new();
    let mut open: [Option<Open>; 4] = [const { None }; 4];
    let mut register = INITIAL;
    let mut written = 0;
    for &(process, what, random, value) in steps {
        let Some(it) = &mut open[process] else {
            if history.operations().len() < operations {
                written += 1;
                let call = match (values, what % 5) {
                    (_, 0..=1) => Call::Read(None),
                    (Values::Deletes, 2) => Call::Write(INITIAL),
                    (Values::Unique | Values::Deletes, _) | (Values::Chains, 2..=3) => {
                        Call::Write(written)
                    }
                    (Values::Chains, _) => Call::Cas { from: register, to: written },
                    (Values::Few, 2..=3) => Call::Write(value),
                    (Values::Few, _) => Call::Cas { from: value, to: u32::from(random) % 3 },
                };
                let id = history.invoke(process as u64, 0, call.clone());
                open[process] = Some(Open { id, call, effect: None });
            }
            continue;
        };
        let is_lie = random < lies;
        if it.effect.is_none() {
            it.effect = Some(register);
            match it.call {
                Call::Read(_) => {}
                Call::Write(value) => register = value,
                Call::Cas { from, to } if from == register => register = to,
                Call::Cas { .. } if is_lie => {}
                Call::Cas { .. } => it.effect = None,
            }
            if what % 3 == 0 {
                continue;
            }
        }
        match (it.effect, &it.call) {
            _ if what % 8 == 7 => history.info(it.id),
            (None, _) => history.fail(it.id),
            (Some(_), Call::Read(_)) if is_lie => {
                let lie = match values {
                    Values::Unique | Values::Deletes => u32::from(what) % (written + 1),
                    Values::Chains | Values::Few => value,
                };
                history.ok_read(it.id, lie);
            }
            (Some(found), Call::Read(_)) => history.ok_read(it.id, found),
            (Some(_), _) if random > 250 => history.fail(it.id),
            (Some(_), _) => history.ok(it.id),
        }
        open[process] = None;
    }
    history
}

/// Appends the operations that `keep` selects of a history to another one, with other keys and values.
pub(crate) fn copy<K, V>(
    from: &Random,
    to: &mut History<K, V>,
    key: impl Fn(u8) -> K,
    value: impl Fn(u32) -> V,
    keep: impl Fn(OperationId) -> bool,
) {
    let mut ids = vec![None; from.operations().len()];
    for event in from.events().filter(|event| keep(event.id)) {
        let operation = event.operation;
        let Some(id) = ids[event.id.0 as usize] else {
            let call = match operation.call {
                Call::Read(_) => Call::Read(None),
                Call::Write(it) => Call::Write(value(it)),
                Call::Cas { from, to } => Call::Cas { from: value(from), to: value(to) },
            };
            ids[event.id.0 as usize] = Some(to.invoke(operation.process, key(operation.key), call));
            continue;
        };
        match (event.phase, &operation.call) {
            (Phase::Ok, Call::Read(Some(found))) => to.ok_read(id, value(*found)),
            (Phase::Ok, _) => to.ok(id),
            (Phase::Fail, _) => to.fail(id),
            (Phase::Info | Phase::Invoke, _) => to.info(id),
        }
    }
}
