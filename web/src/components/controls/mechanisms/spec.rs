//! The form that every group of mechanisms has.

use ringside_lab::frame::Frame;
use ringside_lab::settings::Settings;
use yew::Html;

use super::handle::{InForce, SettingsHandle};
use crate::format;

/// A group of mechanisms: its texts, its master switch and its controls.
pub(super) struct Spec {
    /// The heading.
    pub(super) title: &'static str,
    /// The purpose of the group, in a sentence.
    pub(super) sentence: &'static str,
    /// The setting that switches the group on, if there is one.
    pub(super) switch: Option<fn(&mut Settings) -> &mut bool>,
    /// Summarises the settings in force, in a line.
    pub(super) summary: fn(&InForce) -> String,
    /// Counts what the group has done so far, in a line.
    pub(super) counters: fn(&Frame) -> CounterLine,
    /// Renders the controls.
    pub(super) controls: fn(&SettingsHandle) -> Html,
}

/// A line of counters, as `12 kept, 9 delivered`.
#[derive(Default)]
pub(super) struct CounterLine(Vec<String>);

impl CounterLine {
    /// Adds a count followed by `what`, unless it is zero.
    pub(super) fn and(mut self, count: u64, what: &str) -> Self {
        if count > 0 {
            self.0.push(format!("{} {what}", format::thousands(count)));
        }
        self
    }

    /// Adds a count with its noun in the singular or plural, unless it is zero.
    pub(super) fn counted(mut self, count: u64, noun: &str) -> Self {
        if count > 0 {
            self.0.push(format::count(count, noun));
        }
        self
    }

    /// Adds a part in words, if there is one.
    pub(super) fn and_so(mut self, words: Option<String>) -> Self {
        self.0.extend(words);
        self
    }

    /// Returns the line, which is empty if nothing was counted.
    pub(super) fn text(&self) -> String {
        self.0.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_leaves_out_zero_counts() {
        let line = CounterLine::default().and(12, "kept").and(0, "refused").counted(1, "key");
        assert_eq!(line.text(), "12 kept, 1 key");
        assert_eq!(CounterLine::default().and(0, "kept").text(), "");
    }
}
