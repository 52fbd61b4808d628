//! What is particular to each group.

use ringside_lab::frame::Frame;
use ringside_lab::settings::Settings;
use yew::Html;

use super::handle::{Desk, InForce};
use super::{
    anti_entropy, coordinator, deletes, gossip, hints, network, quorums, read_repair, service,
    streaming, versions,
};
use crate::format;
use crate::state::disclosures::Group;

/// The groups, in the order in which they are told.
pub(super) const GROUPS: [Group; 11] = [
    Group::Versions,
    Group::Quorums,
    Group::Coordinator,
    Group::ReadRepair,
    Group::Hints,
    Group::AntiEntropy,
    Group::Gossip,
    Group::Streaming,
    Group::Deletes,
    Group::Service,
    Group::Network,
];

/// What is particular to a group.
pub(super) struct Spec {
    /// Its heading.
    pub(super) title: &'static str,
    /// What it is about, in a sentence.
    pub(super) sentence: &'static str,
    /// The setting that switches it on, where there is one.
    pub(super) switch: Option<fn(&mut Settings) -> &mut bool>,
    /// Says in a line what is in force.
    pub(super) summary: fn(&InForce) -> String,
    /// Says in a line what it has done so far; nothing where it has done nothing.
    pub(super) counters: fn(&Frame) -> Line,
    /// Draws its controls.
    pub(super) controls: fn(&Desk) -> Html,
}

impl Spec {
    /// Gives what is particular to a group.
    pub(super) const fn of(group: Group) -> &'static Self {
        match group {
            Group::Versions => &versions::SPEC,
            Group::Quorums => &quorums::SPEC,
            Group::Coordinator => &coordinator::SPEC,
            Group::ReadRepair => &read_repair::SPEC,
            Group::Hints => &hints::SPEC,
            Group::AntiEntropy => &anti_entropy::SPEC,
            Group::Gossip => &gossip::SPEC,
            Group::Streaming => &streaming::SPEC,
            Group::Deletes => &deletes::SPEC,
            Group::Service => &service::SPEC,
            Group::Network => &network::SPEC,
        }
    }
}

/// A line of counters, as `12 kept, 9 delivered`.
#[derive(Default)]
pub(super) struct Line(Vec<String>);

impl Line {
    /// Adds a count with what is counted after it, unless it is zero.
    pub(super) fn and(mut self, count: u64, what: &str) -> Self {
        if count > 0 {
            self.0.push(format!("{} {what}", format::count(count)));
        }
        self
    }

    /// Adds a count with its noun, unless it is zero.
    pub(super) fn counted(mut self, count: u64, noun: &str) -> Self {
        if count > 0 {
            self.0.push(format::counted(count, noun));
        }
        self
    }

    /// Adds a part in words.
    pub(super) fn and_so(mut self, words: Option<String>) -> Self {
        self.0.extend(words);
        self
    }

    /// Writes the line; empty where nothing was counted.
    pub(super) fn text(&self) -> String {
        self.0.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_leaves_out_what_did_not_happen() {
        let line = Line::default().and(12, "kept").and(0, "refused").counted(1, "key");
        assert_eq!(line.text(), "12 kept, 1 key");
        assert_eq!(Line::default().and(0, "kept").text(), "");
    }

    #[test]
    fn every_group_is_told_once_and_differently() {
        for (place, one) in GROUPS.into_iter().enumerate() {
            assert_eq!(one as usize, place);
            assert!(Spec::of(one).sentence.ends_with('.'));
            for other in &GROUPS[..place] {
                assert_ne!(Spec::of(one).title, Spec::of(*other).title);
            }
        }
    }
}
