//! The link to the run and its view.

use wasm_bindgen_futures::spawn_local;

use crate::browser::address;
use crate::engine::Engine;
use crate::state::Notice;
use crate::state::view_params::ViewParams;

/// Puts the link to the run and its view into the address bar and on the clipboard, and notifies the user.
pub(crate) fn copy_link(engine: Engine, view_params: &ViewParams) {
    let link = view_params.behind(&engine.link());
    let address = address::set_fragment(Some(&link));
    spawn_local(async move {
        let notice = if address::copy(&address).await {
            Notice::done("Link copied. It is in the address bar, too.")
        } else {
            Notice::done(
                "The link is in the address bar: copy it from there. The browser denies access to the \
                 clipboard.",
            )
        };
        engine.say(notice);
    });
}
