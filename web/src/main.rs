//! The page: a cluster in a browser tab, to be watched and interfered with.
//!
//! The page is a front end of `ringside-lab` and uses none of our other crates directly. It shows the lab's
//! frames and sends the user's acts as the lab's commands; no number and no state on the screen comes from
//! elsewhere.
//!
//! The modules are layers; each one uses only those further down, and `cargo xtask tidy` checks it:
//!
//! - [`app`]: the layout of the page.
//! - [`shortcuts`]: the handler of keys that work anywhere.
//! - [`components`]: what the page draws, from narrow properties.
//! - [`engine`]: the lab behind the page and the one animation loop.
//! - [`keys`]: the table of key bindings. [`browser`]: address bar, files, storage.
//! - [`state`]: one reducer: what the page shows and how that changes.
//! - [`graphics`]: pictures as plain data, and their painters.
//! - [`mod@format`]: numbers and names as text.

mod app;
mod browser;
mod components;
mod engine;
mod format;
mod graphics;
mod keys;
mod shortcuts;
mod state;

/// The element of index.html that the page lives in.
const ROOT: &str = "page";

fn main() {
    let document = gloo::utils::document();
    let root = document.get_element_by_id(ROOT).unwrap_or_else(|| {
        document.body().map_or_else(|| unreachable!("a page has a body"), Into::into)
    });
    yew::Renderer::<app::App>::with_root(root).render();
}
