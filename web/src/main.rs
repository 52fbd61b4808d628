//! The page: a cluster in a browser tab, to be watched and interfered with.
//!
//! It is one face of `ringside-lab` and knows nothing else of ours. It shows what the lab's frames
//! say and does what a person asks by the lab's commands; no number and no state on the screen comes
//! from anywhere else.
//!
//! - [`state`] is one reducer: what the page shows, and how that changes; [`time`] is its part about going
//!   back and forth, and [`course`] is where the run stands.
//! - [`engine`] owns the lab and the one animation loop.
//! - [`charts`] make plots of what the instruments say; [`foresight`] has a web worker predict.
//! - [`paint`] paints the messages in flight on a canvas; [`ring`] knows where everything lies, and
//!   [`ring_view`] how it is looked at.
//! - [`diagram`] makes the space-time diagram a picture, for a canvas or a file.
//! - [`components`] draw the rest, each from narrow properties.

mod address;
mod app;
mod charts;
mod components;
mod course;
mod diagram;
mod drawers;
mod engine;
mod files;
mod foresight;
mod gossip;
mod keys;
mod kinds;
mod latency;
mod lens;
mod lineage;
mod merkle;
mod paint;
mod picture;
mod playbook;
mod resizing;
mod resolving;
mod ring;
mod ring_view;
mod shortcuts;
mod speed;
mod state;
mod survey;
mod theme;
mod time;
mod twins;
mod words;

/// The element of index.html that the page lives in.
const ROOT: &str = "page";

fn main() {
    let document = gloo::utils::document();
    let root = document.get_element_by_id(ROOT).unwrap_or_else(|| {
        document.body().map_or_else(|| unreachable!("a page has a body"), Into::into)
    });
    yew::Renderer::<app::App>::with_root(root).render();
}
