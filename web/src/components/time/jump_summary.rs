//! What a jump came to.

use std::rc::Rc;

use ringside_lab::RequestId;
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};
use crate::state::time::Landing;

/// What is told.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The jump.
    pub(crate) landing: Rc<Landing>,
    /// Puts it away.
    pub(crate) on_dismiss: Callback<()>,
    /// Asks why the operation that it led to ended as it did.
    pub(crate) on_why: Callback<RequestId>,
}

/// Where the jump led, how far, and what changed.
#[component]
pub(super) fn LandingCard(props: &Props) -> Html {
    let Landing { place, apart, parts, request } = &*props.landing;
    let request = *request;
    html! {
        <div class="landing">
            <p class="landing-place">
                if !place.is_empty() {
                    <b>{ place }</b>
                }
                <span class="landing-apart">{ apart }</span>
                if let Some(request) = request {
                    <button type="button" class="why-button" onclick={props.on_why.reform(move |_| request)}>
                        { "Why?" }
                    </button>
                }
                <button type="button" class="icon-button" aria-label="Put away what changed"
                    onclick={props.on_dismiss.reform(|_| ())}>
                    <Icon picture={Picture::Close} />
                </button>
            </p>
            if parts.is_empty() {
                <p class="empty">{ "Nothing else changed that a picture shows." }</p>
            } else {
                <ul aria-label="What changed">{ for parts.iter().map(|part| html! { <li>{ part }</li> }) }</ul>
            }
        </div>
    }
}
