//! The legend of the signs in the picture.

use yew::prelude::*;

/// The legend of the signs that the legend of the messages lacks: how messages end, and the patterns of
/// fault spans.
#[component]
pub(super) fn Signs() -> Html {
    let sign = |name: &str, class: &'static str, d: &'static str| {
        html! {
            <li>
                <svg class={classes!("diagram-sign", class)} viewBox="0 0 24 14" aria-hidden="true">
                    <path {d} />
                </svg>
                { name }
            </li>
        }
    };
    html! {
        <ul class="diagram-key" aria-label="Signs">
            { sign("lost", "is-lost", "M1 12L12 6M9 3l6 6M9 9l6 -6") }
            { sign("on its way", "is-open", "M1 12L11 7M18.5 5a3.5 3.5 0 1 1 -7 0a3.5 3.5 0 1 1 7 0") }
            { sign("held", "is-held", "M1 7H13M16 2v10M20 2v10") }
            { sign("cut", "is-cut", "M1 1L13 13M8 1L20 13M15 1L23 9M1 8L6 13") }
            { sign("stopped", "is-down", "M1 13L13 1M6 13L18 1M11 13L23 1M1 8L8 1M16 13L23 6") }
            { sign("paused", "is-down", "M3 1V13M8 1V13M13 1V13M18 1V13M22 1V13") }
            { sign("slow", "is-down", "M1 3H23M1 7H23M1 11H23") }
            { sign("lossy", "is-cut", "M1 1L13 13M11 1L23 13M13 1L1 13M23 1L11 13") }
            { sign("clogged", "is-clogged", "M1 4H23M1 10H23M5 1V13M12 1V13M19 1V13") }
        </ul>
    }
}
