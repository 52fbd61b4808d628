//! The summary of a jump in time.

use std::rc::Rc;

use ringside_lab::RequestId;
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};
use crate::state::time::JumpSummary;

/// The jump, and what can be done about it.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The jump.
    pub(crate) jump: Rc<JumpSummary>,
    /// Hides the summary.
    pub(crate) on_dismiss: Callback<()>,
    /// Explains the outcome of the operation that the jump led to.
    pub(crate) on_why: Callback<RequestId>,
}

/// The destination of a jump, its distance, and what changed.
#[component]
pub(super) fn JumpSummaryCard(props: &Props) -> Html {
    let JumpSummary { place, apart, parts, request } = &*props.jump;
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
                <button type="button" class="icon-button" aria-label="Hide what changed"
                    onclick={props.on_dismiss.reform(|_| ())}>
                    <Icon picture={Picture::Close} />
                </button>
            </p>
            if parts.is_empty() {
                <p class="empty">{ "Nothing else on the page has changed." }</p>
            } else {
                <ul aria-label="What changed">{ for parts.iter().map(|part| html! { <li>{ part }</li> }) }</ul>
            }
        </div>
    }
}
