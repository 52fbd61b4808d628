//! Tests of single mechanisms, one file each.

mod anti_entropy;
mod churn;
mod expiry;
mod failure_detection;
mod hints;
mod monotonic_reads;
mod overload;
mod reads;
mod ring_transitions;
mod transition_turns;
mod versions;
