//! The ring as plain data for display: agreement of replicas, repair debt, range transfers.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use ringside_staleness::oracle::Agreement;
use ringside_staleness::oracle::KeyStatus;
use ringside_store::{Fetch, Instant, Node, NodeId, Position, Ring};

use crate::instruments::RingsideStore;
use crate::lab::Lab;

/// The number of positions on the ring.
const FULL_TURN: f64 = 18_446_744_073_709_551_616.0;

/// The data for a display of the ring that a [`Frame`](crate::frame::Frame) does not have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RingFrame {
    /// The selected keys, clockwise from the top. Keys whose replicas disagree are selected first, then the
    /// most requested ones.
    pub keys: Vec<KeyPoint>,
    /// The number of keys that some replica holds.
    pub held: u64,
    /// The number of keys whose replicas differ.
    pub disagreeing: u64,
    /// The data of each node, by number.
    pub nodes: Vec<RingNode>,
    /// The ranges that nodes still have to fetch before they own them.
    pub fetches: Vec<FetchFrame>,
}

/// A key on the ring.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyPoint {
    /// The key.
    pub key: String,
    /// The key's position, as a fraction of the full turn, clockwise from the top: 0 to 1.
    pub place: f64,
    /// The agreement of the key's replicas.
    pub agreement: Agreement,
    /// The replicas that lack a version that another replica has, in ring order.
    pub lacking: Vec<NodeId>,
    /// The number of requests for the key.
    pub asked: u32,
}

/// The data of one node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RingNode {
    /// The node.
    pub id: NodeId,
    /// The fraction of the ring of which the node is a replica, from 0 to 1.
    pub share: f64,
    /// The node's repair debt: the number of keys of which the node lacks an acknowledged write.
    pub debt: u32,
    /// The number of these keys whose write the node has lacked for longer than the request timeout, so that
    /// the write is not merely in transit.
    pub overdue: u32,
}

/// A range that a node still has to fetch before it owns the range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FetchFrame {
    /// The fetching node.
    pub to: NodeId,
    /// The sending node, or `None` while the range waits for its turn.
    pub from: Option<NodeId>,
    /// The beginning of the range, as a fraction of the full turn.
    pub start: f64,
    /// The end of the range, as a fraction of the full turn. It is above `start`, so it may be above 1.
    pub end: f64,
    /// The fraction of the range that has been fetched, from 0 to 1.
    pub done: f64,
}

/// The fraction of a ring of which each node is a replica. Calculated once per ring, because the calculation
/// visits every arc.
#[derive(Clone, Debug)]
pub(crate) struct Shares {
    ring: Arc<Ring>,
    n: u16,
    by_node: Arc<[(NodeId, f64)]>,
    /// The mean share divided by the greatest.
    pub(crate) balance: f64,
}

impl Shares {
    /// Calculates the shares of a ring with `n` replicas of each key.
    pub(crate) fn of(ring: &Arc<Ring>, n: u16) -> Self {
        let (by_node, balance) = (ring.shares(n).into(), ring.load_balance_efficiency(n));
        Self { ring: Arc::clone(ring), n, by_node, balance }
    }

    /// Calculates the shares again if the ring or N is another one.
    pub(crate) fn follow(&mut self, ring: &Arc<Ring>, n: u16) {
        if !Arc::ptr_eq(&self.ring, ring) || self.n != n {
            *self = Self::of(ring, n);
        }
    }

    fn of_node(&self, node: NodeId) -> f64 {
        let found = self.by_node.binary_search_by_key(&node, |(id, _)| *id);
        found.map_or(0.0, |index| self.by_node[index].1)
    }
}

impl Lab {
    /// Returns the data for a display of the ring, with at most `most` keys.
    ///
    /// The call visits every key once: a tenth of a millisecond for a few thousand keys.
    pub fn ring_frame(&self, most: usize) -> RingFrame {
        let (mut held, mut disagreeing) = (0, 0);
        let mut debts: BTreeMap<NodeId, (u32, u32)> = BTreeMap::new();
        let patience = self.scenario.cluster.request_timeout;
        let (now, mut keys) = (self.now(), Vec::new());
        for status in self.instruments.key_statuses() {
            for (node, since) in status.debtors() {
                let debt = debts.entry(node).or_default();
                debt.0 += 1;
                debt.1 += u32::from(now.since(Instant::from_us(since)) > patience);
            }
            if !status.is_held() {
                continue;
            }
            let is_full = status.is_full();
            held += 1;
            disagreeing += u64::from(!is_full);
            keys.push((is_full, Reverse(status.asked()), status.key().position(), status));
        }
        let rank =
            |it: &(bool, Reverse<u32>, Position, KeyStatus<'_, RingsideStore>)| (it.0, it.1, it.2);
        if most < keys.len() {
            keys.select_nth_unstable_by_key(most, rank);
            keys.truncate(most);
        }
        keys.sort_unstable_by_key(|it| it.2);
        let node = |id: NodeId| {
            let (debt, overdue) = debts.get(&id).copied().unwrap_or_default();
            RingNode { id, share: self.shares.of_node(id), debt, overdue }
        };
        RingFrame {
            keys: keys.iter().map(|it| key_point(&it.3)).collect(),
            held,
            disagreeing,
            nodes: self.cluster.nodes().map(|view| node(view.id)).collect(),
            fetches: self.fetches(),
        }
    }

    fn fetches(&self) -> Vec<FetchFrame> {
        let running = self.cluster.nodes().filter_map(|view| view.node);
        running.flat_map(|node| node.fetches().map(|it| fetch_frame(node, it))).collect()
    }
}

fn key_point(status: &KeyStatus<'_, RingsideStore>) -> KeyPoint {
    let (key, agreement) = (status.key(), status.agreement());
    let lacking = match agreement {
        Agreement::Full => Vec::new(),
        Agreement::Behind | Agreement::Apart => status.lacking().collect(),
    };
    KeyPoint {
        key: key.name().to_owned(),
        place: key.position() as f64 / FULL_TURN,
        agreement,
        lacking,
        asked: status.asked(),
    }
}

fn fetch_frame(node: &Node, fetch: Fetch) -> FetchFrame {
    let Fetch { range, source, reached } = fetch;
    let (start, width) = (range.start as f64 / FULL_TURN, range.width() as f64);
    let done = reached.map_or(0.0, |place| place.wrapping_sub(range.start) as f64 / width);
    FetchFrame { to: node.id(), from: source, start, end: start + width / FULL_TURN, done }
}
