//! Causal contexts: the exact set of writes that a client has seen.

use std::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{Actor, Dot, VersionVector};

/// A causal context: the set of writes that a client has seen, directly or through a later one.
///
/// It is a version vector for the part without gaps, and single dots beyond it:
///
/// ```text
///   {A:2} + C3   knows   A1 A2 C3, and neither C1 nor C2
/// ```
///
/// A vector alone would have to claim C1 and C2 as well, and a put with that context would overwrite
/// two writes that its client never saw. Almeida, Shoker and Baquero ("Delta state replicated data
/// types", 2018) compress contexts in this way; [`Context::insert`] folds dots into the vector as
/// soon as they touch it, so that contexts stay small where replicas keep up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Context {
    vector: VersionVector,
    /// Dots beyond the vector, sorted; none of them touches it.
    beyond: SmallVec<[Dot; 1]>,
}

impl Context {
    /// Creates the context of a client that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the write was seen.
    pub fn contains(&self, dot: Dot) -> bool {
        self.vector.contains(dot) || self.beyond.binary_search(&dot).is_ok()
    }

    /// Adds one write.
    pub fn insert(&mut self, dot: Dot) {
        if self.vector.contains(dot) {
            return;
        }
        if dot.counter == self.vector.get(dot.actor) + 1 {
            self.vector.raise(dot.actor, dot.counter);
            self.fold();
        } else if let Err(index) = self.beyond.binary_search(&dot) {
            self.beyond.insert(index, dot);
        }
    }

    /// Adds all writes that the other context contains.
    pub fn merge(&mut self, other: &Self) {
        self.vector.merge(&other.vector);
        self.fold();
        other.beyond.iter().for_each(|&dot| self.insert(dot));
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.vector.is_empty() && self.beyond.is_empty()
    }

    /// The version vector of the part without gaps.
    pub const fn vector(&self) -> &VersionVector {
        &self.vector
    }

    /// The dots beyond the vector, sorted.
    pub fn beyond(&self) -> &[Dot] {
        &self.beyond
    }

    /// Creates the context of all writes that a vector contains.
    pub fn from_vector(vector: VersionVector) -> Self {
        Self { vector, beyond: SmallVec::new() }
    }

    /// Returns the least vector that contains this context. Where there are gaps it claims more
    /// than was seen, as a plain vector must.
    pub fn to_vector(&self) -> VersionVector {
        let mut vector = self.vector.clone();
        self.beyond.iter().for_each(|dot| vector.raise(dot.actor, dot.counter));
        vector
    }

    /// Iterates over the actors that the context names, each once, sorted.
    pub fn actors(&self) -> impl Iterator<Item = Actor> {
        let mut actors: SmallVec<[Actor; 8]> = self.vector.iter().map(|(actor, _)| actor).collect();
        actors.extend(self.beyond.iter().map(|dot| dot.actor));
        actors.sort_unstable();
        actors.dedup();
        actors.into_iter()
    }

    /// Removes all writes of an actor.
    pub fn forget(&mut self, actor: Actor) {
        self.vector.forget(actor);
        self.beyond.retain(|dot| dot.actor != actor);
    }

    /// Moves dots that touch the vector into it.
    fn fold(&mut self) {
        let vector = &mut self.vector;
        // Dots are sorted by actor and counter, so one pass folds every run that touches.
        self.beyond.retain(|dot| {
            if dot.counter == vector.get(dot.actor) + 1 {
                vector.raise(dot.actor, dot.counter);
            }
            !vector.contains(*dot)
        });
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.vector)?;
        self.beyond.iter().try_for_each(|dot| write!(f, " + {dot}"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::NodeId;
    use crate::version::Actor;

    fn dots() -> impl Strategy<Value = Vec<Dot>> {
        let dot = (0..3_u16, 1..7_u64).prop_map(|(node, counter)| Dot {
            actor: Actor { node: NodeId(node), generation: 0 },
            counter,
        });
        prop::collection::vec(dot, 0..20)
    }

    fn context(dots: &[Dot]) -> Context {
        let mut context = Context::new();
        dots.iter().for_each(|&dot| context.insert(dot));
        context
    }

    proptest! {
        /// The naive model of a context is a plain set of dots.
        #[test]
        fn a_context_is_a_set_of_dots(a in dots(), b in dots(), probe in dots()) {
            let mut merged = context(&a);
            merged.merge(&context(&b));
            let model: BTreeSet<Dot> = a.iter().chain(&b).copied().collect();
            for dot in probe.iter().chain(&model) {
                prop_assert_eq!(merged.contains(*dot), model.contains(dot), "{} in {}", dot, merged);
            }
        }

        /// A set has one form in memory, in whatever order it was made.
        #[test]
        fn a_set_has_one_form(a in dots(), b in dots()) {
            let mut ab = context(&a);
            ab.merge(&context(&b));
            let mut ba = context(&b);
            ba.merge(&context(&a));
            let mut all: Vec<Dot> = a.iter().chain(&b).copied().collect();
            prop_assert_eq!(&ab, &ba);
            prop_assert_eq!(&ab, &context(&all));
            all.reverse();
            prop_assert_eq!(&ab, &context(&all));
        }
    }

    #[test]
    fn a_gap_is_not_claimed() {
        let actor = Actor { node: NodeId(2), generation: 0 };
        let mut context = Context::new();
        context.insert(Dot { actor, counter: 3 });
        assert_eq!(context.to_string(), "{} + C3");
        assert!(!context.contains(Dot { actor, counter: 2 }));
        context.insert(Dot { actor, counter: 1 });
        context.insert(Dot { actor, counter: 2 });
        assert_eq!(context.to_string(), "{C:3}");
    }
}
