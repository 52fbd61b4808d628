//! Jumps between marks and between runs.

use std::rc::Rc;

use ringside_lab::timeline::MarkKind;
use yew::prelude::*;

use super::ticks::letter;
use crate::components::widgets::{Choice, Icon, Picture, Select};
use crate::engine::use_run;
use crate::format;
use crate::state::Action;
use crate::state::time::TimeAction;
use crate::state::timeline_position::{RunName, Ticks};

/// The marks and runs to choose from.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The marks of the run.
    pub(crate) ticks: Rc<Ticks>,
    /// The kind of mark to jump to; `None` for any.
    pub(crate) kind: Option<MarkKind>,
    /// The run and its forks.
    pub(crate) runs: Rc<Vec<RunName>>,
    /// The index of the shown one.
    pub(crate) shown: usize,
}

/// The value of the choice that stands for marks of any kind.
const ANY: &str = "any";

/// Buttons to the previous and the next mark of a selected kind and, once there are forks, the choice of a
/// run.
#[component]
pub(crate) fn MarkJumps(props: &Props) -> Html {
    let engine = use_run();
    let Props { ticks, kind, runs, shown } = props;
    let kind = *kind;
    let jump = |forward: bool| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_mark(kind, forward))
    };
    let on_kind = use_callback(engine.clone(), |value: String, engine| {
        let kind = MarkKind::ALL.into_iter().find(|kind| kind.name() == value);
        engine.dispatch(Action::Time(TimeAction::SetKind(kind)));
    });
    let on_run = use_callback(engine.clone(), |value: String, engine| {
        if let Ok(place) = value.parse() {
            engine.switch_run(place);
        }
    });
    let none = ticks.total(kind) == 0;
    let value = kind.map_or(ANY, MarkKind::name);
    html! {
        <section class="mark-jumps" aria-labelledby="mark-jumps-heading">
            <h2 id="mark-jumps-heading" class="visually-hidden">{ "Marks and runs" }</h2>
            <button type="button" class="icon-button" aria-label="Previous mark"
                title="Previous mark (Shift and \u{2190})" disabled={none} onclick={jump(false)}>
                <Icon picture={Picture::Earlier} />
            </button>
            <Select label="Mark" choices={kinds(ticks)} {value} on_choose={on_kind} />
            <button type="button" class="icon-button" aria-label="Next mark"
                title="Next mark (Shift and \u{2192})" disabled={none} onclick={jump(true)}>
                <Icon picture={Picture::Later} />
            </button>
            if runs.len() > 1 {
                <Select label="Run" choices={names(runs)} value={shown.to_string()} on_choose={on_run} />
            }
        </section>
    }
}

/// Lists the kinds of marks, each with its shape and its count.
fn kinds(ticks: &Ticks) -> Vec<Choice> {
    let choice = |kind: MarkKind| {
        let count = format::thousands(ticks.total(Some(kind)));
        let text = format!("{} {} ({count})", letter(kind), format::capital(kind.name()));
        Choice::new(kind.name(), text)
    };
    let any = Choice::new(ANY, format!("Any mark ({})", format::thousands(ticks.total(None))));
    [any].into_iter().chain(MarkKind::ALL.map(choice)).collect()
}

fn names(runs: &[RunName]) -> Vec<Choice> {
    let runs = runs.iter().enumerate();
    runs.map(|(place, name)| Choice::new(place.to_string(), name.long())).collect()
}
