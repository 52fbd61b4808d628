//! The versions of the selected key on each replica.

use ringside_lab::frame::{KeyFrame, ReplicaFrame};
use yew::prelude::*;

use super::version_list::VersionList;
use crate::components::widgets::Panel;
use crate::format;

/// The key that the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The selected key, if there is one.
    pub(crate) key_frame: Option<KeyFrame>,
}

/// One row per replica of the selected key, in ring order, and whether they all agree.
#[component]
pub(crate) fn ReplicasPanel(props: &Props) -> Html {
    let Some(frame) = &props.key_frame else {
        return html! {
            <Panel name="replicas" title="On the replicas">
                <p class="empty">{ "Type a key to see its replicas and what each of them holds." }</p>
            </Panel>
        };
    };
    let (class, word) = if frame.agreed {
        ("verdict is-agreed", "all agree")
    } else {
        ("verdict is-apart", "they differ")
    };
    let row = |(place, replica): (usize, &ReplicaFrame)| {
        html! {
            <tr key={replica.node.0}>
                <td class="replica-rank">{ format::ordinal(place + 1) }</td>
                <th scope="row">{ replica.node.to_string() }</th>
                <td><VersionList versions={replica.versions.clone()} detailed=true /></td>
            </tr>
        }
    };
    html! {
        <Panel name="replicas" title={format!("“{}” on its replicas", frame.key)}
            aside={html! { <span {class}>{ word }</span> }}>
            <div class="holdings-room">
            <table class="holdings">
                <caption class="visually-hidden">{ "What each replica holds of the selected key" }</caption>
                <colgroup>
                    <col class="rank-column" /><col class="name-column" /><col />
                </colgroup>
                <tbody>{ for frame.replicas.iter().enumerate().map(row) }</tbody>
            </table>
            </div>
        </Panel>
    }
}
