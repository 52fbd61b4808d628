//! The verdict on a key as a linearizable register.

use std::fmt;

use ringside_checker::register::{Contradiction, SearchLimits, Verdict};
use ringside_checker::{Call, History as Register, OperationId, register};
use ringside_store::version::{Dot, Version};
use ringside_store::{Operation, RequestId};

use super::history::{Answer, History, HistoryEvent, KeyOperation, Versions};
use super::{WitnessFrame, WitnessOperation, words};

/// The limits of the search, for histories to which the zone check does not apply. They are low because a
/// page waits for the result.
const LIMITS: SearchLimits = SearchLimits { steps: 200_000, memory_bytes: 16 << 20 };

/// The process that expires values. No client has this number.
const STORE: u64 = 1 << 16;

/// The judgement on a key.
pub(super) struct Judgement {
    pub(super) linearizable: Option<bool>,
    pub(super) unknown: Option<String>,
    pub(super) witness: Option<WitnessFrame>,
}

/// The value of a register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value<'log> {
    /// No value: not yet written, deleted or expired.
    Nothing,
    /// The value of a put. The write's dot distinguishes it from other puts of the same text. A put without a
    /// dot was never seen, and has its request as its name.
    Put { name: Result<Dot, RequestId>, text: &'log str },
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Put { name: Ok(dot), text } => write!(f, "{text} ({dot})"),
            Self::Put { name: Err(_), text } => f.write_str(text),
        }
    }
}

impl<'log> Value<'log> {
    /// Returns the value that a write leaves.
    fn written(key_operation: &KeyOperation<'log>) -> Self {
        match key_operation.value {
            Some(value) => Self::Put {
                name: key_operation.dot.ok_or(key_operation.request),
                text: value.as_str(),
            },
            None => Self::Nothing,
        }
    }

    /// Returns the value that a read returned, or `None` if it returned siblings.
    fn found(versions: Versions<'log>) -> Option<Self> {
        let value = |version: &'log Version| {
            let text = version.value.as_ref().map_or("", |value| value.as_str());
            Self::Put { name: Ok(version.dot), text }
        };
        let mut live = versions.live();
        match (live.next(), live.next()) {
            (None, _) => Some(Self::Nothing),
            (Some(version), None) => Some(value(version)),
            (Some(_), Some(_)) => None,
        }
    }
}

/// The origin of an operation of the register's history.
#[derive(Clone, Copy)]
enum Origin {
    /// The operation of this number.
    Asked(usize),
    /// The expiry of the value that the operation of this number wrote.
    Expiry(usize),
}

/// A key's history as the history of a register, up to the first read that returned siblings.
struct Translation<'log> {
    register: Register<(), Value<'log>>,
    origins: Vec<Origin>,
    /// The read that returned siblings, if one did.
    siblings: Option<usize>,
}

/// Judges whether a key was a linearizable register so far.
///
/// A read of siblings is a violation by itself. It is reported only if the operations before it show none.
pub(super) fn judge(history: &History) -> Judgement {
    let translation = translate(history);
    let report = register::check(&translation.register, &Value::Nothing, LIMITS);
    match (report.keys.into_iter().next().map(|key| key.verdict), translation.siblings) {
        (Some(Verdict::Violated(witness)), _) => {
            let words = Words { history, translation: &translation };
            let why = words.why(&witness.contradiction, witness.operations.len());
            let operations = witness.operations.iter().map(|id| words.operation(*id)).collect();
            violated(WitnessFrame { why: words::sentence(&why), operations })
        }
        (_, Some(read)) => violated(siblings(history, read)),
        (Some(Verdict::Unknown(exhausted)), None) => {
            let unknown = Some(exhausted.to_string());
            Judgement { linearizable: None, unknown, witness: None }
        }
        (Some(Verdict::Linearizable) | None, None) => {
            Judgement { linearizable: Some(true), unknown: None, witness: None }
        }
    }
}

const fn violated(witness: WitnessFrame) -> Judgement {
    Judgement { linearizable: Some(false), unknown: None, witness: Some(witness) }
}

/// Returns the witness of a read that returned siblings.
fn siblings(history: &History, read: usize) -> WitnessFrame {
    let key_operation = &history.operations[read];
    let count = match key_operation.answer {
        Answer::Found(versions) => versions.live().count(),
        _ => 0,
    };
    let (name, count) = (words::name(key_operation), words::number(count));
    super::witness(
        history,
        &[read],
        &format!("a register holds one value, and {name} returned {count}"),
    )
}

fn translate<'log>(history: &History<'log>) -> Translation<'log> {
    let mut register = Register::new();
    let mut origins = Vec::new();
    // The operation of each number, and the expiry of its value.
    let mut ids = vec![(OperationId(0), None); history.operations.len()];
    let mut siblings = None;
    for happening in &history.happenings {
        match *happening {
            HistoryEvent::Asked(number) => {
                let key_operation = &history.operations[number];
                let call = match key_operation.operation {
                    Operation::Get => Call::Read(None),
                    Operation::Put | Operation::Delete => {
                        Call::Write(Value::written(key_operation))
                    }
                };
                let id = register.invoke(u64::from(key_operation.client().0), (), call);
                origins.push(Origin::Asked(number));
                let expiry = key_operation.lives.then(|| {
                    origins.push(Origin::Expiry(number));
                    register.invoke(STORE, (), Call::Write(Value::Nothing))
                });
                ids[number] = (id, expiry);
            }
            HistoryEvent::Over(number) => {
                let (id, expiry) = ids[number];
                match history.operations[number].answer {
                    Answer::Found(versions) => {
                        let Some(value) = Value::found(versions) else {
                            siblings = Some(number);
                            break;
                        };
                        register.ok_read(id, value);
                    }
                    Answer::Stored(_) => register.ok(id),
                    Answer::Failed => {
                        register.fail(id);
                        expiry.into_iter().for_each(|expiry| register.fail(expiry));
                    }
                    Answer::Unsure | Answer::Open => register.info(id),
                }
            }
        }
    }
    Translation { register, origins, siblings }
}

/// The context for explanations in words.
struct Words<'judged, 'log> {
    history: &'judged History<'log>,
    translation: &'judged Translation<'log>,
}

impl Words<'_, '_> {
    fn operation(&self, id: OperationId) -> WitnessOperation {
        let origin = self.translation.origins[id.0 as usize];
        let (Origin::Asked(number) | Origin::Expiry(number)) = origin;
        let key_operation = &self.history.operations[number];
        let returned = match origin {
            Origin::Asked(_) => key_operation.returned,
            Origin::Expiry(_) => None,
        };
        let (request, invoked) = (key_operation.request, key_operation.invoked);
        WitnessOperation { request, words: self.name(id), invoked, returned }
    }

    fn name(&self, id: OperationId) -> String {
        match self.translation.origins[id.0 as usize] {
            Origin::Asked(number) => words::name(&self.history.operations[number]),
            Origin::Expiry(number) => {
                format!("the expiry of {}", words::written(&self.history.operations[number]))
            }
        }
    }

    /// Names the value that an operation wrote or returned. Empty if there is none.
    fn value(&self, id: OperationId) -> String {
        let call = self.translation.register.get(id).map(|operation| &operation.call);
        let value = call.and_then(|call| call.written().or(call.observed()));
        value.map_or_else(String::new, ToString::to_string)
    }

    fn why(&self, contradiction: &Contradiction, count: usize) -> String {
        let name = |id: &OperationId| self.name(*id);
        match contradiction {
            Contradiction::NeverWritten { read, failed: None } => {
                format!("{} found a value that nobody wrote", name(read))
            }
            Contradiction::NeverWritten { read, failed: Some(write) } => {
                format!("{} found what only {} wrote, which failed", name(read), name(write))
            }
            Contradiction::BeforeItsWrite { read, write } => {
                format!("{} was over before {} began", name(read), name(write))
            }
            Contradiction::TwoOrders { first, then, second, again } => {
                let (one, other) = (self.value(*again), self.value(*then));
                let beginning = match first {
                    None => "the key began with nothing".to_owned(),
                    Some(first) => {
                        format!("{} was over before {} began", name(first), name(then))
                    }
                };
                format!(
                    "{beginning}, so {one} came before {other}; {} was over before {} began, so \
                     {other} came before {one}",
                    name(second),
                    name(again)
                )
            }
            Contradiction::NoOrder { order, stuck } => {
                let names: Vec<String> = order.iter().map(name).collect();
                let last = order.iter().rev().find_map(|id| {
                    self.translation.register.get(*id)?.call.written().map(ToString::to_string)
                });
                let value = last.unwrap_or_else(|| "nothing".to_owned());
                let next = stuck.as_ref().map_or_else(String::new, name);
                if names.is_empty() {
                    format!("the key began with nothing, and {next} cannot come first")
                } else {
                    format!(
                        "no order explains these {} operations: the furthest is {}, which leaves \
                         {value}, and {next} cannot come next",
                        words::number(count),
                        names.join(", ")
                    )
                }
            }
        }
    }
}
