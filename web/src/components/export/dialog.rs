//! The dialog with all that can be taken away.

use std::rc::Rc;

use ringside_lab::Scenario;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use super::drop;
use super::link::copy_link;
use super::pictures::Pictures;
use super::record::Records;
use crate::browser::address::ViewParams;
use crate::browser::files;
use crate::components::widgets::{Icon, Picture};
use crate::engine::{Engine, use_run};
use crate::state::Notice;
use crate::state::lens::Lens;

/// What is taken away.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Its scenario.
    pub(crate) scenario: Rc<Scenario>,
    /// How it is looked at.
    pub(crate) looked: ViewParams,
}

/// A button, and the dialog that it opens. What is in the dialog is made anew each time.
#[component]
pub(crate) fn ExportDialog(props: &Props) -> Html {
    let engine = use_run();
    let open = use_state(|| false);
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), *open), |(dialog, open)| {
        let Some(dialog) = dialog.cast::<HtmlDialogElement>() else { return };
        if *open && !dialog.open() {
            // It fails for a dialog that is open or not on the page, and this one is neither.
            let _ = dialog.show_modal();
        } else if !*open && dialog.open() {
            dialog.close();
        }
    });
    let set = |to: bool| {
        let open = open.clone();
        move || open.set(to)
    };
    let (on_open, on_close) = (set(true), set(false));
    let on_cancel = {
        let close = set(false);
        Callback::from(move |event: Event| {
            event.prevent_default();
            close();
        })
    };
    let close = Callback::from({
        let close = set(false);
        move |()| close()
    });
    html! {
        <>
            <button type="button" class="take-button" aria-haspopup="dialog" title="Take away"
                aria-label="Take away" onclick={Callback::from(move |_: MouseEvent| on_open())}>
                <Icon picture={Picture::TakeAway} /><span>{ "Take away" }</span>
            </button>
            <dialog ref={dialog} class="ask take" aria-labelledby="take-heading" oncancel={on_cancel}>
                if *open {
                    <div class="take-head">
                        <h2 id="take-heading">{ "Take away" }</h2>
                        <button type="button" class="icon-button" aria-label="Close" title="Close"
                            onclick={Callback::from(move |_: MouseEvent| on_close())}>
                            <Icon picture={Picture::Close} />
                        </button>
                    </div>
                    { body(&engine, props, &close) }
                }
            </dialog>
        </>
    }
}

fn body(engine: &Engine, props: &Props, close: &Callback<()>) -> Html {
    let Props { scenario, looked } = props;
    let on_link = {
        let (engine, looked) = (engine.clone(), looked.clone());
        close.reform(move |_: MouseEvent| copy_link(engine.clone(), &looked))
    };
    html! {
        <div class="take-parts">
            { part("Link", "The run, this moment, the lens and the key in hand. The command line reads it, too.",
                html! {
                    <div class="take-row">
                        <button type="button" class="primary" onclick={on_link}>{ "Copy the link" }</button>
                    </div>
                }) }
            { part("Scenario", "The run as a file: what you did by hand is in its schedule. A file can be \
                dropped anywhere on the page as well.", scenarios(engine, scenario, close)) }
            { part("Picture", "What the page shows now.", html! {
                <Pictures scenario={scenario.clone()} lens={looked.lens.unwrap_or(Lens::Ring)} />
            }) }
            { part("Series", "What was measured over virtual time, a line for each window.",
                series(engine, scenario)) }
            { part("History", "What the clients saw, for “ringside check”; or what each host did, for \
                ShiViz. The run is done again from its beginning for it.", html! {
                <Records scenario={scenario.clone()} />
            }) }
        </div>
    }
}

fn part(name: &'static str, says: &'static str, body: Html) -> Html {
    let id = format!("take-{}", name.to_lowercase());
    html! {
        <section class="take-part" aria-labelledby={id.clone()}>
            <h3 {id}>{ name }</h3>
            <p>{ says }</p>
            { body }
        </section>
    }
}

/// The run's scenario out of the page, and another one into it.
fn scenarios(engine: &Engine, scenario: &Rc<Scenario>, close: &Callback<()>) -> Html {
    let on_save = {
        let (engine, scenario) = (engine.clone(), scenario.clone());
        Callback::from(move |_: MouseEvent| {
            let name = files::name(&scenario, ".json");
            match engine.scenario_file() {
                Ok(text) => {
                    saved(&engine, &name, files::save_text(&name, "application/json", &text));
                }
                Err(reason) => engine
                    .say(Notice::refused(format!("No scenario file can hold this run: {reason}."))),
            }
        })
    };
    let on_choose = Callback::from(|event: MouseEvent| {
        // The field that opens a file looks different in each browser: a button stands for it.
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let part = target.and_then(|it| it.closest(".take-part").ok().flatten());
        let input = part.and_then(|it| it.query_selector("input[type=file]").ok().flatten());
        if let Some(input) = input.and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
            input.click();
        }
    });
    let on_file = {
        let (engine, close) = (engine.clone(), close.clone());
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            let file = input.and_then(|it| it.files()).and_then(|files| files.get(0));
            if let Some(file) = file {
                drop::open(engine.clone(), file);
                close.emit(());
            }
        })
    };
    html! {
        <div class="take-row">
            <button type="button" onclick={on_save}>{ "Save scenario" }</button>
            <button type="button" onclick={on_choose}>{ "Open a scenario file" }</button>
            <input type="file" hidden={true} accept=".json,application/json" aria-label="Scenario file"
                onchange={on_file} />
        </div>
    }
}

fn series(engine: &Engine, scenario: &Rc<Scenario>) -> Html {
    let on_save = {
        let (engine, scenario) = (engine.clone(), scenario.clone());
        Callback::from(move |_: MouseEvent| {
            let name = files::name(&scenario, "-series.csv");
            saved(&engine, &name, files::save_text(&name, "text/csv", &engine.series_file()));
        })
    };
    html! {
        <div class="take-row">
            <button type="button" onclick={on_save}>{ "Save series as CSV" }</button>
        </div>
    }
}

fn saved(engine: &Engine, name: &str, done: bool) {
    engine.say(if done {
        Notice::done(format!("{name} is saved."))
    } else {
        Notice::refused(format!("This browser did not take {name}."))
    });
}
