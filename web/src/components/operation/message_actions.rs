//! What else can be done to a message: duplicate it, delay it.

use ringside_lab::{Command, Endpoint, InFlight, MessageId};
use yew::prelude::*;

use crate::components::widgets::{DetentSlider, Icon, Picture, SLOWNESS, duration};
use crate::engine::Engine;
use crate::format;

/// How much a message is delayed, as long as nobody says otherwise.
pub(super) const USUAL_DELAY_MS: f64 = 50.0;

/// A message, and what is set for all of them.
pub(super) struct More {
    /// Whose message it is.
    pub(super) engine: Engine,
    /// The message whose row is open.
    pub(super) opened: UseStateHandle<Option<MessageId>>,
    /// How much a message is delayed, in milliseconds.
    pub(super) by_ms: UseStateHandle<f64>,
    /// The message.
    pub(super) flight: InFlight,
}

impl More {
    fn is_open(&self) -> bool {
        *self.opened == Some(self.flight.id)
    }

    /// Draws the button that shows or hides the rest.
    pub(super) fn toggle(&self, name: &str) -> Html {
        let next = (!self.is_open()).then_some(self.flight.id);
        let opened = self.opened.clone();
        let on_click = Callback::from(move |_: MouseEvent| opened.set(next));
        html! {
            <button type="button" class="icon-button" aria-label={format!("More for {name}")}
                title="Duplicate or delay it" aria-expanded={self.is_open().to_string()} onclick={on_click}>
                <Icon picture={Picture::More} />
            </button>
        }
    }

    /// Draws the rest, where it is shown.
    pub(super) fn buttons(&self, name: &str) -> Html {
        if !self.is_open() {
            return html! {};
        }
        let id = self.flight.id;
        let between_nodes =
            matches!((self.flight.from, self.flight.to), (Endpoint::Node(_), Endpoint::Node(_)));
        let does = if between_nodes {
            "A second copy goes out behind it"
        } else {
            "What clients say never arrives twice"
        };
        let act = |command: Command| {
            let engine = self.engine.clone();
            Callback::from(move |_: MouseEvent| engine.act(command.clone()))
        };
        let by = duration(*self.by_ms);
        let on_by = {
            let by_ms = self.by_ms.clone();
            Callback::from(move |ms: f64| by_ms.set(ms))
        };
        let delayed = format!("by {}", format::span(by));
        html! {
            <div class="flight-more">
                <button type="button" aria-label={format!("Duplicate {name}")} title={does}
                    disabled={!between_nodes} onclick={act(Command::Duplicate(id))}>
                    { "Duplicate" }
                </button>
                <button type="button" aria-label={format!("Delay {name} {delayed}")}
                    title="It takes so much longer" onclick={act(Command::Delay { message: id, by })}>
                    { "Delay" }
                </button>
                <DetentSlider label="by" scale={&SLOWNESS} value={*self.by_ms} on_set={on_by} />
            </div>
        }
    }
}
