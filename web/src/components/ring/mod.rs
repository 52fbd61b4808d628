//! What the ring shows beside its nodes and their messages, and how it is looked at.

mod fetch_lanes;
mod flow_note;
mod gestures;
mod key_count;
mod key_points;
mod sight;
mod table;
mod tools;

pub(super) use fetch_lanes::FetchLanes;
pub(super) use flow_note::FlowNote;
pub(super) use gestures::use_gestures;
pub(super) use key_count::KeyCount;
pub(super) use key_points::KeyPoints;
pub(super) use sight::{Sight, SightLines, sight_of};
pub(super) use table::RingTable;
pub(super) use tools::{RingTools, observers};
