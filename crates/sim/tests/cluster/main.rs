//! The cluster as a whole: what clients are told, what each fault does, and that a run repeats itself.

mod chaos;
mod choice;
mod faults;
mod fixture;
mod links;
mod membership;
mod messages;
mod requests;
mod service;
mod settings;
mod sightings;
mod swizzle;
mod whole;
