//! Checkers of what clients observed of a store: linearizability and session guarantees of registers.
//!
//! A [`History`] is what the clients of a store know: the operations that they invoked on each key, the
//! results, and the order of both. The checkers use that and nothing else. They know no nodes, no
//! versions and no messages, and they share no code with the store that they judge, or they would inherit
//! its mistakes.
//!
//! - [`register::check`] decides whether every key was a linearizable register (Herlihy and Wing,
//!   "Linearizability", 1990).
//! - [`sessions::check`] decides which of the four session guarantees every process had (Terry et al.,
//!   "Session Guarantees for Weakly Consistent Replicated Data", 1994).
//! - [`read`] reads histories as JSON lines and as the EDN that Jepsen and Knossos write;
//!   [`to_json_lines`] writes what it reads.
//!
//! Both checkers return the few operations that already contradict each other, with an explanation:
//!
//! ```
//! use ringside_checker::{Call, History, register};
//!
//! let mut history = History::new();
//! let old = history.invoke(0, "cart", Call::Write("apple"));
//! history.ok(old);
//! let new = history.invoke(1, "cart", Call::Write("pear"));
//! history.ok(new);
//! let stale = history.invoke(2, "cart", Call::Read(None));
//! history.ok_read(stale, "apple");
//!
//! let report = register::check(&history, &"nothing", register::SearchLimits::default());
//! assert_eq!(report.is_linearizable(), Some(false));
//! let (key, witness) = report.witness().unwrap();
//! assert_eq!((*key, &witness.operations), ("cart", &vec![old, new, stale]));
//! assert_eq!(
//!     witness.why,
//!     "process 0's write of apple ended before process 1's write of pear began, so apple came \
//!      before pear; process 1's write of pear ended before process 2's read of apple began, so \
//!      pear came before apple; and each was written only once"
//! );
//! ```

mod datum;
mod history;
mod operation;
mod read;
pub mod register;
pub mod sessions;
mod shrink;
mod write;

pub use datum::Datum;
pub use history::{Event, History, Phase};
pub use operation::{Call, Completion, Operation, OperationId};
pub use read::{ReadError, RecordedHistory, read};
pub use write::{json_line, to_json_lines};
