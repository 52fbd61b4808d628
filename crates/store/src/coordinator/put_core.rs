//! The pure core of a put or a delete.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::settings::{Order, Truncation};
use crate::version::{Actor, Context, Dot, Siblings, Version};
use crate::{Duration, Instant, NodeId, Operation, Response, Value};

/// A put or delete in progress: a version on its way to the replicas.
#[derive(Clone, Debug)]
pub(super) struct PutCore {
    pub(super) dot: Dot,
    value: Option<Value>,
    past: Context,
    ttl: Option<Duration>,
    /// The versions that a register's writer has found at a quorum; `None` once it writes, and for
    /// all other writers.
    found: Option<Siblings>,
    version: Option<Arc<Version>>,
    /// The versions that are sent to replicas: the new one, or with plain vectors the coordinator's
    /// whole set.
    pub(super) siblings: Siblings,
    /// The replicas for which another node keeps the write as a hint.
    pub(super) hinted: SmallVec<[NodeId; 2]>,
}

impl PutCore {
    /// Creates the write named `dot`.
    pub(super) fn new(
        dot: Dot,
        value: Option<Value>,
        past: Context,
        ttl: Option<Duration>,
    ) -> Self {
        let (siblings, hinted) = (Siblings::new(), SmallVec::new());
        Self { dot, value, past, ttl, found: None, version: None, siblings, hinted }
    }

    /// Returns whether the write is a put or a delete.
    pub(super) const fn operation(&self) -> Operation {
        if self.value.is_some() { Operation::Put } else { Operation::Delete }
    }

    /// Creates the writer read a quorum first.
    pub(super) fn read_first(&mut self) {
        self.found = Some(Siblings::new());
    }

    /// Whether the writer is still reading.
    pub(super) const fn is_reading(&self) -> bool {
        self.found.is_some()
    }

    /// Adds the versions that a register's writer found at a replica.
    pub(super) fn add_found(&mut self, siblings: &Siblings, order: Order) {
        if let Some(found) = &mut self.found {
            found.merge(siblings, order);
        }
    }

    /// Removes the actors that have been quiet longest from the clock, until it has no more entries
    /// than `rule` allows. Returns the removed actors. `written` returns the wall-clock time of an
    /// actor's last write.
    pub(super) fn truncate(
        &mut self,
        rule: Truncation,
        wall: Instant,
        written: impl Fn(Actor) -> Instant,
    ) -> Vec<Actor> {
        // The dot always names the writer itself.
        let others = self.past.actors().filter(|&actor| actor != self.dot.actor);
        let mut actors: Vec<Actor> = others.collect();
        // The sort is stable: actors of one age stay in their order.
        actors.sort_by_key(|&actor| written(actor));
        let surplus = (actors.len() + 1).saturating_sub(usize::from(rule.entries));
        actors.truncate(surplus);
        actors.retain(|&actor| written(actor) + rule.age <= wall);
        actors.iter().for_each(|&actor| self.past.forget(actor));
        actors
    }

    /// Creates the version and the set that is sent to replicas, and returns the version's rank.
    /// `held` are the coordinator's own versions of the key.
    pub(super) fn write(&mut self, order: Order, wall: Instant, held: &Siblings) -> u64 {
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

    /// Returns the response of a put that met its quorum, or `None` before it writes.
    pub(super) fn response(&self) -> Option<Response> {
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
        /// The naive model drops the oldest entry that may be dropped, one by one.
        #[test]
        fn truncation_keeps_the_youngest_entries(
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
            let mut put = PutCore::new(dot, None, past, None);
            let written = |of: Actor| Instant::from_us(stamps[&of.node.0]);
            prop_assert_eq!(put.truncate(rule, wall, written), expected);
            let named: Vec<Actor> = put.past.actors().filter(|it| *it != dot.actor).collect();
            prop_assert_eq!(named, left.keys().map(|&node| actor(node)).collect::<Vec<_>>());
            let own_past = put.past.contains(Dot { actor: dot.actor, counter: 1 });
            prop_assert_eq!(own_past, stamps.contains_key(&own), "the writer's entry is kept");
        }
    }
}
