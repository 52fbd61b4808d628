//! Versions of a key, siblings side by side.

use ringside_lab::frame::VersionFrame;
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};

/// What is shown.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The versions.
    pub(crate) versions: Vec<VersionFrame>,
    /// Whether what the writers had seen is shown in full, and not as a tooltip only.
    #[prop_or_default]
    pub(crate) detailed: bool,
}

/// Versions by value and name; several are siblings, none means that the key was never heard of.
#[component]
pub(crate) fn Versions(props: &Props) -> Html {
    if props.versions.is_empty() {
        return html! { <span class="no-version">{ "nothing" }</span> };
    }
    let version = |version: &VersionFrame| {
        let value = match &version.value {
            Some(value) => html! { <span class="version-value">{ value }</span> },
            None => html! {
                <span class="version-value is-tombstone">
                    <Icon picture={Picture::Tombstone} />{ "deleted" }
                </span>
            },
        };
        let past = format!("{} replaces what its writer had seen: {}", version.dot, version.past);
        html! {
            <li key={version.dot.clone()} class="version" title={past}>
                { value }
                <span class="version-dot">{ &version.dot }</span>
                if props.detailed {
                    <span class="version-past">
                        <span class="visually-hidden">{ "replaces " }</span>{ &version.past }
                    </span>
                }
            </li>
        }
    };
    html! {
        <ul class={classes!("versions", (props.versions.len() > 1).then_some("are-siblings"))}>
            { for props.versions.iter().map(version) }
        </ul>
    }
}
