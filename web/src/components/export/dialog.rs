//! The export dialog, and the button that opens it.

use std::rc::Rc;

use ringside_lab::Scenario;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use super::drop;
use super::link::copy_link;
use super::pictures::Pictures;
use super::record::Records;
use super::report;
use crate::browser::files;
use crate::components::widgets::{Icon, Picture};
use crate::engine::{Engine, use_run};
use crate::state::Notice;
use crate::state::lens::Lens;
use crate::state::view_params::ViewParams;

/// The props of `ExportDialog`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The scenario of the shown run.
    pub(crate) scenario: Rc<Scenario>,
    /// The parameters of the view, which are part of the link.
    pub(crate) view_params: ViewParams,
}

/// A button, and the dialog that it opens, whose content is created each time.
#[component]
pub(crate) fn ExportDialog(props: &Props) -> Html {
    let engine = use_run();
    let open = use_state(|| false);
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), *open), |(dialog, open)| {
        let Some(dialog) = dialog.cast::<HtmlDialogElement>() else { return };
        if *open && !dialog.open() {
            // This fails for a dialog that is open or not on the page, and this one is neither.
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
            <button type="button" class="export-button" aria-haspopup="dialog" title="Export"
                aria-label="Export" onclick={Callback::from(move |_: MouseEvent| on_open())}>
                <Icon picture={Picture::Export} /><span>{ "Export" }</span>
            </button>
            <dialog ref={dialog} class="ask export-dialog" aria-labelledby="export-heading" oncancel={on_cancel}>
                if *open {
                    <div class="export-head">
                        <h2 id="export-heading">{ "Export" }</h2>
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
    let Props { scenario, view_params } = props;
    let on_link = {
        let (engine, view_params) = (engine.clone(), view_params.clone());
        close.reform(move |_: MouseEvent| copy_link(engine.clone(), &view_params))
    };
    html! {
        <div class="export-parts">
            { part("Link", "The run, this moment, the open lens and the selected key. The command line reads it, too.",
                html! {
                    <div class="export-row">
                        <button type="button" class="primary" onclick={on_link}>{ "Copy the link" }</button>
                    </div>
                }) }
            { part("Scenario", "The run as a file, with your commands in its schedule. A scenario file can also \
                be dropped anywhere on the page.", scenarios(engine, scenario, close)) }
            { part("Picture", "The open lens, or one of its charts, as shown now.", html! {
                <Pictures scenario={scenario.clone()} lens={view_params.lens.unwrap_or(Lens::Ring)} />
            }) }
            { part("Series", "The measurements over virtual time, one line per window.",
                series(engine, scenario)) }
            { part("History", "The operations of the clients, for “ringside check”, or the events of each \
                host, for ShiViz. The run is repeated from its start to write the file.", html! {
                <Records scenario={scenario.clone()} />
            }) }
        </div>
    }
}

fn part(name: &'static str, description: &'static str, body: Html) -> Html {
    let id = format!("export-{}", name.to_lowercase());
    html! {
        <section class="export-part" aria-labelledby={id.clone()}>
            <h3 {id}>{ name }</h3>
            <p>{ description }</p>
            { body }
        </section>
    }
}

/// Renders the buttons that save the run's scenario and open another one.
fn scenarios(engine: &Engine, scenario: &Rc<Scenario>, close: &Callback<()>) -> Html {
    let on_save = {
        let (engine, scenario) = (engine.clone(), scenario.clone());
        Callback::from(move |_: MouseEvent| {
            let name = files::name(&scenario, ".json");
            match engine.scenario_file() {
                Ok(text) => {
                    report(&engine, &name, files::save_text(&name, "application/json", &text));
                }
                Err(reason) => engine.say(Notice::refused(format!(
                    "This run can\u{2019}t be saved as a scenario: {reason}."
                ))),
            }
        })
    };
    let on_choose = Callback::from(|event: MouseEvent| {
        // A file field looks different in each browser, so a button stands in for it.
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let part = target.and_then(|it| it.closest(".export-part").ok().flatten());
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
        <div class="export-row">
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
            report(&engine, &name, files::save_text(&name, "text/csv", &engine.series_file()));
        })
    };
    html! {
        <div class="export-row">
            <button type="button" onclick={on_save}>{ "Save series as CSV" }</button>
        </div>
    }
}
