//! What is asked of a person who acts in the past.

use std::rc::Rc;

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::engine::Engine;
use crate::format;
use crate::state::time::{Asking, Decision};

/// What is asked.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The run behind it.
    pub(crate) engine: Engine,
    /// What is asked, while it is.
    pub(crate) asking: Option<Rc<Asking>>,
}

/// A dialog that asks what becomes of the part of the run that lies ahead. It is on the page all the
/// time, and closed while there is nothing to ask.
#[component]
pub(crate) fn AskDialog(props: &Props) -> Html {
    let Props { engine, asking } = props;
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), asking.is_some()), |(dialog, open)| {
        let Some(dialog) = dialog.cast::<HtmlDialogElement>() else { return };
        if *open && !dialog.open() {
            // It fails for a dialog that is open or not on the page, and this one is neither.
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
    // Escape closes a dialog by itself, but it is the state that says whether it is open.
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
                    { choice("Cancel", "Nothing is done.".to_owned(), false, &decide(Decision::Cancel)) }
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
                { format!("The clock stands at {}, and {ahead} of this run lie ahead. ", format::exact_seconds(asking.now)) }
                { "What you do here leads to another future. What shall become of the one that you know?" }
            </p>
        </>
    }
}

fn kept(asking: &Asking) -> String {
    let (run, next) = (asking.run.short(), asking.next);
    let leaves =
        asking.leaves.map(|run| format!(" {} goes, for there is room for no more.", run.short()));
    format!(
        "It stays as {run}, and you go on in Run {next}. You can switch between them.{}",
        leaves.unwrap_or_default()
    )
}

fn replaced(asking: &Asking) -> String {
    format!("{} goes on from here, and what came after is gone.", asking.run.short())
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
