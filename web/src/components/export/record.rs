//! Export of the run's history and event log, which repeats the run from its start in short slices.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use ringside_lab::Scenario;
use ringside_lab::export::{Record, RecordFormat};
use yew::prelude::*;

use super::report;
use crate::browser::files;
use crate::engine::{Engine, use_run};

/// The time that one slice may take.
const BUDGET_MS: f64 = 12.0;

/// The number of journal entries between two looks at the clock.
const SLICE: u64 = 1_000;

/// The props of `Records`.
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

/// The file that is being written, or `None`.
type CurrentJob = Rc<RefCell<Option<Job>>>;

/// One button per format, and the progress of the writing.
#[component]
pub(super) fn Records(props: &Props) -> Html {
    let engine = use_run();
    let job: CurrentJob = use_mut_ref(|| None);
    let part = use_state(|| None::<f64>);
    // Closing the dialog cancels the writing.
    use_effect_with((), {
        let job = job.clone();
        move |()| move || drop(job.take())
    });
    let begin = |format: RecordFormat| {
        let (engine, scenario) = (engine.clone(), props.scenario.clone());
        let (job, setter) = (job.clone(), part.setter());
        Callback::from(move |_: MouseEvent| {
            let (ending, kind) = match format {
                RecordFormat::History => ("-history.jsonl", "application/jsonl"),
                RecordFormat::Shiviz => ("-shiviz.log", "text/plain"),
            };
            let (record, name) = (engine.record(format), files::name(&scenario, ending));
            job.replace(Some(Job { record, name, kind }));
            setter.set(Some(0.0));
            write_slice(job.clone(), setter.clone(), engine.clone());
        })
    };
    let on_cancel = {
        let (job, part) = (job.clone(), part.clone());
        Callback::from(move |_: MouseEvent| {
            job.take();
            part.set(None);
        })
    };
    let busy = part.is_some();
    html! {
        <>
            <div class="export-row">
                <button type="button" disabled={busy} onclick={begin(RecordFormat::History)}>
                    { "Save history" }
                </button>
                <button type="button" disabled={busy} onclick={begin(RecordFormat::Shiviz)}>
                    { "Save ShiViz log" }
                </button>
            </div>
            <div class="export-row" role="status">
                if let Some(part) = *part {
                    <span>{ format!("Writing: {:.0}%", part * 100.0) }</span>
                    <progress max="1" value={part.to_string()} aria-hidden="true" />
                    <button type="button" onclick={on_cancel}>{ "Stop writing" }</button>
                }
            </div>
        </>
    }
}

/// Writes for one slice of time, and again once the browser has painted.
fn write_slice(current: CurrentJob, part: UseStateSetter<Option<f64>>, engine: Engine) {
    let now = || gloo::utils::window().performance().map_or(0.0, |it| it.now());
    let began_ms = now();
    let (done, so_far) = {
        let mut current = current.borrow_mut();
        let Some(job) = current.as_mut() else { return };
        let mut done = false;
        while !done && now() - began_ms < BUDGET_MS {
            done = job.record.go_on(SLICE);
        }
        (done, job.record.part())
    };
    if !done {
        part.set(Some(so_far));
        Timeout::new(0, move || write_slice(current, part, engine)).forget();
        return;
    }
    part.set(None);
    let Some(Job { record, name, kind }) = current.take() else { return };
    report(&engine, &name, files::save_text(&name, kind, &record.into_text()));
}
