//! Records of the past in few bytes.

use std::sync::Arc;

use ringside_sim::ClientId;
use ringside_store::version::{Context, Dot, Version, VersionVector};
use ringside_store::{Instant, Operation, RequestId, Value};
use serde::{Deserialize, Serialize};

use super::log::{Record, Said};

/// How many versions back one is looked for: who asks for a key finds one of the last few.
const RECENT: usize = 32;

/// Records that will not change, key by key, in about an eighth of the room: what was said before is not said
/// again but pointed at, and a clock is told by how far each of its entries has come.
#[derive(Debug)]
pub(super) struct Packed {
    /// The number of each key, in order, with where its records end.
    ends: Box<[(u32, u32)]>,
    bytes: Box<[u8]>,
}

impl Packed {
    /// Packs records.
    pub(super) fn new(records: &[Record]) -> Self {
        let mut sorted: Vec<&Record> = records.iter().collect();
        // What is said of one key stays in order.
        sorted.sort_by_key(|record| record.slot);
        let (mut ends, mut bytes) = (Vec::new(), Vec::new());
        for of_key in sorted.chunk_by(|one, next| one.slot == next.slot) {
            let mut before = Before::default();
            for record in of_key {
                let line = before.shorten(record);
                bytes = postcard::to_extend(&line, bytes).expect("it has a binary form");
                before.learn(record);
            }
            ends.push((of_key[0].slot, bytes.len() as u32));
        }
        Self { ends: ends.into(), bytes: bytes.into() }
    }

    /// Unpacks the records of a key behind others, oldest first.
    pub(super) fn unpack(&self, slot: u32, records: &mut Vec<Record>) {
        let Ok(index) = self.ends.binary_search_by_key(&slot, |(slot, _)| *slot) else { return };
        let start = index.checked_sub(1).map_or(0, |one| self.ends[one].1);
        let mut bytes = &self.bytes[start as usize..self.ends[index].1 as usize];
        let mut before = Before::default();
        while !bytes.is_empty() {
            let (line, rest) = postcard::take_from_bytes(bytes).expect("it was packed here");
            let record = before.spell_out(slot, line);
            before.learn(&record);
            records.push(record);
            bytes = rest;
        }
    }
}

/// A record in short.
#[derive(Serialize, Deserialize)]
struct Line<'text> {
    /// How long after the record before.
    later_us: u64,
    #[serde(borrow)]
    word: Word<'text>,
}

#[derive(Serialize, Deserialize)]
enum Word<'text> {
    Asked {
        client: u16,
        ordinal: u64,
        operation: Operation,
        value: Option<&'text str>,
        lives: bool,
        latest_wins: bool,
    },
    Lives(Whose),
    Named(Whose, Dot),
    Found(Whose, #[serde(borrow)] Form<'text>),
    FoundMany(Whose, #[serde(borrow)] Vec<Form<'text>>),
    Stored(Whose, #[serde(borrow)] Form<'text>),
    Failed(Whose),
    Unsure(Whose),
}

/// Which operation a record is about.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Whose {
    /// The one that was asked for so many before the latest.
    Ago(u32),
    /// One that was asked for earlier than that.
    Other { client: u16, ordinal: u64 },
}

/// A version in short.
#[derive(Serialize, Deserialize)]
enum Form<'text> {
    /// The one that was new so many before the latest.
    Ago(u32),
    /// A new one.
    New {
        dot: Dot,
        past: Past,
        rank: u64,
        /// How long after the record.
        written_us: i64,
        /// How long after it was written.
        expires_us: Option<i64>,
        #[serde(borrow)]
        value: Text<'text>,
    },
}

/// The past of a version in short.
#[derive(Serialize, Deserialize)]
enum Past {
    /// A vector like that of the latest new version, with each counter so much further.
    Further(Vec<i64>),
    /// Another one.
    Other(Context),
}

/// The value of a version in short.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Text<'text> {
    /// None: a tombstone.
    Nothing,
    /// What the operation asked to write.
    Asked,
    /// Another one.
    Other(&'text str),
}

/// What was said of a key before, as far as it is pointed at.
#[derive(Default)]
struct Before {
    at: Instant,
    /// The operations with what they ask to write.
    asked: Vec<(RequestId, Option<Value>)>,
    versions: Vec<Arc<Version>>,
}

impl Before {
    fn learn(&mut self, record: &Record) {
        self.at = record.at;
        match &record.said {
            Said::Asked { value, .. } => self.asked.push((record.request, value.clone())),
            Said::Found(version) | Said::Stored(version) => self.meet(version),
            Said::FoundMany(versions) => versions.iter().for_each(|version| self.meet(version)),
            Said::Lives | Said::Named(_) | Said::Failed | Said::Unsure => {}
        }
    }

    fn meet(&mut self, version: &Arc<Version>) {
        if self.ago(version).is_none() {
            self.versions.push(Arc::clone(version));
        }
    }

    /// Tells how many versions back one is.
    fn ago(&self, version: &Arc<Version>) -> Option<u32> {
        let mut recent = self.versions.iter().rev().take(RECENT).zip(0..);
        recent.find_map(|(it, ago)| (it == version).then_some(ago))
    }

    fn shorten<'record>(&self, record: &'record Record) -> Line<'record> {
        let later_us = record.at.as_us().wrapping_sub(self.at.as_us());
        let (client, ordinal) = (ClientId::of(record.request).0, ClientId::ordinal(record.request));
        let mut asked = self.asked.iter().rev().zip(0..);
        let asked = match &record.said {
            Said::Asked { .. } => None,
            _ => asked.find(|((request, _), _)| *request == record.request),
        };
        let whose = asked.map_or(Whose::Other { client, ordinal }, |(_, ago)| Whose::Ago(ago));
        let asked = asked.and_then(|((_, value), _)| value.as_ref());
        let form = |version| self.form(record.at, asked, version);
        let word = match &record.said {
            Said::Asked { operation, value, lives, latest_wins } => Word::Asked {
                client,
                ordinal,
                operation: *operation,
                value: value.as_ref().map(Value::as_str),
                lives: *lives,
                latest_wins: *latest_wins,
            },
            Said::Lives => Word::Lives(whose),
            Said::Named(dot) => Word::Named(whose, *dot),
            Said::Found(version) => Word::Found(whose, form(version)),
            Said::FoundMany(versions) => {
                Word::FoundMany(whose, versions.iter().map(form).collect())
            }
            Said::Stored(version) => Word::Stored(whose, form(version)),
            Said::Failed => Word::Failed(whose),
            Said::Unsure => Word::Unsure(whose),
        };
        Line { later_us, word }
    }

    fn spell_out(&self, slot: u32, line: Line) -> Record {
        let at = Instant::from_us(self.at.as_us().wrapping_add(line.later_us));
        let about = |whose: Whose| match whose {
            Whose::Ago(ago) => {
                let (request, value) = &self.asked[self.asked.len() - 1 - ago as usize];
                (*request, value.as_ref())
            }
            Whose::Other { client, ordinal } => (ClientId(client).request(ordinal), None),
        };
        let plain = |whose, said| (about(whose).0, said);
        let seen = |whose, form, said: fn(Arc<Version>) -> Said| {
            let (request, asked) = about(whose);
            (request, said(self.version(at, asked, form)))
        };
        let (request, said) = match line.word {
            Word::Asked { client, ordinal, operation, value, lives, latest_wins } => {
                let value = value.map(Value::new);
                let said = Said::Asked { operation, value, lives, latest_wins };
                (ClientId(client).request(ordinal), said)
            }
            Word::Lives(whose) => plain(whose, Said::Lives),
            Word::Named(whose, dot) => plain(whose, Said::Named(dot)),
            Word::Found(whose, form) => seen(whose, form, Said::Found),
            Word::FoundMany(whose, forms) => {
                let (request, asked) = about(whose);
                let versions = forms.into_iter().map(|form| self.version(at, asked, form));
                (request, Said::FoundMany(versions.collect()))
            }
            Word::Stored(whose, form) => seen(whose, form, Said::Stored),
            Word::Failed(whose) => plain(whose, Said::Failed),
            Word::Unsure(whose) => plain(whose, Said::Unsure),
        };
        Record { at, request, slot, said }
    }

    fn form<'record>(
        &self,
        at: Instant,
        asked: Option<&Value>,
        version: &'record Arc<Version>,
    ) -> Form<'record> {
        if let Some(ago) = self.ago(version) {
            return Form::Ago(ago);
        }
        let value = match &version.value {
            None => Text::Nothing,
            Some(value) if Some(value) == asked => Text::Asked,
            Some(value) => Text::Other(value.as_str()),
        };
        Form::New {
            dot: version.dot,
            past: self.past(&version.past),
            rank: version.rank,
            written_us: difference(version.written.as_us(), at.as_us()),
            expires_us: version.expires.map(|it| difference(it.as_us(), version.written.as_us())),
            value,
        }
    }

    fn version(&self, at: Instant, asked: Option<&Value>, form: Form) -> Arc<Version> {
        let (dot, past, rank, written_us, expires_us, value) = match form {
            Form::Ago(ago) => {
                return Arc::clone(&self.versions[self.versions.len() - 1 - ago as usize]);
            }
            Form::New { dot, past, rank, written_us, expires_us, value } => {
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

/// Gives how much more the one number is than the other.
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

    /// Records of a few keys and requests, so that many say again what was said before.
    fn records() -> impl Strategy<Value = Vec<Record>> {
        let versions = prop::collection::vec(version(), 1..50);
        let record = (
            (0..4_u32, prop::sample::select(vec![0, 1, 9_000]), 0..12_u64),
            (0..9_u8, instant(), any::<[prop::sample::Index; 3]>()),
            (text(), dot(), any::<[bool; 2]>()),
        );
        (versions, prop::collection::vec(record, 0..120)).prop_map(|(versions, records)| {
            let record = |(whose, what, said): (_, _, (_, _, [bool; 2]))| {
                let (slot, client, ordinal): (u32, u16, u64) = whose;
                let (what, at, indices): (u8, Instant, [prop::sample::Index; 3]) = what;
                let (value, dot, [lives, latest_wins]): (Option<Value>, _, _) = said;
                let [one, two, three] = indices.map(|it| Arc::clone(it.get(&versions)));
                let operation = if value.is_none() { Operation::Get } else { Operation::Put };
                let said = match what {
                    0 | 1 => Said::Asked { operation, value, lives, latest_wins },
                    2 => Said::Lives,
                    3 => Said::Named(dot),
                    4 => Said::Found(one),
                    5 if lives => Said::FoundMany(Box::new([])),
                    5 => Said::FoundMany(Box::new([one, two, three])),
                    6 => Said::Stored(one),
                    7 => Said::Failed,
                    _ => Said::Unsure,
                };
                Record { at, request: ClientId(client).request(ordinal), slot, said }
            };
            records.into_iter().map(record).collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked_key_by_key(records in records()) {
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
