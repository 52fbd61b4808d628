//! What stands in the middle of the page: the ring, or another way to look at the same run.

/// Where it is kept between visits; where nothing can be kept, it lasts as long as the page.
const STORED_AS: &str = "ringside.lens";

/// A way to look at the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lens {
    /// The ring, with what moves over it.
    #[default]
    Ring,
    /// The staleness curve, the charts and the objectives.
    Staleness,
}

impl Lens {
    /// All of them, in the order in which they are listed.
    pub(crate) const ALL: [Self; 2] = [Self::Ring, Self::Staleness];

    /// Names it, as its tab does.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ring => "Ring",
            Self::Staleness => "Staleness",
        }
    }

    /// Says what it shows.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Ring => "Nodes, messages and the key in hand",
            Self::Staleness => "The staleness curve, charts and alerts",
        }
    }

    /// Gives the key that leads to it.
    pub(crate) const fn key(self) -> char {
        match self {
            Self::Ring => 'R',
            Self::Staleness => 'S',
        }
    }

    /// Gives the id of its tab.
    pub(crate) const fn tab_id(self) -> &'static str {
        match self {
            Self::Ring => "lens-ring",
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

    /// Gives the one that an earlier visit ended with.
    pub(crate) fn kept() -> Self {
        let storage = gloo::utils::window().local_storage().ok().flatten();
        let kept = storage.and_then(|storage| storage.get_item(STORED_AS).ok().flatten());
        let find = |name: String| Self::ALL.into_iter().find(|lens| lens.name() == name);
        kept.and_then(find).unwrap_or_default()
    }

    /// Keeps it for later visits. A browser that keeps nothing is no error.
    pub(crate) fn keep(self) {
        if let Ok(Some(storage)) = gloo::utils::window().local_storage() {
            let _ = storage.set_item(STORED_AS, self.name());
        }
    }
}

/// What the open lens shows of the run, beyond what every picture has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum LensFrame {
    /// Nothing.
    #[default]
    Nothing,
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
