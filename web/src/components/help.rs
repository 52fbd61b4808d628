//! What the keys do.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};
use yew::prelude::*;

use crate::lens::Lens;

/// What the help shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whether single keys do something.
    pub(crate) shortcuts: bool,
    /// Switches them on or off.
    pub(crate) on_shortcuts: Callback<bool>,
}

/// The keys, and what they do.
const KEYS: [(&str, &str); 10] = [
    ("Space", "play or pause"),
    ("\u{2190} \u{2192}", "step back and forth by event"),
    ("Shift \u{2190} \u{2192}", "to the mark before, to the next"),
    ("Home End", "to the start, to the furthest moment"),
    ("PgUp PgDn", "step as chosen: a presenter’s remote"),
    (".", "step to the next event"),
    ("\u{2212} +", "slower, faster"),
    ("M", "all mechanisms, or back"),
    ("Esc", "let go of all chosen nodes"),
    ("Enter", "in Value: put"),
];

/// A disclosure with the keys, and the switch that WCAG 2.1.4 asks for: single keys can be turned off.
#[component]
pub(crate) fn Help(props: &Props) -> Html {
    let shortcuts = props.shortcuts;
    html! {
        <details class="help" onfocusout={Callback::from(|event: FocusEvent| close(&event))}>
            <summary title="Keys" aria-label="Keys">{ "?" }</summary>
            // It can have the focus, so that a click on its text does not close it.
            <div class="help-body" tabindex="-1">
                <h2>{ "Keys" }</h2>
                <dl>
                    { for KEYS.into_iter().map(|(key, does)| html! {
                        <div key={key}><dt><kbd>{ key }</kbd></dt><dd>{ does }</dd></div>
                    }) }
                    { for Lens::ALL.into_iter().map(|lens| html! {
                        <div key={lens.name()}>
                            <dt><kbd>{ lens.key() }</kbd></dt>
                            <dd>{ format!("look at: {}", lens.name()) }</dd>
                        </div>
                    }) }
                </dl>
                <label class="check">
                    <input type="checkbox" checked={shortcuts}
                        onchange={props.on_shortcuts.reform(move |_| !shortcuts)} />
                    { "single keys do this" }
                </label>
            </div>
        </details>
    }
}

/// Closes the help once the focus has left it.
fn close(event: &FocusEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let Some(details) = target.and_then(|it| it.closest("details").ok().flatten()) else { return };
    let focused = event.related_target().and_then(|it| it.dyn_into::<Node>().ok());
    if !details.contains(focused.as_ref()) {
        let _ = details.remove_attribute("open");
    }
}
