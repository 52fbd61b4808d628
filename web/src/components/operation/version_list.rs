//! A list of versions of a key.

use ringside_lab::frame::VersionFrame;
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};

/// The versions to list.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The versions.
    pub(crate) versions: Vec<VersionFrame>,
    /// Whether the versions that the writers had seen are shown in full, not only as a tooltip.
    #[prop_or_default]
    pub(crate) detailed: bool,
}

/// Versions by value and dot. Several are siblings; none means that the key is unknown.
#[component]
pub(crate) fn VersionList(props: &Props) -> Html {
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
        let past =
            format!("{} replaces the versions its writer had seen: {}", version.dot, version.past);
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
