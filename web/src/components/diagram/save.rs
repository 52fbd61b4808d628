//! The picture as a file that the browser saves.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::engine::Engine;
use crate::state::Notice;

/// The name of the file.
const NAME: &str = "ringside-diagram.svg";

/// Saves the picture as an SVG file.
pub(super) fn save(engine: &Engine) {
    let saved = engine.diagram_svg().and_then(|text| offer(&text).ok());
    engine.say(match saved {
        Some(()) => Notice::done(format!("The diagram is saved as {NAME}.")),
        None => Notice::refused("the picture could not be saved"),
    });
}

/// Offers text as a file. Browsers take a link that is pressed for that.
fn offer(text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    let parts = Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = gloo::utils::document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(NAME);
    link.click();
    Url::revoke_object_url(&address)
}
