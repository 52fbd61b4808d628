//! The legend of the dots, which also shows and hides them.

use ringside_lab::Kind;
use yew::prelude::*;

use super::kind_mark::KindMark;
use crate::kinds::{KindSet, Look};

/// What the legend shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The kinds whose dots are hidden.
    pub(crate) hidden: KindSet,
    /// Shows a kind's dots, or hides them.
    pub(crate) on_toggle: Callback<Kind>,
}

/// A button a kind of message, pressed while its dots are shown.
#[component]
pub(crate) fn Legend(props: &Props) -> Html {
    let entry = |kind: Kind| {
        let look = Look::of(kind);
        let shown = !props.hidden.contains(kind);
        html! {
            <li key={kind.name()}>
                <button type="button" class="legend-entry" aria-pressed={shown.to_string()}
                    title={look.meaning} onclick={props.on_toggle.reform(move |_| kind)}>
                    <KindMark {kind} />
                    <span>{ look.word }</span>
                </button>
            </li>
        }
    };
    html! {
        <ul class="legend" aria-label="Messages: press to show or hide a kind">
            { for Kind::ALL.into_iter().map(entry) }
        </ul>
    }
}
