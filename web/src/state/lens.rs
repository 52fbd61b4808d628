//! What stands in the middle of the page: the ring, or another way to look at the same run.

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
    /// The versions of the key in hand, and which descends from which.
    Versions,
    /// Anti-entropy: two hash trees face to face.
    Merkle,
    /// Gossip: who believes what of whom.
    Gossip,
    /// Two runs side by side.
    Twins,
    /// The staleness curve, the charts and the objectives.
    Staleness,
}

impl Lens {
    /// All of them, in the order in which they are listed.
    pub(crate) const ALL: [Self; 7] = [
        Self::Ring,
        Self::Diagram,
        Self::Versions,
        Self::Merkle,
        Self::Gossip,
        Self::Twins,
        Self::Staleness,
    ];

    /// Names it, as its tab does.
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

    /// Says what it shows.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Ring => "Nodes, messages and the key in hand",
            Self::Diagram => "Messages and operations in space and time",
            Self::Versions => "The versions of the key in hand, and resolving siblings",
            Self::Merkle => "Anti-entropy: two replicas compare their hash trees",
            Self::Gossip => "Who believes what of whom, and how failures are noticed",
            Self::Twins => "Two runs side by side, one knob apart",
            Self::Staleness => "The staleness curve, charts and alerts",
        }
    }

    /// Gives the key that leads to it.
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

    /// Gives the id of its tab.
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

    /// Finds the one that a key leads to, in either case.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let mut letters = key.chars();
        let (letter, None) = (letters.next()?, letters.next()) else { return None };
        Self::ALL.into_iter().find(|lens| lens.key() == letter.to_ascii_uppercase())
    }

    /// Gives the one that follows in the list, or comes before; the ends of the list meet.
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

/// What the open lens shows of the run, beyond what every picture has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum LensFrame {
    /// Nothing.
    #[default]
    Nothing,
    /// Two runs.
    Twins(Rc<TwinsFrame>),
    /// The ring.
    Ring(Rc<RingPicture>),
    /// What is told of the space-time diagram.
    Diagram(Rc<DiagramFrame>),
    /// The versions of the key in hand.
    Versions(Rc<Lineage>),
    /// Exchanges of anti-entropy.
    Merkle(Rc<MerkleFrame>),
    /// Beliefs.
    Gossip(Rc<GossipFrame>),
}

impl LensFrame {
    /// Gives what is told of the space-time diagram, where it is looked at.
    pub(crate) fn diagram(&self) -> Option<Rc<DiagramFrame>> {
        match self {
            Self::Diagram(frame) => Some(frame.clone()),
            _ => None,
        }
    }

    /// Gives the versions of the key in hand, where they are looked at.
    pub(crate) fn lineage(&self) -> Option<Rc<Lineage>> {
        match self {
            Self::Versions(lineage) => Some(lineage.clone()),
            _ => None,
        }
    }

    /// Gives the exchanges, where they are looked at.
    pub(crate) fn merkle(&self) -> Option<Rc<MerkleFrame>> {
        match self {
            Self::Merkle(frame) => Some(frame.clone()),
            _ => None,
        }
    }

    /// Gives what the ring shows, where it is looked at.
    pub(crate) fn ring(&self) -> Option<Rc<RingPicture>> {
        match self {
            Self::Ring(picture) => Some(picture.clone()),
            _ => None,
        }
    }

    /// Gives the beliefs, where they are looked at.
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
    fn each_has_a_key_of_its_own_and_is_found_by_it() {
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
    fn they_follow_one_another_in_a_circle() {
        let mut lens = Lens::default();
        for _ in Lens::ALL {
            assert_eq!(lens.beside(true).beside(false), lens);
            lens = lens.beside(true);
        }
        assert_eq!(lens, Lens::default());
    }
}
