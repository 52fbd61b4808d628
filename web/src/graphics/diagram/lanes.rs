//! The lanes: the active clients, and below them the nodes.

use ringside_lab::diagram::Diagram;
use ringside_lab::{ClientId, Endpoint, Instant, NodeId};

/// The lanes from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lanes {
    clients: Vec<ClientId>,
    nodes: usize,
}

/// The number of window widths for which an inactive client keeps its lane, so that lanes do not come and go
/// with every operation.
const LINGERS: u64 = 4;

impl Lanes {
    /// Lays out one lane per node, and one per client that takes part in events in the window or shortly
    /// before it.
    pub(crate) fn new(diagram: &Diagram, from: Instant, to: Instant) -> Self {
        let lingers = to.since(from).as_us() * LINGERS;
        let since = Instant::from_us(from.as_us().saturating_sub(lingers));
        Self { clients: diagram.clients(since, to), nodes: usize::from(diagram.nodes) }
    }

    /// Returns the number of lanes.
    pub(crate) fn len(&self) -> usize {
        self.clients.len() + self.nodes
    }

    /// Returns the number of clients' lanes.
    pub(crate) fn clients(&self) -> usize {
        self.clients.len()
    }

    /// Returns the place of an endpoint's lane, counted from the top, or `None` if it has no lane.
    pub(crate) fn place(&self, end: Endpoint) -> Option<usize> {
        match end {
            Endpoint::Client(client) => self.clients.iter().position(|other| *other == client),
            Endpoint::Node(node) => {
                (node.index() < self.nodes).then_some(self.clients.len() + node.index())
            }
        }
    }

    /// Returns the endpoint whose lane is at a place, or `None` if there is no such lane.
    pub(crate) fn end(&self, place: usize) -> Option<Endpoint> {
        let client = self.clients.get(place).copied().map(Endpoint::Client);
        client.or_else(|| {
            let node = place.checked_sub(self.clients.len()).filter(|node| *node < self.nodes);
            node.map(|node| Endpoint::Node(NodeId(node as u16)))
        })
    }
}

/// Names the endpoint of a lane.
pub(crate) fn host_name(end: Endpoint) -> String {
    match end {
        Endpoint::Node(node) => node.to_string(),
        Endpoint::Client(client) => match client.node() {
            Some(node) => format!("you at {node}"),
            None if client == ClientId::USER => "you".to_owned(),
            None => format!("client {}", client.0),
        },
    }
}
