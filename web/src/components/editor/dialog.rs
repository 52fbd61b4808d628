//! The dialog, and the button that opens it.

use std::rc::Rc;

use ringside_lab::{Scenario, ScenarioError};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::form::ShortForm;
use super::text::ScenarioText;
use crate::browser::address;
use crate::components::widgets::{Icon, Picture};
use crate::engine::use_run;
use crate::state::Origin;

/// What is edited.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The scenario that it began with.
    pub(crate) scenario: Rc<Scenario>,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// Why a text is no scenario that can be run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    /// What the reader said: the field or the line, and the reason.
    pub(super) words: String,
    /// The line that it is about.
    pub(super) line: Option<usize>,
}

impl Fault {
    fn of(error: &ScenarioError, text: &str) -> Self {
        let line = error.line(text);
        let says_line = error.path.starts_with("line ");
        let place = line.filter(|_| !says_line).map(|line| format!("Line {line}, "));
        Self { words: format!("{}{error}.", place.unwrap_or_default()), line }
    }
}

/// A button, and the dialog that it opens: the run's scenario as text, checked as its file is. What was
/// typed stays until it is opened or thrown away, also while the dialog is closed.
#[component]
pub(crate) fn ScenarioEditor(props: &Props) -> Html {
    let engine = use_run();
    let dialog = use_node_ref();
    let draft = use_state(|| None::<Rc<str>>);
    let fault = use_state(|| None::<Rc<Fault>>);
    // It is written out only once it is to be read.
    let wanted = use_state(|| false);
    let written = use_memo((props.scenario.clone(), *wanted), |(scenario, wanted)| {
        if *wanted { scenario.to_json() } else { String::new() }
    });
    let text: Rc<str> = (*draft).clone().unwrap_or_else(|| written.as_str().into());
    let close = {
        let (dialog, wanted) = (dialog.clone(), wanted.clone());
        Callback::from(move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
            wanted.set(false);
        })
    };
    let on_show = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            wanted.set(true);
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>().filter(|it| !it.open()) {
                // It fails for a dialog that is open or not on the page, and this one is neither.
                let _ = dialog.show_modal();
            }
        })
    };
    let put = {
        let (draft, fault) = (draft.clone(), fault.clone());
        Callback::from(move |text: Option<Rc<str>>| {
            draft.set(text);
            fault.set(None);
        })
    };
    let on_edit = put.reform(|text: String| Some(text.into()));
    let on_discard = put.reform(|_: MouseEvent| None);
    let on_open = {
        let (playing, close) = (props.playing, close.clone());
        let (text, put, fault) = (text.clone(), put, fault.clone());
        Callback::from(move |_: MouseEvent| match Scenario::parse(&text) {
            Ok(scenario) => {
                // The address would otherwise go on naming the run that was left.
                address::set_fragment(None);
                engine.open(scenario, Origin::Own, playing);
                put.emit(None);
                close.emit(());
            }
            Err(error) => fault.set(Some(Rc::new(Fault::of(&error, &text)))),
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
                <ScenarioText {text} fault={(*fault).clone()} {on_edit} />
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
                { "Throw changes away" }
            </button>
            <p class="empty">
                { "It opens as a new run at time zero. What you typed stays here until then." }
            </p>
        </div>
    }
}
