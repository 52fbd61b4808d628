//! Comparison of two versions, with the clock entries that decide it.

use ringside_store::settings::Order;

use super::{Lineage, LineageVersion};

/// The relation of one version to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The first version descends from the second.
    After,
    /// The second version descends from the first.
    Before,
    /// Neither writer had seen the other's write.
    Concurrent,
    /// The context of one of the writes is not known.
    Unknown,
}

/// A comparison of two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The relation of the first version to the second.
    pub relation: Relation,
    /// The columns that decide the relation, each with the index of the version whose entry decides.
    pub deciding: Vec<(usize, usize)>,
    /// The deciding entries as a formula, such as `concurrent: B:3 > B:2 but A:1 < A:2`.
    pub signs: String,
    /// The relation as one or two sentences.
    pub words: String,
}

impl Lineage {
    /// Compares two versions by their indices. Returns `None` if they are the same, or if there is no such
    /// version.
    ///
    /// Only the entries of the two versions' own writers decide: whether the clock of one contains the write
    /// of the other.
    pub fn compare(&self, a: usize, b: usize) -> Option<Comparison> {
        let (first, second) = (self.versions.get(a)?, self.versions.get(b)?);
        if a == b {
            return None;
        }
        let relation = match (self.descends(a, b), self.descends(b, a)) {
            (true, _) => Relation::After,
            (_, true) => Relation::Before,
            _ if first.past.is_none() || second.past.is_none() => Relation::Unknown,
            _ => Relation::Concurrent,
        };
        let mut columns = vec![self.column(first), self.column(second)];
        columns.dedup();
        let highest = |version: &LineageVersion, column: usize| {
            let cell = &version.cells[column];
            cell.beyond.last().copied().unwrap_or(cell.upto)
        };
        let deciding = match relation {
            // The newer clock's entry for the older write's actor.
            Relation::After => vec![(self.column(second), a)],
            Relation::Before => vec![(self.column(first), b)],
            Relation::Concurrent => {
                let ahead = |&column: &usize| highest(first, column) > highest(second, column);
                columns.iter().map(|it| (*it, if ahead(it) { a } else { b })).collect()
            }
            Relation::Unknown => Vec::new(),
        };
        let signs = self.signs(relation, (first, second), &columns);
        let mut words = words(relation, first, second);
        if relation == Relation::Concurrent && self.order == Order::Plain {
            words.push_str(
                &self
                    .claim(first, second)
                    .or_else(|| self.claim(second, first))
                    .unwrap_or_default(),
            );
        }
        Some(Comparison { relation, deciding, signs, words })
    }

    /// Explains why a plain vector takes a version for the successor of one that its writer had not seen, or
    /// returns `None` if it does not.
    fn claim(&self, newer: &LineageVersion, older: &LineageVersion) -> Option<String> {
        let covers = newer.cells.iter().zip(&older.cells).all(|(a, b)| a.upto >= b.upto);
        (covers && newer.cells != older.cells).then(|| {
            let column = self.column(older);
            format!(
                " Plain vectors do not tell: with {0}:{1} against {0}:{2}, the store takes {3} for a successor of {4}.",
                self.actors[column], newer.cells[column], older.cells[column], newer.dot, older.dot
            )
        })
    }

    fn column(&self, version: &LineageVersion) -> usize {
        let actor = version.dot.actor.to_string();
        self.actors.iter().position(|other| *other == actor).unwrap_or_default()
    }

    fn signs(
        &self,
        relation: Relation,
        (first, second): (&LineageVersion, &LineageVersion),
        columns: &[usize],
    ) -> String {
        let entry = |version: &LineageVersion, column: usize| {
            format!("{}:{}", self.actors[column], version.cells[column])
        };
        let own = |version: &LineageVersion| self.column(version);
        match relation {
            Relation::Unknown => "not to be compared".to_owned(),
            Relation::After | Relation::Before => {
                let (newer, older) =
                    if relation == Relation::After { (first, second) } else { (second, first) };
                let column = own(older);
                let sign = if newer.cells[column] == older.cells[column] { "=" } else { ">" };
                format!(
                    "{} descends from {}: {} {sign} {}",
                    newer.dot,
                    older.dot,
                    entry(newer, column),
                    entry(older, column)
                )
            }
            // If both versions have one writer, or a clock has gaps, counters alone do not decide.
            Relation::Concurrent if !counters_decide(first, second, columns) => format!(
                "concurrent: {} is not in {}, and {} is not in {}",
                first.dot,
                past(second),
                second.dot,
                past(first)
            ),
            Relation::Concurrent => {
                let (mine, theirs) = (own(first), own(second));
                format!(
                    "concurrent: {} > {} but {} < {}",
                    entry(first, mine),
                    entry(second, mine),
                    entry(first, theirs),
                    entry(second, theirs)
                )
            }
        }
    }
}

/// Whether the counters of two columns suffice to show that the versions are concurrent.
fn counters_decide(first: &LineageVersion, second: &LineageVersion, columns: &[usize]) -> bool {
    let [mine, theirs] = columns else { return false };
    let gapless = |version: &LineageVersion| {
        [mine, theirs].iter().all(|column| version.cells[**column].beyond.is_empty())
    };
    gapless(first)
        && gapless(second)
        && first.cells[*mine].upto > second.cells[*mine].upto
        && first.cells[*theirs].upto < second.cells[*theirs].upto
}

fn past(version: &LineageVersion) -> &str {
    version.past.as_deref().unwrap_or("an unknown past")
}

fn words(relation: Relation, first: &LineageVersion, second: &LineageVersion) -> String {
    let (one, other) = (first.name(), second.name());
    match relation {
        Relation::After => {
            format!(
                "The writer of {one} had seen {other}, or something that came after it: {one} replaces it."
            )
        }
        Relation::Before => {
            format!(
                "The writer of {other} had seen {one}, or something that came after it: {other} replaces it."
            )
        }
        Relation::Concurrent => format!(
            "Neither writer had seen the other’s write: neither of {one} and {other} replaces the other."
        ),
        Relation::Unknown => {
            let known = if first.past.is_none() { one } else { other };
            format!("No copy of {known} is known, so it can’t be told what its writer had seen.")
        }
    }
}
