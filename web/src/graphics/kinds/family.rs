//! Families of messages, shown and hidden in the legend.

use ringside_lab::MessageKind;

use super::MessageStyle;

/// A family of messages: those of one conversation. A family has one colour, and is shown or hidden as a
/// whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Requests of clients and their replies.
    Client,
    /// Writes to replicas and their acknowledgements.
    Write,
    /// Reads of versions or digests, and their answers.
    Read,
    /// Read repair.
    Repair,
    /// Hinted handoff.
    Hints,
    /// Gossip.
    Gossip,
    /// Merkle anti-entropy.
    Merkle,
    /// Streams of keys that move because nodes join or leave.
    Streams,
}

impl Family {
    /// All families, in the order of the legend.
    pub(crate) const ALL: [Self; 8] = [
        Self::Client,
        Self::Write,
        Self::Read,
        Self::Repair,
        Self::Hints,
        Self::Gossip,
        Self::Merkle,
        Self::Streams,
    ];

    /// Returns the family's name in the legend.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Write => "write",
            Self::Read => "read",
            Self::Repair => "repair",
            Self::Hints => "hints",
            Self::Gossip => "gossip",
            Self::Merkle => "Merkle",
            Self::Streams => "streams",
        }
    }

    /// Returns the name of the family's class and, after `--kind-`, of the custom property with its colour.
    pub(crate) const fn colour(self) -> &'static str {
        match self {
            Self::Merkle => "merkle",
            other => other.name(),
        }
    }

    /// Whether the family's dots are small and without a tail, because there are too many of them.
    pub(crate) const fn is_quiet(self) -> bool {
        matches!(self, Self::Gossip)
    }

    /// Returns the family's kinds of messages, in the order of `MessageKind::ALL`.
    pub(crate) fn kinds(self) -> impl Iterator<Item = MessageKind> {
        MessageKind::ALL.into_iter().filter(move |kind| MessageStyle::of(*kind).family == self)
    }
}

/// A set of families of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FamilySet(u8);

impl FamilySet {
    /// Whether a family is in the set.
    pub(crate) const fn contains(self, family: Family) -> bool {
        self.0 & Self::bit(family) != 0
    }

    /// Returns the set with a family added, or removed if it was there.
    pub(crate) const fn toggled(self, family: Family) -> Self {
        Self(self.0 ^ Self::bit(family))
    }

    const fn bit(family: Family) -> u8 {
        1 << family as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toggling_twice_changes_nothing() {
        let set = FamilySet::default().toggled(Family::Read);
        assert!(set.contains(Family::Read) && !set.contains(Family::Write));
        assert_eq!(set.toggled(Family::Read), FamilySet::default());
    }
}
