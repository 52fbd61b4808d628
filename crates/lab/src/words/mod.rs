//! The vocabulary of the log, the explanations and the page: one name for each thing, one format for
//! each kind of number.
//!
//! Names, all for the middle of a sentence ([`capital`] makes one that begins it):
//!
//! - [`kind_name`]: a kind of message, `acknowledgement`
//! - [`loss_reason`]: why a message was lost, `the link is cut`
//! - [`client_name`]: a client, `you at A`
//! - [`endpoint_name`]: a sender or receiver, `A`, `you` or `client 3`
//! - a node is named by its `Display`, `A`
//!
//! Times: [`length`] for what was measured, [`span`] for what was set, [`moment`] for an instant.
//!
//! Numbers: [`percent`], [`rounded`], [`thousands`], [`count`], [`count_of`], [`bytes`].
//!
//! Lists: [`list`] (`A, B and C`), [`joined`] (`A, B, C`), [`first_few`] (`A, B and 98 more`).

mod format;
mod phrases;

pub use format::{
    bytes, capital, count, count_of, first_few, joined, length, list, moment, percent, rounded,
    span, thousands,
};
pub use phrases::{client_name, endpoint_name, kind_name, loss_reason};
pub(crate) use phrases::{hint_refusal_reason, read_result};
