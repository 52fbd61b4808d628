//! What the run has and PBS does not know of.

use std::rc::Rc;

use ringside_lab::instruments::Assumed;
use yew::prelude::*;

/// What is listed.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// What PBS takes the run for; none where it can't.
    pub(super) assumed: Option<Rc<Assumed>>,
}

/// The caveats, behind a line that counts them.
#[component]
pub(super) fn Caveats(props: &Props) -> Html {
    let Some(assumed) = &props.assumed else { return Html::default() };
    let caveats = &assumed.caveats;
    if caveats.is_empty() {
        return html! {
            <p class="caveats">{ "The run is as PBS assumes: no repair, no failure, delays of its own." }</p>
        };
    }
    let count = match caveats.len() {
        1 => "PBS does not know of one thing in this run".to_owned(),
        count => format!("PBS does not know of {count} things in this run"),
    };
    html! {
        <details class="caveats">
            <summary>{ count }</summary>
            <ul>{ for caveats.iter().map(|caveat| html! { <li key={caveat.as_str()}>{ caveat }</li> }) }</ul>
        </details>
    }
}
