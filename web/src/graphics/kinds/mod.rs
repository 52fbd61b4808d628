//! The kinds of messages as the page tells them apart: a family with its colour, a shape, and a word.

mod family;
mod shape;

pub(crate) use family::{Family, FamilySet};
pub(crate) use shape::Shape;

use ringside_lab::Kind;

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
    pub(crate) const fn of(kind: Kind) -> Self {
        use Family::{Client, Gossip, Hints, Merkle, Read, Repair, Streams, Write};
        match kind {
            Kind::Request => {
                asks(Client, Shape::Circle, "request", "a client asks a node, which coordinates")
            }
            Kind::Reply => {
                answers(Client, Shape::Circle, "reply", "the coordinator answers the client")
            }
            Kind::Write => {
                asks(Write, Shape::Square, "write", "the coordinator gives a replica a version")
            }
            Kind::WriteAck => answers(Write, Shape::Square, "ack", "a replica has stored it"),
            Kind::Read => asks(
                Read,
                Shape::Triangle,
                "read",
                "the coordinator asks a replica for its versions",
            ),
            Kind::ReadAnswer => {
                answers(Read, Shape::Triangle, "answer", "a replica tells its versions")
            }
            Kind::Digest => {
                asks(Read, Shape::Funnel, "digest read", "asks a replica for a checksum only")
            }
            Kind::DigestAnswer => {
                answers(Read, Shape::Funnel, "digest", "a replica tells the checksum")
            }
            Kind::Repair => {
                asks(Repair, Shape::Diamond, "repair", "brings a stale replica what it lacks")
            }
            Kind::RepairAck => {
                answers(Repair, Shape::Diamond, "repair ack", "the replica has it now")
            }
            Kind::Hint => asks(
                Hints,
                Shape::Hexagon,
                "hint",
                "a write, to be kept for a replica that is away",
            ),
            Kind::HandOff => {
                asks(Hints, Shape::House, "handoff", "brings the replica what was kept for it")
            }
            Kind::HandOffAck => {
                answers(Hints, Shape::House, "handoff ack", "the replica has it now")
            }
            Kind::Gossip => {
                asks(Gossip, Shape::Speck, "gossip", "a node tells another whom it knows")
            }
            Kind::GossipAnswer => {
                answers(Gossip, Shape::Speck, "gossip back", "the other tells what it knows")
            }
            Kind::TreeHashes => {
                asks(Merkle, Shape::Plus, "hashes", "a node shows a part of its hash tree")
            }
            Kind::TreeKeys => {
                answers(Merkle, Shape::Plus, "key list", "the keys below hashes that differ")
            }
            Kind::TreeVersions => {
                asks(Merkle, Shape::Star, "versions", "brings the versions that differ")
            }
            Kind::StreamAsk => {
                asks(Streams, Shape::Bar, "stream ask", "asks for a range that became its own")
            }
            Kind::StreamPart => {
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
        for (place, &one) in Kind::ALL.iter().enumerate() {
            for &other in &Kind::ALL[..place] {
                let (one, other) = (Look::of(one), Look::of(other));
                assert_ne!((one.shape, one.filled), (other.shape, other.filled));
                assert_ne!(one.word, other.word);
            }
        }
    }

    #[test]
    fn a_shape_belongs_to_one_family() {
        for &one in &Kind::ALL {
            for &other in &Kind::ALL {
                let (one, other) = (Look::of(one), Look::of(other));
                assert!(one.shape != other.shape || one.family == other.family);
            }
            let shape = Look::of(one).shape;
            assert_eq!(shape.radius().is_none(), shape.corners().len() >= 3);
        }
    }

    #[test]
    fn every_kind_is_in_the_legend_once() {
        let listed: Vec<Kind> = Family::ALL.into_iter().flat_map(Family::kinds).collect();
        assert_eq!(listed, Kind::ALL);
    }
}
