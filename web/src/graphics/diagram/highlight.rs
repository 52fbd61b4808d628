//! Highlighting: the causes and consequences of the chosen event, or the evidence of an explanation.

use std::collections::BTreeSet;

use ringside_lab::RequestId;
use ringside_lab::diagram::{Bar, Causality, Diagram, FaultSpan, Message};
use ringside_lab::explain::Explanation;

/// The strength with which an item is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Emphasis {
    /// The item is not highlighted, but others are.
    Dim,
    /// Nothing is highlighted.
    Plain,
    /// The item is highlighted.
    Highlighted,
    /// The item is the chosen event, belongs to the selected operation, or is evidence.
    Strong,
}

impl Emphasis {
    /// Returns the opacity, from 0 to 1.
    pub(crate) const fn alpha(self) -> f64 {
        match self {
            Self::Dim => 0.16,
            Self::Plain => 0.85,
            Self::Highlighted | Self::Strong => 1.0,
        }
    }
}

/// The journal entries and operations that an explanation cites.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    entries: BTreeSet<u64>,
    requests: BTreeSet<RequestId>,
}

impl Evidence {
    /// Gathers the entries of all sentences, and the operations that the entries belong to.
    pub(crate) fn new(explanation: &Explanation, diagram: &Diagram) -> Self {
        let sentences = explanation.sentences.iter();
        let entries: BTreeSet<u64> = sentences.flat_map(|it| it.entries.iter().copied()).collect();
        let events = entries.iter().filter_map(|number| diagram.find(*number));
        let mut requests: BTreeSet<RequestId> =
            events.filter_map(|place| diagram.events[place].request).collect();
        requests.insert(explanation.request);
        Self { entries, requests }
    }
}

/// The highlighted part of the diagram.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Highlight<'a> {
    /// Nothing is highlighted.
    Nothing,
    /// The event at this place with its causes and consequences; the list has one entry per event.
    Cone(usize, &'a [Causality]),
    /// The evidence of an explanation.
    Evidence(&'a Evidence),
}

impl Highlight<'_> {
    /// Returns the emphasis of the event at a place in the diagram's list.
    pub(crate) fn event(self, diagram: &Diagram, place: usize) -> Emphasis {
        match self {
            Self::Nothing => Emphasis::Plain,
            Self::Cone(chosen, _) if chosen == place => Emphasis::Strong,
            Self::Cone(_, parts) => match parts.get(place) {
                None | Some(Causality::Unrelated) => Emphasis::Dim,
                _ => Emphasis::Highlighted,
            },
            Self::Evidence(evidence) => {
                let cited = evidence.entries.contains(&diagram.events[place].number);
                if cited { Emphasis::Strong } else { Emphasis::Dim }
            }
        }
    }

    /// Returns the emphasis of a message. A message belongs to a cone if it leads to the chosen event or
    /// comes from it. A message that a cause sent does not belong to it if it arrived too late or never.
    pub(crate) fn message(self, diagram: &Diagram, message: &Message) -> Emphasis {
        match self {
            Self::Nothing => Emphasis::Plain,
            Self::Cone(chosen, parts) => {
                if message.events().any(|place| place == chosen) {
                    return Emphasis::Strong;
                }
                let part = |place: Option<usize>| place.and_then(|it| parts.get(it)).copied();
                let sent = part(message.sent_event());
                let ended = part(message.end_event());
                let leads_to = matches!(sent, None | Some(Causality::Cause))
                    && ended == Some(Causality::Cause);
                let comes_from = sent == Some(Causality::Consequence);
                if leads_to || comes_from { Emphasis::Highlighted } else { Emphasis::Dim }
            }
            Self::Evidence(_) => {
                let cited = |place: usize| self.event(diagram, place) == Emphasis::Strong;
                if message.events().any(cited) { Emphasis::Strong } else { Emphasis::Dim }
            }
        }
    }

    /// Returns the emphasis of an operation's bar.
    pub(crate) fn bar(self, diagram: &Diagram, bar: &Bar) -> Emphasis {
        match self {
            Self::Nothing => Emphasis::Plain,
            Self::Evidence(evidence) if evidence.requests.contains(&bar.request) => {
                Emphasis::Strong
            }
            Self::Evidence(_) => Emphasis::Dim,
            Self::Cone(chosen, _) => {
                if diagram.events[chosen].request == Some(bar.request) {
                    return Emphasis::Highlighted;
                }
                match diagram.find(bar.number).map(|place| self.event(diagram, place)) {
                    Some(Emphasis::Highlighted | Emphasis::Strong) => Emphasis::Highlighted,
                    _ => Emphasis::Dim,
                }
            }
        }
    }

    /// Whether an explanation cites the fault span.
    pub(crate) fn shade(self, shade: &FaultSpan) -> bool {
        matches!(self, Self::Evidence(evidence) if evidence.entries.contains(&shade.number))
    }
}
