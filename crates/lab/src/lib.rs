//! An experiment on a Dynamo-style cluster: a run, its scenario and its link.
//!
//! A run is a scenario with its seed, and the commands given to it; nothing else has a part in it.
//! This crate reads and checks scenarios, runs them, takes commands, packs runs into links, and tells
//! what happened as plain data and plain words. The page and the command line are two thin faces on
//! it. It draws nothing and reads no clock.
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
//! println!("{}", operation.outcome.unwrap().words);
//!
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
