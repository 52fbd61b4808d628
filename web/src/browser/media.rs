//! Media queries: what the system says about colours and motion.

use web_sys::{MediaQueryList, Window};

/// Whether the system is set to dark colours.
pub(crate) fn prefers_dark() -> bool {
    matches_media("(prefers-color-scheme: dark)")
}

/// Whether the system is set to reduced motion.
pub(crate) fn wants_little_motion() -> bool {
    matches_media("(prefers-reduced-motion: reduce)")
}

fn matches_media(query: &str) -> bool {
    let ask = |window: Window| window.match_media(query).ok().flatten();
    ask(gloo::utils::window()).is_some_and(|list: MediaQueryList| list.matches())
}
