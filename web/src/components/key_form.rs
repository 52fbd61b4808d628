//! What a person asks of the store.

use ringside_lab::{Command, NodeId};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::fields::{Choice, Select};
use super::panel::Panel;
use crate::engine::Engine;
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
}

/// The value of the choice that leaves the coordinator open.
const AUTOMATIC: &str = "";

/// Key and value, the node to go through, and what to do. Enter puts.
#[component]
pub(crate) fn KeyForm(props: &Props) -> Html {
    let Props { engine, key_text, value, through, .. } = props;
    let through = *through;
    let command = {
        let (key, value) = (key_text.clone(), value.clone());
        move |verb: Verb| match verb {
            Verb::Put => Command::Put { key: key.clone(), value: value.clone(), through },
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
    let on_key = typed(engine, Action::SetKey);
    let on_value = typed(engine, Action::SetValue);
    let on_through = {
        let engine = engine.clone();
        Callback::from(move |text: String| engine.dispatch(Action::SetThrough(text.parse().ok())))
    };
    let mut choices = vec![Choice::new(AUTOMATIC, "Automatic")];
    choices.extend((0..props.nodes).map(|node| {
        let name = NodeId(node as u16).to_string();
        Choice::new(name.clone(), name)
    }));
    let chosen = through.map_or(AUTOMATIC.to_owned(), |node| node.to_string());
    let no_key = key_text.is_empty();
    html! {
        <Panel name="key-form" title="Ask the store">
            <form onsubmit={on_submit} autocomplete="off">
                <label class="field">
                    <span class="field-name">{ "Key" }</span>
                    <input type="text" value={key_text.clone()} oninput={on_key} maxlength="64"
                        spellcheck="false" autocapitalize="off" placeholder="a key" />
                </label>
                <label class="field">
                    <span class="field-name">{ "Value" }</span>
                    <input type="text" value={value.clone()} oninput={on_value} maxlength="200"
                        spellcheck="false" autocapitalize="off" placeholder="a value" />
                </label>
                <div class="verbs">
                    <Select label="Through" {choices} value={chosen} on_choose={on_through} />
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

/// Makes the callback that takes a text field's text into the state.
fn typed(engine: &Engine, action: fn(String) -> Action) -> Callback<InputEvent> {
    let engine = engine.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
            engine.dispatch(action(input.value()));
        }
    })
}
