//! The pure core of a get.

use smallvec::SmallVec;

use crate::quorum::Tally;
use crate::settings::Order;
use crate::version::Siblings;
use crate::{NodeId, PreferenceList, Response, read_repair};

/// A get in progress: the versions that each replica is known to hold, and all of them merged.
#[derive(Clone, Debug, Default)]
pub(super) struct GetCore {
    merged: Siblings,
    known: SmallVec<[(NodeId, Siblings); 3]>,
    /// Digests that have not been compared with the versions yet.
    digests: SmallVec<[(NodeId, u64); 2]>,
    /// The first replica that answered.
    first: Option<NodeId>,
    /// The write-back, if the reply waits until enough replicas hold the result.
    write_back: Option<WriteBack>,
}

/// The result that a read will return, and the replicas that hold it. Versions that arrive in later
/// answers are repaired but not returned, because not enough replicas may hold them.
#[derive(Clone, Debug)]
struct WriteBack {
    siblings: Siblings,
    holders: Tally,
}

impl GetCore {
    /// Adds the versions of a replica.
    pub(super) fn add_answer(&mut self, from: NodeId, siblings: Siblings, order: Order) {
        self.merged.merge(&siblings, order);
        if let Some(write_back) = &mut self.write_back
            && siblings.covers(&write_back.siblings, order)
        {
            write_back.holders.ask(&[from]);
            write_back.holders.answer(from);
        }
        // The replica may have been sent a repair before its answer came.
        match self.known.iter_mut().find(|(node, _)| *node == from) {
            Some((_, held)) => _ = held.merge(&siblings, order),
            None => self.known.push((from, siblings)),
        }
    }

    /// Adds the digest of a replica's versions.
    pub(super) fn add_digest(&mut self, from: NodeId, digest: u64) {
        self.digests.push((from, digest));
    }

    /// Records the first replica that answered.
    pub(super) fn note_first(&mut self, from: NodeId) {
        self.first.get_or_insert(from);
    }

    /// Compares the digests with the merged versions. A replica whose digest agrees counts as
    /// holding them. Returns the other replicas, which must be asked for their versions.
    pub(super) fn check_digests(&mut self, order: Order) -> PreferenceList {
        let mut differing = PreferenceList::new();
        // As long as no versions have arrived, there is nothing to compare a digest with.
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

    /// Begins to wait until `needed` replicas hold the merged versions; those that are known to
    /// hold them count at once. Returns whether that is enough, which it always is if no version
    /// was found.
    pub(super) fn begin_write_back(&mut self, needed: u16, order: Order) -> bool {
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
        self.write_back = Some(WriteBack { siblings: self.merged.clone(), holders });
        enough
    }

    /// Returns the repairs that make replicas hold the result: to each that answered the versions
    /// it lacks, and to each of `more` all versions. They count as delivered from now on.
    pub(super) fn take_write_backs(
        &mut self,
        more: &[NodeId],
        order: Order,
    ) -> read_repair::Repairs {
        let mut repairs = self.take_repairs(order);
        for &node in more {
            repairs.push((node, self.merged.clone()));
            self.known.push((node, self.merged.clone()));
        }
        if let Some(write_back) = &mut self.write_back {
            write_back.holders.ask(more);
        }
        repairs
    }

    /// Counts a replica that holds the result. Returns `None` if there is no write-back, or if the
    /// replica has counted already.
    pub(super) fn add_holder(&mut self, from: NodeId) -> Option<&Tally> {
        let write_back = self.write_back.as_mut()?;
        write_back.holders.answer(from).then_some(&write_back.holders)
    }

    /// Returns the tally of the replicas that hold the result, or `None` if there is no write-back.
    pub(super) fn holders(&self) -> Option<&Tally> {
        self.write_back.as_ref().map(|write_back| &write_back.holders)
    }

    /// Returns the response of a get that met its quorum.
    pub(super) fn response(&self) -> Response {
        let result = self.write_back.as_ref().map(|write_back| &write_back.siblings);
        let siblings = result.unwrap_or(&self.merged).clone();
        Response::Found { siblings, first: self.first }
    }

    /// Returns the versions that each replica which answered lacks. They count as delivered from
    /// now on.
    pub(super) fn take_repairs(&mut self, order: Order) -> read_repair::Repairs {
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

    /// Returns the set of the writes whose bits are set. Write 2 has seen write 1, and write 3 has
    /// seen write 1 too: 2 and 3 are concurrent.
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
        /// The result is the same whether replicas send versions, or digests and then versions.
        #[test]
        fn digests_do_not_change_the_result(replicas in replicas()) {
            let (mut get, mut plain) = (GetCore::default(), GetCore::default());
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
            prop_assert!(get.check_digests(ORDER).is_empty(), "each digest is compared once");
            let lacks = |repairs: read_repair::Repairs| {
                let mut repairs = repairs.to_vec();
                repairs.sort_by_key(|(node, _)| *node);
                repairs
            };
            prop_assert_eq!(lacks(get.take_repairs(ORDER)), lacks(plain.take_repairs(ORDER)));
        }

        /// The result of a write-back does not change, and the write-back ends once `needed`
        /// distinct replicas hold it.
        #[test]
        fn a_write_back_counts_distinct_holders(
            first in replicas(),
            late in replicas(),
            acks in prop::collection::vec(0..12_u16, 0..12),
            needed in 1..5_u16,
        ) {
            let mut get = GetCore::default();
            for (node, &(bits, _)) in (0..).map(NodeId).zip(&first) {
                get.add_answer(node, held(bits), ORDER);
            }
            let result = get.merged.clone();
            let mut holders: Vec<NodeId> = (0..).map(NodeId).zip(&first)
                .filter(|(_, (bits, _))| held(*bits).covers(&result, ORDER))
                .map(|(node, _)| node)
                .collect();
            let enough = get.begin_write_back(needed, ORDER);
            prop_assert_eq!(enough, result.is_empty() || holders.len() >= usize::from(needed));
            if result.is_empty() {
                prop_assert!(get.holders().is_none(), "an empty result needs no holders");
                return Ok(());
            }
            let more = [NodeId(6), NodeId(7)];
            let repairs = get.take_write_backs(&more, ORDER);
            for (node, lack) in &repairs {
                let known = first.get(usize::from(node.0)).map_or(0, |it| it.0);
                let mut after = held(known);
                after.merge(lack, ORDER);
                prop_assert!(after.covers(&result, ORDER));
            }
            for (node, &(bits, _)) in (6..).map(NodeId).zip(&late) {
                get.add_answer(node, held(bits), ORDER);
                if held(bits).covers(&result, ORDER) {
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
            prop_assert_eq!(siblings, result);
        }
    }
}
