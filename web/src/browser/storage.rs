//! Local storage: short texts that outlive a visit.
//!
//! A browser that stores nothing is no error: a preference then lasts as long as the page.

use web_sys::Storage;

fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok().flatten()
}

/// Loads the text stored under a name, or `None` if there is none.
pub(crate) fn load(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Stores a text under a name.
pub(crate) fn save(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, text);
    }
}
