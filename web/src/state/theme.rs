//! Light and dark.

use web_sys::{MediaQueryList, Window};

/// Where the choice is kept between visits; where nothing can be kept, it lasts as long as the page.
const STORED_AS: &str = "ringside.theme";

/// A set of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Dark ink on a light ground.
    Light,
    /// Light ink on a dark ground.
    Dark,
}

impl Theme {
    /// Gives the name that stylesheets know.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Gives the other theme.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }

    /// Finds the theme to begin with: the one chosen on an earlier visit, or the system's.
    pub(crate) fn preferred() -> Self {
        let stored = gloo::utils::window()
            .local_storage()
            .ok()
            .flatten()
            .and_then(|storage| storage.get_item(STORED_AS).ok().flatten());
        match stored.as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ if matches_media("(prefers-color-scheme: dark)") => Self::Dark,
            _ => Self::Light,
        }
    }

    /// Keeps the theme for later visits. A browser that keeps nothing is no error.
    pub(crate) fn keep(self) {
        if let Ok(Some(storage)) = gloo::utils::window().local_storage() {
            let _ = storage.set_item(STORED_AS, self.name());
        }
    }

    /// Puts the theme on the page.
    pub(crate) fn apply(self) {
        if let Some(root) = gloo::utils::document().document_element() {
            let _ = root.set_attribute("data-theme", self.name());
        }
    }
}

/// Tells whether the person asked their system for little motion.
pub(crate) fn wants_little_motion() -> bool {
    matches_media("(prefers-reduced-motion: reduce)")
}

fn matches_media(query: &str) -> bool {
    let ask = |window: Window| window.match_media(query).ok().flatten();
    ask(gloo::utils::window()).is_some_and(|list: MediaQueryList| list.matches())
}
