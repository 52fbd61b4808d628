//! Experiments on a Dynamo-style cluster: scenarios, runs, and everything that can be known of a run.
//!
//! A [`Scenario`] describes a cluster, its network and its load in a readable file. A [`Lab`] runs it in
//! virtual time and takes [`Command`]s: requests to the store, faults, and changes of settings. A
//! [`timeline::Timeline`] seeks to any moment of a run, and a link repeats the run elsewhere. Observers of the
//! journal answer questions about the run: what each node holds ([`frame`]), what happened when ([`diagram`]),
//! why an operation ended as it did ([`explain`]), how versions relate ([`versions`]), whether the histories
//! are linearizable ([`verdict`]), and how stale the reads are ([`instruments`]).
//!
//! A run is a function of its scenario, its seed and its commands. The crate refuses everything else: it reads
//! no clock, no entropy, no file and no network, it starts no thread, and it draws nothing. Results are plain
//! data and plain English ([`words`]). A scenario, a link or a command with an impossible value is refused with
//! the place and the reason, and nothing has changed then. No observer affects the run.
//!
//! The caller drives the loop: it advances the virtual time, gives commands, and reads frames.
//!
//! ```
//! use ringside_lab::{BuiltIn, Command, Focus, Instant, Lab};
//!
//! let scenario = BuiltIn::find("healthy").unwrap().scenario().unwrap();
//! let mut lab = Lab::open(scenario).unwrap();
//! lab.advance_to(Instant::from_us(1_000_000));
//! lab.command(Command::Put { key: "colour".into(), value: "blue".into(), through: None, ttl: None }).unwrap();
//! lab.advance_to(Instant::from_us(2_000_000));
//! let operation = lab.frame(&Focus::default()).operation.unwrap();
//! assert!(operation.outcome.unwrap().words.starts_with("ok: "));
//!
//! // A link repeats the run, command by command, to the same journal.
//! let (mut again, moment) = Lab::open_link(&lab.link()).unwrap();
//! again.advance_to(moment);
//! assert_eq!(again.digest(), lab.digest());
//! ```

pub mod diagram;
mod error;
pub mod explain;
pub mod export;
pub mod frame;
pub mod gossip;
pub mod instruments;
mod lab;
pub mod merkle;
pub mod ring;
pub mod scenario;
pub mod sweep;
pub mod timeline;
pub mod twins;
pub mod verdict;
pub mod versions;
pub mod words;

pub use error::{CommandError, LinkError, ScenarioError};
pub use frame::Focus;
pub use lab::{Command, DirectedLink, Lab, Planned};
pub use ringside_checker as checker;
pub use ringside_sim::{
    ClientId, CoordinatorChoice, Digest, Endpoint, Entry, InFlight, LinkImpairment, Loss,
    MessageId, MessageKind, Regions,
};
pub use ringside_staleness::{pbs, slo};
pub use ringside_store::version::{Actor, Dot};
pub use ringside_store::{
    Detection, Duration, HeartbeatStats, Instant, NodeId, Operation, PayloadSize, Quorum,
    RequestId, Settings, Status, Token, settings,
};
pub use scenario::{BUILT_IN, BuiltIn, Scenario};
