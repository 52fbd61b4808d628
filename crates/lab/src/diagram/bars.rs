//! Operations as bars: at the client from the request to the reply, at the coordinator from the acceptance to
//! the decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringside_sim::Endpoint;
use ringside_store::{Instant, NodeId, Operation, RequestId};

/// The number of bars side by side on a lane; more bars cover each other.
pub(super) const ROWS: usize = 3;

/// An operation at its client or its coordinator.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The client, or the coordinator.
    pub host: Endpoint,
    /// The request.
    pub request: RequestId,
    /// The kind of operation.
    pub operation: Operation,
    /// The key.
    pub key: Arc<str>,
    /// The time of its beginning here.
    pub from: Instant,
    /// Its end here.
    pub end: BarEnd,
    /// Its row among the bars side by side, from 0 to 2.
    pub row: u8,
    /// The number of the journal entry of its beginning.
    pub number: u64,
}

/// The end of an operation at a client or a coordinator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarEnd {
    /// It is open.
    Open,
    /// It met its quorum.
    Ok(Instant),
    /// It failed.
    Failed(Instant),
    /// Its coordinator stopped.
    Stopped(Instant),
}

impl BarEnd {
    /// Returns the time of the end, or `None` while it is open.
    pub const fn at(self) -> Option<Instant> {
        match self {
            Self::Open => None,
            Self::Ok(at) | Self::Failed(at) | Self::Stopped(at) => Some(at),
        }
    }
}

/// All bars so far, and which of them are open.
#[derive(Default)]
pub(super) struct Bars {
    pub(super) all: Vec<Bar>,
    open: BTreeMap<(RequestId, Endpoint), usize>,
    taken: BTreeMap<Endpoint, [bool; ROWS]>,
}

impl Bars {
    /// Adds a bar in the first free row, or in the last row if none is free.
    pub(super) fn begin(&mut self, mut bar: Bar) {
        let taken = self.taken.entry(bar.host).or_default();
        let row = taken.iter().position(|taken| !taken).unwrap_or(ROWS - 1);
        taken[row] = true;
        bar.row = row as u8;
        self.open.insert((bar.request, bar.host), self.all.len());
        self.all.push(bar);
    }

    /// Ends a bar, if its beginning is known.
    pub(super) fn end(&mut self, request: RequestId, host: Endpoint, end: BarEnd) {
        if let Some(place) = self.open.remove(&(request, host)) {
            let bar = &mut self.all[place];
            bar.end = end;
            if let Some(taken) = self.taken.get_mut(&host) {
                taken[usize::from(bar.row)] = false;
            }
        }
    }

    /// Ends the bars of a coordinator that stopped.
    pub(super) fn stop(&mut self, node: NodeId, at: Instant) {
        let host = Endpoint::Node(node);
        let open = self.open.keys().filter(|(_, other)| *other == host);
        let requests: Vec<RequestId> = open.map(|(request, _)| *request).collect();
        for request in requests {
            self.end(request, host, BarEnd::Stopped(at));
        }
    }
}
