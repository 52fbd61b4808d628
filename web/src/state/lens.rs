//! Lenses: ways to look at the run in the middle of the page.

use std::rc::Rc;

use ringside_lab::versions::Lineage;

use crate::graphics::diagram::DiagramFrame;
use crate::state::gossip::GossipFrame;
use crate::state::merkle::MerkleFrame;
use crate::state::ring::RingPicture;
use crate::state::twins::TwinsFrame;

/// A way to look at the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lens {
    /// The ring, with what moves over it.
    #[default]
    Ring,
    /// Lanes, messages and operations in space and time.
    Diagram,
    /// The versions of the selected key and their ancestry.
    Versions,
    /// Anti-entropy: two Merkle trees compared.
    Merkle,
    /// Gossip: membership beliefs and suspicion.
    Gossip,
    /// Two runs side by side.
    Twins,
    /// The staleness curve, the charts and the objectives.
    Staleness,
}

impl Lens {
    /// All values, in the order in which they are listed.
    pub(crate) const ALL: [Self; 7] = [
        Self::Ring,
        Self::Diagram,
        Self::Versions,
        Self::Merkle,
        Self::Gossip,
        Self::Twins,
        Self::Staleness,
    ];

    /// The name on its tab.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ring => "Ring",
            Self::Diagram => "Diagram",
            Self::Versions => "Versions",
            Self::Merkle => "Merkle",
            Self::Gossip => "Gossip",
            Self::Twins => "Twins",
            Self::Staleness => "Staleness",
        }
    }

    /// The tooltip of its tab.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Ring => "Nodes, messages and the selected key",
            Self::Diagram => "Messages and operations in space and time",
            Self::Versions => "The versions of the selected key, and resolving siblings",
            Self::Merkle => "Anti-entropy: two replicas compare their Merkle trees",
            Self::Gossip => "Each node\u{2019}s beliefs about the others, and failure detection",
            Self::Twins => "Two runs side by side that differ in one knob",
            Self::Staleness => "The staleness curve, charts and alerts",
        }
    }

    /// The key that opens it.
    pub(crate) const fn key(self) -> char {
        match self {
            Self::Ring => 'R',
            Self::Diagram => 'D',
            Self::Versions => 'V',
            Self::Merkle => 'H',
            Self::Gossip => 'G',
            Self::Twins => 'T',
            Self::Staleness => 'S',
        }
    }

    /// The element id of its tab.
    pub(crate) const fn tab_id(self) -> &'static str {
        match self {
            Self::Ring => "lens-ring",
            Self::Diagram => "lens-diagram",
            Self::Versions => "lens-versions",
            Self::Merkle => "lens-merkle",
            Self::Gossip => "lens-gossip",
            Self::Twins => "lens-twins",
            Self::Staleness => "lens-staleness",
        }
    }

    /// Finds the lens that a key opens, in either case.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let mut letters = key.chars();
        let (letter, None) = (letters.next()?, letters.next()) else { return None };
        Self::ALL.into_iter().find(|lens| lens.key() == letter.to_ascii_uppercase())
    }

    /// Returns the next or the previous lens; the list wraps around.
    pub(crate) fn beside(self, forward: bool) -> Self {
        let here = Self::ALL.iter().position(|lens| *lens == self).unwrap_or_default();
        let step = if forward { 1 } else { Self::ALL.len() - 1 };
        Self::ALL[(here + step) % Self::ALL.len()]
    }

    /// Finds the lens of a name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lens| lens.name() == name)
    }
}

/// The frame of the open lens, beyond what every snapshot holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum LensFrame {
    /// Nothing.
    #[default]
    Nothing,
    /// Two runs.
    Twins(Rc<TwinsFrame>),
    /// The ring.
    Ring(Rc<RingPicture>),
    /// The diagram lens, beside its picture.
    Diagram(Rc<DiagramFrame>),
    /// The versions of the selected key.
    Versions(Rc<Lineage>),
    /// Exchanges of anti-entropy.
    Merkle(Rc<MerkleFrame>),
    /// Beliefs.
    Gossip(Rc<GossipFrame>),
}

impl LensFrame {
    /// Returns the diagram lens's frame if it is open.
    pub(crate) fn diagram(&self) -> Option<Rc<DiagramFrame>> {
        match self {
            Self::Diagram(frame) => Some(frame.clone()),
            _ => None,
        }
    }

    /// Returns the versions lens's frame if it is open.
    pub(crate) fn lineage(&self) -> Option<Rc<Lineage>> {
        match self {
            Self::Versions(lineage) => Some(lineage.clone()),
            _ => None,
        }
    }

    /// Returns the Merkle lens's frame if it is open.
    pub(crate) fn merkle(&self) -> Option<Rc<MerkleFrame>> {
        match self {
            Self::Merkle(frame) => Some(frame.clone()),
            _ => None,
        }
    }

    /// Returns the ring lens's frame if it is open.
    pub(crate) fn ring(&self) -> Option<Rc<RingPicture>> {
        match self {
            Self::Ring(picture) => Some(picture.clone()),
            _ => None,
        }
    }

    /// Returns the gossip lens's frame if it is open.
    pub(crate) fn gossip(&self) -> Option<Rc<GossipFrame>> {
        match self {
            Self::Gossip(frame) => Some(frame.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_lens_is_found_by_its_own_key() {
        for lens in Lens::ALL {
            assert_eq!(Lens::of_key(&lens.key().to_string()), Some(lens));
            assert_eq!(Lens::of_key(&lens.key().to_ascii_lowercase().to_string()), Some(lens));
        }
        assert_eq!(Lens::of_key("Shift"), None);
        assert_eq!(Lens::of_key(""), None);
        assert_eq!(Lens::of_key("é"), None);
        let names: BTreeSet<_> = Lens::ALL.into_iter().map(Lens::name).collect();
        assert_eq!(names.len(), Lens::ALL.len());
    }

    #[test]
    fn the_list_of_lenses_wraps_around() {
        let mut lens = Lens::default();
        for _ in Lens::ALL {
            assert_eq!(lens.beside(true).beside(false), lens);
            lens = lens.beside(true);
        }
        assert_eq!(lens, Lens::default());
    }
}
