//! Why an operation ended as it did.

use std::rc::Rc;

use ringside_lab::explain::{Explanation, Sentence};
use ringside_lab::timeline::Mark;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::components::widgets::{Icon, Panel, Picture};
use crate::engine::Engine;
use crate::format;
use crate::state::Action;
use crate::state::time::{TimeAction, Why};

/// What the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The run behind it.
    pub(crate) engine: Engine,
    /// What was asked and found.
    pub(crate) why: Rc<Why>,
}

/// The causes of an operation's outcome, the first ones first. To look at one lights its nodes on the
/// ring, and to choose one goes to where it happened.
#[component]
pub(crate) fn WhyPanel(props: &Props) -> Html {
    let Props { engine, why } = props;
    let on_close = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| {
            change(&engine, TimeAction::Explain(None));
            focus_asker();
        })
    };
    let body = use_node_ref();
    // Who asks by keyboard, or on a telephone where the panel is out of sight, is led to the answer.
    use_effect_with((body.clone(), why.clone()), |(body, _)| {
        if let Some(body) = body.cast::<HtmlElement>() {
            let _ = body.focus();
        }
    });
    let aside = html! {
        <button type="button" class="icon-button why-close" aria-label="Close why" title="Close"
            onclick={on_close}>
            <Icon picture={Picture::Close} />
        </button>
    };
    html! {
        <Panel name="why" title="Why" {aside}>
            <div ref={body} class="why-body" tabindex="-1">
                { match &why.told {
                    Ok(told) => told_of(engine, why, told),
                    Err(mark) => forgotten(engine, why, *mark),
                } }
            </div>
        </Panel>
    }
}

/// Gives the focus to the button that asks about the operation in hand, where the panel's own goes.
fn focus_asker() {
    let asker = gloo::utils::document().query_selector(".operation .why-button").ok().flatten();
    if let Some(asker) = asker.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = asker.focus();
    }
}

fn change(engine: &Engine, action: TimeAction) {
    engine.dispatch(Action::Time(action));
}

fn told_of(engine: &Engine, why: &Why, told: &Explanation) -> Html {
    html! {
        <>
            <p class="why-title">
                <span class="why-asked">{ &why.asked }</span>{ ": " }<b>{ told.title }</b>
            </p>
            <ol class="why-sentences">
                { for told.sentences.iter().map(|sentence| html! {
                    <li>{ said(engine, sentence) }</li>
                }) }
            </ol>
        </>
    }
}

/// A sentence; one that rests on entries of the journal is a button that leads to the first of them.
fn said(engine: &Engine, sentence: &Sentence) -> Html {
    let text = &sentence.text;
    let Some((&number, &at)) = sentence.entries.first().zip(sentence.times.first()) else {
        return html! { <p class="why-sentence">{ text }</p> };
    };
    let light = |nodes: &[ringside_lab::NodeId]| {
        let (engine, nodes) = (engine.clone(), nodes.to_vec());
        move || change(&engine, TimeAction::Light(nodes.clone()))
    };
    let (on, off) = (light(&sentence.nodes), light(&[]));
    let on_click = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_entry(number, at))
    };
    html! {
        <button type="button" class="why-sentence" title={format!("Go to {}", format::exact_seconds(at))}
            onclick={on_click}
            onfocus={ { let on = on.clone(); Callback::from(move |_: FocusEvent| on()) } }
            onblur={ { let off = off.clone(); Callback::from(move |_: FocusEvent| off()) } }
            onpointerenter={Callback::from(move |_: PointerEvent| on())}
            onpointerleave={Callback::from(move |_: PointerEvent| off())}>
            { text }
        </button>
    }
}

fn forgotten(engine: &Engine, why: &Why, mark: Option<Mark>) -> Html {
    let reach = format!(
        "The journal keeps the latest 20\u{202f}000 events, and {} is further back than that.",
        why.asked
    );
    let on_back = |mark: Mark| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.why_from(mark))
    };
    html! {
        <>
            <p class="why-title">{ reach }</p>
            if let Some(mark) = mark {
                <p>
                    <button type="button" onclick={on_back(mark)}>
                        { format!("Go back to its end at {}", format::exact_seconds(mark.at)) }
                    </button>
                </p>
            } else {
                <p class="empty">{ "Go back to when it happened, and ask again there." }</p>
            }
        </>
    }
}
