//! The kinds of messages as the page tells them apart: a family with its colour, a shape, and a word.

mod family;
mod shape;

pub(crate) use family::{Family, FamilySet};
pub(crate) use shape::Shape;

use ringside_lab::MessageKind;

/// How a kind of message looks. Shape and colour name the conversation; a filled dot asks or brings,
/// a hollow one answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// The conversation, which gives it its colour.
    pub(crate) family: Family,
    /// What lists call it.
    pub(crate) word: &'static str,
    /// What it does, in a sentence for a tooltip.
    pub(crate) meaning: &'static str,
    /// Its outline.
    pub(crate) shape: Shape,
    /// Whether it is filled.
    pub(crate) filled: bool,
}

impl Look {
    /// Gives the look of a kind.
    pub(crate) const fn of(kind: MessageKind) -> Self {
        use Family::{Client, Gossip, Hints, Merkle, Read, Repair, Streams, Write};
        match kind {
            MessageKind::Request => {
                asks(Client, Shape::Circle, "request", "a client asks a node, which coordinates")
            }
            MessageKind::Reply => {
                answers(Client, Shape::Circle, "reply", "the coordinator answers the client")
            }
            MessageKind::Write => {
                asks(Write, Shape::Square, "write", "the coordinator gives a replica a version")
            }
            MessageKind::WriteAck => {
                answers(Write, Shape::Square, "ack", "a replica has stored it")
            }
            MessageKind::Read => asks(
                Read,
                Shape::Triangle,
                "read",
                "the coordinator asks a replica for its versions",
            ),
            MessageKind::ReadAnswer => {
                answers(Read, Shape::Triangle, "answer", "a replica tells its versions")
            }
            MessageKind::Digest => {
                asks(Read, Shape::Funnel, "digest read", "asks a replica for a checksum only")
            }
            MessageKind::DigestAnswer => {
                answers(Read, Shape::Funnel, "digest", "a replica tells the checksum")
            }
            MessageKind::Repair => {
                asks(Repair, Shape::Diamond, "repair", "brings a stale replica what it lacks")
            }
            MessageKind::RepairAck => {
                answers(Repair, Shape::Diamond, "repair ack", "the replica has it now")
            }
            MessageKind::Hint => asks(
                Hints,
                Shape::Hexagon,
                "hint",
                "a write, to be kept for a replica that is away",
            ),
            MessageKind::HandOff => {
                asks(Hints, Shape::House, "handoff", "brings the replica what was kept for it")
            }
            MessageKind::HandOffAck => {
                answers(Hints, Shape::House, "handoff ack", "the replica has it now")
            }
            MessageKind::Gossip => {
                asks(Gossip, Shape::Speck, "gossip", "a node tells another whom it knows")
            }
            MessageKind::GossipAnswer => {
                answers(Gossip, Shape::Speck, "gossip back", "the other tells what it knows")
            }
            MessageKind::TreeHashes => {
                asks(Merkle, Shape::Plus, "hashes", "a node shows a part of its hash tree")
            }
            MessageKind::TreeKeys => {
                answers(Merkle, Shape::Plus, "key list", "the keys below hashes that differ")
            }
            MessageKind::TreeVersions => {
                asks(Merkle, Shape::Star, "versions", "brings the versions that differ")
            }
            MessageKind::StreamRequest => {
                asks(Streams, Shape::Bar, "stream ask", "asks for a range that became its own")
            }
            MessageKind::StreamPart => {
                answers(Streams, Shape::Bar, "stream", "sends a part of the range’s keys")
            }
        }
    }
}

const fn asks(family: Family, shape: Shape, word: &'static str, meaning: &'static str) -> Look {
    Look { family, word, meaning, shape, filled: true }
}

const fn answers(family: Family, shape: Shape, word: &'static str, meaning: &'static str) -> Look {
    Look { family, word, meaning, shape, filled: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_look_the_same_without_colour() {
        for (place, &one) in MessageKind::ALL.iter().enumerate() {
            for &other in &MessageKind::ALL[..place] {
                let (one, other) = (Look::of(one), Look::of(other));
                assert_ne!((one.shape, one.filled), (other.shape, other.filled));
                assert_ne!(one.word, other.word);
            }
        }
    }

    #[test]
    fn a_shape_belongs_to_one_family() {
        for &one in &MessageKind::ALL {
            for &other in &MessageKind::ALL {
                let (one, other) = (Look::of(one), Look::of(other));
                assert!(one.shape != other.shape || one.family == other.family);
            }
            let shape = Look::of(one).shape;
            assert_eq!(shape.radius().is_none(), shape.corners().len() >= 3);
        }
    }

    #[test]
    fn every_kind_is_in_the_legend_once() {
        let listed: Vec<MessageKind> = Family::ALL.into_iter().flat_map(Family::kinds).collect();
        assert_eq!(listed, MessageKind::ALL);
    }
}
