//! What the ring shows beside its nodes and their messages, and how it is looked at.

mod cut_lines;
mod departed_nodes;
mod fetch_lanes;
mod flow_note;
mod gestures;
mod key_count;
mod key_points;
mod key_walk;
mod legend;
mod node_button;
mod ring_band;
mod stage;
mod stage_tags;
mod table;
mod tools;
mod viewpoint;

pub(crate) use legend::Legend;
pub(crate) use stage::Stage;
