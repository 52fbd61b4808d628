//! The legend of messages, which also shows and hides their dots.

use ringside_lab::MessageKind;
use yew::prelude::*;

use crate::components::widgets::KindMark;
use crate::format::kind_name;
use crate::graphics::kinds::{Family, FamilySet, MessageStyle};

/// The families that are hidden.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The families whose dots are hidden.
    pub(crate) hidden: FamilySet,
    /// Shows or hides the dots of a family.
    pub(crate) on_toggle: Callback<Family>,
}

/// One button per family of messages, pressed while its dots are shown.
#[component]
pub(crate) fn Legend(props: &Props) -> Html {
    let entry = |family: Family| {
        let shown = !props.hidden.contains(family);
        // A hollow mark is the answer to the filled one of its shape: the note at the end explains that
        // once for all.
        let requests = family.kinds().filter(|kind| MessageStyle::of(*kind).filled);
        html! {
            <li key={family.name()}>
                <button type="button" class="legend-entry" aria-pressed={shown.to_string()}
                    title={meaning(family)} onclick={props.on_toggle.reform(move |_| family)}>
                    <span class="legend-marks">
                        { for requests.map(|kind| html! { <KindMark key={kind.name()} {kind} /> }) }
                    </span>
                    <span>{ family.name() }</span>
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

/// Describes each kind of the family, one per line.
fn meaning(family: Family) -> String {
    let line = |kind: MessageKind| {
        let MessageStyle { meaning, filled, .. } = MessageStyle::of(kind);
        format!("{}{}: {meaning}", kind_name(kind), if filled { "" } else { " (hollow)" })
    };
    family.kinds().map(line).collect::<Vec<String>>().join("\n")
}
