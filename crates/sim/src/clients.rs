//! Clients: their pending operations and what they have seen.

use std::collections::{BTreeMap, VecDeque};

use ringside_store::version::Context;
use ringside_store::{Instant, Key, NodeId, PreferenceList, Request, RequestId, Response};

use crate::ClientId;

/// An operation that a client waits for.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// The request, which is sent to the next node if one refuses it.
    pub(crate) request: Request,
    /// The nodes that may be asked, in order.
    candidates: PreferenceList,
    /// The number of candidates tried so far.
    tried: usize,
}

/// A client's memory of a key.
#[derive(Clone, Debug, Default)]
struct Session {
    /// The context of all that it has seen.
    seen: Context,
    /// The replica that answered its last read of the key first.
    fastest: Option<NodeId>,
}

/// All clients of a cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clients {
    /// Boxed, because a B-tree moves its neighbours about when one comes or goes.
    pending: BTreeMap<RequestId, Box<Pending>>,
    /// The deadlines of operations, earliest first: all have the same timeout, so they are in the
    /// order in which they began. An answered one stays until it is first.
    deadlines: VecDeque<(Instant, RequestId)>,
    /// Each client's memory of each key.
    sessions: BTreeMap<(ClientId, Key), Session>,
    /// The number of requests that each of the user's clients has made.
    ordinals: BTreeMap<ClientId, u64>,
}

impl Clients {
    /// Returns the id of this client's next request.
    pub(crate) fn next_request(&mut self, client: ClientId) -> RequestId {
        let ordinal = self.ordinals.entry(client).or_default();
        let request = client.request(*ordinal);
        *ordinal += 1;
        request
    }

    /// Returns a client's context of a key.
    pub(crate) fn context(&self, client: ClientId, key: &Key) -> Context {
        let session = self.sessions.get(&(client, key.clone()));
        session.map(|session| session.seen.clone()).unwrap_or_default()
    }

    /// Returns the replica that answered a client's last read of a key first, or `None` if there
    /// was no read.
    pub(crate) fn fastest(&self, client: ClientId, key: &Key) -> Option<NodeId> {
        self.sessions.get(&(client, key.clone()))?.fastest
    }

    /// Adds a pending operation with its deadline.
    pub(crate) fn wait(
        &mut self,
        id: RequestId,
        request: Request,
        candidates: PreferenceList,
        deadline: Instant,
    ) {
        self.pending.insert(id, Box::new(Pending { request, candidates, tried: 0 }));
        self.deadlines.push_back((deadline, id));
    }

    /// Returns the next node to ask, with the request, or `None` if all have refused or the
    /// operation is no longer pending.
    pub(crate) fn next_candidate(&mut self, id: RequestId) -> Option<(NodeId, Request)> {
        let pending = self.pending.get_mut(&id)?;
        let node = *pending.candidates.get(pending.tried)?;
        pending.tried += 1;
        Some((node, pending.request.clone()))
    }

    /// Removes a pending operation, or returns `None` if it has ended already.
    pub(crate) fn remove(&mut self, id: RequestId) -> Option<Box<Pending>> {
        self.pending.remove(&id)
    }

    /// Adds what a response shows to its client's session.
    pub(crate) fn learn(&mut self, id: RequestId, key: &Key, response: &Response) {
        let (seen, first) = match response {
            Response::Found { siblings, first } if !siblings.is_empty() || first.is_some() => {
                (siblings.context(), *first)
            }
            Response::Stored { version } => {
                let mut seen = version.past.clone();
                seen.insert(version.dot);
                (seen, None)
            }
            _ => return,
        };
        let session = self.sessions.entry((ClientId::of(id), key.clone())).or_default();
        session.seen.merge(&seen);
        session.fastest = first.or(session.fastest);
    }

    /// Takes the earliest deadline, if it is not after `now`, and returns its operation.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<RequestId> {
        let (_, id) = self.deadlines.pop_front_if(|(at, _)| *at <= now)?;
        Some(id)
    }

    /// Returns the earliest deadline of a pending operation.
    pub(crate) fn next_deadline(&mut self) -> Option<Instant> {
        let pending = &self.pending;
        while self.deadlines.pop_front_if(|(_, id)| !pending.contains_key(id)).is_some() {}
        self.deadlines.front().map(|(at, _)| *at)
    }
}
