//! Counters of the store's mechanisms since the beginning of the run.

use ringside_sim::{Entry, EntryKind, Loss, Outcome};
use ringside_store::{Event, Response};
use serde::Serialize;

/// Counters of each mechanism, updated from the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Mechanisms {
    /// Hinted handoff.
    pub hints: HintCounters,
    /// Read repair.
    pub read_repair: RepairCounters,
    /// Merkle anti-entropy.
    pub anti_entropy: ExchangeCounters,
    /// Versions and conflicts.
    pub siblings: SiblingCounters,
    /// Ranges and keys that moved because nodes joined or left.
    pub streaming: StreamCounters,
    /// Deletes and values that expire.
    pub tombstones: TombstoneCounters,
    /// Gossip and suspicion.
    pub failure_detector: DetectorCounters,
    /// Load on nodes.
    pub mailbox: MailboxCounters,
    /// Requests of reads to replicas.
    pub asking: AskCounters,
}

/// Counters of hinted handoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HintCounters {
    /// Writes that were kept for a replica.
    pub kept: u64,
    /// Writes that a holder refused to keep: it had the most that it may have, or the hint window was over.
    pub refused: u64,
    /// Hints that were delivered to their replica.
    pub delivered: u64,
    /// Hints that expired.
    pub expired: u64,
    /// The most hints that one node has kept at once.
    pub most_held: u64,
}

/// Counters of read repair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RepairCounters {
    /// Repairs that reads sent to replicas that lacked versions.
    pub sent: u64,
    /// Repairs that changed their replica.
    pub changed: u64,
    /// Reads that delayed their reply until enough replicas held the returned versions.
    pub waited: u64,
}

/// Counters of anti-entropy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExchangeCounters {
    /// Exchanges begun.
    pub begun: u64,
    /// Exchanges completed.
    pub completed: u64,
    /// Exchanges abandoned because the peer stopped answering.
    pub abandoned: u64,
    /// Hashes of Merkle trees compared.
    pub hashes_compared: u64,
    /// Keys found to differ.
    pub keys_differing: u64,
    /// Keys received that changed their replica.
    pub keys_fixed: u64,
    /// Keys that the throttle left for a later exchange.
    pub throttled: u64,
}

/// Counters of versions and conflicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SiblingCounters {
    /// Reads that returned two versions or more.
    pub conflicting_reads: u64,
    /// All versions that these reads returned.
    pub versions_returned: u64,
    /// The most versions of one key at one replica.
    pub widest: u64,
    /// Writes whose clock was truncated.
    pub truncated: u64,
}

/// Counters of range streams and of keys that moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StreamCounters {
    /// Ranges that a node began to fetch.
    pub begun: u64,
    /// Of these, those that resumed an earlier stream.
    pub resumed: u64,
    /// Ranges fetched completely.
    pub completed: u64,
    /// Keys received by streams.
    pub keys: u64,
    /// Keys that a node handed to their new owner and then dropped.
    pub keys_handed_over: u64,
    /// Changes of a member's status that a node learned of.
    pub standings_learned: u64,
}

/// Counters of tombstones and expiry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TombstoneCounters {
    /// Tombstones dropped after their grace, counted at each replica.
    pub collected: u64,
    /// Values that expired, counted at each replica.
    pub expired: u64,
}

/// Counters of failure detectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DetectorCounters {
    /// Suspicions, each of one node against another.
    pub suspected: u64,
    /// Suspicions that ended.
    pub recovered: u64,
    /// Of these, those that the suspect itself refuted by a new incarnation.
    pub refuted: u64,
}

/// Counters of mailboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MailboxCounters {
    /// Messages that were queued.
    pub queued: u64,
    /// The most messages queued at one node.
    pub longest: u64,
    /// Messages that a full mailbox refused.
    pub refused: u64,
    /// Requests that a coordinator refused because it had the most in progress that it may have.
    pub overloaded: u64,
}

/// Counters of requests of reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AskCounters {
    /// Digests that coordinators counted.
    pub digests: u64,
    /// Reads whose digests differed.
    pub digest_mismatches: u64,
    /// Replicas that slow reads asked in addition.
    pub speculated: u64,
    /// Of these, those whose answer decided the read.
    pub speculations_won: u64,
}

/// The name and the value of a counter.
type Row = (&'static str, u64);

impl Mechanisms {
    /// Returns the mechanisms that have a counter above zero, each with these counters.
    pub fn rows(&self) -> Vec<(&'static str, Vec<Row>)> {
        let all: [(&str, Vec<Row>); 9] = [
            ("hinted handoff", self.hints.rows().into()),
            ("read repair", self.read_repair.rows().into()),
            ("anti-entropy", self.anti_entropy.rows().into()),
            ("siblings", self.siblings.rows().into()),
            ("streaming", self.streaming.rows().into()),
            ("deletes and expiry", self.tombstones.rows().into()),
            ("failure detector", self.failure_detector.rows().into()),
            ("mailboxes", self.mailbox.rows().into()),
            ("how reads asked", self.asking.rows().into()),
        ];
        let counted = all.into_iter().map(|(name, mut rows)| {
            rows.retain(|(_, count)| *count > 0);
            (name, rows)
        });
        counted.filter(|(_, rows)| !rows.is_empty()).collect()
    }

    /// Observes one entry of the journal.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        match &entry.kind {
            EntryKind::Node { event, .. } => {
                self.observe_operation(event);
                self.observe_background(event);
            }
            EntryKind::Queued { waiting, .. } => {
                self.mailbox.queued += 1;
                raise(&mut self.mailbox.longest, u64::from(*waiting));
            }
            EntryKind::Lost { why: Loss::Full, .. } => self.mailbox.refused += 1,
            EntryKind::Returned {
                outcome: Outcome::Answered(Response::Found { siblings, .. }),
                ..
            } => {
                let live = siblings.values().count() as u64;
                if live > 1 {
                    self.siblings.conflicting_reads += 1;
                    self.siblings.versions_returned += live;
                }
            }
            _ => {}
        }
    }

    /// Counts an event of an operation.
    fn observe_operation(&mut self, event: &Event) {
        match event {
            Event::Stored { siblings, .. } => {
                raise(&mut self.siblings.widest, u64::from(*siblings));
            }
            Event::Overloaded { .. } => self.mailbox.overloaded += 1,
            Event::Truncated { .. } => self.siblings.truncated += 1,
            Event::DigestAnswered { .. } => self.asking.digests += 1,
            Event::DigestMismatch { .. } => self.asking.digest_mismatches += 1,
            Event::Speculating { .. } => self.asking.speculated += 1,
            Event::SpeculationWon { .. } => self.asking.speculations_won += 1,
            Event::WritingBack { .. } => self.read_repair.waited += 1,
            Event::Repairing { .. } => self.read_repair.sent += 1,
            Event::Repaired { changed, siblings, .. } => {
                self.read_repair.changed += u64::from(*changed);
                raise(&mut self.siblings.widest, u64::from(*siblings));
            }
            Event::HintKept { held, .. } => {
                self.hints.kept += 1;
                raise(&mut self.hints.most_held, u64::from(*held));
            }
            Event::HintRefused { .. } => self.hints.refused += 1,
            _ => {}
        }
    }

    /// Counts an event of background work.
    fn observe_background(&mut self, event: &Event) {
        match event {
            Event::HintsExpired { dropped, .. } => self.hints.expired += u64::from(*dropped),
            Event::HandedOff { hint: true, .. } => self.hints.delivered += 1,
            Event::HandedOff { hint: false, .. } => self.streaming.keys_handed_over += 1,
            Event::ExchangeBegan { .. } => self.anti_entropy.begun += 1,
            Event::HashesCompared { hashes, .. } => {
                self.anti_entropy.hashes_compared += hashes.len() as u64;
            }
            Event::KeysCompared { differing, .. } => {
                self.anti_entropy.keys_differing += differing.len() as u64;
            }
            Event::Exchanged { changed, siblings, .. } => {
                self.anti_entropy.keys_fixed += u64::from(*changed);
                raise(&mut self.siblings.widest, u64::from(*siblings));
            }
            Event::ExchangeThrottled { left, .. } => {
                self.anti_entropy.throttled += u64::from(*left);
            }
            Event::ExchangeEnded { complete: true, .. } => self.anti_entropy.completed += 1,
            Event::ExchangeEnded { complete: false, .. } => self.anti_entropy.abandoned += 1,
            Event::Suspected { .. } => self.failure_detector.suspected += 1,
            Event::Recovered { refuted, .. } => {
                self.failure_detector.recovered += 1;
                self.failure_detector.refuted += u64::from(*refuted);
            }
            Event::MemberChanged { .. } => self.streaming.standings_learned += 1,
            Event::StreamBegan { resumed, .. } => {
                self.streaming.begun += 1;
                self.streaming.resumed += u64::from(*resumed);
            }
            Event::Streamed { keys, .. } => self.streaming.keys += u64::from(*keys),
            Event::StreamEnded { .. } => self.streaming.completed += 1,
            Event::Expired { .. } => self.tombstones.expired += 1,
            Event::TombstoneCollected { .. } => self.tombstones.collected += 1,
            _ => {}
        }
    }
}

impl HintCounters {
    const fn rows(&self) -> [Row; 5] {
        [
            ("writes kept", self.kept),
            ("writes not kept", self.refused),
            ("hints delivered", self.delivered),
            ("hints too old", self.expired),
            ("most held by a node", self.most_held),
        ]
    }
}

impl RepairCounters {
    const fn rows(&self) -> [Row; 3] {
        [
            ("repairs sent", self.sent),
            ("changed a replica", self.changed),
            ("reads that waited", self.waited),
        ]
    }
}

impl ExchangeCounters {
    const fn rows(&self) -> [Row; 7] {
        [
            ("exchanges begun", self.begun),
            ("completed", self.completed),
            ("abandoned", self.abandoned),
            ("hashes compared", self.hashes_compared),
            ("keys differing", self.keys_differing),
            ("keys fixed", self.keys_fixed),
            ("keys left for later", self.throttled),
        ]
    }
}

impl SiblingCounters {
    const fn rows(&self) -> [Row; 4] {
        // One version is the common case, and not worth a row.
        let widest = if self.widest > 1 { self.widest } else { 0 };
        [
            ("conflicting reads", self.conflicting_reads),
            ("versions in them", self.versions_returned),
            ("most of a key", widest),
            ("clocks cut short", self.truncated),
        ]
    }
}

impl StreamCounters {
    const fn rows(&self) -> [Row; 6] {
        [
            ("ranges begun", self.begun),
            ("of these resumed", self.resumed),
            ("ranges completed", self.completed),
            ("keys fetched", self.keys),
            ("keys handed over", self.keys_handed_over),
            ("standings learned", self.standings_learned),
        ]
    }
}

impl TombstoneCounters {
    const fn rows(&self) -> [Row; 2] {
        [("tombstones dropped", self.collected), ("values expired", self.expired)]
    }
}

impl DetectorCounters {
    const fn rows(&self) -> [Row; 3] {
        [
            ("suspicions", self.suspected),
            ("ended", self.recovered),
            ("by a new incarnation", self.refuted),
        ]
    }
}

impl MailboxCounters {
    const fn rows(&self) -> [Row; 4] {
        [
            ("messages queued", self.queued),
            ("longest queue", self.longest),
            ("messages refused", self.refused),
            ("requests refused", self.overloaded),
        ]
    }
}

impl AskCounters {
    const fn rows(&self) -> [Row; 4] {
        [
            ("digests", self.digests),
            ("digests that differ", self.digest_mismatches),
            ("asked one more", self.speculated),
            ("which decided", self.speculations_won),
        ]
    }
}

fn raise(highest: &mut u64, seen: u64) {
    *highest = seen.max(*highest);
}
