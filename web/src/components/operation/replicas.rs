//! What each replica holds of the key in hand.

use ringside_lab::frame::{KeyFrame, ReplicaFrame};
use yew::prelude::*;

use super::version_list::Versions;
use crate::components::widgets::Panel;
use crate::format;

/// What the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The key in hand, where there is one.
    pub(crate) key_frame: Option<KeyFrame>,
}

/// A row a replica of the key in hand, in ring order, and whether they all agree.
#[component]
pub(crate) fn ReplicasPanel(props: &Props) -> Html {
    let Some(frame) = &props.key_frame else {
        return html! {
            <Panel name="replicas" title="On the replicas">
                <p class="empty">{ "Type a key to see where it lives and who holds what." }</p>
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
                <td><Versions versions={replica.versions.clone()} detailed=true /></td>
            </tr>
        }
    };
    html! {
        <Panel name="replicas" title={format!("“{}” on its replicas", frame.key)}
            aside={html! { <span {class}>{ word }</span> }}>
            <div class="holdings-room">
            <table class="holdings">
                <caption class="visually-hidden">{ "What each replica holds of the key in hand" }</caption>
                <colgroup>
                    <col class="rank-column" /><col class="name-column" /><col />
                </colgroup>
                <tbody>{ for frame.replicas.iter().enumerate().map(row) }</tbody>
            </table>
            </div>
        </Panel>
    }
}
