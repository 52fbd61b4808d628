//! What a person opens to see more, and what the browser remembers of that.

/// Where it is kept between visits; where nothing can be kept, it lasts as long as the page.
const STORED_AS: &str = "ringside.open";

/// Something that can be opened to see more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawer {
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

impl Drawer {
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
pub(crate) struct Drawers(u16);

impl Drawers {
    /// Tells whether it is open.
    pub(crate) const fn is_open(self, drawer: Drawer) -> bool {
        self.0 & drawer.bit() != 0
    }

    /// Gives the set with one of them opened, or closed where it was open.
    pub(crate) const fn toggled(self, drawer: Drawer) -> Self {
        Self(self.0 ^ drawer.bit())
    }

    /// Gives what was open at the end of an earlier visit.
    pub(crate) fn kept() -> Self {
        let storage = gloo::utils::window().local_storage().ok().flatten();
        let kept = storage.and_then(|storage| storage.get_item(STORED_AS).ok().flatten());
        // Bits that mean nothing do nothing.
        Self(kept.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    /// Keeps it for later visits. A browser that keeps nothing is no error.
    pub(crate) fn keep(self) {
        if let Ok(Some(storage)) = gloo::utils::window().local_storage() {
            let _ = storage.set_item(STORED_AS, &self.0.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_opened_by_itself() {
        let all = [Drawer::Mechanisms, Drawer::MoreFaults];
        let groups = [Drawer::Group(Group::Versions), Drawer::Group(Group::Network)];
        let all = all.into_iter().chain(groups);
        let mut open = Drawers::default();
        for drawer in all {
            assert!(!open.is_open(drawer));
            open = open.toggled(drawer);
            assert!(open.is_open(drawer));
        }
        assert!(!open.toggled(Drawer::Mechanisms).is_open(Drawer::Mechanisms));
    }
}
