//! The keys, in one table: what each one does is looked up in it by whoever handles keys, and told from it
//! by the help, so that neither can say what the other does not do.

use crate::state::lens::Lens;

/// What a key does wherever the focus is, unless the key belongs to what has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shortcut {
    /// Time starts or stops.
    PlayOrPause,
    /// The next thing happens, or the last one is taken back.
    Step {
        /// Whether it is the next one.
        forward: bool,
    },
    /// As a step, but by what was chosen to step by.
    Stride {
        /// Whether it is the next one.
        forward: bool,
    },
    /// To the next mark, or to the one before.
    Mark {
        /// Whether it is the next one.
        forward: bool,
    },
    /// To the start of the run.
    ToStart,
    /// To the furthest moment of the run.
    ToEnd,
    /// Time goes faster.
    Faster,
    /// Time goes slower.
    Slower,
    /// The run is looked at in another way.
    ShowLens(Lens),
    /// The ring is looked at from nearer or from farther.
    Zoom {
        /// Whether it is nearer.
        nearer: bool,
    },
    /// All of the ring is looked at.
    Fit,
    /// All mechanisms are shown, or put away.
    Mechanisms,
    /// All chosen nodes are let go.
    DeselectNodes,
    /// These keys are told.
    Help,
}

/// What a key does inside a part of the page that has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Navigation {
    /// To the one before, or to the left.
    Previous,
    /// To the next one, or to the right.
    Next,
    /// To the one above.
    Up,
    /// To the one below.
    Down,
    /// To the first one, of a row where there are several.
    First,
    /// To the last one, of a row where there are several.
    Last,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// The one that has the focus is chosen, or taken in hand.
    Select,
    /// It is asked why.
    Why,
    /// What is shown moves to what was before.
    Earlier,
    /// What is shown moves to what comes after.
    Later,
    /// More is shown.
    Wider,
    /// Less is shown.
    Narrower,
    /// What is shown follows now.
    Now,
    /// As much is shown as the operation in hand needs.
    Fit,
    /// Out of it.
    Leave,
}

/// A part of the page that has keys of its own.
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

/// What the help tells together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Going back and forth.
    Time,
    /// What is looked at.
    View,
    /// What is acted on.
    Acting,
    /// Inside a part of the page.
    Inside,
}

impl Group {
    /// All of them, in the order in which they are told.
    pub(crate) const ALL: [Self; 4] = [Self::Time, Self::View, Self::Acting, Self::Inside];

    /// Gives its heading.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Time => "Time",
            Self::View => "What is shown",
            Self::Acting => "Acting",
            Self::Inside => "Where the focus is",
        }
    }
}

/// Which keys do it.
#[derive(Clone, Copy, Debug)]
enum Presses {
    /// Anywhere on the page, each with whether Shift is held.
    Page(&'static [(&'static str, bool, Shortcut)]),
    /// In a part of the page.
    Inside(KeyScope, &'static [(&'static str, Navigation)]),
    /// The browser sees to these.
    Browser,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// The keys, as they are printed on a keyboard.
    pub(crate) shown: &'static [&'static str],
    /// What they do.
    pub(crate) does: &'static str,
    /// What it is told with.
    pub(crate) group: Group,
    presses: Presses,
}

impl Row {
    /// Tells whether it goes when single keys are switched off.
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

/// The keys, but for those of the lenses, which the lenses name themselves.
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
        "let go of all chosen nodes",
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
        "in the diagram: take its operation in hand, ask why, let go or leave",
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

/// Finds what a key does wherever the focus is.
pub(crate) fn shortcut(key: &str, shift: bool) -> Option<Shortcut> {
    let table = TABLE.iter().find_map(|row| match row.presses {
        Presses::Page(presses) => presses.iter().find(|press| (press.0, press.1) == (key, shift)),
        _ => None,
    });
    table.map(|press| press.2).or_else(|| Lens::of_key(key).map(Shortcut::ShowLens))
}

/// Finds what a key does in a part of the page.
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

    /// Gives how a key is printed, without Shift.
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
    fn what_is_told_is_what_is_done() {
        for row in TABLE {
            let told: BTreeSet<String> =
                row.shown.iter().map(|shown| shown.replace("Shift ", "")).collect();
            let done: BTreeSet<String> = match row.presses {
                Presses::Page(presses) => presses.iter().map(|press| printed(press.0)).collect(),
                Presses::Inside(_, presses) => presses.iter().map(|it| printed(it.0)).collect(),
                Presses::Browser => continue,
            };
            assert_eq!(told, done, "{}", row.does);
        }
    }

    #[test]
    fn no_key_does_two_things() {
        let mut seen = BTreeSet::new();
        for row in TABLE {
            if let Presses::Page(presses) = row.presses {
                for (key, shift, shortcut) in presses {
                    assert!(seen.insert((*key, *shift)), "{key} twice");
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
    fn every_group_has_something_to_tell() {
        for group in Group::ALL {
            assert!(rows(group).next().is_some(), "{group:?}");
        }
        let told: usize = Group::ALL.into_iter().map(|group| rows(group).count()).sum();
        assert_eq!(told, TABLE.len());
    }
}
