//! Exchanges, and the present trees of two nodes, as plain data for display.

use ringside_sim::{MessageKind, NodeView};
use ringside_store::merkle::Tree;
use ringside_store::{BucketSize, Instant, Key, NodeId, PayloadSize, Range, RequestId};

use super::record::{Ending, Fate, Record, SentMessage};
use super::trees::{TreesFrame, compare};
use crate::frame::{FULL_TURN, VersionFrame, versions};
use crate::lab::Lab;

/// The most differing keys that are listed for the present trees of two nodes.
const MOST_STANDING: usize = 128;

/// A summary of an exchange, for a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeLine {
    /// The request ID of the exchange.
    pub exchange: RequestId,
    /// The initiator and its peer.
    pub ends: [NodeId; 2],
    /// The time at which the exchange began.
    pub began: Instant,
    /// The time and kind of the ending, or `None` while the exchange runs.
    pub ended: Option<(Instant, Ending)>,
    /// The number of ranges that the exchange compares.
    pub ranges: u32,
    /// The number of keys that were found to differ.
    pub differing: u32,
    /// The number of bytes that the exchange's messages have carried so far.
    pub bytes: u64,
}

/// An exchange, or the present trees of two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangeFrame {
    /// The exchange, or `None` for the present trees of two nodes.
    pub exchange: Option<ExchangeLine>,
    /// Both nodes. The first one is the initiator of an exchange.
    pub ends: [NodeId; 2],
    /// The depth of the trees.
    pub depth: u8,
    /// The ranges that both nodes hold.
    pub ranges: Vec<RangeLine>,
    /// The trees of the selected range, or `None` if there are no ranges.
    pub trees: Option<TreesFrame>,
    /// The messages, in the order in which they were sent.
    pub messages: Vec<ExchangeMessage>,
    /// The keys that differ, in the order in which they were found: the first 128.
    pub keys: Vec<DifferingFrame>,
    /// The bytes moved, and those that a full comparison would move.
    pub bytes: BytesFrame,
    /// The number of keys that the throttle left for a later exchange.
    pub left: u32,
}

/// A range that two nodes compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeLine {
    /// The last position before the range and the last position in it, as fractions of the full turn.
    pub place: [f64; 2],
    /// The number of keys in the range at each end.
    pub keys: [u32; 2],
    /// Whether the roots differ, or `None` if they have not been compared.
    pub differs: Option<bool>,
    /// The number of keys that were found to differ.
    pub differing: u32,
}

/// A message of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeMessage {
    /// The kind of the message.
    pub kind: MessageKind,
    /// The level of the hashes that the message carries, or `None` if it carries none.
    pub level: Option<u8>,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// The time at which the message was sent.
    pub sent: Instant,
    /// The fate of the message.
    pub fate: Fate,
    /// The size of its payload.
    pub payload: PayloadSize,
    /// The numbers of hashes or keys that the receiver found equal and different. For a message with
    /// versions, the numbers of keys that it did not change and that it changed. `None` before it arrives.
    pub found: Option<[u32; 2]>,
}

/// A key whose versions differ at the two ends.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferingFrame {
    /// The key.
    pub key: String,
    /// The index of the key's range.
    pub range: usize,
    /// The index of the key's leaf in the trees of that range.
    pub leaf: u32,
    /// The time at which it was found to differ.
    pub at: Instant,
    /// The versions that each end held at that time.
    pub held: [Vec<VersionFrame>; 2],
    /// The nodes to which the exchange brought versions, with the time and whether they changed anything.
    pub brought: Vec<(NodeId, Instant, bool)>,
}

/// The bytes that an exchange moved, and those that a full comparison would move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BytesFrame {
    /// The sum of the sizes of the exchange's messages so far.
    pub moved: u64,
    /// The size of all keys in the ranges with the digests of their versions, at the end where it is larger.
    pub listed: u64,
    /// The size of all keys in the ranges with their versions, at the end where it is larger.
    pub full: u64,
    /// The number of keys in the ranges, at the end where it is larger.
    pub keys: u64,
    /// The time at which the sizes were counted: the beginning of the exchange, or now.
    pub counted: Instant,
}

/// The contents of each range at both ends.
type Holdings = [Vec<Vec<BucketSize>>; 2];

impl Lab {
    /// Lists the latest anti-entropy exchanges, newest first: those that are running, the last 24 that found
    /// a difference, and the last 24 that found none.
    pub fn exchanges(&self) -> Vec<ExchangeLine> {
        self.exchanges.newest_first().into_iter().map(line).collect()
    }

    /// Returns an exchange with the trees of one of its ranges, or `None` if the exchange is no longer kept.
    ///
    /// `range` is the index of the range. If it is `None` or there is no such range, the first one that
    /// differs is selected, or else the one with the most keys.
    pub fn exchange(&self, exchange: RequestId, range: Option<usize>) -> Option<ExchangeFrame> {
        let record = self.exchanges.find(exchange)?;
        let begun = &record.begun;
        let (holdings, counted) = match &begun.bucket_sizes {
            Some(holdings) => (holdings.clone(), record.at),
            None => (self.holdings(begun.ends, &begun.ranges, begun.depth), self.now()),
        };
        let keys = differing(record);
        let ranges = begun.ranges.iter().enumerate().map(|(index, range)| {
            let root = record.compared(*range).get(&1).map(|([a, b], _)| a != b);
            range_line(*range, index, &holdings, root, &keys)
        });
        let ranges: Vec<RangeLine> = ranges.collect();
        let chosen = chosen(&ranges, range);
        let trees = chosen.map(|index| {
            let compared = record.compared(begun.ranges[index]);
            let held = [&holdings[0][index][..], &holdings[1][index][..]];
            TreesFrame::new(index, begun.depth, &compared, held, |at, by| {
                record.handled_message(at, by)
            })
        });
        Some(ExchangeFrame {
            exchange: Some(line(record)),
            ends: begun.ends,
            depth: begun.depth,
            trees,
            ranges,
            messages: messages(record),
            keys,
            bytes: bytes(record.bytes, &holdings, counted),
            left: record.left,
        })
    }

    /// Returns the present trees of two nodes, without any exchange of messages, or `None` if one of the
    /// nodes is down or they have no trees of the same ranges. `range` selects a range as for
    /// [`Lab::exchange`].
    pub fn standing_trees(&self, ends: [NodeId; 2], range: Option<usize>) -> Option<ExchangeFrame> {
        let views: Vec<NodeView<'_>> = self.cluster.nodes().collect();
        let [a, b] = ends.map(|end| views.get(end.index()).and_then(|view| view.node));
        let (a, b) = (a?, b?);
        let depth = self.cluster.settings().anti_entropy.depth;
        let both = a.shared_ranges(ends[1]).iter();
        let both = both.filter_map(|&range| Some((range, [a.tree(range)?, b.tree(range)?])));
        let both: Vec<(Range, [&Tree; 2])> = both.collect();
        if both.is_empty() {
            return None;
        }
        let all: Vec<Range> = both.iter().map(|(range, _)| *range).collect();
        let holdings = self.holdings(ends, &all, depth);
        let disks = ends.map(|end| views[end.index()].disk);
        let mut keys = Vec::new();
        for (index, (_, trees)) in both.iter().enumerate() {
            for (&leaf, _) in
                compare(*trees, depth).iter().filter(|(_, (hashes, _))| hashes[0] != hashes[1])
            {
                let Some(bucket) = trees[0].leaf_range(leaf) else { continue };
                let mut held: Vec<&Key> = disks.iter().flat_map(|it| it.keys_in(bucket)).collect();
                held.sort();
                held.dedup();
                for key in held {
                    let held = disks.map(|disk| disk.get(key));
                    if held[0] != held[1] && keys.len() < MOST_STANDING {
                        let held = held.map(|it| it.map(versions).unwrap_or_default());
                        let (key, at) = (key.name().to_owned(), self.now());
                        let brought = Vec::new();
                        keys.push(DifferingFrame { key, range: index, leaf, at, held, brought });
                    }
                }
            }
        }
        let ranges = both.iter().enumerate().map(|(index, (range, [a, b]))| {
            range_line(*range, index, &holdings, Some(a.root() != b.root()), &keys)
        });
        let ranges: Vec<RangeLine> = ranges.collect();
        let trees = chosen(&ranges, range).map(|index| {
            let held = [&holdings[0][index][..], &holdings[1][index][..]];
            TreesFrame::new(index, depth, &compare(both[index].1, depth), held, |_, _| None)
        });
        let bytes = bytes(0, &holdings, self.now());
        let messages = Vec::new();
        Some(ExchangeFrame {
            exchange: None,
            ends,
            depth,
            ranges,
            trees,
            messages,
            keys,
            bytes,
            left: 0,
        })
    }

    fn holdings(&self, ends: [NodeId; 2], ranges: &[Range], depth: u8) -> Holdings {
        let views: Vec<NodeView<'_>> = self.cluster.nodes().collect();
        ends.map(|end| {
            let disk = views[end.index()].disk;
            ranges.iter().map(|range| disk.bucket_sizes(*range, depth)).collect()
        })
    }
}

fn line(record: &Record) -> ExchangeLine {
    ExchangeLine {
        exchange: record.id(),
        ends: record.begun.ends,
        began: record.at,
        ended: record.ended,
        ranges: record.begun.ranges.len() as u32,
        differing: record.differing,
        bytes: record.bytes,
    }
}

/// Selects a range: the wanted one, or else the first that differs, or else the one with the most keys.
fn chosen(ranges: &[RangeLine], wanted: Option<usize>) -> Option<usize> {
    let first = || ranges.iter().position(|range| range.differs == Some(true));
    let fullest =
        || (0..ranges.len()).max_by_key(|&index| (ranges[index].keys, ranges.len() - index));
    wanted.filter(|index| *index < ranges.len()).or_else(first).or_else(fullest)
}

fn range_line(
    range: Range,
    index: usize,
    holdings: &Holdings,
    differs: Option<bool>,
    keys: &[DifferingFrame],
) -> RangeLine {
    RangeLine {
        place: [range.start, range.end].map(|place| place as f64 / FULL_TURN),
        keys: [0, 1].map(|end| holdings[end][index].iter().map(|it| it.keys).sum()),
        differs,
        differing: keys.iter().filter(|key| key.range == index).count() as u32,
    }
}

fn bytes(moved: u64, holdings: &Holdings, counted: Instant) -> BytesFrame {
    let all = |end: usize| holdings[end].iter().flatten();
    let sum = |end: usize, of: fn(&BucketSize) -> u64| all(end).map(of).sum::<u64>();
    let more = |of: fn(&BucketSize) -> u64| sum(0, of).max(sum(1, of));
    BytesFrame {
        moved,
        listed: more(|it| it.listed_bytes),
        full: more(|it| it.bytes),
        keys: more(|it| u64::from(it.keys)),
        counted,
    }
}

fn differing(record: &Record) -> Vec<DifferingFrame> {
    let begun = &record.begun;
    let keys = record.keys.iter().filter_map(|it| {
        let position = it.key.position();
        let range = begun.ranges.iter().position(|range| range.contains(position))?;
        let mut held = [0, 1].map(|end| versions(&it.held[end]));
        if it.by != begun.ends[0] {
            held.swap(0, 1);
        }
        Some(DifferingFrame {
            key: it.key.name().to_owned(),
            range,
            leaf: Tree::new(begun.ranges[range], begun.depth).leaf_at(position),
            at: it.at,
            held,
            brought: it.brought.clone(),
        })
    });
    keys.collect()
}

fn messages(record: &Record) -> Vec<ExchangeMessage> {
    let mut level = 0;
    let messages = record.messages.iter().map(|message| {
        let SentMessage { kind, from, to, sent, fate, payload, .. } = *message;
        let hashes = kind == MessageKind::TreeHashes && payload.hashes > 0;
        let own_level = hashes.then_some(level);
        level += u8::from(hashes);
        let found = match fate {
            Fate::Arrived(at) => Some(found(record, message, at)),
            Fate::UnderWay | Fate::Lost(..) => None,
        };
        ExchangeMessage { kind, level: own_level, from, to, sent, fate, payload, found }
    });
    messages.collect()
}

/// Returns the numbers of hashes or keys that the receiver of a message found equal and different or, for a
/// message with versions, the numbers of keys that it did not change and that it changed.
fn found(record: &Record, message: &SentMessage, at: Instant) -> [u32; 2] {
    match message.kind {
        MessageKind::TreeHashes => {
            let looks = record.comparisons.iter().filter(|it| (it.at, it.by) == (at, message.to));
            looks.fold([0, 0], |[same, differs], it| {
                [same + it.all - it.different, differs + it.different]
            })
        }
        MessageKind::TreeKeys => {
            let looks = record.buckets.iter().filter(|it| (it.at, it.by) == (at, message.to));
            looks.fold([0, 0], |[same, differs], it| [same + it.same, differs + it.different])
        }
        _ => {
            let brought = record.keys.iter().flat_map(|key| &key.brought);
            let here = brought.filter(|(to, when, _)| (*to, *when) == (message.to, at));
            here.fold(
                [0, 0],
                |[same, changed], (_, _, it)| {
                    if *it { [same, changed + 1] } else { [same + 1, changed] }
                },
            )
        }
    }
}
