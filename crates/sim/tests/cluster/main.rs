//! Tests of the cluster through its public interface, one file per group of calls.

mod chaos;
mod choice;
mod faults;
mod fixture;
mod invariants;
mod links;
mod membership;
mod messages;
mod observations;
mod requests;
mod service;
mod settings;
mod swizzle;
