//! Requests to a test cluster, and inspection of its state.

use std::collections::BTreeSet;

use ringside_store::version::{Context, Siblings};
use ringside_store::{Event, Key, NodeId, PreferenceList, Request, RequestId, Response, Value};

use super::TestCluster;

/// A blind put.
pub(crate) fn put(key: &str, value: &str) -> Request {
    put_after(key, value, Context::new())
}

/// A put with the context of what the client has seen.
pub(crate) fn put_after(key: &str, value: &str, context: Context) -> Request {
    Request::Put { key: Key::new(key), value: Value::new(value), context, ttl: None }
}

/// A delete with the context of what the client has seen.
pub(crate) fn delete(key: &str, context: Context) -> Request {
    Request::Delete { key: Key::new(key), context }
}

pub(crate) fn get(key: &str) -> Request {
    Request::Get { key: Key::new(key) }
}

/// Returns the context of a client that got a response.
pub(crate) fn context_of(response: &Response) -> Context {
    match response {
        Response::Found { siblings, .. } => siblings.context(),
        Response::Stored { version } => {
            let mut context = version.past.clone();
            context.insert(version.dot);
            context
        }
        Response::Unavailable { .. } => Context::new(),
    }
}

impl TestCluster {
    /// Sends a request to a node, under a number of the test's choice.
    pub(crate) fn ask(&mut self, node: u16, id: u64, request: Request) {
        self.drive(NodeId(node), |node, now| node.handle_request(now, RequestId(id), request));
    }

    /// Sends a request to a node, under the next number.
    pub(crate) fn begin(&mut self, node: u16, request: Request) -> RequestId {
        self.next += 1;
        self.ask(node, self.next, request);
        RequestId(self.next)
    }

    /// Sends a request to a node and delivers all messages until it has replied, or else its time
    /// is up.
    pub(crate) fn complete(&mut self, node: u16, request: Request) -> Response {
        let id = self.begin(node, request);
        self.deliver_all();
        if !self.replies.contains_key(&id) {
            self.run(super::TIMEOUT);
        }
        self.replies[&id].clone()
    }

    /// Completes a get, and returns the values.
    pub(crate) fn read(&mut self, node: u16, key: &str) -> Vec<String> {
        let response = self.complete(node, get(key));
        values(&response)
    }

    /// Returns the distinct replicas whose votes the coordinator of a request has counted.
    pub(crate) fn voters(&self, request: RequestId) -> BTreeSet<NodeId> {
        let vote = |(_, event): &(NodeId, Event)| match event {
            Event::Acknowledged { request: of, from, .. }
            | Event::Answered { request: of, from, .. }
            | Event::DigestAnswered { request: of, from, .. }
                if *of == request =>
            {
                Some(*from)
            }
            _ => None,
        };
        self.events.iter().filter_map(vote).collect()
    }

    /// Returns the values that a get returned.
    pub(crate) fn values(&self, request: u64) -> Vec<String> {
        values(&self.replies[&RequestId(request)])
    }

    /// Returns the values that a node holds of a key.
    pub(crate) fn held(&self, node: u16, key: &str) -> Vec<String> {
        let disk = self
            .nodes
            .get(&NodeId(node))
            .map_or_else(|| &self.disks[&NodeId(node)], |node| node.disk());
        let held = disk.get(&Key::new(key));
        held.into_iter().flat_map(Siblings::values).map(ToString::to_string).collect()
    }

    /// Returns a key's preference list as the lowest-numbered node sees it.
    pub(crate) fn preference_list(&self, key: &str) -> Vec<u16> {
        let ring = self.nodes.values().next().expect("a node runs").ring();
        let n = self.config.quorum.n();
        let list: PreferenceList = ring.preference_list(Key::new(key).position(), n);
        list.iter().map(|node| node.0).collect()
    }

    /// Returns the number of events that satisfy `fits`.
    pub(crate) fn count(&self, fits: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|(_, event)| fits(event)).count()
    }
}

fn values(response: &Response) -> Vec<String> {
    match response {
        Response::Found { siblings, .. } => siblings.values().map(ToString::to_string).collect(),
        other => panic!("a get was answered by {other:?}"),
    }
}
