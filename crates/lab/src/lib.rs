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

mod acts;
mod beliefs;
mod built_in;
mod carry_out;
mod changes;
mod command;
pub mod diagram;
mod error;
mod exchanges;
mod explain;
mod flows;
mod frame;
mod history;
mod instruments;
mod intent;
mod lab;
mod lineage;
mod link;
mod marks;
mod mechanisms;
mod operation;
mod planned;
mod predict;
mod pulse;
mod record;
mod ring_frame;
pub mod runbook;
pub mod scenario;
mod series;
mod shiviz;
mod steps;
mod stories;
mod summary;
pub mod sweep;
mod timeline;
mod transcript;
mod twins;
mod verdict;
mod view;
mod words;

pub use beliefs::{Belief, BeliefError, Beliefs, Truth};
pub use built_in::{BUILT_IN, BuiltIn};
pub use changes::Changes;
pub use command::{Command, Way};
pub use error::{CommandError, LinkError, ScenarioError};
pub use exchanges::{
    BytesFrame, DifferingFrame, Ending, ExchangeFrame, ExchangeLine, ExchangeMessage, Fate,
    LevelFrame, RangeLine, TreeNode, TreesFrame,
};
pub use explain::{Explanation, Sentence};
pub use flows::{Flow, Flows, Party};
pub use frame::{
    Ask, Frame, HintCaused, HintStage, KeyFrame, Lamp, LogLine, NodeFrame, OperationFrame,
    OutcomeFrame, Outcomes, PlanFrame, RepairCaused, ReplicaFrame, ReplicaProgress, Tone, Totals,
    VersionFrame, Vote,
};
pub use instruments::QuorumFigures;
pub use lab::Lab;
pub use lineage::{
    Cell, Comparison, Dropped, HintHeld, Holder, LatestWins, Lineage, LineageVersion, Relation,
    WriteEnding, Writer,
};
pub use marks::{Mark, MarkKind};
pub use mechanisms::{
    AskCounters, DetectorCounters, ExchangeCounters, HintCounters, MailboxCounters, Mechanisms,
    RepairCounters, SiblingCounters, StreamCounters, TombstoneCounters,
};
pub use planned::Planned;
pub use predict::Assumed;
pub use pulse::PulseFrame;
pub use record::{Record, RecordFormat};
pub use ring_frame::{Agreement, FetchFrame, KeyPoint, RingFrame, RingNode};
pub use ringside_checker as checker;
pub use ringside_sim::{
    ClientId, CoordinatorChoice, Digest, End, Entry, Flight, Kind, Loss, MessageId, Regions, Strain,
};
pub use ringside_staleness::slo::Timescale;
pub use ringside_staleness::{
    Ages, ClientSessions, Conflicts, Convergence, CurvePoint, Debt, HintQueue, Lags, Measured,
    Quorums, Repairs, ReplicaLag, Sessions, Staleness, Tallies, Window, pbs, slo,
};
pub use ringside_store::version::{Actor, Dot};
pub use ringside_store::{
    Cargo, Detection, Duration, Hearing, Instant, NodeId, Operation, Quorum, RequestId, Settings,
    Status, Token, settings,
};
pub use scenario::Scenario;
pub use series::csv;
pub use shiviz::Shiviz;
pub use summary::{Messages, Operations, Quantiles, Report, RingReport, Summary};
pub use timeline::{Ahead, Behind, Landmark, Timeline};
pub use transcript::Transcript;
pub use twins::{Companion, Difference, Twins, Twist};
pub use verdict::{SessionVerdict, Verdict, WitnessFrame, WitnessOperation};
pub use view::Focus;
