//! Keyboard shortcuts, in one table that both the key handlers and the help read, so that they always agree.

use crate::state::lens::Lens;

/// The action of a key anywhere on the page, unless the focused element uses the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shortcut {
    /// Starts or stops time.
    PlayOrPause,
    /// Steps to the next event, or back before the last one.
    Step {
        /// Whether the direction is forward.
        forward: bool,
    },
    /// Steps by the chosen unit.
    Stride {
        /// Whether the direction is forward.
        forward: bool,
    },
    /// Moves to the next mark, or to the previous one.
    Mark {
        /// Whether the direction is forward.
        forward: bool,
    },
    /// Moves to the start of the run.
    ToStart,
    /// Moves to the furthest moment of the run.
    ToEnd,
    /// Speeds time up.
    Faster,
    /// Slows time down.
    Slower,
    /// Switches to a lens.
    ShowLens(Lens),
    /// Zooms the ring in or out.
    Zoom {
        /// Whether to zoom in.
        nearer: bool,
    },
    /// Shows the whole ring.
    Fit,
    /// Opens or closes the panel of all mechanisms.
    Mechanisms,
    /// Deselects all nodes.
    DeselectNodes,
    /// Shows the help on the keys.
    Help,
}

/// The action of a key inside the part of the page that has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Navigation {
    /// Moves to the previous item, or to the left.
    Previous,
    /// Moves to the next item, or to the right.
    Next,
    /// Moves to the item above.
    Up,
    /// Moves to the item below.
    Down,
    /// Moves to the first item, or to the first of the row if there are several rows.
    First,
    /// Moves to the last item, or to the last of the row if there are several rows.
    Last,
    /// Moves to the first row.
    Top,
    /// Moves to the last row.
    Bottom,
    /// Chooses the focused item, or selects its operation.
    Select,
    /// Asks for an explanation of the operation.
    Why,
    /// Moves the window to earlier times.
    Earlier,
    /// Moves the window to later times.
    Later,
    /// Widens the window.
    Wider,
    /// Narrows the window.
    Narrower,
    /// Lets the window follow the current time.
    Now,
    /// Fits the window to the selected operation.
    Fit,
    /// Deselects, or leaves the part of the page.
    Leave,
}

/// A part of the page with its own keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyScope {
    /// A row of tabs.
    Tabs,
    /// The lines of the event log.
    Log,
    /// The buttons that zoom the ring.
    Zoom,
    /// The matrix of beliefs.
    Matrix,
    /// The space-time diagram.
    Diagram,
    /// A panel that takes the place of something else.
    Panel,
}

/// A group of keys in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Moving in time.
    Time,
    /// Choosing the view.
    View,
    /// Acting on the cluster.
    Acting,
    /// Keys inside a part of the page.
    Inside,
}

impl Group {
    /// All groups, in the order of the help.
    pub(crate) const ALL: [Self; 4] = [Self::Time, Self::View, Self::Acting, Self::Inside];

    /// Returns the group's heading.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Time => "Time",
            Self::View => "What is shown",
            Self::Acting => "Acting",
            Self::Inside => "Where the focus is",
        }
    }
}

/// The key presses of a row, with their actions.
#[derive(Clone, Copy, Debug)]
enum Presses {
    /// Keys anywhere on the page, each with whether Shift is held.
    Page(&'static [(&'static str, bool, Shortcut)]),
    /// Keys in a part of the page.
    Inside(KeyScope, &'static [(&'static str, Navigation)]),
    /// Keys that the browser handles.
    Browser,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// The keys, as printed on a keyboard.
    pub(crate) shown: &'static [&'static str],
    /// The description of the action in the help.
    pub(crate) does: &'static str,
    /// The group of the help that lists the row.
    pub(crate) group: Group,
    presses: Presses,
}

impl Row {
    /// Whether the row is disabled when single keys are switched off.
    pub(crate) const fn is_single(&self) -> bool {
        matches!(self.presses, Presses::Page(_))
    }
}

const fn page(
    group: Group,
    shown: &'static [&'static str],
    does: &'static str,
    presses: &'static [(&'static str, bool, Shortcut)],
) -> Row {
    Row { shown, does, group, presses: Presses::Page(presses) }
}

const fn inside(
    scope: KeyScope,
    shown: &'static [&'static str],
    does: &'static str,
    presses: &'static [(&'static str, Navigation)],
) -> Row {
    Row { shown, does, group: Group::Inside, presses: Presses::Inside(scope, presses) }
}

const fn browser(shown: &'static [&'static str], does: &'static str) -> Row {
    Row { shown, does, group: Group::Inside, presses: Presses::Browser }
}

const BACK: bool = false;
const ON: bool = true;
const SHIFT: bool = true;
const PLAIN: bool = false;

/// The keys, except those of the lenses, which the lenses define themselves.
const TABLE: &[Row] = &[
    page(Group::Time, &["Space"], "play or pause", &[(" ", PLAIN, Shortcut::PlayOrPause)]),
    page(
        Group::Time,
        &["\u{2190}", "\u{2192}"],
        "step back, step on, by event",
        &[
            ("ArrowLeft", PLAIN, Shortcut::Step { forward: BACK }),
            ("ArrowRight", PLAIN, Shortcut::Step { forward: ON }),
        ],
    ),
    page(Group::Time, &["."], "step on, by event", &[(".", PLAIN, Shortcut::Step { forward: ON })]),
    page(
        Group::Time,
        &["PgUp", "PgDn"],
        "step back, step on, by what is chosen: a presenter\u{2019}s remote",
        &[
            ("PageUp", PLAIN, Shortcut::Stride { forward: BACK }),
            ("PageDown", PLAIN, Shortcut::Stride { forward: ON }),
        ],
    ),
    page(
        Group::Time,
        &["Shift \u{2190}", "Shift \u{2192}"],
        "to the mark before, to the next",
        &[
            ("ArrowLeft", SHIFT, Shortcut::Mark { forward: BACK }),
            ("ArrowRight", SHIFT, Shortcut::Mark { forward: ON }),
        ],
    ),
    page(
        Group::Time,
        &["Home", "End"],
        "to the start, to the furthest moment",
        &[("Home", PLAIN, Shortcut::ToStart), ("End", PLAIN, Shortcut::ToEnd)],
    ),
    page(
        Group::Time,
        &["\u{2212}", "+"],
        "slower, faster",
        &[
            ("-", PLAIN, Shortcut::Slower),
            ("+", PLAIN, Shortcut::Faster),
            ("+", SHIFT, Shortcut::Faster),
            ("=", PLAIN, Shortcut::Faster),
            ("=", SHIFT, Shortcut::Faster),
        ],
    ),
    page(
        Group::View,
        &["?"],
        "these keys",
        &[("?", SHIFT, Shortcut::Help), ("?", PLAIN, Shortcut::Help)],
    ),
    page(
        Group::View,
        &["Z", "Shift Z"],
        "the ring from nearer, from farther",
        &[
            ("z", PLAIN, Shortcut::Zoom { nearer: true }),
            ("Z", PLAIN, Shortcut::Zoom { nearer: true }),
            ("Z", SHIFT, Shortcut::Zoom { nearer: false }),
        ],
    ),
    page(Group::View, &["0"], "the whole ring", &[("0", PLAIN, Shortcut::Fit)]),
    page(
        Group::Acting,
        &["M"],
        "all mechanisms, or back",
        &[
            ("m", PLAIN, Shortcut::Mechanisms),
            ("M", PLAIN, Shortcut::Mechanisms),
            ("M", SHIFT, Shortcut::Mechanisms),
        ],
    ),
    page(
        Group::Acting,
        &["Esc"],
        "deselect all nodes",
        &[("Escape", PLAIN, Shortcut::DeselectNodes)],
    ),
    browser(&["Tab", "Shift Tab"], "to the next control, to the one before"),
    browser(&["Enter", "Space"], "on a button: press it; on a node: choose it"),
    browser(&["Enter"], "in Value: put; in Seed: take it"),
    browser(&["\u{2190} \u{2191} \u{2192} \u{2193}"], "in a slider, a list or a number: change it"),
    inside(
        KeyScope::Zoom,
        &["\u{2190}", "\u{2192}", "\u{2191}", "\u{2193}"],
        "in the ring\u{2019}s zoom buttons: move over the ring",
        &[
            ("ArrowLeft", Navigation::Previous),
            ("ArrowRight", Navigation::Next),
            ("ArrowUp", Navigation::Up),
            ("ArrowDown", Navigation::Down),
        ],
    ),
    inside(
        KeyScope::Tabs,
        &["\u{2190}", "\u{2192}"],
        "in tabs: to the tab before, to the next",
        &[("ArrowLeft", Navigation::Previous), ("ArrowRight", Navigation::Next)],
    ),
    inside(
        KeyScope::Tabs,
        &["Home", "End"],
        "in tabs: to the first, to the last",
        &[("Home", Navigation::First), ("End", Navigation::Last)],
    ),
    inside(
        KeyScope::Log,
        &["\u{2191}", "\u{2193}"],
        "in the event log: to the line before, to the next",
        &[("ArrowUp", Navigation::Previous), ("ArrowDown", Navigation::Next)],
    ),
    inside(
        KeyScope::Log,
        &["Home", "End"],
        "in the event log: to the first line, to the last",
        &[("Home", Navigation::First), ("End", Navigation::Last)],
    ),
    inside(
        KeyScope::Panel,
        &["Esc"],
        "in Mechanisms, Staleness or Twins: close",
        &[("Escape", Navigation::Leave)],
    ),
    browser(&["Esc"], "in a dialog: close"),
    inside(
        KeyScope::Matrix,
        &["\u{2190}", "\u{2192}", "\u{2191}", "\u{2193}"],
        "in the matrix of beliefs: to the pair beside, above, below",
        &[
            ("ArrowLeft", Navigation::Previous),
            ("ArrowRight", Navigation::Next),
            ("ArrowUp", Navigation::Up),
            ("ArrowDown", Navigation::Down),
        ],
    ),
    inside(
        KeyScope::Matrix,
        &["Home", "End", "PgUp", "PgDn"],
        "in the matrix of beliefs: to the ends of the row, of the column",
        &[
            ("Home", Navigation::First),
            ("End", Navigation::Last),
            ("PageUp", Navigation::Top),
            ("PageDown", Navigation::Bottom),
        ],
    ),
    inside(
        KeyScope::Matrix,
        &["Enter", "Space"],
        "in the matrix of beliefs: choose the pair",
        &[("Enter", Navigation::Select), (" ", Navigation::Select)],
    ),
    inside(
        KeyScope::Diagram,
        &["\u{2190}", "\u{2192}", "\u{2191}", "\u{2193}"],
        "in the diagram: along the lane of the chosen event, along its message or to the lane beside",
        &[
            ("ArrowLeft", Navigation::Previous),
            ("ArrowRight", Navigation::Next),
            ("ArrowUp", Navigation::Up),
            ("ArrowDown", Navigation::Down),
        ],
    ),
    inside(
        KeyScope::Diagram,
        &["Enter", "W", "Esc"],
        "in the diagram: select its operation, ask why, deselect or leave",
        &[
            ("Enter", Navigation::Select),
            ("w", Navigation::Why),
            ("W", Navigation::Why),
            ("Escape", Navigation::Leave),
        ],
    ),
    inside(
        KeyScope::Diagram,
        &["[", "]", "\u{2212}", "+"],
        "in the diagram: earlier, later; less, more at once",
        &[
            ("[", Navigation::Earlier),
            ("]", Navigation::Later),
            ("-", Navigation::Narrower),
            ("+", Navigation::Wider),
            ("=", Navigation::Wider),
        ],
    ),
    inside(
        KeyScope::Diagram,
        &["N", "F"],
        "in the diagram: follow now, show the whole operation",
        &[
            ("n", Navigation::Now),
            ("N", Navigation::Now),
            ("f", Navigation::Fit),
            ("F", Navigation::Fit),
        ],
    ),
];

/// Lists a group's keys, those of the lenses included.
pub(crate) fn rows(group: Group) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |row| row.group == group)
}

/// Finds the action of a key anywhere on the page, or returns `None` if it has none.
pub(crate) fn shortcut(key: &str, shift: bool) -> Option<Shortcut> {
    let table = TABLE.iter().find_map(|row| match row.presses {
        Presses::Page(presses) => presses.iter().find(|press| (press.0, press.1) == (key, shift)),
        _ => None,
    });
    table.map(|press| press.2).or_else(|| Lens::of_key(key).map(Shortcut::ShowLens))
}

/// Finds the action of a key in a part of the page, or returns `None` if it has none.
pub(crate) fn within(scope: KeyScope, key: &str) -> Option<Navigation> {
    TABLE.iter().find_map(|row| match row.presses {
        Presses::Inside(of, presses) if of == scope => {
            presses.iter().find(|press| press.0 == key).map(|press| press.1)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Returns a key as printed on a keyboard, without Shift.
    fn printed(key: &str) -> String {
        let printed = match key {
            " " => "Space",
            "ArrowLeft" => "\u{2190}",
            "ArrowRight" => "\u{2192}",
            "ArrowUp" => "\u{2191}",
            "ArrowDown" => "\u{2193}",
            "PageUp" => "PgUp",
            "PageDown" => "PgDn",
            "Escape" => "Esc",
            "-" => "\u{2212}",
            "=" => "+",
            letter if letter.chars().all(char::is_lowercase) => return letter.to_uppercase(),
            other => other,
        };
        printed.to_owned()
    }

    #[test]
    fn the_help_shows_the_keys_that_work() {
        for row in TABLE {
            let shown: BTreeSet<String> =
                row.shown.iter().map(|shown| shown.replace("Shift ", "")).collect();
            let handled: BTreeSet<String> = match row.presses {
                Presses::Page(presses) => presses.iter().map(|press| printed(press.0)).collect(),
                Presses::Inside(_, presses) => presses.iter().map(|it| printed(it.0)).collect(),
                Presses::Browser => continue,
            };
            assert_eq!(shown, handled, "{}", row.does);
        }
    }

    #[test]
    fn no_key_has_two_actions() {
        let mut seen = BTreeSet::new();
        for row in TABLE {
            if let Presses::Page(presses) = row.presses {
                for (key, shift, shortcut) in presses {
                    assert!(seen.insert((*key, *shift)), "{key} has two actions");
                    assert_eq!(super::shortcut(key, *shift), Some(*shortcut));
                    assert!(Lens::of_key(key).is_none(), "{key} leads to a lens as well");
                }
            }
            if let Presses::Inside(scope, presses) = row.presses {
                for (key, does) in presses {
                    assert_eq!(within(scope, key), Some(*does));
                }
            }
        }
        for lens in Lens::ALL {
            let key = lens.key().to_string();
            assert_eq!(shortcut(&key, true), Some(Shortcut::ShowLens(lens)));
            assert_eq!(shortcut(&key.to_ascii_lowercase(), false), Some(Shortcut::ShowLens(lens)));
        }
        assert_eq!(shortcut("F5", false), None);
        assert_eq!(within(KeyScope::Panel, "Home"), None);
    }

    #[test]
    fn every_group_has_rows_and_every_row_a_group() {
        for group in Group::ALL {
            assert!(rows(group).next().is_some(), "{group:?}");
        }
        let listed: usize = Group::ALL.into_iter().map(|group| rows(group).count()).sum();
        assert_eq!(listed, TABLE.len());
    }
}
