//! The list of messages in flight, which can be held, released, dropped, duplicated and delayed.

use ringside_lab::{Command, Endpoint, InFlight, Instant, MessageId, NodeId};
use yew::prelude::*;

use super::message_actions::{DEFAULT_DELAY_MS, MessageActions};
use crate::components::widgets::KindMark;
use crate::engine::{Engine, use_run};
use crate::format;

/// The messages to list.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The messages; while time runs, only the held ones.
    pub(crate) flights: Vec<InFlight>,
    /// The number of all messages in flight.
    pub(crate) flying: usize,
    /// The message selected on the ring.
    pub(crate) picked: Option<MessageId>,
    /// The links on which messages wait, each in its direction.
    pub(crate) clogs: Vec<(NodeId, NodeId)>,
    /// The virtual time.
    pub(crate) now: Instant,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The messages that arrive next, each with buttons to hold or release and to drop it, and further ones to
/// duplicate and delay it.
#[component]
pub(crate) fn Messages(props: &Props) -> Html {
    let engine = use_run();
    let Props { flights, flying, playing, .. } = props;
    // The message selected on the ring is open, until another one is opened or it is closed.
    let opened = use_state(|| None::<MessageId>);
    {
        let opened = opened.clone();
        use_effect_with(props.picked, move |picked| opened.set(*picked));
    }
    let delay_ms = use_state(|| DEFAULT_DELAY_MS);
    let on_toggle = {
        let opened = opened.clone();
        Callback::from(move |id| opened.set((*opened != Some(id)).then_some(id)))
    };
    let on_delay = {
        let delay_ms = delay_ms.clone();
        Callback::from(move |ms: f64| delay_ms.set(ms))
    };
    let actions = |flight: &InFlight, name: String| {
        html! {
            <MessageActions flight={*flight} {name} delay_ms={*delay_ms} open={*opened == Some(flight.id)}
                on_toggle={on_toggle.clone()} on_delay={on_delay.clone()} />
        }
    };
    let more = flying.saturating_sub(flights.len());
    html! {
        <div class="flights">
            if *playing {
                <p class="empty">{ "Pause to hold, release, drop, duplicate or delay single messages." }</p>
            } else if flights.is_empty() {
                <p class="empty">{ "No messages are in flight." }</p>
            }
            <ul>{ for flights.iter().map(|flight| row(&engine, props, flight, &actions)) }</ul>
            if !playing && more > 0 {
                <p class="empty">{ format!("and {} that arrive later", format::count(more as u64, "message")) }</p>
            }
        </div>
    }
}

fn row(
    engine: &Engine,
    props: &Props,
    flight: &InFlight,
    actions: &impl Fn(&InFlight, String) -> Html,
) -> Html {
    let id = flight.id;
    let what = format::kind_name(flight.kind);
    let way = format!(
        "{} \u{2192} {}",
        format::endpoint_name(flight.from),
        format::endpoint_name(flight.to)
    );
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
        let engine = engine.clone();
        let on_click = Callback::from(move |_: MouseEvent| engine.act(command.clone()));
        html! {
            <button type="button" aria-label={format!("{label} {what} {way}")} onclick={on_click}>
                { label }
            </button>
        }
    };
    let hold = if clogged {
        // It continues only once its link is unclogged.
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
            { actions(flight, format!("{what} {way}")) }
        </li>
    }
}
