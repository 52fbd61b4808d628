//! What a node is told about its cluster.

use std::sync::Arc;

use crate::{Duration, Quorum, Ring};

/// The settings of a node. All nodes of a cluster are given the same.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who holds which key.
    pub ring: Arc<Ring>,
    /// How many replicas there are, and how many must answer.
    pub quorum: Quorum,
    /// How long a coordinator waits for answers before it fails the request.
    pub request_timeout: Duration,
    /// Whether a read writes what it learned to the replicas that lack it.
    pub read_repair: bool,
}
