//! Operations as bars: at the client from its question to the answer, at the coordinator from taking it up to
//! its decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringside_sim::Endpoint;
use ringside_store::{Instant, NodeId, Operation, RequestId};

/// How many bars lie beside each other on a lane before they cover each other.
pub(super) const ROWS: usize = 3;

/// An operation at one of its ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The client, or the coordinator.
    pub host: Endpoint,
    /// The request.
    pub request: RequestId,
    /// What was asked.
    pub operation: Operation,
    /// Of which key.
    pub key: Arc<str>,
    /// When it began here.
    pub from: Instant,
    /// How it ended here.
    pub end: BarEnd,
    /// Its place among the bars that lie beside it, from 0 to 2.
    pub row: u8,
    /// Its beginning, by the number of the journal's entry.
    pub number: u64,
}

/// How an operation ended at a client or a coordinator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarEnd {
    /// Not yet.
    Open,
    /// With its quorum.
    Ok(Instant),
    /// Without.
    Failed(Instant),
    /// With its coordinator, which stopped.
    Stopped(Instant),
}

impl BarEnd {
    /// Gives when it ended.
    pub const fn at(self) -> Option<Instant> {
        match self {
            Self::Open => None,
            Self::Ok(at) | Self::Failed(at) | Self::Stopped(at) => Some(at),
        }
    }
}

/// The bars so far, and those that are open.
#[derive(Default)]
pub(super) struct Bars {
    pub(super) all: Vec<Bar>,
    open: BTreeMap<(RequestId, Endpoint), usize>,
    taken: BTreeMap<Endpoint, [bool; ROWS]>,
}

impl Bars {
    /// Begins a bar in the first row that is free; the last one holds what has no room elsewhere.
    pub(super) fn begin(&mut self, mut bar: Bar) {
        let taken = self.taken.entry(bar.host).or_default();
        let row = taken.iter().position(|taken| !taken).unwrap_or(ROWS - 1);
        taken[row] = true;
        bar.row = row as u8;
        self.open.insert((bar.request, bar.host), self.all.len());
        self.all.push(bar);
    }

    /// Ends a bar, where it is known when it began.
    pub(super) fn end(&mut self, request: RequestId, host: Endpoint, end: BarEnd) {
        if let Some(place) = self.open.remove(&(request, host)) {
            let bar = &mut self.all[place];
            bar.end = end;
            if let Some(taken) = self.taken.get_mut(&host) {
                taken[usize::from(bar.row)] = false;
            }
        }
    }

    /// Ends what a node coordinates, because it stopped.
    pub(super) fn stop(&mut self, node: NodeId, at: Instant) {
        let host = Endpoint::Node(node);
        let open = self.open.keys().filter(|(_, other)| *other == host);
        let requests: Vec<RequestId> = open.map(|(request, _)| *request).collect();
        for request in requests {
            self.end(request, host, BarEnd::Stopped(at));
        }
    }
}
