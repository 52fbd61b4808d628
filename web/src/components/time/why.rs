//! The panel that explains the outcome of an operation.

use std::rc::Rc;

use ringside_lab::explain::{Explanation, Sentence};
use ringside_lab::timeline::Mark;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::components::widgets::{Icon, Panel, Picture};
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::Action;
use crate::state::time::{TimeAction, Why};

/// The explanation that the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The operation and its explanation.
    pub(crate) why: Rc<Why>,
}

/// The causes of an operation's outcome, earliest first. Pointing at one highlights its nodes on the ring, and
/// pressing it goes to the moment at which it happened.
#[component]
pub(crate) fn WhyPanel(props: &Props) -> Html {
    let engine = use_run();
    let why = &props.why;
    let on_close = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| {
            change(&engine, TimeAction::Explain(None));
            focus_why_button();
        })
    };
    let body = use_node_ref();
    // The focus moves to the answer for users of a keyboard, and of a phone, where the panel is out of sight.
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
                { match &why.explanation {
                    Ok(explained) => explanation(&engine, why, explained),
                    Err(mark) => forgotten(&engine, why, *mark),
                } }
            </div>
        </Panel>
    }
}

/// Moves the focus to the "Why?" button of the selected operation when the panel's own button goes.
fn focus_why_button() {
    let button = gloo::utils::document().query_selector(".operation .why-button").ok().flatten();
    if let Some(button) = button.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

fn change(engine: &Engine, action: TimeAction) {
    engine.dispatch(Action::Time(action));
}

fn explanation(engine: &Engine, why: &Why, explained: &Explanation) -> Html {
    html! {
        <>
            <p class="why-title">
                <span class="why-asked">{ &why.asked }</span>{ ": " }<b>{ explained.title }</b>
            </p>
            <ol class="why-sentences">
                { for explained.sentences.iter().map(|sentence| html! {
                    <li>{ cause(engine, sentence) }</li>
                }) }
            </ol>
        </>
    }
}

/// Renders a sentence; one that refers to entries of the journal is a button that leads to the first of them.
fn cause(engine: &Engine, sentence: &Sentence) -> Html {
    let text = &sentence.text;
    let Some((&number, &at)) = sentence.entries.first().zip(sentence.times.first()) else {
        return html! { <p class="why-sentence">{ text }</p> };
    };
    let highlight = |nodes: &[ringside_lab::NodeId]| {
        let (engine, nodes) = (engine.clone(), nodes.to_vec());
        move || change(&engine, TimeAction::Highlight(nodes.clone()))
    };
    let (on, off) = (highlight(&sentence.nodes), highlight(&[]));
    let on_click = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_entry(number, at))
    };
    html! {
        <button type="button" class="why-sentence" title={format!("Go to {}", format::moment(at))}
            onclick={on_click}
            onfocus={ { let on = on.clone(); Callback::from(move |_: FocusEvent| on()) } }
            onblur={ { let off = off.clone(); Callback::from(move |_: FocusEvent| off()) } }
            onpointerenter={Callback::from(move |_: PointerEvent| on())}
            onpointerleave={Callback::from(move |_: PointerEvent| off())}>
            { text }
        </button>
    }
}

/// Renders the notice that the journal no longer reaches back to the operation.
fn forgotten(engine: &Engine, why: &Why, mark: Option<Mark>) -> Html {
    let reach = format!(
        "The journal keeps the latest 20\u{202f}000 events, and {} is further back than that.",
        why.asked
    );
    let on_back = |mark: Mark| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.explain_at(mark))
    };
    html! {
        <>
            <p class="why-title">{ reach }</p>
            if let Some(mark) = mark {
                <p>
                    <button type="button" onclick={on_back(mark)}>
                        { format!("Go back to its end at {}", format::moment(mark.at)) }
                    </button>
                </p>
            } else {
                <p class="empty">{ "Go back to the moment at which it ended, and press Why? again there." }</p>
            }
        </>
    }
}
