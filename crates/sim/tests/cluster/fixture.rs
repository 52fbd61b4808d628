//! A small cluster for tests, and queries of its journal.

use std::collections::BTreeMap;

use ringside_random::Latency;
use ringside_sim::{
    Channels, Cluster, Config, CoordinatorChoice, Endpoint, Entry, EntryKind, Intervention, Legs,
    Load, Loss, Outcome, Service,
};
use ringside_store::{
    Duration, Instant, Key, NodeId, Operation, Partitioning, Quorum, RequestId, Response, Settings,
    Value,
};

/// Returns the configuration of five nodes on a network without faults, and no load.
pub(crate) fn config() -> Config {
    Config {
        seed: 1,
        nodes: 5,
        partitioning: Partitioning::RandomTokens { tokens: 8 },
        quorum: Quorum::new(3, 2, 2).expect("a possible quorum"),
        request_timeout: Duration::from_ms(100),
        settings: Settings::default(),
        service: Service::default(),
        clocks: BTreeMap::new(),
        channels: Channels {
            latency: Latency::Uniform { min_us: 4_000, max_us: 16_000 },
            legs: Legs::default(),
            regions: None,
            client_latency: Latency::Constant { us: 1_000 },
            loss: 0.0,
            duplication: 0.0,
            reordering: 0.0,
            links: BTreeMap::new(),
        },
        coordinator: CoordinatorChoice::Replica,
        client_timeout: Duration::from_ms(300),
        load: None,
    }
}

pub(crate) fn load(rate: f64) -> Load {
    Load {
        rate,
        read_share: 0.5,
        clients: 3,
        keys: 10,
        exponent: 0.0,
        delete_share: 0.0,
        blind: 0.0,
        shared_keys: false,
        ttl: None,
    }
}

pub(crate) fn start(config: Config) -> Cluster {
    Cluster::new(config).expect("a possible cluster")
}

pub(crate) fn run_for(cluster: &mut Cluster, ms: u64) {
    let until = cluster.now() + Duration::from_ms(ms);
    assert!(cluster.advance(until, u64::MAX), "the time is reached");
    assert_eq!(cluster.now(), until);
}

pub(crate) fn put(
    cluster: &mut Cluster,
    key: &str,
    value: &str,
    through: Option<u16>,
) -> RequestId {
    let value = Some(Value::new(value));
    let through = through.map(NodeId);
    cluster.request(Operation::Put, &Key::new(key), value, through).expect("a known node")
}

pub(crate) fn get(cluster: &mut Cluster, key: &str, through: Option<u16>) -> RequestId {
    let through = through.map(NodeId);
    cluster.request(Operation::Get, &Key::new(key), None, through).expect("a known node")
}

/// Returns how an operation ended for its client.
pub(crate) fn outcome(cluster: &Cluster, id: RequestId) -> Option<Outcome> {
    cluster.journal().since(0).find_map(|entry| match &entry.kind {
        EntryKind::Returned { request, outcome } if *request == id => Some(outcome.clone()),
        _ => None,
    })
}

pub(crate) fn is_ok(cluster: &Cluster, id: RequestId) -> bool {
    outcome(cluster, id).is_some_and(|outcome| outcome.is_ok())
}

pub(crate) fn values(outcome: Option<Outcome>) -> Vec<String> {
    match outcome {
        Some(Outcome::Answered(Response::Found { siblings, .. })) => {
            siblings.values().map(ToString::to_string).collect()
        }
        other => panic!("no answer to a get: {other:?}"),
    }
}

pub(crate) fn losses(cluster: &Cluster, why: Loss) -> usize {
    let entries = cluster.journal().since(0);
    entries.filter(|e| matches!(e.kind, EntryKind::Lost { why: of, .. } if of == why)).count()
}

/// Returns the messages that a node handled, with their times.
pub(crate) fn handled_by(cluster: &Cluster, node: NodeId) -> Vec<(Instant, u64)> {
    let handled = |entry: &Entry| match &entry.kind {
        EntryKind::Delivered { message } if message.to == Endpoint::Node(node) => {
            Some((entry.at, message.id.0))
        }
        _ => None,
    };
    cluster.journal().since(0).filter_map(handled).collect()
}

/// Returns the interventions in the journal, with their times.
pub(crate) fn interventions(cluster: &Cluster) -> Vec<(Instant, Intervention)> {
    let intervention = |entry: &Entry| match &entry.kind {
        EntryKind::Intervention(it) => Some((entry.at, it.clone())),
        _ => None,
    };
    cluster.journal().since(0).filter_map(intervention).collect()
}

/// Returns nodes by their numbers.
pub(crate) fn nodes(numbers: impl IntoIterator<Item = u16>) -> Vec<NodeId> {
    numbers.into_iter().map(NodeId).collect()
}
