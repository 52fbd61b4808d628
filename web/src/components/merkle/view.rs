//! The Merkle lens as a whole.

use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::merkle::{Ending, ExchangeFrame, ExchangeLine};
use yew::prelude::*;

use super::bytes::bytes;
use super::chooser::Chooser;
use super::keys::keys;
use super::levels::levels;
use super::messages::messages;
use super::picture::picture;
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::merkle::{MerkleFrame, MerkleState, Watched};

/// The props of `MerkleLens`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The latest frame, or `None` just after the lens was opened.
    pub(crate) frame: Option<Rc<MerkleFrame>>,
    /// The state of the lens.
    pub(crate) state: MerkleState,
}

/// The trees of two replicas, the comparison, and the bytes that it moved.
#[component]
pub(crate) fn MerkleLens(props: &Props) -> Html {
    let Props { frame, state } = props;
    let engine = use_run();
    let body = frame.as_ref().map(|frame| {
        let shown = match &frame.shown {
            Some(shown) => exchange(shown),
            None => html! { <p class="empty">{ reason_for_nothing(frame, *state) }</p> },
        };
        html! {
            <>
                { lead(&engine, frame) }
                <Chooser frame={frame.clone()} state={*state} />
                { shown }
            </>
        }
    });
    html! {
        <section class="merkle lens-view" aria-labelledby="merkle-heading">
            <header class="lens-head">
                <h2 id="merkle-heading">{ "Merkle trees of two replicas" }</h2>
            </header>
            <div class="lens-room" tabindex="0" role="group" aria-label="Exchange">
                { body.unwrap_or_default() }
            </div>
        </section>
    }
}

fn exchange(shown: &ExchangeFrame) -> Html {
    html! {
        <>
            { picture(shown) }
            <div class="tree-pair">
                { keys(shown) }
                { bytes(shown) }
            </div>
            { levels(shown) }
            if shown.exchange.is_some() { { messages(shown) } }
        </>
    }
}

/// Describes why no trees are shown.
fn reason_for_nothing(frame: &MerkleFrame, state: MerkleState) -> &'static str {
    match state.watched {
        _ if !frame.settings.on => "Switch anti-entropy on to see replicas compare their trees.",
        Watched::Newest => "No exchange has begun yet. “Next exchange” runs on until one does.",
        Watched::NewestTelling => "No recorded exchange has found a difference.",
        Watched::Exchange(_) => "This exchange has not begun yet, or is no longer recorded.",
        Watched::Standing(_) => {
            "One of the two replicas is stopped, or they have no range in common."
        }
    }
}

fn lead(engine: &Engine, frame: &MerkleFrame) -> Html {
    let on_switch = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.set(|settings| settings.anti_entropy.on = true))
    };
    let sentence = match &frame.shown {
        _ if !frame.settings.on => {
            "Anti-entropy is off: replicas do not compare what they hold.".to_owned()
        }
        Some(shown) => sentence(shown),
        None => format!(
            "Each pair of replicas compares its trees every {}.",
            format::span(frame.settings.period)
        ),
    };
    html! {
        <div class="lens-lead">
            <p class="lens-sentence">{ sentence }</p>
            if !frame.settings.on {
                <button type="button" class="primary" onclick={on_switch}>
                    { "Switch anti-entropy on" }
                </button>
            }
        </div>
    }
}

/// Describes which trees are shown, and the result of their comparison.
fn sentence(shown: &ExchangeFrame) -> String {
    let [a, b] = shown.ends;
    let ranges = format::count(shown.ranges.len() as u64, "range");
    let differing = shown.ranges.iter().filter(|range| range.differs == Some(true)).count();
    let roots = match differing {
        0 if shown.ranges.iter().all(|range| range.differs.is_none()) => {
            "no root has been compared yet".to_owned()
        }
        0 => "no root differs".to_owned(),
        1 => "1 root differs".to_owned(),
        roots => format!("{roots} roots differ"),
    };
    match &shown.exchange {
        None => format!("{a} and {b} now: of {ranges} that both hold, {roots}."),
        Some(line) => format!(
            "{a} compares {ranges} with {b}, from {} on: {roots}; {}.",
            format::moment(line.began),
            progress(line, b)
        ),
    }
}

/// Describes how an exchange ended, or that it is in progress.
fn progress(line: &ExchangeLine, other: NodeId) -> String {
    let keys = match line.differing {
        0 => "no key differs".to_owned(),
        1 => "1 key differs".to_owned(),
        keys => format!("{keys} keys differ"),
    };
    let Some((at, ending)) = line.ended else {
        return if line.differing == 0 {
            "it is in progress".to_owned()
        } else {
            format!("{keys}, and it is in progress")
        };
    };
    let length = format::length(at.since(line.began));
    match ending {
        Ending::Complete => format!("{keys}, and it was complete after {length}"),
        Ending::GivenUp => format!("{other} did not answer, and it timed out after {length}"),
        Ending::BrokenOff => format!("it was interrupted after {length}"),
    }
}
