//! The siblings of a key side by side, and the get and put that resolve them.

use std::rc::Rc;

use ringside_lab::versions::Lineage;
use ringside_lab::words::list;
use ringside_lab::{Dot, NodeId};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::describe;
use crate::engine::{Engine, use_run};
use crate::state::Action;
use crate::state::versions::{Resolving, Stage, VersionsAction};

/// The props of `Resolve`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The versions.
    pub(super) lineage: Rc<Lineage>,
    /// The progress of a resolution, or `None` if none was started.
    pub(super) resolving: Option<Rc<Resolving>>,
    /// The text of the field for a merged value.
    pub(super) merged: String,
    /// The node that the user sends requests to, or `None` for any replica.
    pub(super) through: Option<NodeId>,
    /// Whether time runs.
    pub(super) playing: bool,
}

/// The siblings, each with a button that keeps it, a field for a merged value, and the progress of the
/// resolution.
#[component]
pub(super) fn Resolve(props: &Props) -> Html {
    let engine = use_run();
    let siblings = props.lineage.current.len();
    if siblings < 2 && props.resolving.is_none() {
        return html! {};
    }
    html! {
        <section class="resolve" aria-labelledby="resolve-heading">
            <h3 id="resolve-heading">
                { if siblings < 2 { "Resolved".to_owned() } else { format!("Resolve {siblings} siblings") } }
            </h3>
            if siblings >= 2 { { choices(&engine, props) } }
            <p class="resolve-stage" role="status">{ stage(&engine, props) }</p>
        </section>
    }
}

fn choices(engine: &Engine, props: &Props) -> Html {
    let Props { lineage, merged, through, .. } = props;
    let busy = props.resolving.as_ref().is_some_and(|it| it.is_under_way());
    let resolve = |value: Option<String>| {
        let engine = engine.clone();
        let (key, through) = (lineage.key.clone(), *through);
        let siblings: Vec<Dot> =
            lineage.current.iter().map(|it| lineage.versions[*it].dot).collect();
        move || {
            let (key, siblings, stage) = (key.clone(), siblings.clone(), Stage::Reading(None));
            engine.resolve(&Resolving { key, through, value: value.clone(), siblings, stage });
        }
    };
    let sibling = |index: &usize| {
        let version = &lineage.versions[*index];
        let keep = resolve(version.value.clone());
        let held = describe::held_by(lineage, *index);
        let value = describe::value(version);
        html! {
            <li key={version.dot.to_string()} class="resolve-sibling">
                <p><b>{ value.clone() }</b>{ " " }<span class="versions-dot">{ version.dot.to_string() }</span></p>
                <p class="resolve-note">{ describe::written(version) }</p>
                <p class="resolve-note">{ format!("held by {}", list(&held)) }</p>
                <button type="button" disabled={busy} aria-label={format!("Keep {}", version.name())}
                    onclick={Callback::from(move |_: MouseEvent| keep())}>
                    { "Keep this" }
                </button>
            </li>
        }
    };
    let on_input = {
        let engine = engine.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                engine.dispatch(Action::Versions(VersionsAction::Merge(input.value())));
            }
        })
    };
    let on_submit = {
        let put = resolve(Some(merged.clone()));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            put();
        })
    };
    html! {
        <>
            <ul class="resolve-siblings">{ for lineage.current.iter().map(sibling) }</ul>
            <form class="resolve-merge" autocomplete="off" onsubmit={on_submit}>
                <label class="field">
                    <span class="field-name">{ "Or merge by hand" }</span>
                    <input type="text" value={merged.clone()} oninput={on_input} maxlength="200"
                        spellcheck="false" autocapitalize="off" placeholder="the merged value" />
                </label>
                <button type="submit" class="primary" disabled={busy || merged.is_empty()}>
                    { "Put merged" }
                </button>
            </form>
        </>
    }
}

/// Describes which node the request is sent to.
fn path(through: Option<NodeId>) -> String {
    through.map_or_else(|| "through any replica".to_owned(), |node| format!("through {node}"))
}

/// Renders what a resolution would do now, or its progress.
fn stage(engine: &Engine, props: &Props) -> Html {
    let Some(resolving) = &props.resolving else { return html! { <>{ plan(props) }</> } };
    let waits = if props.playing { "" } else { " Time is paused: press Play." };
    let what = match &resolving.value {
        Some(value) => format!("“{value}”"),
        None => "the delete".to_owned(),
    };
    let text = match &resolving.stage {
        Stage::Reading(_) => {
            format!(
                "1 of 2: getting the siblings {}, so that the put has seen them.{waits}",
                path(resolving.through)
            )
        }
        Stage::Writing(_) => format!(
            "2 of 2: putting {what} {} with the context {}.{waits}",
            path(resolving.through),
            props.lineage.seen
        ),
        Stage::Done => format!(
            "{what} was put with a context that includes all siblings: it replaces them on every replica that it reaches."
        ),
        Stage::Failed(why) => format!("The resolution failed: {why}."),
        Stage::Short(_) => String::new(),
    };
    html! {
        <>
            <span>{ text }</span>
            if let Stage::Short(unseen) = &resolving.stage { { missing(engine, &props.lineage, resolving, unseen) } }
            if !matches!(resolving.stage, Stage::Short(_)) {
                { close(engine, if resolving.is_under_way() { "Cancel" } else { "Close" }) }
            }
        </>
    }
}

/// Describes what a resolution would do.
fn plan(props: &Props) -> String {
    let Props { lineage, through, .. } = props;
    let path = path(*through);
    let names: Vec<String> =
        lineage.unseen.iter().map(|index| lineage.versions[*index].name()).collect();
    if names.is_empty() {
        return format!(
            "Resolving is one put {path}. You have seen {}, so the put replaces all siblings.",
            lineage.seen
        );
    }
    format!(
        "Resolving is a get {path}, then a put. You have not seen {} there: a put alone would become one more sibling. The put carries what the get returns as its context, and replaces exactly that.",
        list(&names)
    )
}

/// Renders which siblings the get did not return, and the choices that are left.
fn missing(engine: &Engine, lineage: &Lineage, resolving: &Rc<Resolving>, unseen: &[Dot]) -> Html {
    let name = |dot: &Dot| {
        let known = lineage.find(*dot).map(|index| lineage.versions[index].name());
        known.unwrap_or_else(|| dot.to_string())
    };
    let names: Vec<String> = unseen.iter().map(name).collect();
    let press = |act: fn(&Engine, &Resolving)| {
        let (engine, resolving) = (engine.clone(), resolving.clone());
        Callback::from(move |_: MouseEvent| act(&engine, &resolving))
    };
    html! {
        <>
            <span>
                { format!("The get did not return {}: the replicas that answered do not hold it. A put now would leave siblings.", list(&names)) }
            </span>
            <button type="button" onclick={press(Engine::read_again)}>{ "Get again" }</button>
            <button type="button" onclick={press(Engine::write_resolution)}>{ "Put anyway" }</button>
            { close(engine, "Cancel") }
        </>
    }
}

fn close(engine: &Engine, name: &'static str) -> Html {
    let engine = engine.clone();
    let on_click = Callback::from(move |_: MouseEvent| engine.leave_resolution());
    html! { <button type="button" class="quiet" onclick={on_click}>{ name }</button> }
}
