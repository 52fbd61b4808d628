//! Scenario files that are dropped on the page.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DataTransfer, DragEvent, Event, File};
use yew::prelude::*;

use crate::browser::files;
use crate::engine::{Engine, use_run};

/// The whole page as a target of scenario files, with a hint while a file is dragged over it. The export
/// dialog has a button for the same.
#[component]
pub(crate) fn DropTarget() -> Html {
    let engine = use_run();
    let dragging = use_state(|| false);
    use_effect_with(engine, {
        let setter = dragging.setter();
        move |engine| {
            let listeners = listeners(engine, &setter);
            move || drop(listeners)
        }
    });
    let class = classes!("drop-target", dragging.then_some("is-over"));
    html! {
        <div {class} role="status">
            if *dragging {
                <p>{ "Drop a scenario file to open it" }</p>
            }
        </div>
    }
}

fn listeners(engine: &Engine, dragging: &UseStateSetter<bool>) -> [EventListener; 4] {
    let document = gloo::utils::document();
    let on = |name: &'static str, act: Box<dyn Fn(&DragEvent)>| {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, name, options, move |event: &Event| {
            if let Some(event) = event.dyn_ref::<DragEvent>().filter(|it| has_files(it)) {
                act(event);
            }
        })
    };
    let over = |dragging: UseStateSetter<bool>| {
        Box::new(move |event: &DragEvent| {
            // Otherwise the browser would leave the page to show the file.
            event.prevent_default();
            dragging.set(true);
        })
    };
    let on_leave = {
        let dragging = dragging.clone();
        Box::new(move |event: &DragEvent| {
            // The event has a related target from one element to the next, but not out of the window.
            if event.related_target().is_none() {
                dragging.set(false);
            }
        })
    };
    let on_drop = {
        let (engine, dragging) = (engine.clone(), dragging.clone());
        Box::new(move |event: &DragEvent| {
            event.prevent_default();
            dragging.set(false);
            let files = event.data_transfer().and_then(|it| it.files());
            if let Some(file) = files.and_then(|files| files.get(0)) {
                open(engine.clone(), file);
            }
        })
    };
    [
        on("dragenter", over(dragging.clone())),
        on("dragover", over(dragging.clone())),
        on("dragleave", on_leave),
        on("drop", on_drop),
    ]
}

/// Reads a file and opens its scenario.
pub(super) fn open(engine: Engine, file: File) {
    spawn_local(async move {
        let text = files::read(&file).await;
        engine.open_file(&file.name(), text);
    });
}

/// Whether files are dragged, and not a text or a part of the page.
fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|it: DataTransfer| it.types());
    types.is_some_and(|types| types.iter().any(|it| it.as_string().as_deref() == Some("Files")))
}
