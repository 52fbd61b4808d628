//! The core of a get.

use smallvec::SmallVec;

use crate::quorum::Tally;
use crate::settings::Order;
use crate::version::Siblings;
use crate::{NodeId, PreferenceList, Response, read_repair};

/// A get in progress: what each replica is known to hold, and all of it merged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Get {
    merged: Siblings,
    known: SmallVec<[(NodeId, Siblings); 3]>,
    /// Digests that have not been held against the versions yet.
    digests: SmallVec<[(NodeId, u64); 2]>,
    first: Option<NodeId>,
    /// What the read will return, once its reply waits for enough replicas to hold it.
    promise: Option<Promise>,
}

/// What a read will return, and who holds it. Late answers bring repairs to light, but what has not
/// been brought to enough replicas is not returned.
#[derive(Clone, Debug)]
struct Promise {
    siblings: Siblings,
    holders: Tally,
}

impl Get {
    /// Takes the versions of a replica.
    pub(crate) fn add_answer(&mut self, from: NodeId, siblings: Siblings, order: Order) {
        self.merged.merge(&siblings, order);
        if let Some(promise) = &mut self.promise
            && siblings.covers(&promise.siblings, order)
        {
            promise.holders.ask(&[from]);
            promise.holders.answer(from);
        }
        // It may have been brought something before its answer came.
        match self.known.iter_mut().find(|(node, _)| *node == from) {
            Some((_, held)) => _ = held.merge(&siblings, order),
            None => self.known.push((from, siblings)),
        }
    }

    /// Takes the digest of a replica's versions.
    pub(crate) fn add_digest(&mut self, from: NodeId, digest: u64) {
        self.digests.push((from, digest));
    }

    /// Remembers who answered first.
    pub(crate) fn note_first(&mut self, from: NodeId) {
        self.first.get_or_insert(from);
    }

    /// Holds the digests against the versions at hand. Those that agree are taken for these versions;
    /// gives the replicas of the others, whose versions must be asked for.
    pub(crate) fn check_digests(&mut self, order: Order) -> PreferenceList {
        let mut differing = PreferenceList::new();
        // Without any versions at hand the digest tells only that there are some.
        let own = (!self.known.is_empty()).then(|| self.merged.digest(order));
        for (node, digest) in std::mem::take(&mut self.digests) {
            if own == Some(digest) {
                self.known.push((node, self.merged.clone()));
            } else {
                differing.push(node);
            }
        }
        differing
    }

    /// Begins to wait until `needed` replicas hold what has been found; those that are known to hold it
    /// count at once. Tells whether that is enough; nothing at all need not be held by anybody.
    pub(crate) fn promise(&mut self, needed: u16, order: Order) -> bool {
        if self.merged.is_empty() {
            return true;
        }
        let mut holders = Tally::new(needed);
        for (node, held) in &self.known {
            holders.ask(&[*node]);
            if held.covers(&self.merged, order) {
                holders.answer(*node);
            }
        }
        let enough = holders.have() >= needed;
        self.promise = Some(Promise { siblings: self.merged.clone(), holders });
        enough
    }

    /// Gives what must be brought to whom so that they hold what is promised: what those who answered
    /// lack, and all of it to `more` replicas.
    pub(crate) fn bring(&mut self, more: &[NodeId], order: Order) -> read_repair::Repairs {
        let mut brought = self.take_repairs(order);
        for &node in more {
            brought.push((node, self.merged.clone()));
            self.known.push((node, self.merged.clone()));
        }
        if let Some(promise) = &mut self.promise {
            promise.holders.ask(more);
        }
        brought
    }

    /// Counts a replica that holds what is promised; none where nothing is, or when it has counted
    /// already.
    pub(crate) fn add_holder(&mut self, from: NodeId) -> Option<&Tally> {
        let promise = self.promise.as_mut()?;
        promise.holders.answer(from).then_some(&promise.holders)
    }

    /// Gives who holds what is promised.
    pub(crate) fn holders(&self) -> Option<&Tally> {
        self.promise.as_ref().map(|promise| &promise.holders)
    }

    /// Gives the reply of a get that met its quorum.
    pub(crate) fn response(&self) -> Response {
        let promised = self.promise.as_ref().map(|promise| &promise.siblings);
        let siblings = promised.unwrap_or(&self.merged).clone();
        Response::Found { siblings, first: self.first }
    }

    /// Gives what each replica that answered is found to lack, and takes it for brought there.
    pub(crate) fn take_repairs(&mut self, order: Order) -> read_repair::Repairs {
        read_repair::take(&self.merged, &mut self.known, order)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::version::{Actor, Context, Dot, Version};
    use crate::{Instant, Value};

    const ORDER: Order = Order::Dotted;

    /// Gives the set of the writes whose bits are set; the highest has seen all the others of its kind.
    fn held(bits: u8) -> Siblings {
        let mut set = Siblings::new();
        for counter in (1..=3).filter(|counter| bits >> counter & 1 == 1) {
            let dot = Dot { actor: Actor { node: NodeId(0), generation: 0 }, counter };
            let mut past = Context::new();
            (1..counter - counter % 2).for_each(|counter| past.insert(Dot { counter, ..dot }));
            let (written, value) = (Instant::ZERO, Some(Value::new("v")));
            let version = Version { dot, past, rank: 0, written, expires: None, value };
            set.merge(&Siblings::of(Arc::new(version)), ORDER);
        }
        set
    }

    fn replicas() -> impl Strategy<Value = Vec<(u8, bool)>> {
        prop::collection::vec((0..16_u8, any::<bool>()), 1..6)
    }

    proptest! {
        /// Whether replicas send versions, or digests and then versions, comes to the same.
        #[test]
        fn digests_change_nothing_but_what_is_sent(replicas in replicas()) {
            let (mut get, mut plain) = (Get::default(), Get::default());
            let mut full_reads = 0;
            for (node, &(bits, digest)) in (0..).map(NodeId).zip(&replicas) {
                let set = held(bits);
                plain.add_answer(node, set.clone(), ORDER);
                if digest {
                    get.add_digest(node, set.digest(ORDER));
                    let has_versions = !get.known.is_empty();
                    let agrees = has_versions && get.merged.digest(ORDER) == set.digest(ORDER);
                    let differing = get.check_digests(ORDER);
                    prop_assert_eq!(differing.as_slice(), if agrees { &[][..] } else { &[node][..] });
                    full_reads += differing.len();
                    differing.iter().for_each(|&it| get.add_answer(it, set.clone(), ORDER));
                } else {
                    get.add_answer(node, set, ORDER);
                }
            }
            prop_assert!(full_reads <= replicas.iter().filter(|it| it.1).count());
            prop_assert_eq!(&get.merged, &plain.merged);
            prop_assert!(get.check_digests(ORDER).is_empty(), "each is looked at once");
            let lacks = |repairs: read_repair::Repairs| {
                let mut repairs = repairs.to_vec();
                repairs.sort_by_key(|(node, _)| *node);
                repairs
            };
            prop_assert_eq!(lacks(get.take_repairs(ORDER)), lacks(plain.take_repairs(ORDER)));
        }

        /// What is promised stays, and it is kept once `needed` distinct replicas hold it.
        #[test]
        fn a_promise_is_kept_by_distinct_holders(
            first in replicas(),
            late in replicas(),
            acks in prop::collection::vec(0..12_u16, 0..12),
            needed in 1..5_u16,
        ) {
            let mut get = Get::default();
            for (node, &(bits, _)) in (0..).map(NodeId).zip(&first) {
                get.add_answer(node, held(bits), ORDER);
            }
            let promised = get.merged.clone();
            let mut holders: Vec<NodeId> = (0..).map(NodeId).zip(&first)
                .filter(|(_, (bits, _))| held(*bits).covers(&promised, ORDER))
                .map(|(node, _)| node)
                .collect();
            let enough = get.promise(needed, ORDER);
            prop_assert_eq!(enough, promised.is_empty() || holders.len() >= usize::from(needed));
            if promised.is_empty() {
                prop_assert!(get.holders().is_none(), "nothing is promised, and nobody holds it");
                return Ok(());
            }
            let more = [NodeId(6), NodeId(7)];
            let brought = get.bring(&more, ORDER);
            for (node, lack) in &brought {
                let known = first.get(usize::from(node.0)).map_or(0, |it| it.0);
                let mut after = held(known);
                after.merge(lack, ORDER);
                prop_assert!(after.covers(&promised, ORDER));
            }
            for (node, &(bits, _)) in (6..).map(NodeId).zip(&late) {
                get.add_answer(node, held(bits), ORDER);
                if held(bits).covers(&promised, ORDER) {
                    holders.push(node);
                }
            }
            for node in acks.into_iter().map(NodeId) {
                let asked = usize::from(node.0) < first.len() || more.contains(&node);
                let counts = asked && !holders.contains(&node);
                prop_assert_eq!(get.add_holder(node).is_some(), counts);
                holders.extend(counts.then_some(node));
            }
            let have = get.holders().map_or(0, Tally::have);
            prop_assert_eq!(usize::from(have), holders.len());
            let Response::Found { siblings, .. } = get.response() else { unreachable!() };
            prop_assert_eq!(siblings, promised);
        }
    }
}
