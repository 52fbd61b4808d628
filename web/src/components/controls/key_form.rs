//! What a person asks of the store.

use ringside_lab::{Command, Duration, NodeId};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::mechanisms::open_mechanisms;
use crate::components::widgets::{Choice, Panel, Select};
use crate::engine::Engine;
use crate::format;
use crate::state::Action;

/// What the form holds.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whom it asks.
    pub(crate) engine: Engine,
    /// How many nodes there are to go through.
    pub(crate) nodes: usize,
    /// The key.
    pub(crate) key_text: String,
    /// The value.
    pub(crate) value: String,
    /// The node that coordinates; any where there is none.
    pub(crate) through: Option<NodeId>,
    /// How long a value lives that is put; as the settings say where there is none.
    pub(crate) ttl: Option<Duration>,
    /// What the settings say.
    pub(crate) usual_ttl: Option<Duration>,
    /// Whether the panel of all mechanisms is open below.
    pub(crate) mechanisms: bool,
}

/// The value of the choice that leaves the coordinator open.
const AUTOMATIC: &str = "";

/// The value of the choice that leaves a value's life to the settings.
const USUAL: &str = "0";

/// How long a value can be made to live, in seconds.
const LIVES_S: [u64; 7] = [1, 2, 5, 10, 30, 60, 3_600];

/// Key and value, the node to go through, and what to do. Enter puts.
#[component]
pub(crate) fn KeyForm(props: &Props) -> Html {
    let Props { engine, key_text, value, through, ttl, .. } = props;
    let (through, ttl) = (*through, *ttl);
    let command = {
        let (key, value) = (key_text.clone(), value.clone());
        move |verb: Verb| match verb {
            Verb::Put => Command::Put { key: key.clone(), value: value.clone(), through, ttl },
            Verb::Get => Command::Get { key: key.clone(), through },
            Verb::Delete => Command::Delete { key: key.clone(), through },
        }
    };
    let ask = |verb: Verb| {
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
    let aside = open_mechanisms(engine, props.mechanisms);
    html! {
        <Panel name="key-form" title="Ask the store" {aside}>
            <form onsubmit={on_submit} autocomplete="off">
                <label class="field">
                    <span class="field-name">{ "Key" }</span>
                    <input type="text" value={key_text.clone()} oninput={typed(engine, Action::SetKey)}
                        maxlength="64" spellcheck="false" autocapitalize="off" placeholder="a key" />
                </label>
                <label class="field">
                    <span class="field-name">{ "Value" }</span>
                    <input type="text" value={value.clone()} oninput={typed(engine, Action::SetValue)}
                        maxlength="200" spellcheck="false" autocapitalize="off" placeholder="a value" />
                </label>
                { life(props) }
                <div class="verbs">
                    { coordinator(props) }
                    <button type="submit" class="primary" disabled={no_key}>{ "Put" }</button>
                    <button type="button" disabled={no_key} onclick={ask(Verb::Get)}>{ "Get" }</button>
                    <button type="button" disabled={no_key} onclick={ask(Verb::Delete)}>{ "Delete" }</button>
                </div>
            </form>
        </Panel>
    }
}

/// What to do with the key.
#[derive(Clone, Copy)]
enum Verb {
    Put,
    Get,
    Delete,
}

/// The node to go through.
fn coordinator(props: &Props) -> Html {
    let engine = props.engine.clone();
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

/// How long the value lives.
fn life(props: &Props) -> Html {
    let engine = props.engine.clone();
    let on_choose = Callback::from(move |text: String| {
        let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
        engine.dispatch(Action::SetTtl(seconds.map(Duration::from_secs)));
    });
    let usual =
        props.usual_ttl.map_or("never".to_owned(), |ttl| format!("{}, as all", format::span(ttl)));
    let mut choices = vec![Choice::new(USUAL, usual)];
    choices.extend(LIVES_S.map(|seconds| {
        Choice::new(seconds.to_string(), format::span(Duration::from_secs(seconds)))
    }));
    let chosen = props.ttl.map_or(USUAL.to_owned(), |ttl| (ttl.as_us() / 1_000_000).to_string());
    html! { <Select label="Expires after" {choices} value={chosen} {on_choose} /> }
}

/// Makes the callback that takes a text field's text into the state.
fn typed(engine: &Engine, action: fn(String) -> Action) -> Callback<InputEvent> {
    let engine = engine.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
            engine.dispatch(action(input.value()));
        }
    })
}
