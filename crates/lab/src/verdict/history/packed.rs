//! A compact form of records.

use std::sync::Arc;

use ringside_sim::ClientId;
use ringside_store::version::{Context, Dot, Version, VersionVector};
use ringside_store::{Instant, Operation, RequestId, Value};
use serde::{Deserialize, Serialize};

use super::record::{Record, RecordKind};

/// The number of latest versions to which a record can refer: most reads return one of the latest few.
const RECENT: usize = 32;

/// Immutable records, grouped by key, in about an eighth of the space. A repeated operation or version is a
/// reference, and a version vector holds the increase of each counter over the previous vector.
#[derive(Debug)]
pub(super) struct Packed {
    /// The number of each key, in ascending order, with the end of its records in `bytes`.
    ends: Box<[(u32, u32)]>,
    bytes: Box<[u8]>,
}

impl Packed {
    /// Packs records.
    pub(super) fn new(records: &[Record]) -> Self {
        let mut sorted: Vec<&Record> = records.iter().collect();
        // The sort is stable: the records of one key stay in order.
        sorted.sort_by_key(|record| record.slot);
        let (mut ends, mut bytes) = (Vec::new(), Vec::new());
        for of_key in sorted.chunk_by(|one, next| one.slot == next.slot) {
            let mut before = Before::default();
            for record in of_key {
                let line = before.encode(record);
                bytes = postcard::to_extend(&line, bytes).expect("a record has a binary form");
                before.learn(record);
            }
            ends.push((of_key[0].slot, bytes.len() as u32));
        }
        Self { ends: ends.into(), bytes: bytes.into() }
    }

    /// Appends the records of a key to `records`, oldest first.
    pub(super) fn unpack(&self, slot: u32, records: &mut Vec<Record>) {
        let Ok(index) = self.ends.binary_search_by_key(&slot, |(slot, _)| *slot) else { return };
        let start = index.checked_sub(1).map_or(0, |one| self.ends[one].1);
        let mut bytes = &self.bytes[start as usize..self.ends[index].1 as usize];
        let mut before = Before::default();
        while !bytes.is_empty() {
            let (line, rest) =
                postcard::take_from_bytes(bytes).expect("the record was packed here");
            let record = before.decode(slot, line);
            before.learn(&record);
            records.push(record);
            bytes = rest;
        }
    }
}

/// A record in its packed form.
#[derive(Serialize, Deserialize)]
struct PackedRecord<'text> {
    /// The time since the previous record.
    later_us: u64,
    #[serde(borrow)]
    kind: PackedKind<'text>,
}

#[derive(Serialize, Deserialize)]
enum PackedKind<'text> {
    Asked {
        client: u16,
        ordinal: u64,
        operation: Operation,
        value: Option<&'text str>,
        lives: bool,
        latest_wins: bool,
    },
    Lives(OperationRef),
    Named(OperationRef, Dot),
    Found(OperationRef, #[serde(borrow)] VersionRef<'text>),
    FoundMany(OperationRef, #[serde(borrow)] Vec<VersionRef<'text>>),
    Stored(OperationRef, #[serde(borrow)] VersionRef<'text>),
    Failed(OperationRef),
    Unsure(OperationRef),
}

/// A reference to the operation of a record, among the packed records of its key.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum OperationRef {
    /// The operation with this number of later requests.
    Recent(u32),
    /// An operation whose request is not among the records.
    Other { client: u16, ordinal: u64 },
}

/// A reference to a version, or a new version.
#[derive(Serialize, Deserialize)]
enum VersionRef<'text> {
    /// The version with this number of later new versions.
    Recent(u32),
    /// A new version.
    New {
        dot: Dot,
        past: Past,
        rank: u64,
        /// The time of the write, relative to the record.
        written_us: i64,
        /// The time of expiry, relative to the write.
        expires_us: Option<i64>,
        #[serde(borrow)]
        value: Text<'text>,
    },
}

/// The context of a version in its packed form.
#[derive(Serialize, Deserialize)]
enum Past {
    /// A vector with the same actors as the latest new version's vector: the increase of each counter.
    Further(Vec<i64>),
    /// Any other context.
    Other(Context),
}

/// The value of a version in its packed form.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Text<'text> {
    /// No value: a tombstone.
    Nothing,
    /// The value that the operation requested to write.
    Asked,
    /// Any other value.
    Other(&'text str),
}

/// The previous operations and versions of a key, to which records refer.
#[derive(Default)]
struct Before {
    at: Instant,
    /// The operations with the values that they write.
    asked: Vec<(RequestId, Option<Value>)>,
    versions: Vec<Arc<Version>>,
}

impl Before {
    fn learn(&mut self, record: &Record) {
        self.at = record.at;
        match &record.kind {
            RecordKind::Asked { value, .. } => self.asked.push((record.request, value.clone())),
            RecordKind::Found(version) | RecordKind::Stored(version) => self.add_version(version),
            RecordKind::FoundMany(versions) => {
                versions.iter().for_each(|version| self.add_version(version));
            }
            RecordKind::Lives | RecordKind::Named(_) | RecordKind::Failed | RecordKind::Unsure => {}
        }
    }

    fn add_version(&mut self, version: &Arc<Version>) {
        if self.ago(version).is_none() {
            self.versions.push(Arc::clone(version));
        }
    }

    /// Returns the number of new versions since `version`, or `None` if it is not a recent one.
    fn ago(&self, version: &Arc<Version>) -> Option<u32> {
        let mut recent = self.versions.iter().rev().take(RECENT).zip(0..);
        recent.find_map(|(it, ago)| (it == version).then_some(ago))
    }

    fn encode<'record>(&self, record: &'record Record) -> PackedRecord<'record> {
        let later_us = record.at.as_us().wrapping_sub(self.at.as_us());
        let (client, ordinal) = (ClientId::of(record.request).0, ClientId::ordinal(record.request));
        let mut asked = self.asked.iter().rev().zip(0..);
        let asked = match &record.kind {
            RecordKind::Asked { .. } => None,
            _ => asked.find(|((request, _), _)| *request == record.request),
        };
        let operation_ref = asked
            .map_or(OperationRef::Other { client, ordinal }, |(_, ago)| OperationRef::Recent(ago));
        let asked = asked.and_then(|((_, value), _)| value.as_ref());
        let form = |version| self.form(record.at, asked, version);
        let kind = match &record.kind {
            RecordKind::Asked { operation, value, lives, latest_wins } => PackedKind::Asked {
                client,
                ordinal,
                operation: *operation,
                value: value.as_ref().map(Value::as_str),
                lives: *lives,
                latest_wins: *latest_wins,
            },
            RecordKind::Lives => PackedKind::Lives(operation_ref),
            RecordKind::Named(dot) => PackedKind::Named(operation_ref, *dot),
            RecordKind::Found(version) => PackedKind::Found(operation_ref, form(version)),
            RecordKind::FoundMany(versions) => {
                PackedKind::FoundMany(operation_ref, versions.iter().map(form).collect())
            }
            RecordKind::Stored(version) => PackedKind::Stored(operation_ref, form(version)),
            RecordKind::Failed => PackedKind::Failed(operation_ref),
            RecordKind::Unsure => PackedKind::Unsure(operation_ref),
        };
        PackedRecord { later_us, kind }
    }

    fn decode(&self, slot: u32, line: PackedRecord) -> Record {
        let at = Instant::from_us(self.at.as_us().wrapping_add(line.later_us));
        let about = |operation_ref: OperationRef| match operation_ref {
            OperationRef::Recent(ago) => {
                let (request, value) = &self.asked[self.asked.len() - 1 - ago as usize];
                (*request, value.as_ref())
            }
            OperationRef::Other { client, ordinal } => (ClientId(client).request(ordinal), None),
        };
        let plain = |operation_ref, kind| (about(operation_ref).0, kind);
        let seen = |operation_ref, form, kind: fn(Arc<Version>) -> RecordKind| {
            let (request, asked) = about(operation_ref);
            (request, kind(self.version(at, asked, form)))
        };
        let (request, kind) = match line.kind {
            PackedKind::Asked { client, ordinal, operation, value, lives, latest_wins } => {
                let value = value.map(Value::new);
                let kind = RecordKind::Asked { operation, value, lives, latest_wins };
                (ClientId(client).request(ordinal), kind)
            }
            PackedKind::Lives(operation_ref) => plain(operation_ref, RecordKind::Lives),
            PackedKind::Named(operation_ref, dot) => plain(operation_ref, RecordKind::Named(dot)),
            PackedKind::Found(operation_ref, form) => seen(operation_ref, form, RecordKind::Found),
            PackedKind::FoundMany(operation_ref, forms) => {
                let (request, asked) = about(operation_ref);
                let versions = forms.into_iter().map(|form| self.version(at, asked, form));
                (request, RecordKind::FoundMany(versions.collect()))
            }
            PackedKind::Stored(operation_ref, form) => {
                seen(operation_ref, form, RecordKind::Stored)
            }
            PackedKind::Failed(operation_ref) => plain(operation_ref, RecordKind::Failed),
            PackedKind::Unsure(operation_ref) => plain(operation_ref, RecordKind::Unsure),
        };
        Record { at, request, slot, kind }
    }

    fn form<'record>(
        &self,
        at: Instant,
        asked: Option<&Value>,
        version: &'record Arc<Version>,
    ) -> VersionRef<'record> {
        if let Some(ago) = self.ago(version) {
            return VersionRef::Recent(ago);
        }
        let value = match &version.value {
            None => Text::Nothing,
            Some(value) if Some(value) == asked => Text::Asked,
            Some(value) => Text::Other(value.as_str()),
        };
        VersionRef::New {
            dot: version.dot,
            past: self.past(&version.past),
            rank: version.rank,
            written_us: difference(version.written.as_us(), at.as_us()),
            expires_us: version.expires.map(|it| difference(it.as_us(), version.written.as_us())),
            value,
        }
    }

    fn version(&self, at: Instant, asked: Option<&Value>, form: VersionRef) -> Arc<Version> {
        let (dot, past, rank, written_us, expires_us, value) = match form {
            VersionRef::Recent(ago) => {
                return Arc::clone(&self.versions[self.versions.len() - 1 - ago as usize]);
            }
            VersionRef::New { dot, past, rank, written_us, expires_us, value } => {
                (dot, past, rank, written_us, expires_us, value)
            }
        };
        let written = at.as_us().wrapping_add_signed(written_us);
        let value = match value {
            Text::Nothing => None,
            Text::Asked => asked.cloned(),
            Text::Other(text) => Some(Value::new(text)),
        };
        Arc::new(Version {
            dot,
            past: match past {
                Past::Further(steps) => Context::from_vector(self.further(&steps)),
                Past::Other(past) => past,
            },
            rank,
            written: Instant::from_us(written),
            expires: expires_us.map(|it| Instant::from_us(written.wrapping_add_signed(it))),
            value,
        })
    }

    fn past(&self, past: &Context) -> Past {
        let latest = self.versions.last().map(|version| &version.past);
        let like = latest.filter(|latest| {
            let [one, other] = [latest, past].map(|it| it.vector().iter().map(|(actor, _)| actor));
            past.beyond().is_empty() && one.eq(other)
        });
        like.map_or_else(
            || Past::Other(past.clone()),
            |latest| {
                let both = past.vector().iter().zip(latest.vector().iter());
                Past::Further(both.map(|((_, to), (_, from))| difference(to, from)).collect())
            },
        )
    }

    fn further(&self, steps: &[i64]) -> VersionVector {
        let mut vector = VersionVector::new();
        let latest = self.versions.last().into_iter().flat_map(|it| it.past.vector().iter());
        for ((actor, counter), step) in latest.zip(steps) {
            vector.raise(actor, counter.wrapping_add_signed(*step));
        }
        vector
    }
}

/// Returns `more - less`, wrapping around.
const fn difference(more: u64, less: u64) -> i64 {
    more.wrapping_sub(less).cast_signed()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ringside_store::NodeId;
    use ringside_store::version::Actor;

    use super::*;

    fn dot() -> impl Strategy<Value = Dot> {
        let counter = prop_oneof![1..40_u64, any::<u64>()];
        (0..3_u16, 0..2_u16, counter).prop_map(|(node, generation, counter)| Dot {
            actor: Actor { node: NodeId(node), generation },
            counter,
        })
    }

    fn text() -> impl Strategy<Value = Option<Value>> {
        prop::option::of(prop::sample::select(vec!["", "blue", "grün"]))
            .prop_map(|text| text.map(Value::new))
    }

    fn instant() -> impl Strategy<Value = Instant> {
        prop_oneof![0..5_000_000_u64, any::<u64>()].prop_map(Instant::from_us)
    }

    fn version() -> impl Strategy<Value = Arc<Version>> {
        let past = (prop::collection::vec(dot(), 0..4), prop::collection::vec(dot(), 0..2));
        let past = past.prop_map(|(raised, inserted)| {
            let mut vector = VersionVector::new();
            raised.iter().for_each(|dot| vector.raise(dot.actor, dot.counter));
            let mut past = Context::from_vector(vector);
            inserted.iter().for_each(|dot| past.insert(*dot));
            past
        });
        (dot(), past, 0..3_u64, instant(), prop::option::of(instant()), text()).prop_map(
            |(dot, past, rank, written, expires, value)| {
                Arc::new(Version { dot, past, rank, written, expires, value })
            },
        )
    }

    /// Generates records of few keys and requests, so that many repeat operations and versions.
    fn records() -> impl Strategy<Value = Vec<Record>> {
        let versions = prop::collection::vec(version(), 1..50);
        let record = (
            (0..4_u32, prop::sample::select(vec![0, 1, 9_000]), 0..12_u64),
            (0..9_u8, instant(), any::<[prop::sample::Index; 3]>()),
            (text(), dot(), any::<[bool; 2]>()),
        );
        (versions, prop::collection::vec(record, 0..120)).prop_map(|(versions, records)| {
            let record = |(operation_ref, what, kind): (_, _, (_, _, [bool; 2]))| {
                let (slot, client, ordinal): (u32, u16, u64) = operation_ref;
                let (what, at, indices): (u8, Instant, [prop::sample::Index; 3]) = what;
                let (value, dot, [lives, latest_wins]): (Option<Value>, _, _) = kind;
                let [one, two, three] = indices.map(|it| Arc::clone(it.get(&versions)));
                let operation = if value.is_none() { Operation::Get } else { Operation::Put };
                let kind = match what {
                    0 | 1 => RecordKind::Asked { operation, value, lives, latest_wins },
                    2 => RecordKind::Lives,
                    3 => RecordKind::Named(dot),
                    4 => RecordKind::Found(one),
                    5 if lives => RecordKind::FoundMany(Box::new([])),
                    5 => RecordKind::FoundMany(Box::new([one, two, three])),
                    6 => RecordKind::Stored(one),
                    7 => RecordKind::Failed,
                    _ => RecordKind::Unsure,
                };
                Record { at, request: ClientId(client).request(ordinal), slot, kind }
            };
            records.into_iter().map(record).collect()
        })
    }

    proptest! {
        #[test]
        fn packed_records_are_unpacked_key_by_key(records in records()) {
            let packed = Packed::new(&records);
            for slot in 0..5 {
                let mut unpacked = Vec::new();
                packed.unpack(slot, &mut unpacked);
                let expected = records.iter().filter(|record| record.slot == slot);
                prop_assert!(unpacked.iter().eq(expected), "{:?}", unpacked);
            }
        }
    }
}
