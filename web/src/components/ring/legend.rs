//! The legend of the dots, which also shows and hides them.

use ringside_lab::MessageKind;
use yew::prelude::*;

use crate::components::widgets::KindMark;
use crate::graphics::kinds::{Family, FamilySet, Look};

/// What the legend shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The families whose dots are hidden.
    pub(crate) hidden: FamilySet,
    /// Shows a family's dots, or hides them.
    pub(crate) on_toggle: Callback<Family>,
}

/// A button a family of messages, pressed while its dots are shown.
#[component]
pub(crate) fn Legend(props: &Props) -> Html {
    let entry = |family: Family| {
        let shown = !props.hidden.contains(family);
        // A hollow mark says what the filled one of its shape says, and that it is the answer: that is
        // said once for all.
        let asking = family.kinds().filter(|kind| Look::of(*kind).filled);
        html! {
            <li key={family.word()}>
                <button type="button" class="legend-entry" aria-pressed={shown.to_string()}
                    title={meaning(family)} onclick={props.on_toggle.reform(move |_| family)}>
                    <span class="legend-marks">
                        { for asking.map(|kind| html! { <KindMark key={kind.name()} {kind} /> }) }
                    </span>
                    <span>{ family.word() }</span>
                </button>
            </li>
        }
    };
    html! {
        <ul class="legend" aria-label="Messages: press to show or hide a family">
            { for Family::ALL.into_iter().map(entry) }
            <li class="legend-note">
                <KindMark kind={MessageKind::WriteAck} />{ "answers" }
            </li>
        </ul>
    }
}

/// Says what each kind of the family does.
fn meaning(family: Family) -> String {
    let line = |kind: MessageKind| {
        let Look { word, meaning, filled, .. } = Look::of(kind);
        format!("{word}{}: {meaning}", if filled { "" } else { " (hollow)" })
    };
    family.kinds().map(line).collect::<Vec<String>>().join("\n")
}
