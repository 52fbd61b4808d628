//! What a person steps by, and where it is found before and after a moment.

use ringside_sim::{Entry, EntryKind};
use ringside_store::{Event, Instant, NodeId, RequestId};

use super::{Sought, Timeline};
use crate::explain::Explanation;
use crate::lab::{KEPT, Lab};

/// What a person steps by, other than by whatever happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landmark {
    /// A message of an operation: it is sent, it arrives, it waits for its turn, or it is lost.
    Message(RequestId),
    /// The beginning of an operation, whoever asks.
    Operation,
    /// The beginning of an exchange of anti-entropy.
    Exchange,
    /// A step of an exchange: hashes or keys are compared, versions are brought, or it ends.
    ExchangeStep(RequestId),
}

impl Landmark {
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

    /// Tells whether nothing is to be found before an entry.
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

/// What a look at a part of the run before a moment came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchBack {
    /// It was found.
    Found {
        /// When it was.
        at: Instant,
        /// The number of its entry.
        number: u64,
        /// The operation that it belongs to.
        request: Option<RequestId>,
    },
    /// It is not in this part: look on before the entry of this number.
    Before(u64),
    /// The run has none.
    Nothing,
}

/// What a look at the next part of the run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchForward {
    /// The run stands just after it.
    Found {
        /// The number of its entry.
        number: u64,
        /// The operation that it belongs to.
        request: Option<RequestId>,
    },
    /// It is not in this part.
    NotYet,
    /// Nothing is left to happen.
    Nothing,
}

impl Timeline {
    /// Gives the number of the entry before which whatever is behind this moment lies: the first one that
    /// was written together with the entry that was sought last, where the run still stands there, or else
    /// the first one of this instant.
    pub fn here(&self) -> u64 {
        let written = self.lab.written();
        if let Some(sought) = self.sought.filter(|sought| sought.written == written) {
            return sought.first;
        }
        let now = self.now();
        let of_now = self.lab.journal(0..u64::MAX).rev().take_while(|entry| entry.at == now);
        of_now.last().map_or(written, |entry| entry.number)
    }

    /// Looks for the last landmark before the entry of this number, in the part of the run since the
    /// checkpoint before it. The run stays where it is.
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

    /// Goes on until just after the next landmark, for `most` things that happen at most.
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

    /// Explains how an operation came to its outcome, as [`Lab::explain`] does. Where the journal at hand
    /// is short because the run was gone back to, what came before is done again to be told from.
    pub fn explain(&self, request: RequestId) -> Option<Explanation> {
        let here = self.lab.written();
        let first = self.lab.journal(0..u64::MAX).next().map_or(here, |entry| entry.number);
        if first == 0 || here - first >= KEPT {
            return self.lab.explain(request);
        }
        self.with_a_longer_memory().explain(request)
    }

    /// Begins to record what a node judges another by, as [`Lab::watch_pulse`] does. What came before is
    /// done again for it, as far as the journal is kept.
    pub fn watch_pulse(&mut self, pair: Option<(NodeId, NodeId)>) {
        self.lab.watch_pulse(pair);
        if pair.is_some() {
            let here = self.lab.written();
            let start = self.checkpoints.last(|lab| lab.written() + KEPT <= here);
            let mut lab = start.clone().with_commands_of(&self.lab);
            lab.advance(self.now(), here.saturating_sub(lab.written()));
            if lab.digest() == self.lab.digest() {
                self.lab.adopt_pulse(lab);
            }
        }
    }

    /// Gives the run as it stands here, with as much of the journal as is ever kept.
    fn with_a_longer_memory(&self) -> Lab {
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
