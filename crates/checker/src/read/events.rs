//! The events of a file, matched into operations of a history.

use std::collections::BTreeMap;

use super::{ReadError, RecordedHistory};
use crate::{Call, Datum, History, OperationId, Phase};

/// The position of the keys in the events, which is the same for all events of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyPlacement {
    /// There are no keys: the file is about one register.
    None,
    /// In a field of their own.
    Field,
    /// In the value, as `[key value]`.
    Tuple,
}

/// An invocation that has no result yet.
struct OpenCall {
    id: OperationId,
    number: Option<i64>,
    key: Datum,
    line: u32,
}

/// A history under construction.
#[derive(Default)]
pub(super) struct Builder {
    history: History<Datum, Datum>,
    lines: Vec<u32>,
    open: BTreeMap<u64, Vec<OpenCall>>,
    keys: Option<(KeyPlacement, u32)>,
}

/// The fields of an event, not yet interpreted.
struct EventFields {
    process: u64,
    phase: Phase,
    f: String,
    key: Option<Datum>,
    value: Option<Datum>,
    number: Option<i64>,
}

impl EventFields {
    /// Reads the fields of an event. Returns `None` for an event of a process that has a name, such as a
    /// nemesis.
    fn new(datum: Datum) -> Result<Option<Self>, String> {
        let Datum::Map(mut map) = datum else {
            return Err(format!(
                "{datum} is no event: an event is a map of process, type, f and value"
            ));
        };
        let mut field = |name: &str| {
            let keyword = map.remove(&Datum::Word(format!(":{name}")));
            keyword.or_else(|| map.remove(&Datum::Text(name.to_owned())))
        };
        let process = match field("process") {
            Some(Datum::Int(it)) if it >= 0 => it as u64,
            Some(Datum::Word(name)) if name.starts_with(':') => return Ok(None),
            Some(Datum::Text(name)) if name == "nemesis" => return Ok(None),
            Some(other) => return Err(format!("a process has a number, not {other}")),
            None => return Err("this event has no process".to_owned()),
        };
        let phase = match name_field(field("type"), "type")?.as_str() {
            "invoke" => Phase::Invoke,
            "ok" => Phase::Ok,
            "fail" => Phase::Fail,
            "info" => Phase::Info,
            other => {
                return Err(format!("an event's type is invoke, ok, fail or info, not {other}"));
            }
        };
        let f = name_field(field("f"), "f")?;
        let number = match field("op") {
            Some(Datum::Int(number)) => Some(number),
            _ => None,
        };
        let (key, value) = (field("key"), field("value"));
        Ok(Some(Self { process, phase, f, key, value, number }))
    }

    /// Returns where this invocation has its key.
    fn keys(&self) -> KeyPlacement {
        let pair = |datum: &Datum| matches!(datum, Datum::List(list) if list.len() == 2);
        match &self.value {
            _ if self.key.is_some() => KeyPlacement::Field,
            Some(value) if self.f == "cas" => match value {
                Datum::List(list) if list.len() == 2 && pair(&list[1]) => KeyPlacement::Tuple,
                _ => KeyPlacement::None,
            },
            Some(value) if pair(value) => KeyPlacement::Tuple,
            _ => KeyPlacement::None,
        }
    }
}

/// Reads a field that must be a name.
fn name_field(field: Option<Datum>, name: &str) -> Result<String, String> {
    match field {
        Some(Datum::Text(text)) => Ok(text),
        Some(Datum::Word(word)) => Ok(word.trim_start_matches(':').to_owned()),
        Some(other) => Err(format!("{name} is a name, not {other}")),
        None => Err(format!("this event has no {name}")),
    }
}

impl Builder {
    /// Adds the event of a line.
    pub(super) fn event(&mut self, line: u32, datum: Datum) -> Result<(), ReadError> {
        let added = EventFields::new(datum).and_then(|fields| match fields {
            None => Ok(()),
            Some(fields) if fields.phase == Phase::Invoke => self.invoke(line, fields),
            Some(fields) => self.answer(fields),
        });
        added.map_err(|problem| ReadError { line, problem })
    }

    /// Returns the history. Operations without a result have an unknown outcome.
    pub(super) fn finish(self) -> RecordedHistory {
        RecordedHistory { history: self.history, lines: self.lines }
    }

    fn invoke(&mut self, line: u32, fields: EventFields) -> Result<(), String> {
        let keys = fields.keys();
        let (expected, first) = *self.keys.get_or_insert((keys, line));
        if keys != expected {
            return Err(format!("this event does not have its key where line {first} has it"));
        }
        let EventFields { process, f, key, value, number, .. } = fields;
        let (key, value) = match (keys, value) {
            (KeyPlacement::Tuple, value) => {
                value.and_then(Datum::into_pair).map_or((Datum::Nil, None), |(k, v)| (k, Some(v)))
            }
            (_, value) => (key.unwrap_or_default(), value),
        };
        let call = call(&f, value)?;
        let open = self.open.entry(process).or_default();
        let is_same = |it: &&OpenCall| {
            if number.is_some() {
                it.number == number
            } else {
                it.number.is_none() && it.key == key
            }
        };
        if let Some(earlier) = open.iter().find(is_same) {
            return Err(format!(
                "process {process} invokes again before line {} has a result",
                earlier.line
            ));
        }
        let id = self.history.invoke(process, key.clone(), call);
        open.push(OpenCall { id, number, key, line });
        self.lines.push(line);
        Ok(())
    }

    fn answer(&mut self, fields: EventFields) -> Result<(), String> {
        let EventFields { process, phase, f, key, value, number } = fields;
        let is_tuple = self.keys.is_some_and(|(keys, _)| keys == KeyPlacement::Tuple);
        // The value of a failed operation may be anything: often it is the reason.
        let (key, value) = match value {
            Some(value) if is_tuple => match value.into_pair() {
                Some((key, value)) => (Some(key), Some(value)),
                None => (None, None),
            },
            value => (key, value),
        };
        let open = self.open.entry(process).or_default();
        let fits = |it: &OpenCall| match (number, &key) {
            (Some(_), _) => it.number == number,
            (None, Some(key)) => it.key == *key,
            (None, None) => true,
        };
        let mut fitting = (0..open.len()).filter(|&index| fits(&open[index]));
        let found = fitting.next().ok_or_else(|| {
            format!("process {process} has a result, but no open operation that it fits")
        })?;
        if fitting.next().is_some() {
            return Err(format!(
                "process {process} has several open operations that this result fits"
            ));
        }
        let id = open[found].id;
        let invoked = &self.history.operations()[id.0 as usize].call;
        if invoked.name() != f {
            let line = open[found].line;
            return Err(format!(
                "this is the result of a {f}, but line {line} invoked a {}",
                invoked.name()
            ));
        }
        match (phase, invoked) {
            (Phase::Ok, Call::Read(_)) => {
                let value = value.ok_or("a read that is ok needs the value that it found")?;
                self.history.ok_read(id, value);
            }
            (Phase::Ok, invoked) => {
                let value = value.filter(|value| *value != Datum::Nil);
                if value.is_some_and(|value| call(&f, Some(value)).as_ref() != Ok(invoked)) {
                    return Err(format!(
                        "this {f} has another value than it had on line {}",
                        open[found].line
                    ));
                }
                self.history.ok(id);
            }
            (Phase::Fail, _) => self.history.fail(id),
            (Phase::Info | Phase::Invoke, _) => self.history.info(id),
        }
        open.swap_remove(found);
        Ok(())
    }
}

/// Returns the call of an invocation.
fn call(f: &str, value: Option<Datum>) -> Result<Call<Datum>, String> {
    match (f, value) {
        ("read", _) => Ok(Call::Read(None)),
        ("write", Some(value)) => Ok(Call::Write(value)),
        ("write", None) => Err("a write needs the value that it writes".to_owned()),
        ("cas", value) => {
            let pair = value.and_then(Datum::into_pair);
            let (from, to) = pair.ok_or("a cas has the value [from to]")?;
            Ok(Call::Cas { from, to })
        }
        (other, _) => Err(format!("a register has read, write and cas, not {other}")),
    }
}
