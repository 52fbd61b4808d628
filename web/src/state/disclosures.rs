//! Disclosures: parts of the page that can be opened to see more.

/// A part of the page that can be opened to see more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disclosure {
    /// The switches of all mechanisms, in place of the simpler controls.
    Mechanisms,
    /// The less common faults.
    MoreFaults,
    /// A group of the mechanisms.
    Group(Group),
}

/// A group of mechanisms, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Version tracking.
    Versions,
    /// Quorum rules, digests and speculation.
    Quorums,
    /// The choice of the coordinator.
    Coordinator,
    /// Read repair.
    ReadRepair,
    /// Hinted handoff.
    Hints,
    /// Anti-entropy with Merkle trees.
    AntiEntropy,
    /// Membership gossip and failure detection.
    Gossip,
    /// Streaming of ranges at joins and leaves.
    Streaming,
    /// Deletes and values that expire.
    Deletes,
    /// Service time and mailbox of a node.
    Service,
    /// Loss, duplication and reordering on channels.
    Network,
}

impl Disclosure {
    const fn bit(self) -> u16 {
        match self {
            Self::Mechanisms => 1,
            Self::MoreFaults => 1 << 1,
            Self::Group(group) => 1 << (2 + group as u16),
        }
    }
}

/// The set of open disclosures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Disclosures(u16);

impl Disclosures {
    /// Whether a disclosure is open.
    pub(crate) const fn is_open(self, disclosure: Disclosure) -> bool {
        self.0 & disclosure.bit() != 0
    }

    /// Returns the set with one disclosure toggled.
    pub(crate) const fn toggled(self, disclosure: Disclosure) -> Self {
        Self(self.0 ^ disclosure.bit())
    }

    /// Reads the form that [`Self::written`] returns; bits without a meaning do nothing.
    pub(crate) fn read(text: &str) -> Self {
        Self(text.parse().unwrap_or_default())
    }

    /// The form that the browser stores.
    pub(crate) fn written(self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_disclosure_opens_by_itself() {
        let all = [Disclosure::Mechanisms, Disclosure::MoreFaults];
        let groups = [Disclosure::Group(Group::Versions), Disclosure::Group(Group::Network)];
        let all = all.into_iter().chain(groups);
        let mut open = Disclosures::default();
        for disclosure in all {
            assert!(!open.is_open(disclosure));
            open = open.toggled(disclosure);
            assert!(open.is_open(disclosure));
        }
        assert!(!open.toggled(Disclosure::Mechanisms).is_open(Disclosure::Mechanisms));
    }
}
