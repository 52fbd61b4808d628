//! The dialog of the scenario editor, and the button that opens it.

use std::rc::Rc;

use ringside_lab::Scenario;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::form::ShortForm;
use super::located_error::LocatedError;
use super::text::ScenarioText;
use crate::browser::address;
use crate::components::widgets::{Icon, Picture};
use crate::engine::use_run;
use crate::state::Origin;

/// The props of `ScenarioEditor`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The scenario of the shown run.
    pub(crate) scenario: Rc<Scenario>,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// A button, and the dialog that it opens: the run's scenario as text, checked as a scenario file is. The
/// changes stay until they are opened or discarded, also while the dialog is closed.
#[component]
pub(crate) fn ScenarioEditor(props: &Props) -> Html {
    let engine = use_run();
    let dialog = use_node_ref();
    let draft = use_state(|| None::<Rc<str>>);
    let error = use_state(|| None::<Rc<LocatedError>>);
    // The scenario is written out only once the dialog opens.
    let opened = use_state(|| false);
    let written = use_memo((props.scenario.clone(), *opened), |(scenario, opened)| {
        if *opened { scenario.to_json() } else { String::new() }
    });
    let text: Rc<str> = (*draft).clone().unwrap_or_else(|| written.as_str().into());
    let close = {
        let (dialog, opened) = (dialog.clone(), opened.clone());
        Callback::from(move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
            opened.set(false);
        })
    };
    let on_show = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            opened.set(true);
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>().filter(|it| !it.open()) {
                // This fails for a dialog that is open or not on the page, and this one is neither.
                let _ = dialog.show_modal();
            }
        })
    };
    let set_draft = {
        let (draft, error) = (draft.clone(), error.clone());
        Callback::from(move |text: Option<Rc<str>>| {
            draft.set(text);
            error.set(None);
        })
    };
    let on_edit = set_draft.reform(|text: String| Some(text.into()));
    let on_discard = set_draft.reform(|_: MouseEvent| None);
    let on_open = {
        let (playing, close) = (props.playing, close.clone());
        let (text, set_draft, error) = (text.clone(), set_draft, error.clone());
        Callback::from(move |_: MouseEvent| match Scenario::parse(&text) {
            Ok(scenario) => {
                // Otherwise the address would still name the previous run.
                address::set_fragment(None);
                engine.open(scenario, Origin::Own, playing);
                set_draft.emit(None);
                close.emit(());
            }
            Err(reason) => error.set(Some(Rc::new(LocatedError::new(&reason, &text)))),
        })
    };
    html! {
        <>
            <button type="button" class="icon-button" aria-label="Edit scenario" title="Edit scenario"
                aria-haspopup="dialog" onclick={on_show}>
                <Icon picture={Picture::Pencil} />
            </button>
            <dialog ref={dialog} class="editor" aria-labelledby="editor-heading">
                { head(&close) }
                <ShortForm text={text.clone()} on_edit={on_edit.clone()} />
                <ScenarioText {text} error={(*error).clone()} {on_edit} />
                { foot(draft.is_some(), on_open, on_discard) }
            </dialog>
        </>
    }
}

fn head(close: &Callback<()>) -> Html {
    html! {
        <div class="dialog-header">
            <h2 id="editor-heading" tabindex="-1" autofocus=true>{ "Edit scenario" }</h2>
            <button type="button" class="icon-button" aria-label="Close the editor"
                onclick={close.reform(|_| ())}>
                <Icon picture={Picture::Close} />
            </button>
        </div>
    }
}

fn foot(changed: bool, on_open: Callback<MouseEvent>, on_discard: Callback<MouseEvent>) -> Html {
    html! {
        <div class="editor-buttons">
            <button type="button" class="primary" onclick={on_open}>{ "Open" }</button>
            <button type="button" disabled={!changed} onclick={on_discard}>
                { "Discard changes" }
            </button>
            <p class="empty">
                { "“Open” starts a new run at time zero. Until then your changes stay here." }
            </p>
        </div>
    }
}
