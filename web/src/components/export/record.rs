//! The run written down from its beginning, a few milliseconds at a time.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use ringside_lab::Scenario;
use ringside_lab::export::{Record, RecordFormat};
use yew::prelude::*;

use crate::browser::files;
use crate::engine::{Engine, use_run};
use crate::state::Notice;

/// How long it may work at once.
const BUDGET_MS: f64 = 12.0;

/// How many journal entries are done between two looks at the clock.
const SLICE: u64 = 1_000;

/// What is written down.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The scenario of the shown run.
    pub(super) scenario: Rc<Scenario>,
}

/// A file that is being written.
struct Job {
    record: Record,
    name: String,
    kind: &'static str,
}

type Desk = Rc<RefCell<Option<Job>>>;

/// Buttons for both formats, and how far the writing has come.
#[component]
pub(super) fn Records(props: &Props) -> Html {
    let engine = use_run();
    let desk: Desk = use_mut_ref(|| None);
    let part = use_state(|| None::<f64>);
    // Who closes the dialog wants no file any more.
    use_effect_with((), {
        let desk = desk.clone();
        move |()| move || drop(desk.take())
    });
    let begin = |format: RecordFormat| {
        let (engine, scenario) = (engine.clone(), props.scenario.clone());
        let (desk, setter) = (desk.clone(), part.setter());
        Callback::from(move |_: MouseEvent| {
            let (what, kind) = match format {
                RecordFormat::History => ("-history.jsonl", "application/jsonl"),
                RecordFormat::Shiviz => ("-shiviz.log", "text/plain"),
            };
            let (record, name) = (engine.record(format), files::name(&scenario, what));
            desk.replace(Some(Job { record, name, kind }));
            setter.set(Some(0.0));
            go_on(desk.clone(), setter.clone(), engine.clone());
        })
    };
    let on_cancel = {
        let (desk, part) = (desk.clone(), part.clone());
        Callback::from(move |_: MouseEvent| {
            desk.take();
            part.set(None);
        })
    };
    let busy = part.is_some();
    html! {
        <>
            <div class="take-row">
                <button type="button" disabled={busy} onclick={begin(RecordFormat::History)}>
                    { "Save history" }
                </button>
                <button type="button" disabled={busy} onclick={begin(RecordFormat::Shiviz)}>
                    { "Save ShiViz log" }
                </button>
            </div>
            <div class="take-row" role="status">
                if let Some(part) = *part {
                    <span>{ format!("Writing: {:.0}%", part * 100.0) }</span>
                    <progress max="1" value={part.to_string()} aria-hidden="true" />
                    <button type="button" onclick={on_cancel}>{ "Stop writing" }</button>
                }
            </div>
        </>
    }
}

/// Writes on for a while, and again once the browser has drawn.
fn go_on(desk: Desk, part: UseStateSetter<Option<f64>>, engine: Engine) {
    let now = || gloo::utils::window().performance().map_or(0.0, |it| it.now());
    let began_ms = now();
    let (done, so_far) = {
        let mut desk = desk.borrow_mut();
        let Some(job) = desk.as_mut() else { return };
        let mut done = false;
        while !done && now() - began_ms < BUDGET_MS {
            done = job.record.go_on(SLICE);
        }
        (done, job.record.part())
    };
    if !done {
        part.set(Some(so_far));
        Timeout::new(0, move || go_on(desk, part, engine)).forget();
        return;
    }
    part.set(None);
    let Some(Job { record, name, kind }) = desk.take() else { return };
    let saved = files::save_text(&name, kind, &record.into_text());
    engine.say(if saved {
        Notice::done(format!("{name} is saved."))
    } else {
        Notice::refused(format!("This browser did not take {name}."))
    });
}
