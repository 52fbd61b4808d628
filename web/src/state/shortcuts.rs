//! Which keyboard shortcuts are on.

/// Which keyboard shortcuts are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shortcuts {
    /// Whether single keys do anything at all.
    pub(crate) on: bool,
    /// Whether the keys of a presenter's remote step even where they would scroll a long page.
    pub(crate) remote: bool,
}

impl Default for Shortcuts {
    fn default() -> Self {
        Self { on: true, remote: false }
    }
}

impl Shortcuts {
    /// Reads the form that [`Self::written`] returns; words without a meaning are ignored.
    pub(crate) fn read(text: &str) -> Self {
        let is = |word| text.split(' ').any(|other| other == word);
        Self { on: !is("off"), remote: is("remote") }
    }

    /// The form that the browser stores.
    pub(crate) const fn written(self) -> &'static str {
        match (self.on, self.remote) {
            (true, true) => "on remote",
            (true, false) => "on",
            (false, true) => "off remote",
            (false, false) => "off",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_is_read_back() {
        for on in [true, false] {
            for remote in [true, false] {
                let shortcuts = Shortcuts { on, remote };
                assert_eq!(Shortcuts::read(shortcuts.written()), shortcuts);
            }
        }
        assert_eq!(Shortcuts::read("nonsense"), Shortcuts::default());
    }
}
