//! Preferences in local storage, from one visit to the next.

use super::{media, storage};
use crate::state::disclosures::Disclosures;
use crate::state::lens::Lens;
use crate::state::preferences::Preferences;
use crate::state::shortcuts::Shortcuts;
use crate::state::theme::Theme;

const LENS: &str = "ringside.lens";
const DISCLOSURES: &str = "ringside.open";
const THEME: &str = "ringside.theme";
const SHORTCUTS: &str = "ringside.keys";

/// Loads the preferences of the previous visit; the theme is the system's if none was chosen.
pub(crate) fn load() -> Preferences {
    let system = || if media::prefers_dark() { Theme::Dark } else { Theme::Light };
    Preferences {
        lens: storage::load(LENS).and_then(|name| Lens::find(&name)).unwrap_or_default(),
        disclosures: storage::load(DISCLOSURES)
            .map(|text| Disclosures::read(&text))
            .unwrap_or_default(),
        theme: storage::load(THEME).and_then(|name| Theme::find(&name)).unwrap_or_else(system),
        shortcuts: storage::load(SHORTCUTS).map(|text| Shortcuts::read(&text)).unwrap_or_default(),
    }
}

/// Saves the open lens.
pub(crate) fn save_lens(lens: Lens) {
    storage::save(LENS, lens.name());
}

/// Saves which parts of the page are open.
pub(crate) fn save_disclosures(disclosures: Disclosures) {
    storage::save(DISCLOSURES, &disclosures.written());
}

/// Saves the chosen theme.
pub(crate) fn save_theme(theme: Theme) {
    storage::save(THEME, theme.name());
}

/// Saves which keyboard shortcuts are on.
pub(crate) fn save_shortcuts(shortcuts: Shortcuts) {
    storage::save(SHORTCUTS, shortcuts.written());
}

/// Applies a theme to the page.
pub(crate) fn apply_theme(theme: Theme) {
    if let Some(root) = gloo::utils::document().document_element() {
        let _ = root.set_attribute("data-theme", theme.name());
    }
}
