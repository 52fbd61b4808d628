//! Opening and closing the view of the run's staleness.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::drawers::Drawer;
use crate::engine::Engine;
use crate::state::Action;

/// The id of the view.
pub(super) const DESK_ID: &str = "staleness";

/// The id of its heading, which takes the focus when it opens.
pub(super) const HEADING_ID: &str = "staleness-heading";

/// The id of the button that opens it, which takes the focus when it closes.
pub(super) const BUTTON_ID: &str = "staleness-button";

/// Shows the staleness of the run in the place of its ring, or the ring again, and takes the focus
/// along.
pub(crate) fn toggle_staleness(engine: &Engine) {
    engine.dispatch(Action::ToggleDrawer(Drawer::Staleness));
    // It is drawn, or gone, once what the browser is at now is done.
    Timeout::new(0, || {
        let document = gloo::utils::document();
        let find = |id: &str| document.get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
        if let Some(element) = find(HEADING_ID).or_else(|| find(BUTTON_ID)) {
            let _ = element.focus();
        }
    })
    .forget();
}
