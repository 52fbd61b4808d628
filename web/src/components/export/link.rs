//! The link to the run, as it is looked at.

use wasm_bindgen_futures::spawn_local;

use crate::browser::address;
use crate::browser::address::ViewParams;
use crate::engine::Engine;
use crate::state::Notice;

/// Puts the run and how it is looked at into the address and on the clipboard, and says so.
pub(crate) fn copy_link(engine: Engine, looked: &ViewParams) {
    let link = looked.behind(&engine.link());
    let address = address::set_fragment(Some(&link));
    spawn_local(async move {
        let notice = if address::copy(&address).await {
            Notice::done("Link copied. It is in the address bar, too.")
        } else {
            Notice::done(
                "The link is in the address bar: copy it from there. This browser keeps the clipboard \
                 closed.",
            )
        };
        engine.say(notice);
    });
}
