//! The messages that a person can hold, release, drop, duplicate and delay.

use ringside_lab::{Command, Endpoint, InFlight, Instant, MessageId, NodeId};
use yew::prelude::*;

use super::message_actions::{More, USUAL_DELAY_MS};
use crate::components::widgets::KindMark;
use crate::engine::Engine;
use crate::format;

/// What the list shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whose messages they are.
    pub(crate) engine: Engine,
    /// The messages: while time runs, the held ones alone.
    pub(crate) flights: Vec<InFlight>,
    /// How many there are in all.
    pub(crate) flying: usize,
    /// The message that was picked on the stage.
    pub(crate) picked: Option<MessageId>,
    /// The links on which messages wait, each in its direction.
    pub(crate) clogs: Vec<(NodeId, NodeId)>,
    /// The virtual time.
    pub(crate) now: Instant,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The messages that arrive next, each with buttons to hold or release and to drop it, and more to
/// duplicate and to delay it.
#[component]
pub(crate) fn Flights(props: &Props) -> Html {
    let Props { flights, flying, playing, .. } = props;
    // The one that was picked on the stage is open, until another one is opened or it is closed.
    let opened = use_state(|| None::<MessageId>);
    {
        let opened = opened.clone();
        use_effect_with(props.picked, move |picked| opened.set(*picked));
    }
    let by_ms = use_state(|| USUAL_DELAY_MS);
    let more_of = |flight: &InFlight| More {
        engine: props.engine.clone(),
        opened: opened.clone(),
        by_ms: by_ms.clone(),
        flight: *flight,
    };
    let more = flying.saturating_sub(flights.len());
    html! {
        <div class="flights">
            if *playing {
                <p class="empty">{ "Pause to hold, release, drop, duplicate or delay single messages." }</p>
            } else if flights.is_empty() {
                <p class="empty">{ "No message is on its way." }</p>
            }
            <ul>{ for flights.iter().map(|flight| row(props, flight, &more_of(flight))) }</ul>
            if !playing && more > 0 {
                <p class="empty">{ format!("and {} that arrive later", format::counted(more as u64, "message")) }</p>
            }
        </div>
    }
}

fn row(props: &Props, flight: &InFlight, more: &More) -> Html {
    let id = flight.id;
    let what = format::kind(flight.kind);
    let way = format!("{} \u{2192} {}", format::end(flight.from), format::end(flight.to));
    let clogged = match (flight.from, flight.to) {
        (Endpoint::Node(from), Endpoint::Node(to)) => props.clogs.contains(&(from, to)),
        _ => false,
    };
    let when = if clogged {
        "link clogged".to_owned()
    } else if flight.held.is_some() {
        "held".to_owned()
    } else {
        format!("in {}", format::length(flight.arrives.since(props.now)))
    };
    let button = |label: &'static str, command: Command| {
        let engine = props.engine.clone();
        let on_click = Callback::from(move |_: MouseEvent| engine.act(command.clone()));
        html! {
            <button type="button" aria-label={format!("{label} {what} {way}")} onclick={on_click}>
                { label }
            </button>
        }
    };
    let hold = if clogged {
        // It goes on when its link is unclogged, and not before.
        html! { <span /> }
    } else if flight.held.is_some() {
        button("Release", Command::Release(id))
    } else {
        button("Hold", Command::Hold(id))
    };
    let picked = (props.picked == Some(id)).then_some("is-picked");
    html! {
        <li key={id.0} class={classes!("flight", picked)}>
            <KindMark kind={flight.kind} />
            <span class="flight-kind">{ what }</span>
            <span class="flight-way">{ &way }</span>
            <span class="flight-when">{ when }</span>
            { hold }
            { button("Drop", Command::Drop(id)) }
            { more.toggle(&format!("{what} {way}")) }
            { more.buttons(&format!("{what} {way}")) }
        </li>
    }
}
