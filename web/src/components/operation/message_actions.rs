//! The less common actions on a message: duplicate and delay.

use ringside_lab::{Command, Endpoint, InFlight, MessageId};
use yew::prelude::*;

use crate::components::widgets::{DetentSlider, Icon, Picture, SLOWNESS, duration};
use crate::engine::use_run;
use crate::format;

/// The initial position of the delay slider.
pub(super) const DEFAULT_DELAY_MS: f64 = 50.0;

/// A message, and the delay that is set for all messages.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The message.
    pub(super) flight: InFlight,
    /// The message's kind and direction, for the names of the buttons.
    pub(super) name: AttrValue,
    /// The delay, in milliseconds.
    pub(super) delay_ms: f64,
    /// Whether the actions are shown.
    pub(super) open: bool,
    /// Shows or hides the actions.
    pub(super) on_toggle: Callback<MessageId>,
    /// Receives another delay.
    pub(super) on_delay: Callback<f64>,
}

/// The button that shows or hides the less common actions on a message, and these actions.
#[component]
pub(super) fn MessageActions(props: &Props) -> Html {
    let engine = use_run();
    let Props { flight, name, open, .. } = props;
    let id = flight.id;
    let between_nodes = matches!((flight.from, flight.to), (Endpoint::Node(_), Endpoint::Node(_)));
    let duplicates = if between_nodes {
        "Sends a second copy after it"
    } else {
        "A message from or to a client never arrives twice"
    };
    let act = |command: Command| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.act(command.clone()))
    };
    let by = duration(props.delay_ms);
    html! {
        <>
            <button type="button" class="icon-button" aria-label={format!("More for {name}")}
                title="Duplicate or delay it" aria-expanded={open.to_string()}
                onclick={props.on_toggle.reform(move |_| id)}>
                <Icon picture={Picture::More} />
            </button>
            if *open {
                <div class="flight-more">
                    <button type="button" aria-label={format!("Duplicate {name}")} title={duplicates}
                        disabled={!between_nodes} onclick={act(Command::Duplicate(id))}>
                        { "Duplicate" }
                    </button>
                    <button type="button" aria-label={format!("Delay {name} by {}", format::span(by))}
                        title="It arrives this much later"
                        onclick={act(Command::Delay { message: id, by })}>
                        { "Delay" }
                    </button>
                    <DetentSlider label="by" scale={&SLOWNESS} value={props.delay_ms}
                        on_set={props.on_delay.clone()} />
                </div>
            }
        </>
    }
}
