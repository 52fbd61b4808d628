//! The verdicts on the session guarantees for a key's clients.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ringside_checker::sessions::{Guarantee, Judgement, check_with_version_order};
use ringside_checker::{Call, History as Sessions, OperationId};
use ringside_sim::ClientId;
use ringside_store::Operation;
use ringside_store::version::Version;

use super::history::{Answer, History, HistoryEvent, Versions};
use super::versions::{Seen, Standing};
use super::{SessionVerdict, words};

/// The versions that an operation returned or wrote. Empty if none are known.
#[derive(Clone, Copy, Debug)]
struct Had<'log> {
    versions: Option<Versions<'log>>,
    /// The position of the latest one.
    standing: Option<Standing>,
    /// Whether the latest timestamp won.
    latest_wins: bool,
}

impl fmt::Display for Had<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.versions.map_or_else(|| "nothing".to_owned(), words::found))
    }
}

impl<'log> Had<'log> {
    fn new(versions: Option<Versions<'log>>, latest_wins: bool, seen: &Seen) -> Self {
        let all = versions.into_iter().flat_map(Versions::iter);
        let standing = all.map(|version| seen.standing(version)).max();
        Self { versions, standing, latest_wins }
    }

    fn iter(self) -> impl Iterator<Item = &'log Version> {
        self.versions.into_iter().flat_map(Versions::iter)
    }

    /// Whether these versions include all the other ones.
    fn includes(self, other: Self, seen: &Seen) -> bool {
        if self.latest_wins || other.latest_wins {
            return self.standing >= other.standing;
        }
        other.iter().all(|older| self.iter().any(|newer| seen.includes(newer, older, false)))
    }
}

/// Judges the four session guarantees.
pub(super) fn judge(history: &History) -> Vec<SessionVerdict> {
    let seen = Seen::new(history);
    let sessions = translate(history, &seen);
    let report = check_with_version_order(&sessions, |newer, older| newer.includes(*older, &seen));
    let verdict = |(guarantee, judgement)| {
        let Judgement::Broken(witness) = judgement else {
            return SessionVerdict {
                guarantee: Guarantee::name(guarantee),
                holds: true,
                witness: None,
            };
        };
        let numbers: Vec<usize> = witness.operations.iter().map(|id| id.0 as usize).collect();
        let why = why(history, guarantee, &numbers);
        let witness = Some(super::witness(history, &numbers, &why));
        SessionVerdict { guarantee: guarantee.name(), holds: false, witness }
    };
    report.judgements.into_iter().map(verdict).collect()
}

/// Explains how operations violate a guarantee.
fn why(history: &History, guarantee: Guarantee, numbers: &[usize]) -> String {
    let names: Vec<String> =
        numbers.iter().map(|&number| words::name(&history.operations[number])).collect();
    let fault = match guarantee {
        Guarantee::ReadYourWrites => "which shows neither that write nor what came after it",
        Guarantee::MonotonicReads => "which lacks some of what was read before",
        Guarantee::MonotonicWrites => "which the store does not take to come after that write",
        Guarantee::WritesFollowReads => {
            "which the store does not take to come after all that was read"
        }
    };
    format!("{} began, {fault}", names.join(" was over before "))
}

/// Translates a history for the session checker. The operations keep their numbers.
fn translate<'log>(history: &History<'log>, seen: &Seen<'log>) -> Sessions<(), Had<'log>> {
    let excused = excused(history, seen);
    let mut sessions = Sessions::new();
    for happening in &history.happenings {
        match *happening {
            HistoryEvent::Asked(number) => {
                let key_operation = &history.operations[number];
                let call = match key_operation.operation {
                    Operation::Get => Call::Read(None),
                    Operation::Put | Operation::Delete => {
                        let versions = seen.written(key_operation).map(Versions::One);
                        Call::Write(Had::new(versions, key_operation.latest_wins, seen))
                    }
                };
                let id = sessions.invoke(u64::from(key_operation.client().0), (), call);
                debug_assert_eq!(
                    id.0 as usize, number,
                    "operations are numbered in the order of their requests"
                );
                if key_operation.operation != Operation::Get
                    && seen.written(key_operation).is_none()
                {
                    // No client has seen the write, so it proves nothing.
                    sessions.fail(id);
                }
            }
            HistoryEvent::Over(number) => {
                let (key_operation, id) = (&history.operations[number], OperationId(number as u32));
                match key_operation.answer {
                    Answer::Found(versions) if !excused.contains(&number) => {
                        let had = Had::new(Some(versions), key_operation.latest_wins, seen);
                        sessions.ok_read(id, had);
                    }
                    Answer::Stored(_) => sessions.ok(id),
                    Answer::Found(_) | Answer::Failed => sessions.fail(id),
                    Answer::Open | Answer::Unsure => sessions.info(id),
                }
            }
        }
    }
    sessions
}

/// Lists the reads of nothing that prove nothing: all versions that their client had may have been deleted or
/// expired, and the tombstones dropped.
fn excused<'log>(history: &History<'log>, seen: &Seen<'log>) -> BTreeSet<usize> {
    let mut excused = BTreeSet::new();
    if !history.collects {
        return excused;
    }
    let mut had: BTreeMap<ClientId, Vec<&Version>> = BTreeMap::new();
    // The versions that clients had when they requested reads that returned nothing.
    let mut before: BTreeMap<usize, Vec<&Version>> = BTreeMap::new();
    // The deletes so far, each `None` if its version is unknown, with whether the latest timestamp won.
    let mut deletes: Vec<(Option<&Version>, bool)> = Vec::new();
    for happening in &history.happenings {
        match *happening {
            HistoryEvent::Asked(number) => {
                let key_operation = &history.operations[number];
                match key_operation.answer {
                    Answer::Found(versions) if versions.iter().next().is_none() => {
                        before
                            .insert(number, had.entry(key_operation.client()).or_default().clone());
                    }
                    Answer::Failed => {}
                    _ if key_operation.operation == Operation::Delete => {
                        deletes.push((seen.written(key_operation), key_operation.latest_wins));
                    }
                    _ => {}
                }
            }
            HistoryEvent::Over(number) => {
                let key_operation = &history.operations[number];
                let is_dead = |version: &Version| {
                    let is_deleted = |(delete, latest_wins): &(Option<&Version>, bool)| {
                        delete.is_none_or(|delete| seen.includes(delete, version, *latest_wins))
                    };
                    let expires = version.is_tombstone() || version.expires.is_some();
                    expires || deletes.iter().any(is_deleted)
                };
                if before.get(&number).is_some_and(|had| had.iter().all(|it| is_dead(it))) {
                    excused.insert(number);
                }
                let versions: Vec<&Version> = match key_operation.answer {
                    Answer::Found(versions) => versions.iter().collect(),
                    Answer::Stored(version) => vec![version],
                    Answer::Open | Answer::Failed | Answer::Unsure => Vec::new(),
                };
                let had = had.entry(key_operation.client()).or_default();
                for newer in versions {
                    had.retain(|older| !seen.includes(newer, older, key_operation.latest_wins));
                    had.push(newer);
                }
            }
        }
    }
    excused
}
