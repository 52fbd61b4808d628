//! The form for client requests: put, get and delete.

use ringside_lab::{Command, Duration, NodeId};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::mechanisms::MechanismsButton;
use crate::components::widgets::{Choice, Panel, Select};
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::Action;

/// The contents of the form.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The number of nodes that can coordinate.
    pub(crate) nodes: usize,
    /// The key.
    pub(crate) key_text: String,
    /// The value.
    pub(crate) value: String,
    /// The node that coordinates; `None` for any.
    pub(crate) through: Option<NodeId>,
    /// The time after which a put value expires; `None` for the default of the settings.
    pub(crate) ttl: Option<Duration>,
    /// The default expiry time of the settings; `None` for never.
    pub(crate) default_ttl: Option<Duration>,
    /// Whether the panel of all mechanisms is open.
    pub(crate) mechanisms: bool,
}

/// The value of the choice that leaves the coordinator open.
const AUTOMATIC: &str = "";

/// The value of the choice that leaves the expiry time to the settings.
const DEFAULT: &str = "0";

/// The expiry times to choose from, in seconds.
const TTLS_S: [u64; 7] = [1, 2, 5, 10, 30, 60, 3_600];

/// Key and value, their expiry, the coordinator, and a button per operation. Enter puts.
#[component]
pub(crate) fn KeyForm(props: &Props) -> Html {
    let engine = use_run();
    let Props { key_text, value, through, ttl, .. } = props;
    let (through, ttl) = (*through, *ttl);
    let command = {
        let (key, value) = (key_text.clone(), value.clone());
        move |verb: Verb| match verb {
            Verb::Put => Command::Put { key: key.clone(), value: value.clone(), through, ttl },
            Verb::Get => Command::Get { key: key.clone(), through },
            Verb::Delete => Command::Delete { key: key.clone(), through },
        }
    };
    let send = |verb: Verb| {
        let (engine, command) = (engine.clone(), command.clone());
        Callback::from(move |_: MouseEvent| engine.act(command(verb)))
    };
    let on_submit = {
        let (engine, command) = (engine.clone(), command.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            engine.act(command(Verb::Put));
        })
    };
    let no_key = key_text.is_empty();
    let aside = html! { <MechanismsButton open={props.mechanisms} /> };
    html! {
        <Panel name="key-form" title="Ask the store" {aside}>
            <form onsubmit={on_submit} autocomplete="off">
                <label class="field">
                    <span class="field-name">{ "Key" }</span>
                    <input type="text" value={key_text.clone()} oninput={typed(&engine, Action::SetKey)}
                        maxlength="64" spellcheck="false" autocapitalize="off" placeholder="a key" />
                </label>
                <label class="field">
                    <span class="field-name">{ "Value" }</span>
                    <input type="text" value={value.clone()} oninput={typed(&engine, Action::SetValue)}
                        maxlength="200" spellcheck="false" autocapitalize="off" placeholder="a value" />
                </label>
                { expiry(&engine, props) }
                <div class="verbs">
                    { coordinator(&engine, props) }
                    <button type="submit" class="primary" disabled={no_key}>{ "Put" }</button>
                    <button type="button" disabled={no_key} onclick={send(Verb::Get)}>{ "Get" }</button>
                    <button type="button" disabled={no_key} onclick={send(Verb::Delete)}>{ "Delete" }</button>
                </div>
            </form>
        </Panel>
    }
}

/// The operation on the key.
#[derive(Clone, Copy)]
enum Verb {
    Put,
    Get,
    Delete,
}

/// Renders the choice of the coordinator.
fn coordinator(engine: &Engine, props: &Props) -> Html {
    let engine = engine.clone();
    let on_choose =
        Callback::from(move |text: String| engine.dispatch(Action::SetThrough(text.parse().ok())));
    let mut choices = vec![Choice::new(AUTOMATIC, "Automatic")];
    choices.extend((0..props.nodes).map(|node| {
        let name = NodeId(node as u16).to_string();
        Choice::new(name.clone(), name)
    }));
    let chosen = props.through.map_or(AUTOMATIC.to_owned(), |node| node.to_string());
    html! { <Select label="Through" {choices} value={chosen} {on_choose} /> }
}

/// Renders the choice of the expiry time.
fn expiry(engine: &Engine, props: &Props) -> Html {
    let engine = engine.clone();
    let on_choose = Callback::from(move |text: String| {
        let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
        engine.dispatch(Action::SetTtl(seconds.map(Duration::from_secs)));
    });
    let default = props.default_ttl.map_or("never".to_owned(), format::span);
    let mut choices = vec![Choice::new(DEFAULT, format!("Default ({default})"))];
    choices.extend(TTLS_S.map(|seconds| {
        Choice::new(seconds.to_string(), format::span(Duration::from_secs(seconds)))
    }));
    let chosen = props.ttl.map_or(DEFAULT.to_owned(), |ttl| (ttl.as_us() / 1_000_000).to_string());
    html! { <Select label="Expires after" {choices} value={chosen} {on_choose} /> }
}

/// Returns the callback that dispatches the text of a field.
fn typed(engine: &Engine, action: fn(String) -> Action) -> Callback<InputEvent> {
    let engine = engine.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
            engine.dispatch(action(input.value()));
        }
    })
}
