//! The kinds of messages as the page tells them apart: a shape, a colour, and a word.

use ringside_lab::Kind;

/// The outline of a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Between a client and a node.
    Circle,
    /// Of a write.
    Square,
    /// Of a read.
    Triangle,
    /// Of a repair.
    Diamond,
}

/// How a kind of message looks. Shape and colour name the conversation; a filled dot asks or brings,
/// a hollow one answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// What the legend calls it.
    pub(crate) word: &'static str,
    /// What it does, in a sentence for a tooltip.
    pub(crate) meaning: &'static str,
    /// Its outline.
    pub(crate) shape: Shape,
    /// Whether it is filled.
    pub(crate) filled: bool,
    /// The custom property with its colour, which is also the name of its class.
    pub(crate) colour: &'static str,
}

impl Look {
    /// Gives the look of a kind.
    pub(crate) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Request => Self {
                word: "request",
                meaning: "A client asks a node, which then coordinates",
                shape: Shape::Circle,
                filled: true,
                colour: "client",
            },
            Kind::Reply => Self {
                word: "reply",
                meaning: "The coordinator answers the client",
                shape: Shape::Circle,
                filled: false,
                colour: "client",
            },
            Kind::Write => Self {
                word: "write",
                meaning: "The coordinator asks a replica to store a version",
                shape: Shape::Square,
                filled: true,
                colour: "write",
            },
            Kind::WriteAck => Self {
                word: "ack",
                meaning: "A replica acknowledges a write",
                shape: Shape::Square,
                filled: false,
                colour: "write",
            },
            Kind::Read => Self {
                word: "read",
                meaning: "The coordinator asks a replica for its versions",
                shape: Shape::Triangle,
                filled: true,
                colour: "read",
            },
            Kind::ReadAnswer => Self {
                word: "answer",
                meaning: "A replica tells its versions",
                shape: Shape::Triangle,
                filled: false,
                colour: "read",
            },
            Kind::Repair => Self {
                word: "repair",
                meaning: "The coordinator brings a stale replica what it lacks",
                shape: Shape::Diamond,
                filled: true,
                colour: "repair",
            },
        }
    }
}

/// A set of kinds of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KindSet(u32);

impl KindSet {
    /// Tells whether a kind is in the set.
    pub(crate) const fn contains(self, kind: Kind) -> bool {
        self.0 & Self::bit(kind) != 0
    }

    /// Gives the set with a kind put in, or taken out where it was in.
    pub(crate) const fn toggled(self, kind: Kind) -> Self {
        Self(self.0 ^ Self::bit(kind))
    }

    const fn bit(kind: Kind) -> u32 {
        1 << kind as u32
    }
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
    fn toggling_twice_changes_nothing() {
        let set = KindSet::default().toggled(Kind::Read);
        assert!(set.contains(Kind::Read) && !set.contains(Kind::ReadAnswer));
        assert_eq!(set.toggled(Kind::Read), KindSet::default());
    }
}
