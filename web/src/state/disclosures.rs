//! Disclosures: parts of the page that can be opened to see more.

/// A part of the page that can be opened to see more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disclosure {
    /// The switches of all mechanisms, in the place of the simpler controls.
    Mechanisms,
    /// The faults behind the simple ones.
    MoreFaults,
    /// A group of the mechanisms.
    Group(Group),
}

/// A group of mechanisms, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// How versions are told apart.
    Versions,
    /// Whose answers count, and how replicas are asked.
    Quorums,
    /// Which node clients ask.
    Coordinator,
    /// What a read does about stale replicas.
    ReadRepair,
    /// Writes kept for replicas that are away.
    Hints,
    /// Hash trees that are compared.
    AntiEntropy,
    /// Who is there, and who is believed to be down.
    Gossip,
    /// Keys that move when nodes come and go.
    Streaming,
    /// Deletes and values that expire.
    Deletes,
    /// How long a node takes for a message.
    Service,
    /// What else channels do to messages.
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

/// Which of them are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Disclosures(u16);

impl Disclosures {
    /// Tells whether it is open.
    pub(crate) const fn is_open(self, disclosure: Disclosure) -> bool {
        self.0 & disclosure.bit() != 0
    }

    /// Gives the set with one of them opened, or closed where it was open.
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
    fn each_is_opened_by_itself() {
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
