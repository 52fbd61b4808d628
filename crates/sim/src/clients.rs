//! The clients: what they wait for, and what they have seen.

use std::collections::{BTreeMap, VecDeque};

use ringside_store::version::Context;
use ringside_store::{Instant, Key, NodeId, PreferenceList, Request, RequestId, Response};

use crate::ClientId;

/// An operation that a client waits for.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// What is asked, to ask the next node where one refuses.
    pub(crate) request: Request,
    /// The nodes that may be asked, in order.
    candidates: PreferenceList,
    tried: usize,
}

/// What a client remembers of a key.
#[derive(Clone, Debug, Default)]
struct Session {
    /// What it has seen.
    seen: Context,
    /// The replica that answered first when it read the key last.
    fastest: Option<NodeId>,
}

/// All clients of a cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clients {
    /// Boxed, because a B-tree moves its neighbours about when one comes or goes.
    pending: BTreeMap<RequestId, Box<Pending>>,
    /// When clients give up, earliest first: all wait for the same time, so the order of asking is the
    /// order of giving up. What was answered stays until it comes first.
    deadlines: VecDeque<(Instant, RequestId)>,
    /// What each client remembers of each key.
    sessions: BTreeMap<(ClientId, Key), Session>,
    /// How many requests each person has made.
    ordinals: BTreeMap<ClientId, u64>,
}

impl Clients {
    /// Gives the id of this client's next request.
    pub(crate) fn next_request(&mut self, client: ClientId) -> RequestId {
        let ordinal = self.ordinals.entry(client).or_default();
        let request = client.request(*ordinal);
        *ordinal += 1;
        request
    }

    /// Gives what a client has seen of a key.
    pub(crate) fn context(&self, client: ClientId, key: &Key) -> Context {
        let session = self.sessions.get(&(client, key.clone()));
        session.map(|session| session.seen.clone()).unwrap_or_default()
    }

    /// Gives the replica that answered first when a client read a key last.
    pub(crate) fn fastest(&self, client: ClientId, key: &Key) -> Option<NodeId> {
        self.sessions.get(&(client, key.clone()))?.fastest
    }

    /// Begins to wait for an operation until a deadline.
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

    /// Gives the next node to ask, with what to ask; none when all have refused, or nobody waits.
    pub(crate) fn next_candidate(&mut self, id: RequestId) -> Option<(NodeId, Request)> {
        let pending = self.pending.get_mut(&id)?;
        let node = *pending.candidates.get(pending.tried)?;
        pending.tried += 1;
        Some((node, pending.request.clone()))
    }

    /// Ends an operation; tells whether its client still waited.
    pub(crate) fn end(&mut self, id: RequestId) -> Option<Box<Pending>> {
        self.pending.remove(&id)
    }

    /// Remembers what an answer showed to its client.
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

    /// Takes out an operation whose deadline is not after `now`, the earliest first.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<RequestId> {
        let (_, id) = self.deadlines.pop_front_if(|(at, _)| *at <= now)?;
        Some(id)
    }

    /// Gives the earliest deadline of an operation that is still waited for.
    pub(crate) fn next_deadline(&mut self) -> Option<Instant> {
        let pending = &self.pending;
        while self.deadlines.pop_front_if(|(_, id)| !pending.contains_key(id)).is_some() {}
        self.deadlines.front().map(|(at, _)| *at)
    }
}
