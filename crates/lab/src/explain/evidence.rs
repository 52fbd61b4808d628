//! The evidence of an explanation: journal entries of an operation and of its key.

use std::collections::BTreeSet;

use ringside_sim::{Endpoint, Entry, EntryKind, Envelope, Intervention, MessageKind, Outcome};
use ringside_store::version::{Dot, Version};
use ringside_store::{Event, NodeId, RequestId, Response};

use crate::lab::Lab;

/// The entries that can be evidence in an explanation.
pub(super) struct Evidence<'lab> {
    request: RequestId,
    /// The operation's own entries, oldest first.
    own: Vec<&'lab Entry>,
    /// All entries that are kept, oldest first.
    all: Vec<&'lab Entry>,
    /// The interventions since the run began.
    interventions: Vec<&'lab Entry>,
}

impl<'lab> Evidence<'lab> {
    /// Collects the evidence, or returns `None` if the operation's beginning is not kept.
    pub(super) fn new(lab: &'lab Lab, request: RequestId) -> Option<Self> {
        let all: Vec<&Entry> = lab.journal(0..u64::MAX).collect();
        let of_request = || all.iter().copied().filter(|it| it.kind.request() == Some(request));
        let kept = lab.user_operations.get(request);
        let own: Vec<&Entry> =
            kept.map_or_else(|| of_request().collect(), |entries| entries.iter().collect());
        let begins = matches!(own.first()?.kind, EntryKind::Invoked { .. });
        let interventions = lab.interventions.iter().collect();
        begins.then_some(Self { request, own, all, interventions })
    }

    /// The operation's own entries, oldest first.
    pub(super) fn own(&self) -> impl Iterator<Item = &'lab Entry> {
        self.own.iter().copied()
    }

    /// Returns the operation's invocation.
    pub(super) fn invoked(&self) -> &'lab Entry {
        self.own[0]
    }

    /// Returns the request that an entry belongs to, or the operation's own if it belongs to none.
    pub(super) fn request_of(&self, entry: &Entry) -> RequestId {
        entry.kind.request().unwrap_or(self.request)
    }

    /// Returns the last entry by which a coordinator accepted the operation.
    pub(super) fn coordinating(&self) -> Option<&'lab Entry> {
        let is_it = |entry: &&&Entry| {
            matches!(&entry.kind, EntryKind::Node { event: Event::Coordinating { .. }, .. })
        };
        self.own.iter().rev().find(is_it).copied()
    }

    /// Returns the operation's end and outcome.
    pub(super) fn returned(&self) -> Option<(&'lab Entry, &'lab Outcome)> {
        self.own.iter().rev().find_map(|entry| match &entry.kind {
            EntryKind::Returned { outcome, .. } => Some((*entry, outcome)),
            _ => None,
        })
    }

    /// Returns the newest write to the key that was acknowledged before the operation began, with the entry of
    /// its acknowledgement to the client.
    pub(super) fn newest_before(&self) -> Option<(&'lab Entry, &'lab Version)> {
        let EntryKind::Invoked { key, .. } = &self.invoked().kind else { return None };
        let before = self.invoked().number;
        let mut asked = BTreeSet::new();
        let mut newest = None;
        for entry in self.all.iter().take_while(|entry| entry.number < before) {
            match &entry.kind {
                EntryKind::Invoked { request, key: other, .. } if other == key => {
                    asked.insert(*request);
                }
                EntryKind::Node {
                    event: Event::Coordinating { request, key: other, .. }, ..
                } if other == key => {
                    asked.insert(*request);
                }
                EntryKind::Returned {
                    request,
                    outcome: Outcome::Answered(Response::Stored { version }),
                } if asked.contains(request) => newest = Some((*entry, &**version)),
                _ => {}
            }
        }
        newest
    }

    /// Returns the entry by which a write to the operation's key got its dot, and the node.
    pub(super) fn naming(&self, name: Dot) -> Option<(&'lab Entry, NodeId)> {
        let EntryKind::Invoked { key, .. } = &self.invoked().kind else { return None };
        self.all.iter().find_map(|entry| match &entry.kind {
            EntryKind::Node {
                node,
                event: Event::Coordinating { key: other, dot: Some(dot), .. },
            } if other == key && *dot == name => Some((*entry, *node)),
            _ => None,
        })
    }

    /// Returns the entries of a request's messages of these kinds to a node, oldest first.
    pub(super) fn messages(
        &self,
        of: RequestId,
        kinds: &[MessageKind],
        to: NodeId,
    ) -> impl Iterator<Item = &'lab Entry> {
        self.find(of, kinds, move |message| message.to == Endpoint::Node(to))
    }

    /// Returns the entries of a request's messages of these kinds from a node, oldest first.
    pub(super) fn answers(
        &self,
        of: RequestId,
        kinds: &[MessageKind],
        from: NodeId,
    ) -> impl Iterator<Item = &'lab Entry> {
        self.find(of, kinds, move |message| message.from == Endpoint::Node(from))
    }

    fn find(
        &self,
        of: RequestId,
        kinds: &[MessageKind],
        fits: impl Fn(&Envelope) -> bool,
    ) -> impl Iterator<Item = &'lab Entry> {
        let of_request = if of == self.request { &self.own } else { &self.all };
        let entries = of_request.iter().copied().filter(move |entry| {
            message_of(entry).is_some_and(|message| {
                message.request == of && kinds.contains(&message.kind) && fits(message)
            })
        });
        entries.collect::<Vec<_>>().into_iter()
    }

    /// Returns the first node event of a request that `fits`.
    pub(super) fn event(
        &self,
        of: RequestId,
        fits: impl Fn(NodeId, &Event) -> bool,
    ) -> Option<&'lab Entry> {
        let of_request = if of == self.request { &self.own } else { &self.all };
        of_request.iter().copied().find(|entry| match &entry.kind {
            EntryKind::Node { node, event } => event.request() == Some(of) && fits(*node, event),
            _ => false,
        })
    }

    /// Returns the last intervention before an entry that `fits`.
    pub(super) fn intervention(
        &self,
        before: u64,
        fits: impl Fn(&Intervention) -> bool,
    ) -> Option<&'lab Entry> {
        let earlier = self.interventions.iter().rev().skip_while(|entry| entry.number >= before);
        earlier
            .copied()
            .find(|entry| matches!(&entry.kind, EntryKind::Intervention(intervention) if fits(intervention)))
    }
}

/// Returns the message that an entry is about, or `None` if it is about none.
const fn message_of(entry: &Entry) -> Option<&Envelope> {
    match &entry.kind {
        EntryKind::Sent { message, .. }
        | EntryKind::Delivered { message }
        | EntryKind::Queued { message, .. }
        | EntryKind::Lost { message, .. } => Some(message),
        _ => None,
    }
}
