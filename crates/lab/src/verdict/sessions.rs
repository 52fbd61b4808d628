//! Whether a key's clients were given the session guarantees.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ringside_checker::sessions::{Guarantee, Judgement, check_known};
use ringside_checker::{Call, History as Sessions, OperationId};
use ringside_sim::ClientId;
use ringside_store::version::{Dot, Version};
use ringside_store::{Instant, Operation};

use super::{SessionVerdict, words};
use crate::history::{Answer, Happening, History, Told, Versions};

/// What a client had: versions that it read, or the one that it wrote. None are what a key begins with.
#[derive(Clone, Copy, Debug)]
struct Had<'log> {
    versions: Option<Versions<'log>>,
    /// Whether the latest stamp won.
    latest_wins: bool,
}

impl fmt::Display for Had<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.versions.map_or_else(|| "nothing".to_owned(), words::found))
    }
}

impl<'log> Had<'log> {
    fn iter(self) -> impl Iterator<Item = &'log Version> {
        self.versions.into_iter().flat_map(Versions::iter)
    }

    /// Tells whether whoever has this has the other as well.
    fn includes(self, other: Self) -> bool {
        let latest_wins = self.latest_wins || other.latest_wins;
        other.iter().all(|older| self.iter().any(|newer| includes(newer, older, latest_wins)))
    }
}

/// Tells whether a version is the other one, or came after it.
fn includes(newer: &Version, older: &Version, latest_wins: bool) -> bool {
    let standing = |it: &Version| -> (u64, Instant, Dot) { (it.rank, it.written, it.dot) };
    if latest_wins {
        standing(newer) >= standing(older)
    } else {
        newer.dot == older.dot || newer.past.contains(older.dot)
    }
}

/// Judges the four guarantees.
pub(super) fn judge(history: &History) -> Vec<SessionVerdict> {
    let sessions = translate(history);
    let report = check_known(&sessions, |newer, older| newer.includes(*older));
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

/// Says what two operations break.
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

/// Makes the sessions' history. Its operations have the numbers that they have here.
fn translate<'log>(history: &History<'log>) -> Sessions<(), Had<'log>> {
    let seen = seen(history);
    let excused = excused(history, &seen);
    let mut sessions = Sessions::new();
    for happening in &history.happenings {
        match *happening {
            Happening::Asked(number) => {
                let told = &history.operations[number];
                let call = match told.operation {
                    Operation::Get => Call::Read(None),
                    Operation::Put | Operation::Delete => {
                        let versions = written(told, &seen).map(Versions::One);
                        Call::Write(Had { versions, latest_wins: told.latest_wins })
                    }
                };
                let id = sessions.invoke(u64::from(told.client().0), (), call);
                debug_assert_eq!(
                    id.0 as usize, number,
                    "operations are numbered as they are asked for"
                );
                if told.operation != Operation::Get && written(told, &seen).is_none() {
                    // Nobody has seen it, so that it says nothing.
                    sessions.fail(id);
                }
            }
            Happening::Over(number) => {
                let (told, id) = (&history.operations[number], OperationId(number as u32));
                match told.answer {
                    Answer::Found(versions) if !excused.contains(&number) => {
                        let (versions, latest_wins) = (Some(versions), told.latest_wins);
                        sessions.ok_read(id, Had { versions, latest_wins });
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

/// Collects the versions that anybody has seen, by name.
fn seen<'log>(history: &History<'log>) -> BTreeMap<Dot, &'log Version> {
    let mut seen = BTreeMap::new();
    for told in &history.operations {
        match told.answer {
            Answer::Found(versions) => {
                for version in versions.iter() {
                    seen.entry(version.dot).or_insert(version);
                }
            }
            Answer::Stored(version) => _ = seen.insert(version.dot, version),
            Answer::Open | Answer::Failed | Answer::Unsure => {}
        }
    }
    seen
}

/// Gives the version that a write made, if anybody has seen it.
fn written<'log>(told: &Told<'log>, seen: &BTreeMap<Dot, &'log Version>) -> Option<&'log Version> {
    match told.answer {
        Answer::Stored(version) => Some(version),
        _ => seen.get(&told.dot?).copied(),
    }
}

/// Lists the reads that found nothing at all, where all that their client had may have been deleted or
/// expired, and its tombstones dropped: these say nothing.
fn excused(history: &History, seen: &BTreeMap<Dot, &Version>) -> BTreeSet<usize> {
    let mut excused = BTreeSet::new();
    if !history.collects {
        return excused;
    }
    let mut had: BTreeMap<ClientId, Vec<&Version>> = BTreeMap::new();
    // What clients had when they asked for what turned out to be nothing.
    let mut before: BTreeMap<usize, Vec<&Version>> = BTreeMap::new();
    // What was deleted by then; none where nobody knows what the delete had seen.
    let mut deletes: Vec<(Option<&Version>, bool)> = Vec::new();
    for happening in &history.happenings {
        match *happening {
            Happening::Asked(number) => {
                let told = &history.operations[number];
                match told.answer {
                    Answer::Found(versions) if versions.iter().next().is_none() => {
                        before.insert(number, had.entry(told.client()).or_default().clone());
                    }
                    Answer::Failed => {}
                    _ if told.operation == Operation::Delete => {
                        deletes.push((written(told, seen), told.latest_wins));
                    }
                    _ => {}
                }
            }
            Happening::Over(number) => {
                let told = &history.operations[number];
                let is_dead = |version: &Version| {
                    let is_deleted = |(delete, latest_wins): &(Option<&Version>, bool)| {
                        delete.is_none_or(|delete| includes(delete, version, *latest_wins))
                    };
                    let expires = version.is_tombstone() || version.expires.is_some();
                    expires || deletes.iter().any(is_deleted)
                };
                if before.get(&number).is_some_and(|had| had.iter().all(|it| is_dead(it))) {
                    excused.insert(number);
                }
                let versions: Vec<&Version> = match told.answer {
                    Answer::Found(versions) => versions.iter().collect(),
                    Answer::Stored(version) => vec![version],
                    Answer::Open | Answer::Failed | Answer::Unsure => Vec::new(),
                };
                let had = had.entry(told.client()).or_default();
                for newer in versions {
                    had.retain(|older| !includes(newer, older, told.latest_wins));
                    had.push(newer);
                }
            }
        }
    }
    excused
}
