//! Landmarks: kinds of entries to step by, and the search for them in both directions.

use ringside_sim::{Entry, EntryKind};
use ringside_store::{Event, Instant, NodeId, RequestId};

use super::{Sought, Timeline};
use crate::explain::Explanation;
use crate::lab::{KEPT, Lab};

/// A kind of entry to step by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landmark {
    /// A message of an operation is sent, delivered, queued or lost.
    Message(RequestId),
    /// An operation of any client begins.
    Operation,
    /// An anti-entropy exchange begins.
    Exchange,
    /// An exchange compares hashes or keys, sends versions, or ends.
    ExchangeStep(RequestId),
}

impl Landmark {
    /// Whether an entry is of this kind.
    fn is(self, entry: &Entry) -> bool {
        match self {
            Self::Message(request) => {
                let is_message = matches!(
                    entry.kind,
                    EntryKind::Sent { .. }
                        | EntryKind::Delivered { .. }
                        | EntryKind::Queued { .. }
                        | EntryKind::Lost { .. }
                );
                is_message && entry.kind.request() == Some(request)
            }
            Self::Operation => matches!(entry.kind, EntryKind::Invoked { .. }),
            Self::Exchange => {
                matches!(entry.kind, EntryKind::Node { event: Event::ExchangeBegan { .. }, .. })
            }
            Self::ExchangeStep(of) => match &entry.kind {
                EntryKind::Node { event, .. } => is_step(event) && event.request() == Some(of),
                _ => false,
            },
        }
    }

    /// Whether there can be no such entry before this one.
    fn begins_with(self, entry: &Entry) -> bool {
        match self {
            Self::Message(of) => {
                matches!(&entry.kind, EntryKind::Invoked { request, .. } if *request == of)
            }
            Self::Operation | Self::Exchange => entry.number == 0,
            Self::ExchangeStep(of) => match &entry.kind {
                EntryKind::Node { event: Event::ExchangeBegan { exchange, .. }, .. } => {
                    *exchange == of
                }
                _ => false,
            },
        }
    }
}

const fn is_step(event: &Event) -> bool {
    matches!(
        event,
        Event::HashesCompared { .. }
            | Event::KeysCompared { .. }
            | Event::Exchanged { .. }
            | Event::ExchangeEnded { .. }
    )
}

/// The result of a search in a part of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchBack {
    /// It was found.
    Found {
        /// The time of the entry.
        at: Instant,
        /// The number of its entry.
        number: u64,
        /// The operation that it belongs to.
        request: Option<RequestId>,
    },
    /// It is not in this part: the search continues before the entry of this number.
    Before(u64),
    /// There is none.
    Nothing,
}

/// The result of a search in the next part of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchForward {
    /// It was found, and the run is just after it.
    Found {
        /// The number of its entry.
        number: u64,
        /// The operation that it belongs to.
        request: Option<RequestId>,
    },
    /// It is not in this part.
    NotYet,
    /// Nothing is left to be executed.
    Nothing,
}

impl Timeline {
    /// Returns the journal position of the present moment: the first entry that was written together with the
    /// entry of the last seek, if the run has not moved since, or else the first entry of this instant.
    pub fn here(&self) -> u64 {
        let written = self.lab.written();
        if let Some(sought) = self.sought.filter(|sought| sought.written == written) {
            return sought.first;
        }
        let now = self.now();
        let of_now = self.lab.journal(0..u64::MAX).rev().take_while(|entry| entry.at == now);
        of_now.last().map_or(written, |entry| entry.number)
    }

    /// Searches the last landmark before the entry of this number, in the part of the run since the checkpoint
    /// before it. The run does not move.
    pub fn search_back(&self, landmark: Landmark, before: u64) -> SearchBack {
        let mut reached = before;
        for entry in self.lab.journal(0..before).rev() {
            if landmark.is(entry) {
                return found(entry);
            }
            if landmark.begins_with(entry) {
                return SearchBack::Nothing;
            }
            reached = entry.number;
        }
        if reached == 0 {
            return SearchBack::Nothing;
        }
        let start = self.checkpoints.last(|lab| lab.written() < reached);
        let begins_at = start.written();
        let (mut last, mut begun) = (None, begins_at == 0);
        let mut lab = start.clone().with_commands_of(&self.lab);
        lab.advance_with(self.furthest, reached - begins_at, &mut |entry| {
            if entry.number < reached && landmark.is(entry) {
                last = Some(found(entry));
            }
            begun |= landmark.begins_with(entry);
        });
        let nothing = if begun { SearchBack::Nothing } else { SearchBack::Before(begins_at) };
        last.unwrap_or(nothing)
    }

    /// Runs until just after the next landmark, for at most `most` steps.
    pub fn search_forward(&mut self, landmark: Landmark, most: u32) -> SearchForward {
        for _ in 0..most {
            let written = self.lab.written();
            if !self.step() {
                return SearchForward::Nothing;
            }
            let new = self.lab.written();
            if let Some(entry) = self.lab.journal(written..new).find(|entry| landmark.is(entry)) {
                let (number, request) = (entry.number, entry.kind.request());
                self.sought = Some(Sought { number, first: written, written: new });
                return SearchForward::Found { number, request };
            }
        }
        SearchForward::NotYet
    }

    /// Explains the outcome of an operation, as [`Lab::explain`] does. If the journal is short because the run
    /// continued from a checkpoint, the part before it is executed again for the evidence.
    pub fn explain(&self, request: RequestId) -> Option<Explanation> {
        let here = self.lab.written();
        let first = self.lab.journal(0..u64::MAX).next().map_or(here, |entry| entry.number);
        if first == 0 || here - first >= KEPT {
            return self.lab.explain(request);
        }
        self.with_full_journal().explain(request)
    }

    /// Begins to record a node's suspicion of another, as [`Lab::watch_phi`] does. The part of the run before,
    /// as far as the journal reaches, is executed again for the record.
    pub fn watch_phi(&mut self, pair: Option<(NodeId, NodeId)>) {
        self.lab.watch_phi(pair);
        if pair.is_some() {
            let here = self.lab.written();
            let start = self.checkpoints.last(|lab| lab.written() + KEPT <= here);
            let mut lab = start.clone().with_commands_of(&self.lab);
            lab.advance(self.now(), here.saturating_sub(lab.written()));
            if lab.digest() == self.lab.digest() {
                self.lab.adopt_phi_trace(lab);
            }
        }
    }

    /// Returns the run at the present moment with its journal as long as it is ever kept.
    fn with_full_journal(&self) -> Lab {
        let here = self.lab.written();
        let start = self.checkpoints.last(|lab| lab.written() + KEPT <= here);
        let mut lab = start.clone().with_commands_of(&self.lab);
        lab.advance(self.now(), here - lab.written());
        lab
    }
}

fn found(entry: &Entry) -> SearchBack {
    SearchBack::Found { at: entry.at, number: entry.number, request: entry.kind.request() }
}
