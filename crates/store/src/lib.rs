//! One node of a Dynamo-style replicated key-value store, as a deterministic state machine.
//!
//! The store follows Dynamo (DeCandia et al., SOSP 2007): consistent hashing with virtual nodes, N
//! replicas of each key, coordinators that ask all N and respond at R or W answers, dotted version
//! vectors with siblings, and read repair.
//!
//! A [`Node`] does no I/O, reads no clock, draws all randomness from its seed and never sleeps.
//! Time, messages and requests are passed in; outputs are polled from it. So the same node runs in a
//! test, in a simulator and in a browser tab. It knows nothing of channels, of clients' patience or
//! of observers.
//!
//! This is the loop that drives a node, here with a cluster of one:
//!
//! ```
//! use std::sync::Arc;
//! use ringside_store::{
//!     Config, Disk, Duration, Instant, Key, Node, NodeId, Output, Partitioning, Quorum, Request,
//!     RequestId, Rings, Settings, Value, version::Context,
//! };
//!
//! let config = Config {
//!     quorum: Quorum::new(1, 1, 1).unwrap(),
//!     partitioning: Partitioning::RandomTokens { tokens: 8 },
//!     request_timeout: Duration::from_secs(1),
//!     settings: Arc::new(Settings::default()),
//!     rings: Rings::default(),
//!     seed: 7,
//! };
//! let disk = Disk::new(NodeId(0), 0, [NodeId(0)]);
//! let mut node = Node::new(config, disk, Instant::ZERO);
//! let put = Request::Put {
//!     key: Key::new("colour"),
//!     value: Value::new("blue"),
//!     context: Context::new(),
//!     ttl: None,
//! };
//! node.handle_request(Instant::ZERO, RequestId(1), put);
//! let mut replied = false;
//! while let Some(output) = node.poll_output() {
//!     match output {
//!         Output::Send { to, message } => unreachable!("no other node: {to} {message:?}"),
//!         Output::Reply { id, response } => replied = id == RequestId(1) && response.is_ok(),
//!         Output::Event(event) => println!("{event:?}"),
//!     }
//! }
//! assert!(replied);
//! assert_eq!(node.poll_timeout(), None, "no timer is set");
//! ```

mod anti_entropy;
mod cluster_view;
mod config;
mod coordinator;
mod deadlines;
mod disk;
mod event;
mod expiry;
mod failure_detector;
mod gossip;
mod handoff;
mod hints;
mod id;
mod key;
mod latency_window;
mod membership;
pub mod merkle;
mod merkle_forest;
mod message;
mod message_kind;
mod node;
mod output;
mod ownership_change;
mod partitioning;
mod quorum;
mod range;
mod range_set;
mod read_repair;
mod replica;
mod request;
mod ring;
mod ring_transitions;
pub mod settings;
mod storage;
mod streaming;
mod throttle;
mod time;
pub mod version;
mod wire_size;

pub use config::{Config, Rings};
pub use disk::Disk;
pub use event::{Event, HashPair, HintCause, HintRefusal};
pub use failure_detector::{Detection, HeartbeatStats};
pub use hints::HintStore;
pub use id::{NodeId, ParseNodeIdError, RequestId};
pub use key::{Key, Position, Value};
pub use membership::{Member, Status};
pub use message::Message;
pub use message_kind::MessageKind;
pub use node::Node;
pub use output::Output;
pub use partitioning::Partitioning;
pub use quorum::{Quorum, QuorumError, QuorumState, Tally};
pub use range::Range;
pub use request::{Operation, Request, Response, UnavailableReason};
pub use ring::{PreferenceList, Ring, Token};
pub use settings::{Settings, SettingsError};
pub use streaming::Fetch;
pub use time::{Clock, Duration, Instant, ParseDurationError};
pub use wire_size::{BucketSize, PayloadSize};
