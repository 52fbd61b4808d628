//! Anti-entropy: replicas compare their Merkle trees and exchange the versions that differ (Dynamo,
//! section 4.7).
//!
//! An exchange is a conversation. The initiator sends the roots of all trees that both nodes hold.
//! Each side answers with the children of the nodes that differ from its own, then with the keys of
//! the buckets that differ, and at last with versions:
//!
//! ```text
//!   A   roots ───────────▶  B        only the paths to what differs are walked
//!   A   ◀─── their children  B
//!   A   keys of buckets ─▶  B
//!   A   ◀─ versions, wants   B        B sends what A lacks and asks for what it lacks itself
//!   A   versions ────────▶  B
//! ```
//!
//! The responder keeps no state of the exchange.

use std::collections::{BTreeMap, VecDeque};

use crate::event::HashPair;
use crate::merkle::Tree;
use crate::merkle_forest::{self, MerkleForest};
use crate::node::Node;
use crate::settings::Settings;
use crate::storage::Change;
use crate::throttle::Throttle;
use crate::version::Siblings;
use crate::{Duration, Event, Instant, Key, Message, NodeId, Range, RequestId};

/// The number of request timeouts for which an exchange may make no progress before it is given up.
const TIMEOUT_FACTOR: u64 = 4;
/// The number of parts that a period is divided into, so that nodes begin their rounds at different
/// times.
const STAGGER: u64 = 8;

/// Tree nodes with their hashes, by range.
type Trees = Vec<(Range, Vec<(u32, u64)>)>;
/// Buckets with their keys and the digests of these keys' versions.
type Buckets = Vec<(Range, Vec<(Key, u64)>)>;

/// An exchange that the node began.
#[derive(Clone, Copy, Debug)]
struct Exchange {
    peer: NodeId,
    deadline: Instant,
}

/// The exchanges of a node.
#[derive(Clone, Debug)]
pub(crate) struct Exchanges {
    active: BTreeMap<RequestId, Exchange>,
    /// Peers that remain to be compared with in this round.
    queue: VecDeque<NodeId>,
    /// The ranges that the node shares with each peer, or `None` if they must be computed again.
    shared: Option<BTreeMap<NodeId, Vec<Range>>>,
    throttle: Throttle,
    next: Option<Instant>,
}

impl Exchanges {
    pub(crate) fn new(settings: &Settings, now: Instant) -> Self {
        Self {
            active: BTreeMap::new(),
            queue: VecDeque::new(),
            shared: None,
            throttle: Throttle::new(settings.anti_entropy.keys_per_second, now),
            next: None,
        }
    }

    pub(crate) fn set_rate(&mut self, settings: &Settings, now: Instant) {
        self.throttle.set_rate(settings.anti_entropy.keys_per_second, now);
    }

    /// Lists the ranges that the node shares with a peer.
    pub(crate) fn shared_with(&self, peer: NodeId) -> &[Range] {
        let shared = self.shared.as_ref().and_then(|shared| shared.get(&peer));
        shared.map_or(&[], Vec::as_slice)
    }

    /// Returns the time at which something is due next.
    pub(crate) fn next(&self) -> Option<Instant> {
        let deadline = self.active.values().map(|exchange| exchange.deadline).min();
        [deadline, self.next].into_iter().flatten().min()
    }
}

impl Node {
    /// Starts or stops anti-entropy, as the settings say, and builds its trees.
    pub(crate) fn start_anti_entropy(&mut self, now: Instant) {
        let settings = self.config.settings.anti_entropy;
        self.replica.forest = None;
        self.exchanges.shared = None;
        if !settings.on {
            self.exchanges.next = None;
            self.exchanges.queue.clear();
            self.exchanges.active.clear();
            return;
        }
        self.rebuild_trees();
        let part = 1 + u64::from(self.replica.id.0) % STAGGER;
        let first = now + Duration::from_us((settings.period.as_us() / STAGGER).max(1) * part);
        let latest = now + settings.period;
        self.exchanges.next = Some(self.exchanges.next.map_or(first, |next| next.min(latest)));
    }

    /// Builds trees for the ranges that the node holds now.
    pub(crate) fn rebuild_trees(&mut self) {
        let settings = self.config.settings.anti_entropy;
        self.exchanges.shared = None;
        if !settings.on {
            return;
        }
        let ranges: Vec<Range> = self.find_shared_ranges();
        let (storage, order) = (&self.replica.disk.storage, self.replica.order);
        match &mut self.replica.forest {
            Some(forest) if forest.depth() == settings.depth => {
                forest.change_ranges(&ranges, storage, order);
            }
            forest => *forest = Some(MerkleForest::build(&ranges, settings.depth, storage, order)),
        }
    }

    /// Finds the ranges that the node shares with each peer. Returns all ranges that the node
    /// holds.
    fn find_shared_ranges(&mut self) -> Vec<Range> {
        let mut own = Vec::new();
        let mut shared: BTreeMap<NodeId, Vec<Range>> = BTreeMap::new();
        for (range, list) in self.cluster_view.ring().arcs(self.config.quorum.n()) {
            if list.contains(&self.replica.id) {
                own.push(range);
                for peer in list.into_iter().filter(|peer| *peer != self.replica.id) {
                    shared.entry(peer).or_default().push(range);
                }
            }
        }
        self.exchanges.shared = Some(shared);
        own
    }

    /// Abandons exchanges that make no progress, and begins new ones when they are due.
    pub(crate) fn run_exchanges(&mut self, now: Instant) {
        let silent = self.exchanges.active.iter().filter(|(_, it)| it.deadline <= now);
        let silent: Vec<RequestId> = silent.map(|(exchange, _)| *exchange).collect();
        silent.into_iter().for_each(|exchange| self.end_exchange(now, exchange, false));
        if self.exchanges.next.is_none_or(|next| now < next) {
            return;
        }
        self.exchanges.next = Some(now + self.config.settings.anti_entropy.period);
        let own = self.replica.id;
        let peers = self.exchanges.shared.iter().flat_map(BTreeMap::keys).copied();
        // Of two peers one begins: the lower id in half of the pairs, the higher in the other half.
        self.exchanges.queue =
            peers.filter(|peer| (own < *peer) == ((own.0 ^ peer.0) & 1 == 1)).collect();
        self.begin_exchanges(now);
    }

    /// Begins as many exchanges as may run at once.
    fn begin_exchanges(&mut self, now: Instant) {
        let most = usize::from(self.config.settings.anti_entropy.concurrency);
        while self.exchanges.active.len() < most {
            let Some(peer) = self.exchanges.queue.pop_front() else { return };
            if !self.cluster_view.believes_up(peer) {
                continue;
            }
            let Some(forest) = &self.replica.forest else { return };
            let shared = self.exchanges.shared.as_ref().and_then(|shared| shared.get(&peer));
            let trees = shared.into_iter().flatten().filter_map(|&range| forest.tree(range));
            let trees: Trees = trees.map(|tree| (tree.range(), vec![(1, tree.root())])).collect();
            if trees.is_empty() {
                continue;
            }
            let ranges = trees.len() as u32;
            let exchange = self.replica.begin_task();
            let deadline = now + silence_timeout(self.config.request_timeout);
            self.exchanges.active.insert(exchange, Exchange { peer, deadline });
            self.replica.emit(Event::ExchangeBegan { exchange, peer, ranges });
            self.replica.send(peer, Message::TreeHashes { exchange, step: 0, trees });
        }
    }

    /// Ends an exchange that the node began, if it is still in progress.
    fn end_exchange(&mut self, now: Instant, exchange: RequestId, complete: bool) {
        if let Some(Exchange { peer, .. }) = self.exchanges.active.remove(&exchange) {
            self.replica.emit(Event::ExchangeEnded { exchange, peer, complete });
            self.begin_exchanges(now);
        }
    }

    /// Extends the deadline of an exchange that the node began. Returns whether it did, so `false`
    /// if the node did not begin it.
    fn refresh_exchange(&mut self, now: Instant, exchange: RequestId) -> bool {
        let deadline = now + silence_timeout(self.config.request_timeout);
        let active = self.exchanges.active.get_mut(&exchange);
        active.map(|it| it.deadline = deadline).is_some()
    }

    /// Compares a peer's hashes with the node's own. Answers with what lies below the hashes that
    /// differ.
    pub(crate) fn handle_tree_hashes(
        &mut self,
        now: Instant,
        from: NodeId,
        (exchange, step): (RequestId, u32),
        theirs: &Trees,
    ) {
        let began = self.refresh_exchange(now, exchange);
        if theirs.is_empty() {
            return self.end_exchange(now, exchange, true);
        }
        // The peer may still answer an exchange that was given up here.
        if exchange.own_work() == Some(self.replica.id) && !began {
            return;
        }
        let mut compared = Vec::new();
        let (mut children, mut buckets) = (Trees::new(), Buckets::new());
        for (range, nodes) in theirs {
            let ad_hoc;
            let kept = self.replica.forest.as_ref().and_then(|it| it.tree(*range));
            let tree = if let Some(tree) = kept {
                tree
            } else {
                ad_hoc = self.build_ad_hoc_tree(*range);
                &ad_hoc
            };
            let mut below = Vec::new();
            for &(node, theirs) in nodes {
                let mine = tree.hash(node);
                compared.push(HashPair { range: *range, node, mine, theirs });
                // A peer whose trees are deeper asks for nodes below the leaves here, where there
                // is nothing to compare.
                let leaf = tree.leaf_above(node);
                match leaf.and_then(|leaf| tree.leaf_range(leaf)) {
                    _ if mine == theirs && leaf.is_none_or(|leaf| leaf == node) => {}
                    None if leaf.is_none() => below.extend(tree.children(node)),
                    Some(bucket) if !buckets.iter().any(|(known, _)| *known == bucket) => {
                        buckets.push((bucket, self.keys_in(bucket)));
                    }
                    _ => {}
                }
            }
            if !below.is_empty() {
                children.push((*range, below));
            }
        }
        self.replica.emit(Event::HashesCompared { exchange, peer: from, hashes: compared });
        let step = step + 1;
        if children.is_empty() && !buckets.is_empty() {
            self.replica.send(from, Message::TreeKeys { exchange, step, buckets });
        } else if !children.is_empty() || !began {
            self.replica.send(from, Message::TreeHashes { exchange, step, trees: children });
        } else {
            self.end_exchange(now, exchange, true);
        }
    }

    /// Builds the tree of a range for which the node keeps none, because the peer's ring differs.
    fn build_ad_hoc_tree(&self, range: Range) -> Tree {
        let depth = self.config.settings.anti_entropy.depth;
        merkle_forest::build_tree(range, depth, &self.replica.disk.storage, self.replica.order)
    }

    fn keys_in(&self, bucket: Range) -> Vec<(Key, u64)> {
        let order = self.replica.order;
        let keys = self.replica.disk.storage.range_after(bucket, None);
        keys.map(|(key, siblings)| (key.clone(), siblings.digest(order))).collect()
    }

    /// Compares a peer's keys with the node's own, sends the versions that the peer lacks and asks
    /// for those that the node lacks.
    pub(crate) fn handle_tree_keys(
        &mut self,
        now: Instant,
        from: NodeId,
        (exchange, step): (RequestId, u32),
        buckets: &Buckets,
    ) {
        let began = self.refresh_exchange(now, exchange);
        if exchange.own_work() == Some(self.replica.id) && !began {
            return;
        }
        let (mut to_send, mut wanted) = (Vec::new(), Vec::new());
        for (bucket, theirs) in buckets {
            let mine: BTreeMap<Key, u64> = self.keys_in(*bucket).into_iter().collect();
            let theirs: BTreeMap<&Key, u64> = theirs.iter().map(|(key, it)| (key, *it)).collect();
            let differs = |key: &Key| mine.get(key).copied() != theirs.get(key).copied();
            let mut differing: Vec<Key> = mine.keys().filter(|key| differs(key)).cloned().collect();
            to_send.extend(differing.iter().cloned());
            let lacking = theirs.keys().filter(|key| differs(key)).map(|&key| key.clone());
            let lacking: Vec<Key> = lacking.collect();
            differing.extend(lacking.iter().filter(|key| !mine.contains_key(key)).cloned());
            wanted.extend(lacking);
            let same = mine.keys().filter(|key| !differs(key)).count() as u32;
            let (peer, bucket) = (from, *bucket);
            self.replica.emit(Event::KeysCompared { exchange, peer, bucket, same, differing });
        }
        let items = self.throttled_versions(now, exchange, to_send);
        let done = began && wanted.is_empty();
        if !(done && items.is_empty()) {
            let step = step + 1;
            self.replica.send(from, Message::TreeVersions { exchange, step, items, wanted });
        }
        if done {
            self.end_exchange(now, exchange, true);
        }
    }

    /// Merges the versions that a peer sent, and sends those that it asks for.
    pub(crate) fn handle_tree_versions(
        &mut self,
        now: Instant,
        from: NodeId,
        (exchange, step): (RequestId, u32),
        items: &[(Key, Siblings)],
        wanted: &[Key],
    ) {
        self.refresh_exchange(now, exchange);
        for (key, siblings) in items {
            let Change { changed, siblings } = self.replica.merge(now, key, siblings);
            let (key, peer) = (key.clone(), from);
            self.replica.emit(Event::Exchanged { exchange, peer, key, changed, siblings });
        }
        if !wanted.is_empty() {
            let (items, step) = (self.throttled_versions(now, exchange, wanted.to_vec()), step + 1);
            let wanted = Vec::new();
            self.replica.send(from, Message::TreeVersions { exchange, step, items, wanted });
        }
        self.end_exchange(now, exchange, true);
    }

    /// Returns the versions of as many keys as the throttle permits.
    fn throttled_versions(
        &mut self,
        now: Instant,
        exchange: RequestId,
        keys: Vec<Key>,
    ) -> Vec<(Key, Siblings)> {
        let granted = self.exchanges.throttle.take(keys.len() as u32, now);
        let left = keys.len() as u32 - granted;
        if left > 0 {
            self.replica.emit(Event::ExchangeThrottled { exchange, left });
        }
        let held = |key: Key| self.replica.disk.get(&key).cloned().map(|held| (key, held));
        keys.into_iter().take(granted as usize).filter_map(held).collect()
    }
}

fn silence_timeout(request_timeout: Duration) -> Duration {
    Duration::from_us(request_timeout.as_us().saturating_mul(TIMEOUT_FACTOR).max(1_000))
}
