//! The address bar and the clipboard.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Reads the fragment without its `#`, or returns `None` if it is empty.
pub(crate) fn fragment() -> Option<String> {
    let hash = gloo::utils::window().location().hash().ok()?;
    hash.strip_prefix('#').filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Sets or removes the address's fragment without a new history entry; returns the whole address.
pub(crate) fn set_fragment(fragment: Option<&str>) -> String {
    let window = gloo::utils::window();
    let whole = window.location().href().unwrap_or_default();
    let base = whole.split('#').next().unwrap_or_default();
    let address = match fragment {
        Some(fragment) => format!("{base}#{fragment}"),
        None => base.to_owned(),
    };
    if let Ok(history) = window.history() {
        // Browsers refuse this only when a page does it hundreds of times a minute.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
    address
}

/// Copies a text to the clipboard; returns whether the browser permitted it.
pub(crate) async fn copy(text: &str) -> bool {
    let navigator: JsValue = gloo::utils::window().navigator().into();
    // On a page that is not served securely there is no clipboard, whatever the types say.
    let has_clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| clipboard.is_object());
    if !has_clipboard {
        return false;
    }
    let writing = gloo::utils::window().navigator().clipboard().write_text(text);
    JsFuture::from(writing).await.is_ok()
}
