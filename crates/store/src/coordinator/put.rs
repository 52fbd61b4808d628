//! The core of a put or a delete.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::settings::{Order, Truncation};
use crate::version::{Actor, Context, Dot, Siblings, Version};
use crate::{Duration, Instant, NodeId, Operation, Response, Value};

/// A put in progress: a version on its way to the replicas.
#[derive(Clone, Debug)]
pub(crate) struct Put {
    pub(crate) dot: Dot,
    value: Option<Value>,
    past: Context,
    ttl: Option<Duration>,
    /// What a register's writer has found at a quorum; none once it writes, and elsewhere.
    found: Option<Siblings>,
    version: Option<Arc<Version>>,
    /// What replicas are given: the version, or with plain vectors the coordinator's whole set.
    pub(crate) siblings: Siblings,
    /// The replicas for which the write is kept elsewhere.
    pub(crate) hinted: SmallVec<[NodeId; 2]>,
}

impl Put {
    /// Begins a write of this name.
    pub(crate) fn new(
        dot: Dot,
        value: Option<Value>,
        past: Context,
        ttl: Option<Duration>,
    ) -> Self {
        let (siblings, hinted) = (Siblings::new(), SmallVec::new());
        Self { dot, value, past, ttl, found: None, version: None, siblings, hinted }
    }

    /// Tells whether it is a put or a delete.
    pub(crate) const fn operation(&self) -> Operation {
        if self.value.is_some() { Operation::Put } else { Operation::Delete }
    }

    /// Has the writer read a quorum first.
    pub(crate) fn read_first(&mut self) {
        self.found = Some(Siblings::new());
    }

    /// Tells whether the writer still reads.
    pub(crate) const fn is_reading(&self) -> bool {
        self.found.is_some()
    }

    /// Takes what a register's writer found at a replica.
    pub(crate) fn add_found(&mut self, siblings: &Siblings, order: Order) {
        if let Some(found) = &mut self.found {
            found.merge(siblings, order);
        }
    }

    /// Forgets the actors that have been quiet longest until the clock names as few as it may; gives
    /// them. `written` says when an actor last wrote, by a wall clock.
    pub(crate) fn truncate(
        &mut self,
        rule: Truncation,
        wall: Instant,
        written: impl Fn(Actor) -> Instant,
    ) -> Vec<Actor> {
        // The writer itself is always named: by the dot.
        let others = self.past.actors().filter(|&actor| actor != self.dot.actor);
        let mut actors: Vec<Actor> = others.collect();
        // The stable sort leaves actors of one age in their order.
        actors.sort_by_key(|&actor| written(actor));
        let surplus = (actors.len() + 1).saturating_sub(usize::from(rule.entries));
        actors.truncate(surplus);
        actors.retain(|&actor| written(actor) + rule.age <= wall);
        actors.iter().for_each(|&actor| self.past.forget(actor));
        actors
    }

    /// Makes the version and what replicas are given of it; gives its rank. `held` is what the
    /// coordinator holds of the key itself.
    pub(crate) fn write(&mut self, order: Order, wall: Instant, held: &Siblings) -> u64 {
        let found = self.found.take();
        let highest = found.iter().flat_map(Siblings::iter).map(|version| version.rank).max();
        let rank = found.as_ref().map_or(0, |_| highest.unwrap_or(0) + 1);
        let mut past = self.past.clone();
        found.iter().for_each(|found| past.merge(&found.context()));
        if order == Order::Plain {
            past = Context::from_vector(past.to_vector());
        }
        let expires = self.ttl.map(|ttl| wall + ttl);
        let (dot, value) = (self.dot, self.value.clone());
        let version = Arc::new(Version { dot, past, rank, written: wall, expires, value });
        self.siblings = if order == Order::Plain {
            let mut set = held.clone();
            set.put_plain(&version);
            set
        } else {
            Siblings::of(Arc::clone(&version))
        };
        self.version = Some(version);
        rank
    }

    /// Gives the reply of a put that met its quorum; none before it writes.
    pub(crate) fn response(&self) -> Option<Response> {
        self.version.as_ref().map(|version| Response::Stored { version: Arc::clone(version) })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn actor(node: u16) -> Actor {
        Actor { node: NodeId(node), generation: 0 }
    }

    proptest! {
        /// The naive model drops the oldest that may go, one by one.
        #[test]
        fn a_clock_is_cut_to_its_youngest_entries(
            stamps in prop::collection::btree_map(0..8_u16, 0..30_u64, 0..8),
            own in 0..8_u16,
            entries in 1..6_u16,
            age in 0..30_u64,
        ) {
            let mut past = Context::new();
            for &node in stamps.keys() {
                past.insert(Dot { actor: actor(node), counter: 1 });
                past.insert(Dot { actor: actor(node), counter: 3 });
            }
            let dot = Dot { actor: actor(own), counter: 9 };
            let (rule, wall) =
                (Truncation { entries, age: Duration::from_us(age) }, Instant::from_us(30));
            let mut left: BTreeMap<u16, u64> = stamps.clone();
            left.remove(&own);
            let mut expected = Vec::new();
            while left.len() + 1 > usize::from(entries) {
                let Some((&node, &stamp)) = left.iter().min_by_key(|(_, stamp)| **stamp) else { break };
                if stamp + age > 30 {
                    break;
                }
                left.remove(&node);
                expected.push(actor(node));
            }
            let mut put = Put::new(dot, None, past, None);
            let written = |of: Actor| Instant::from_us(stamps[&of.node.0]);
            prop_assert_eq!(put.truncate(rule, wall, written), expected);
            let named: Vec<Actor> = put.past.actors().filter(|it| *it != dot.actor).collect();
            prop_assert_eq!(named, left.keys().map(|&node| actor(node)).collect::<Vec<_>>());
            let own_past = put.past.contains(Dot { actor: dot.actor, counter: 1 });
            prop_assert_eq!(own_past, stamps.contains_key(&own), "the writer is always named");
        }
    }
}
