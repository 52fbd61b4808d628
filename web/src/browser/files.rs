//! Files that the page saves and reads.

use ringside_lab::Scenario;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// The largest file that is read as a scenario, in bytes.
const LARGEST: f64 = 4_000_000.0;

/// Saves a text as a file; returns whether the browser accepted it.
pub(crate) fn save_text(name: &str, kind: &str, text: &str) -> bool {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    Blob::new_with_str_sequence_and_options(&parts, &options).is_ok_and(|blob| save(name, &blob))
}

/// Saves a file; returns whether the browser accepted it.
pub(crate) fn save(name: &str, blob: &Blob) -> bool {
    let Ok(address) = Url::create_object_url_with_blob(blob) else { return false };
    let document = gloo::utils::document();
    let anchor = document.create_element("a").ok();
    let Some(anchor) = anchor.and_then(|it| it.dyn_into::<HtmlAnchorElement>().ok()) else {
        return false;
    };
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // By then the browser has begun to read the file.
    gloo::timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    true
}

/// Names a file after the scenario, such as `ringside-a-healthy-cluster-series.csv`.
pub(crate) fn name(scenario: &Scenario, what: &str) -> String {
    let letters = scenario
        .title
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { ' ' });
    let words: String = letters.collect();
    let words: Vec<&str> = words.split_whitespace().take(6).collect();
    let title = words.join("-");
    let between = if title.is_empty() { "" } else { "-" };
    format!("ringside{between}{title}{what}")
}

/// Reads a file as text.
///
/// # Errors
///
/// Returns the reason why the file can't be read.
pub(crate) async fn read(file: &File) -> Result<String, String> {
    if file.size() > LARGEST {
        return Err("it is too large for a scenario".to_owned());
    }
    let text = JsFuture::from(file.text()).await;
    let text = text.ok().and_then(|text| text.as_string());
    text.ok_or_else(|| "the browser can\u{2019}t read it".to_owned())
}

#[cfg(test)]
mod tests {
    use ringside_lab::BUILT_IN;

    use super::*;

    #[test]
    fn files_are_named_after_the_scenario() {
        let [first, ..] = BUILT_IN;
        let mut scenario = first.scenario().expect("it can be read");
        scenario.title = "A net, cut in 2: \u{00e9}t\u{00e9} ../x".to_owned();
        assert_eq!(name(&scenario, ".json"), "ringside-a-net-cut-in-2-t.json");
        scenario.title = "\u{2603}".to_owned();
        assert_eq!(name(&scenario, "-series.csv"), "ringside-series.csv");
    }
}
