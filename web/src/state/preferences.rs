//! Preferences: what outlives a visit.

use super::disclosures::Disclosures;
use super::lens::Lens;
use super::shortcuts::Shortcuts;
use super::theme::Theme;

/// The preferences that a fresh page starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// The open lens.
    pub(crate) lens: Lens,
    /// Which parts of the page are open.
    pub(crate) disclosures: Disclosures,
    /// The colours.
    pub(crate) theme: Theme,
    /// Which keyboard shortcuts are on.
    pub(crate) shortcuts: Shortcuts,
}
