//! Discrete-event simulator of a cluster of `ringside-store` nodes.
//!
//! It owns virtual time, the channels between nodes, the disks that survive a crash, the clients
//! and their load, and the faults. It does not judge: whether a read was stale or a history
//! linearizable is decided by observers, which read nothing but the [`Journal`] and what
//! [`Cluster::watch`] reports.
//!
//! All randomness is counter-based (see `ringside-random`) and all order is total, so that the same
//! configuration and calls give a byte-identical journal natively and in WebAssembly.
//!
//! ```
//! use ringside_random::Latency;
//! use ringside_sim::{Channels, Cluster, Config, CoordinatorChoice, Service};
//! use ringside_store::{
//!     Duration, Instant, Key, Operation, Partitioning, Quorum, Settings, Value,
//! };
//!
//! let config = Config {
//!     seed: 1,
//!     nodes: 5,
//!     partitioning: Partitioning::RandomTokens { tokens: 8 },
//!     quorum: Quorum::new(3, 2, 2).unwrap(),
//!     request_timeout: Duration::from_secs(1),
//!     settings: Settings::default(),
//!     service: Service::default(),
//!     clocks: Default::default(),
//!     channels: Channels {
//!         latency: Latency::Exponential { mean_us: 10_000.0 },
//!         legs: Default::default(),
//!         regions: None,
//!         client_latency: Latency::Constant { us: 1_000 },
//!         loss: 0.0,
//!         duplication: 0.0,
//!         reordering: 0.0,
//!         links: Default::default(),
//!     },
//!     coordinator: CoordinatorChoice::Replica,
//!     client_timeout: Duration::from_secs(2),
//!     load: None,
//! };
//! let mut cluster = Cluster::new(config).unwrap();
//! let value = Some(Value::new("blue"));
//! cluster.request(Operation::Put, &Key::new("colour"), value, None).unwrap();
//! assert!(cluster.advance(Instant::from_us(1_000_000), u64::MAX));
//! println!("{} entries, digest {}", cluster.journal().written(), cluster.journal().digest());
//! ```

mod chaos;
mod clients;
mod cluster;
mod config;
mod error;
mod journal;
mod load;
mod message;
mod network;
mod queue;
mod shuffle;
mod swizzle;

pub use cluster::{
    Cluster, DifferingKey, ExchangeBegun, ExchangeSent, NodeView, Observation, ObservationKind,
};
pub use config::{ClockSkew, Config, CoordinatorChoice, MAX_NODES, Service};
pub use error::ClusterError;
pub use journal::{Digest, Entry, EntryKind, Envelope, Intervention, Journal, Loss, Outcome};
pub use load::Load;
pub use message::{ClientId, Endpoint, InFlight, MessageId};
pub use network::{Channels, Legs, LinkImpairment, LinkModel, Regions};
pub use ringside_store::MessageKind;
