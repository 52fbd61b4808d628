//! The ring lens: nodes, keys, cuts and messages on the ring, as a picture or a table.

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
