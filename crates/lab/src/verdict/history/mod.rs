//! Histories of keys as clients saw them, operation by operation: the input of verdicts.

mod key_history;
mod log;
mod packed;
mod record;

pub(crate) use key_history::{Answer, History, HistoryEvent, KeyOperation, Versions};

use std::collections::BTreeMap;
use std::sync::Arc;

use ringside_sim::{ClientId, Entry, EntryKind, Intervention, Outcome};
use ringside_store::settings::{Order, Settings};
use ringside_store::version::{Dot, Version};
use ringside_store::{Event, Instant, Key, Operation, RequestId, Response, UnavailableReason};

use log::Log;
use record::{Record, RecordKind};

/// The most operations of one key that are kept.
const MOST_OF_KEY: u32 = 10_000;
/// The most operations that are kept in all. An answer with many siblings or long clocks counts as several.
/// Packed, an operation of the default load takes 27 bytes. One that repeats nothing takes up to three times
/// as many.
const MOST: u32 = 100_000;
/// The most further operations by hand that are kept: the user needs verdicts after a long load as well.
const MOST_BY_HAND: u32 = 10_000;
/// The number of known keys from which on further keys of a load are not recorded.
const MOST_KEYS: usize = 20_000;

/// The histories of all keys from the beginning of the run on.
///
/// Memory is bounded, and the kept part of a key's history is always its beginning: once an operation is left
/// out, so are all later ones of its key. A beginning can be judged by itself, because nothing later can undo
/// a violation; a history with holes can't be, because a read may have found a write from a hole.
///
/// Clones share the packed records.
#[derive(Clone, Debug)]
pub(crate) struct Histories {
    /// The number of each key.
    slots: BTreeMap<Key, u32>,
    /// The kept part of each key's history.
    kept: Vec<Kept>,
    /// Whether there were too many keys to record the history of each.
    overlooked: bool,
    /// The kept operations that may get further records.
    open: BTreeMap<RequestId, Open>,
    log: Log,
    /// The size of all histories, in operations.
    weight: u32,
    rules: Rules,
}

/// The kept part of a key's history.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    operations: u32,
    left_out: u64,
    /// The number of records of the kept part.
    records: u32,
}

/// A kept operation that may get further records.
#[derive(Clone, Copy, Debug)]
struct Open {
    slot: u32,
    operation: Operation,
    /// The dot of a write, once it has one.
    dot: Option<Dot>,
    /// Whether the client has given up. The operation may be coordinated all the same.
    is_over: bool,
}

/// The settings on which a verdict depends.
#[derive(Clone, Copy, Debug)]
struct Rules {
    /// Whether all values have a time to live.
    expire: bool,
    /// Whether the latest timestamp or the highest rank wins, whatever its writer had seen.
    latest_wins: bool,
    /// Whether tombstones are dropped after a grace period, or have been earlier in the run.
    collect: bool,
}

impl Rules {
    fn new(settings: &Settings) -> Self {
        let order = settings.versions.order;
        Self {
            expire: settings.deletes.default_ttl.is_some(),
            latest_wins: settings.quorum.register || order == Order::LastWriteWins,
            collect: settings.deletes.grace.is_some(),
        }
    }
}

impl Histories {
    /// Makes the empty histories of a run with these settings.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            slots: BTreeMap::new(),
            kept: Vec::new(),
            overlooked: false,
            open: BTreeMap::new(),
            log: Log::default(),
            weight: 0,
            rules: Rules::new(settings),
        }
    }

    /// Packs all records, for histories that may never grow again.
    pub(crate) fn pack(&mut self) {
        self.log.pack();
    }

    /// Processes an entry of the journal.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        match &entry.kind {
            EntryKind::Invoked { request, operation, key, value, ttl } => {
                let (request, operation) = (*request, *operation);
                let Some(slot) = self.admit(key, ClientId::of(request)) else { return };
                self.open.insert(request, Open { slot, operation, dot: None, is_over: false });
                let lives = operation == Operation::Put && (ttl.is_some() || self.rules.expire);
                let (value, latest_wins) = (value.clone(), self.rules.latest_wins);
                self.note(
                    entry.at,
                    request,
                    slot,
                    RecordKind::Asked { operation, value, lives, latest_wins },
                );
            }
            EntryKind::Node {
                event: Event::Coordinating { request, dot: Some(dot), .. }, ..
            } => {
                self.name(entry.at, *request, *dot);
            }
            EntryKind::Returned { request, outcome } => self.end(entry.at, *request, outcome),
            EntryKind::Intervention(Intervention::Settings(settings)) => {
                self.change_rules(entry.at, settings);
            }
            _ => {}
        }
    }

    /// Returns the number of records and left-out operations of a key. As long as it stays the same, so does
    /// the verdict on the key.
    pub(crate) fn length(&self, key: &Key) -> u64 {
        let kept = self.slots.get(key).map(|&slot| &self.kept[slot as usize]);
        kept.map_or(0, |kept| u64::from(kept.records) + kept.left_out)
    }

    /// Whether there were too many keys to record the history of each.
    pub(crate) const fn overlooked(&self) -> bool {
        self.overlooked
    }

    /// Admits one more operation of a key. Returns the key's number, or `None` if the operation is left out.
    fn admit(&mut self, key: &Key, client: ClientId) -> Option<u32> {
        let by_hand = client.is_user();
        let is_full = self.weight >= if by_hand { MOST + MOST_BY_HAND } else { MOST };
        let slot = match self.slots.get(key) {
            Some(slot) => *slot,
            None if self.slots.len() >= MOST_KEYS && (is_full || !by_hand) => {
                self.overlooked = true;
                return None;
            }
            None => {
                let slot = self.kept.len() as u32;
                self.slots.insert(key.clone(), slot);
                self.kept.push(Kept::default());
                slot
            }
        };
        let kept = &mut self.kept[slot as usize];
        if is_full || kept.left_out > 0 || kept.operations >= MOST_OF_KEY {
            kept.left_out += 1;
            return None;
        }
        kept.operations += 1;
        self.weight += 1;
        Some(slot)
    }

    fn note(&mut self, at: Instant, request: RequestId, slot: u32, kind: RecordKind) {
        self.kept[slot as usize].records += 1;
        self.log.push(Record { at, request, slot, kind });
    }

    /// Notes the dot of a write.
    fn name(&mut self, at: Instant, request: RequestId, dot: Dot) {
        let Some(open) = self.open.get_mut(&request) else { return };
        if open.is_over {
            let slot = open.slot;
            self.open.remove(&request);
            self.note(at, request, slot, RecordKind::Named(dot));
        } else {
            open.dot = Some(dot);
        }
    }

    /// Records the outcome of an operation.
    fn end(&mut self, at: Instant, request: RequestId, outcome: &Outcome) {
        let Some(open) = self.open.remove(&request) else { return };
        let Open { slot, operation, dot, .. } = open;
        let kind = match outcome {
            Outcome::Answered(Response::Found { siblings, .. }) => {
                let surplus = siblings.iter().map(|it| 1 + surplus(it)).sum::<u32>();
                self.weight = self.weight.saturating_add(surplus.saturating_sub(1));
                RecordKind::found(siblings)
            }
            Outcome::Answered(Response::Stored { version }) => {
                self.weight = self.weight.saturating_add(surplus(version));
                RecordKind::Stored(Arc::clone(version))
            }
            _ if operation == Operation::Get || is_undone(outcome) => RecordKind::Failed,
            _ => {
                match dot {
                    Some(dot) => self.note(at, request, slot, RecordKind::Named(dot)),
                    None => _ = self.open.insert(request, Open { is_over: true, ..open }),
                }
                RecordKind::Unsure
            }
        };
        self.note(at, request, slot, kind);
    }

    /// Switches to new settings. Puts in progress may come under them.
    fn change_rules(&mut self, at: Instant, settings: &Settings) {
        let (before, now) = (self.rules, Rules::new(settings));
        self.rules = Rules { collect: before.collect || now.collect, ..now };
        if before.expire || !now.expire {
            return;
        }
        let puts = self.open.iter().filter(|(_, open)| open.operation == Operation::Put);
        let puts: Vec<(RequestId, u32)> = puts.map(|(id, open)| (*id, open.slot)).collect();
        puts.into_iter().for_each(|(id, slot)| self.note(at, id, slot, RecordKind::Lives));
    }
}

/// Whether an operation was certainly not done and never will be: no node coordinated it, or its coordinator
/// sent nothing.
pub(crate) const fn is_undone(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Refused => true,
        Outcome::Answered(Response::Unavailable { cause, .. }) => {
            matches!(cause, UnavailableReason::TooFewNodes | UnavailableReason::Overloaded)
        }
        Outcome::Answered(_) | Outcome::Silence => false,
    }
}

/// Returns the number of further operations that the clock of a version counts as: one per eight entries.
fn surplus(version: &Version) -> u32 {
    let entries = version.past.vector().iter().count() + version.past.beyond().len();
    entries as u32 / 8
}

#[cfg(test)]
mod tests {
    use ringside_store::Value;

    use super::*;

    /// Records puts of a client, one after the other, each of which is refused.
    fn ask(histories: &mut Histories, client: ClientId, keys: impl Iterator<Item = u32>) {
        for (key, ordinal) in keys.zip(0..) {
            let request = client.request(ordinal);
            let asked = EntryKind::Invoked {
                request,
                operation: Operation::Put,
                key: key_of(key),
                value: Some(Value::new("v")),
                ttl: None,
            };
            let refused = EntryKind::Returned { request, outcome: Outcome::Refused };
            for what in [asked, refused] {
                histories.observe(&Entry { number: 0, at: Instant::from_us(ordinal), kind: what });
            }
        }
    }

    fn key_of(number: u32) -> Key {
        Key::new(&format!("k{number}"))
    }

    /// Returns the number of kept operations of a key, and the number of those left out.
    fn kept(histories: &Histories, key: u32) -> (usize, u64) {
        let kept = histories.show(&key_of(key), |history| {
            assert_eq!(
                history.happenings.len(),
                2 * history.operations.len(),
                "each operation is kept with its outcome"
            );
            (history.operations.len(), history.left_out)
        });
        kept.expect("the key is known")
    }

    #[test]
    fn the_beginning_of_each_history_is_kept() {
        let mut histories = Histories::new(&Settings::default());
        let most = MOST_OF_KEY as usize;
        ask(&mut histories, ClientId(1), (0..).map(|it| it % 2).take(2 * most + 14));
        assert_eq!([kept(&histories, 0), kept(&histories, 1)], [(most, 7), (most, 7)]);
        let last = histories.show(&key_of(0), |it| it.operations.last().map(|it| it.request));
        let last = last.flatten().expect("operations are kept");
        assert_eq!(ClientId::ordinal(last), 2 * u64::from(MOST_OF_KEY) - 2);
        assert_eq!(histories.length(&key_of(0)), 2 * u64::from(MOST_OF_KEY) + 7);
        assert!(histories.open.is_empty());
    }

    #[test]
    fn operations_by_hand_are_kept_after_a_long_load() {
        let mut histories = Histories::new(&Settings::default());
        let keys = 50;
        ask(&mut histories, ClientId(1), (0..).map(|it| it % keys).take(MOST as usize + 500));
        assert_eq!(kept(&histories, 7), ((MOST / keys) as usize, 10));
        // Some operations of this key were left out, so all later ones are as well.
        ask(&mut histories, ClientId::USER, std::iter::repeat_n(7, 3));
        assert_eq!(kept(&histories, 7), ((MOST / keys) as usize, 13));
        ask(&mut histories, ClientId(1), std::iter::once(1_000));
        ask(&mut histories, ClientId::USER, std::iter::repeat_n(1_001, 5));
        assert_eq!([kept(&histories, 1_000), kept(&histories, 1_001)], [(0, 1), (5, 0)]);
        ask(&mut histories, ClientId::USER, (2_000..).take(MOST_BY_HAND as usize));
        assert_eq!(histories.weight, MOST + MOST_BY_HAND, "operations by hand are bounded as well");
    }

    #[test]
    fn the_number_of_known_keys_is_bounded() {
        let mut histories = Histories::new(&Settings::default());
        ask(&mut histories, ClientId(1), (0..).take(MOST_KEYS));
        assert!(!histories.overlooked());
        ask(&mut histories, ClientId(1), (1_000_000..).take(5));
        assert!(histories.overlooked());
        assert_eq!((histories.slots.len(), histories.kept.len()), (MOST_KEYS, MOST_KEYS));
        assert!(histories.show(&key_of(1_000_000), |_| ()).is_none());
        ask(&mut histories, ClientId::USER, std::iter::once(1_000_000));
        assert_eq!(kept(&histories, 1_000_000), (1, 0));
    }
}
