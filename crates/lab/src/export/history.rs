//! The history of a run as JSON lines, written while the run advances.

use std::collections::BTreeMap;
use std::io;
use std::io::Write;

use ringside_checker::{
    Call, Completion, Event, Operation as RegisterOperation, OperationId, Phase, json_line,
};
use ringside_sim::{ClientId, Entry, EntryKind, Intervention, Outcome};
use ringside_store::version::{Dot, Siblings};
use ringside_store::{Event as Step, Key, Operation, RequestId, Response};
use serde::Serialize;

use crate::lab::Lab;
use crate::verdict::is_undone;

/// The process that expires values. No client has this number.
const STORE: u64 = 1 << 16;

/// Writes the history of all keys, as the clients of a run saw it, as JSON lines that
/// [`ringside_checker::read`] reads.
///
/// A process is a client. A delete writes `null`, which is also a key's initial value. A value is the text
/// that was put. The values of the load are unique. The values of puts by hand get a number appended, so that
/// two puts of one text differ: `blue#3` is the third put by hand of the run. The result of a read that found
/// siblings is a list of values. For a value that expires, process 65536 writes `null` at an unknown time
/// after the put.
///
/// The transcript keeps the open operations and the names of the values of puts by hand.
#[derive(Clone, Debug)]
pub struct Transcript {
    operations: u32,
    open: BTreeMap<RequestId, Open>,
    /// The number of puts by hand.
    by_hand: u64,
    /// The names of the values of puts by hand, by request and, once a write has a dot, by key and dot.
    requests: BTreeMap<RequestId, String>,
    values: BTreeMap<(Key, Dot), String>,
    /// Whether all values have a time to live.
    expire: bool,
}

/// An operation that has not ended.
#[derive(Clone, Debug)]
struct Open {
    id: OperationId,
    operation: RegisterOperation<Key, Datum>,
    /// The expiry of the value that the operation puts, if the value has a time to live.
    expiry: Option<OperationId>,
}

/// The value of a register.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Datum {
    Nothing,
    Value(String),
    Siblings(Vec<String>),
}

impl Transcript {
    /// Makes a transcript of a run from its present state on.
    pub fn new(lab: &Lab) -> Self {
        Self {
            operations: 0,
            open: BTreeMap::new(),
            by_hand: 0,
            requests: BTreeMap::new(),
            values: BTreeMap::new(),
            expire: lab.cluster().settings().deletes.default_ttl.is_some(),
        }
    }

    /// Processes the next entry of the journal, and writes the lines that it results in.
    ///
    /// # Errors
    ///
    /// The errors of the file. The lines of this entry may then be written in part.
    pub fn take(&mut self, entry: &Entry, file: &mut dyn Write) -> io::Result<()> {
        match &entry.kind {
            EntryKind::Invoked { request, operation, key, value, ttl } => {
                let value = value.as_ref().map(|value| self.name(*request, value.as_str()));
                let call = match (operation, value) {
                    (Operation::Get, _) => Call::Read(None),
                    (Operation::Put | Operation::Delete, None) => Call::Write(Datum::Nothing),
                    (Operation::Put | Operation::Delete, Some(value)) => {
                        Call::Write(Datum::Value(value))
                    }
                };
                let process = u64::from(ClientId::of(*request).0);
                let (key, end) = (key.clone(), Completion::Info(None));
                let requested = RegisterOperation { process, key, call, invoked: 0, end };
                let id = self.next_id();
                line(file, id, Phase::Invoke, &requested)?;
                let mut open = Open { id, operation: requested, expiry: None };
                if *operation == Operation::Put && (ttl.is_some() || self.expire) {
                    self.expire(&mut open, file)?;
                }
                self.open.insert(*request, open);
            }
            EntryKind::Node {
                event: Step::Coordinating { request, key, dot: Some(dot), .. },
                ..
            } => {
                if let Some(value) = self.requests.get(request) {
                    self.values.insert((key.clone(), *dot), value.clone());
                }
            }
            EntryKind::Returned { request, outcome } => self.end(*request, outcome, file)?,
            EntryKind::Intervention(Intervention::Settings(settings)) => {
                let expire = settings.deletes.default_ttl.is_some();
                if expire && !self.expire {
                    self.expire_open(file)?;
                }
                self.expire = expire;
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns a name for the value of a put that no other put of the key has.
    fn name(&mut self, request: RequestId, text: &str) -> String {
        if !ClientId::of(request).is_user() {
            return text.to_owned();
        }
        self.by_hand += 1;
        let name = format!("{text}#{}", self.by_hand);
        self.requests.insert(request, name.clone());
        name
    }

    /// Returns the result of a read, with the names of its values.
    fn found(&self, key: &Key, siblings: &Siblings) -> Datum {
        let live = siblings.iter().filter_map(|it| Some((it.dot, it.value.as_ref()?)));
        let name = |(dot, value): (Dot, &ringside_store::Value)| {
            let by_hand = self.values.get(&(key.clone(), dot));
            by_hand.map_or_else(|| value.as_str().to_owned(), String::clone)
        };
        let mut values: Vec<String> = live.map(name).collect();
        match values.len() {
            0 => Datum::Nothing,
            1 => Datum::Value(values.remove(0)),
            _ => Datum::Siblings(values),
        }
    }

    fn end(&mut self, id: RequestId, outcome: &Outcome, file: &mut dyn Write) -> io::Result<()> {
        let Some(mut open) = self.open.remove(&id) else { return Ok(()) };
        let phase = match outcome {
            Outcome::Answered(Response::Found { siblings, .. }) => {
                let found = self.found(&open.operation.key, siblings);
                open.operation.call = Call::Read(Some(found));
                Phase::Ok
            }
            Outcome::Answered(Response::Stored { version }) => {
                if version.expires.is_some() && open.expiry.is_none() {
                    self.expire(&mut open, file)?;
                }
                Phase::Ok
            }
            _ if is_undone(outcome) || matches!(open.operation.call, Call::Read(_)) => Phase::Fail,
            _ => Phase::Info,
        };
        line(file, open.id, phase, &open.operation)?;
        let Some(expiry) = open.expiry else { return Ok(()) };
        // No client is notified of an expiry.
        let phase = if phase == Phase::Fail { phase } else { Phase::Info };
        line(file, expiry, phase, &expiry_of(&open.operation))
    }

    /// Writes the beginning of the expiry of a put's value: it may happen from now on.
    fn expire(&mut self, open: &mut Open, file: &mut dyn Write) -> io::Result<()> {
        let id = self.next_id();
        open.expiry = Some(id);
        line(file, id, Phase::Invoke, &expiry_of(&open.operation))
    }

    /// Writes the beginning of the expiry for all open puts that have none.
    fn expire_open(&mut self, file: &mut dyn Write) -> io::Result<()> {
        let mut open = std::mem::take(&mut self.open);
        let mut puts = open.values_mut().filter(|open| {
            let is_put = matches!(open.operation.call, Call::Write(Datum::Value(_)));
            is_put && open.expiry.is_none()
        });
        let written = puts.try_for_each(|open| self.expire(open, file));
        self.open = open;
        written
    }

    fn next_id(&mut self) -> OperationId {
        let id = OperationId(self.operations);
        // A number need only differ from those of the open operations.
        self.operations = self.operations.wrapping_add(1);
        id
    }
}

/// Returns the write by which the store expires the value of a put.
fn expiry_of(put: &RegisterOperation<Key, Datum>) -> RegisterOperation<Key, Datum> {
    let (key, call) = (put.key.clone(), Call::Write(Datum::Nothing));
    RegisterOperation { process: STORE, key, call, invoked: 0, end: Completion::Info(None) }
}

fn line(
    file: &mut dyn Write,
    id: OperationId,
    phase: Phase,
    operation: &RegisterOperation<Key, Datum>,
) -> io::Result<()> {
    let line = json_line(&Event { id, phase, operation })?;
    writeln!(file, "{line}")
}
