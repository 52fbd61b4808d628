//! The appearance of the kinds of messages: family, colour and shape.

mod family;
mod shape;

pub(crate) use family::{Family, FamilySet};
pub(crate) use shape::Shape;

use ringside_lab::MessageKind;

/// The appearance of a kind of message. Shape and colour identify the conversation. A filled dot is a request
/// or a delivery, a hollow dot is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MessageStyle {
    /// The family, which determines the colour.
    pub(crate) family: Family,
    /// The purpose of the message, as a clause for a tooltip.
    pub(crate) meaning: &'static str,
    /// The outline of the dot.
    pub(crate) shape: Shape,
    /// Whether the dot is filled.
    pub(crate) filled: bool,
}

impl MessageStyle {
    /// Returns the appearance of a kind.
    pub(crate) const fn of(kind: MessageKind) -> Self {
        use Family::{Client, Gossip, Hints, Merkle, Read, Repair, Streams, Write};
        match kind {
            MessageKind::Request => {
                asks(Client, Shape::Circle, "a client asks a node, which coordinates")
            }
            MessageKind::Reply => {
                answers(Client, Shape::Circle, "the coordinator answers the client")
            }
            MessageKind::Write => {
                asks(Write, Shape::Square, "the coordinator gives a replica a version")
            }
            MessageKind::WriteAck => answers(Write, Shape::Square, "a replica has stored it"),
            MessageKind::Read => {
                asks(Read, Shape::Triangle, "the coordinator asks a replica for its versions")
            }
            MessageKind::ReadAnswer => {
                answers(Read, Shape::Triangle, "a replica returns its versions")
            }
            MessageKind::Digest => asks(Read, Shape::Funnel, "asks a replica for a checksum only"),
            MessageKind::DigestAnswer => {
                answers(Read, Shape::Funnel, "a replica returns the checksum")
            }
            MessageKind::Repair => {
                asks(Repair, Shape::Diamond, "brings a stale replica what it lacks")
            }
            MessageKind::RepairAck => answers(Repair, Shape::Diamond, "the replica has it now"),
            MessageKind::Hint => {
                asks(Hints, Shape::Hexagon, "a write, to be kept for a replica that is away")
            }
            MessageKind::HandOff => {
                asks(Hints, Shape::House, "brings the replica what was kept for it")
            }
            MessageKind::HandOffAck => answers(Hints, Shape::House, "the replica has it now"),
            MessageKind::Gossip => {
                asks(Gossip, Shape::Speck, "a node sends another its view of the members")
            }
            MessageKind::GossipAnswer => {
                answers(Gossip, Shape::Speck, "the other answers with its own view")
            }
            MessageKind::TreeHashes => {
                asks(Merkle, Shape::Plus, "a node shows a part of its hash tree")
            }
            MessageKind::TreeKeys => {
                answers(Merkle, Shape::Plus, "the keys below hashes that differ")
            }
            MessageKind::TreeVersions => {
                asks(Merkle, Shape::Star, "brings the versions that differ")
            }
            MessageKind::StreamRequest => {
                asks(Streams, Shape::Bar, "asks for a range that became its own")
            }
            MessageKind::StreamPart => {
                answers(Streams, Shape::Bar, "sends a part of the range’s keys")
            }
        }
    }
}

const fn asks(family: Family, shape: Shape, meaning: &'static str) -> MessageStyle {
    MessageStyle { family, meaning, shape, filled: true }
}

const fn answers(family: Family, shape: Shape, meaning: &'static str) -> MessageStyle {
    MessageStyle { family, meaning, shape, filled: false }
}

#[cfg(test)]
mod tests {
    use ringside_lab::words::kind_name;

    use super::*;

    #[test]
    fn no_two_kinds_look_the_same_without_colour() {
        for (place, &one) in MessageKind::ALL.iter().enumerate() {
            for &other in &MessageKind::ALL[..place] {
                assert_ne!(kind_name(one), kind_name(other));
                let (one, other) = (MessageStyle::of(one), MessageStyle::of(other));
                assert_ne!((one.shape, one.filled), (other.shape, other.filled));
            }
        }
    }

    #[test]
    fn each_shape_belongs_to_one_family() {
        for &one in &MessageKind::ALL {
            for &other in &MessageKind::ALL {
                let (one, other) = (MessageStyle::of(one), MessageStyle::of(other));
                assert!(one.shape != other.shape || one.family == other.family);
            }
            let shape = MessageStyle::of(one).shape;
            assert_eq!(shape.radius().is_none(), shape.corners().len() >= 3);
        }
    }

    #[test]
    fn every_kind_is_in_the_legend_once() {
        let listed: Vec<MessageKind> = Family::ALL.into_iter().flat_map(Family::kinds).collect();
        assert_eq!(listed, MessageKind::ALL);
    }
}
