//! What is lit: the causes and consequences of what was chosen, or what an explanation rests on.

use std::collections::BTreeSet;

use ringside_lab::RequestId;
use ringside_lab::diagram::{Bar, Causality, Diagram, FaultSpan, Message};
use ringside_lab::explain::Explanation;

/// How strongly something is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Emphasis {
    /// It has no part in what is lit.
    Dim,
    /// Nothing is lit.
    Plain,
    /// It is lit.
    Highlighted,
    /// It is what everything is about.
    Strong,
}

impl Emphasis {
    /// Gives how opaque it is.
    pub(crate) const fn alpha(self) -> f64 {
        match self {
            Self::Dim => 0.16,
            Self::Plain => 0.85,
            Self::Highlighted | Self::Strong => 1.0,
        }
    }
}

/// What an explanation rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    entries: BTreeSet<u64>,
    requests: BTreeSet<RequestId>,
}

impl Evidence {
    /// Gathers the entries of all sentences, and the operations that they belong to.
    pub(crate) fn new(told: &Explanation, diagram: &Diagram) -> Self {
        let sentences = told.sentences.iter();
        let entries: BTreeSet<u64> = sentences.flat_map(|it| it.entries.iter().copied()).collect();
        let events = entries.iter().filter_map(|number| diagram.find(*number));
        let mut requests: BTreeSet<RequestId> =
            events.filter_map(|place| diagram.events[place].request).collect();
        requests.insert(told.request);
        Self { entries, requests }
    }
}

/// What is lit, and what it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Highlight<'a> {
    /// Nothing.
    Nothing,
    /// What has a part in the event at this place.
    Cone(usize, &'a [Causality]),
    /// What an explanation rests on.
    Evidence(&'a Evidence),
}

impl Highlight<'_> {
    /// Tells how the event at a place is drawn.
    pub(crate) fn event(self, diagram: &Diagram, place: usize) -> Emphasis {
        match self {
            Self::Nothing => Emphasis::Plain,
            Self::Cone(chosen, _) if chosen == place => Emphasis::Strong,
            Self::Cone(_, parts) => match parts.get(place) {
                None | Some(Causality::Unrelated) => Emphasis::Dim,
                _ => Emphasis::Highlighted,
            },
            Self::Evidence(evidence) => {
                let told = evidence.entries.contains(&diagram.events[place].number);
                if told { Emphasis::Strong } else { Emphasis::Dim }
            }
        }
    }

    /// Tells how a message is drawn. Of a cone it is a part where it leads to what was chosen or from it: not
    /// where a cause sent it, and it came too late or never.
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
                let told = |place: usize| self.event(diagram, place) == Emphasis::Strong;
                if message.events().any(told) { Emphasis::Strong } else { Emphasis::Dim }
            }
        }
    }

    /// Tells how an operation is drawn.
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

    /// Tells whether a span of trouble is what an explanation rests on.
    pub(crate) fn shade(self, shade: &FaultSpan) -> bool {
        matches!(self, Self::Evidence(evidence) if evidence.entries.contains(&shade.number))
    }
}
