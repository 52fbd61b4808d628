//! The dialog shown before a command is applied to a past moment: fork, replace or cancel.

use std::rc::Rc;

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::engine::use_run;
use crate::format;
use crate::state::time::{Asking, Decision};

/// The question that the dialog asks.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The question, while it is open.
    pub(crate) asking: Option<Rc<Asking>>,
}

/// A dialog that asks whether to keep or replace the part of the run that lies ahead. It is always on the
/// page, and closed while there is nothing to ask.
#[component]
pub(crate) fn PastDialog(props: &Props) -> Html {
    let engine = use_run();
    let asking = &props.asking;
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), asking.is_some()), |(dialog, open)| {
        let Some(dialog) = dialog.cast::<HtmlDialogElement>() else { return };
        if *open && !dialog.open() {
            // This fails only for a dialog that is open or not on the page.
            let _ = dialog.show_modal();
        } else if !*open && dialog.open() {
            dialog.close();
        }
    });
    let decide = |decision: Decision| {
        let (engine, asking) = (engine.clone(), asking.clone());
        Callback::from(move |()| {
            if let Some(asking) = &asking {
                engine.decide(decision, asking);
            }
        })
    };
    // Escape would close the dialog by itself, but the state decides whether it is open.
    let on_cancel = {
        let cancel = decide(Decision::Cancel);
        Callback::from(move |event: Event| {
            event.prevent_default();
            cancel.emit(());
        })
    };
    html! {
        <dialog ref={dialog} class="ask" aria-labelledby="ask-heading" aria-describedby="ask-text"
            oncancel={on_cancel}>
            if let Some(asking) = asking {
                { question(asking) }
                <div class="ask-choices">
                    { choice("Fork: keep it", kept(asking), true, &decide(Decision::Fork)) }
                    { choice("Replace what comes after", replaced(asking), false, &decide(Decision::Replace)) }
                    { choice("Cancel", "Nothing changes.".to_owned(), false, &decide(Decision::Cancel)) }
                </div>
            }
        </dialog>
    }
}

fn question(asking: &Asking) -> Html {
    let ahead = format::length(asking.furthest.since(asking.now));
    html! {
        <>
            <h2 id="ask-heading">{ "You are about to change the past" }</h2>
            <p id="ask-text">
                { format!("The clock is at {}, and {ahead} of this run lie ahead. ", format::moment(asking.now)) }
                { "A change here leads to another future. Do you want to keep the one that you have seen?" }
            </p>
        </>
    }
}

fn kept(asking: &Asking) -> String {
    let (run, next) = (asking.run.short(), asking.next);
    let leaves =
        asking.leaves.map(|run| format!(" {} is deleted to make room for it.", run.short()));
    format!(
        "It stays as {run}, and you continue in Run {next}. You can switch between them.{}",
        leaves.unwrap_or_default()
    )
}

fn replaced(asking: &Asking) -> String {
    format!("{} continues from here, and what came after is lost.", asking.run.short())
}

fn choice(name: &'static str, means: String, first: bool, on_choose: &Callback<()>) -> Html {
    let class = first.then_some("primary");
    let id = format!("ask-{}", name.split([' ', ':']).next().unwrap_or_default().to_lowercase());
    html! {
        <div class="ask-choice">
            <button type="button" {class} autofocus={first} aria-describedby={id.clone()}
                onclick={on_choose.reform(|_| ())}>
                { name }
            </button>
            <p {id}>{ means }</p>
        </div>
    }
}
