//! The judgement of the guarantees when the order of the versions is known.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::{Guarantee, Judgement, SessionReport, SessionWitness};
use crate::{Completion, History, Operation, OperationId};

/// Judges the four guarantees when the order of the versions is known: values are versions, or sets of them.
///
/// `includes(a, b)` is whether `a` is `b` or causally after it. It must be reflexive and transitive, and
/// every version must include the one that a register begins with.
///
/// Nothing is [`Judgement::Contested`] or [`Judgement::Ambiguous`] here.
///
/// ```
/// use ringside_checker::{Call, History, sessions::{self, Guarantee, Judgement}};
///
/// // A clock that is behind gives the second write the older timestamp.
/// let mut history = History::new();
/// for timestamp in [20, 10] {
///     let write = history.invoke(0, "cart", Call::Write(timestamp));
///     history.ok(write);
/// }
/// let report = sessions::check_with_version_order(&history, |a, b| a >= b);
/// assert!(matches!(report.of(Guarantee::MonotonicWrites), Judgement::Broken(_)));
/// assert_eq!(*report.of(Guarantee::MonotonicReads), Judgement::Holds);
/// ```
pub fn check_with_version_order<K: Ord + Clone, V: Display>(
    history: &History<K, V>,
    includes: impl Fn(&V, &V) -> bool,
) -> SessionReport<K> {
    let keys = history.by_key();
    let judgements = Guarantee::ALL.map(|guarantee| {
        let judge = GuaranteeCheck { history, includes: &includes, guarantee };
        let broken = keys.iter().find_map(|(key, ids)| {
            let (earlier, later) = judge.broken(ids)?;
            let operations = vec![earlier, later];
            Some(SessionWitness { key: (*key).clone(), operations, why: judge.why(earlier, later) })
        });
        (guarantee, broken.map_or(Judgement::Holds, Judgement::Broken))
    });
    SessionReport { judgements }
}

struct GuaranteeCheck<'history, K, V, F> {
    history: &'history History<K, V>,
    includes: &'history F,
    guarantee: Guarantee,
}

impl<K, V: Display, F: Fn(&V, &V) -> bool> GuaranteeCheck<'_, K, V, F> {
    fn get(&self, id: OperationId) -> &Operation<K, V> {
        &self.history.operations()[id.0 as usize]
    }

    /// Returns the version by which an operation counts as the earlier or the later one of a pair.
    fn version(&self, id: OperationId, is_later: bool) -> Option<&V> {
        let (earlier, later) = self.guarantee.is_about_writes();
        let call = &self.get(id).call;
        if if is_later { later } else { earlier } { call.written() } else { call.observed() }
    }

    /// Finds the first pair in which the later version does not include the earlier one.
    fn broken(&self, ids: &[OperationId]) -> Option<(OperationId, OperationId)> {
        let mut boundaries: Vec<(u32, OperationId)> = Vec::with_capacity(2 * ids.len());
        for &id in ids {
            let operation = self.get(id);
            let end = if let Completion::Ok(place) = operation.end { Some(place) } else { None };
            let places = [operation.may_count().then_some(operation.invoked), end];
            boundaries.extend(places.into_iter().flatten().map(|place| (place, id)));
        }
        boundaries.sort_unstable();
        // The versions of each session, without those that a later one of the session includes.
        let mut had: BTreeMap<u64, Vec<OperationId>> = BTreeMap::new();
        for (place, id) in boundaries {
            let operation = self.get(id);
            let is_later = place == operation.invoked;
            let Some(version) = self.version(id, is_later) else { continue };
            let had = had.entry(operation.process).or_default();
            let is_included = |it: OperationId| {
                self.version(it, false).is_none_or(|older| (self.includes)(version, older))
            };
            if !is_later {
                had.retain(|&it| !is_included(it));
                had.push(id);
            } else if let Some(&earlier) = had.iter().find(|&&it| !is_included(it))
                && self.took_effect(id, ids)
            {
                return Some((earlier, id));
            }
        }
        None
    }

    /// Whether an update certainly took effect: it succeeded, or an operation found its version.
    fn took_effect(&self, id: OperationId, ids: &[OperationId]) -> bool {
        let operation = self.get(id);
        let certain = ids.iter().filter(|id| matches!(self.get(**id).end, Completion::Ok(_)));
        let mut found = certain.filter_map(|id| self.get(*id).call.observed());
        matches!(operation.end, Completion::Ok(_))
            || operation
                .call
                .written()
                .is_some_and(|version| found.any(|it| (self.includes)(it, version)))
    }

    fn why(&self, earlier: OperationId, later: OperationId) -> String {
        let name = |version: Option<&V>| version.map_or_else(String::new, ToString::to_string);
        format!(
            "{} ended before {} began, and {} does not include {}",
            self.get(earlier).describe(),
            self.get(later).describe(),
            name(self.version(later, true)),
            name(self.version(earlier, false))
        )
    }
}
