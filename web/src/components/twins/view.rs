//! The twins lens as a whole.

use std::rc::Rc;

use ringside_lab::twins::Knob;
use yew::prelude::*;

use super::figures::Figures;
use super::first_difference::FirstDifference;
use super::side::SideColumn;
use crate::components::shell::back_to_ring;
use crate::components::staleness::{Chart, most_rows};
use crate::components::widgets::{Choice, Select};
use crate::engine::{Engine, use_run};
use crate::graphics::charts::{Sli, Table};
use crate::graphics::ring::Dial;
use crate::state::Action;
use crate::state::theme::Theme;
use crate::state::timeline_position::RunName;
use crate::state::twins::{CompareWith, TwinsAction, TwinsFrame};

/// The props of `TwinsLens`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Both runs.
    pub(crate) twins: Rc<TwinsFrame>,
    /// All runs of the timeline.
    pub(crate) runs: Rc<Vec<RunName>>,
    /// The index of the shown run.
    pub(crate) shown: usize,
    /// The indicator of the chart.
    pub(crate) sli: Sli,
    /// The places of the nodes.
    pub(crate) dial: Rc<Dial>,
    /// The colours.
    pub(crate) theme: Theme,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The choice of what is compared, the first difference, both runs, one chart and one table.
#[component]
pub(crate) fn TwinsLens(props: &Props) -> Html {
    let Props { twins, sli, dial, .. } = props;
    let engine = use_run();
    let names = names(twins);
    let on_key = {
        let engine = engine.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                // Elsewhere this key deselects the selected nodes.
                event.stop_propagation();
                back_to_ring(&engine);
            }
        })
    };
    html! {
        <section class="twins lens-view" aria-labelledby="twins-heading" onkeydown={on_key}>
            <header class="twins-head lens-head">
                <h2 id="twins-heading">{ "Twins" }</h2>
                { choosers(&engine, props) }
            </header>
            <div class="twins-body" tabindex="0" role="region" aria-label="Both runs">
                <p class="twins-comparison">{ comparison(twins) }</p>
                <div class="twins-progress" role="status">
                    if let Some(part) = twins.part {
                        { format!("The other run is catching up: {:.0}%", part * 100.0) }
                        <progress max="1" value={part.to_string()} aria-hidden="true" />
                    }
                </div>
                if twins.sides.is_some() {
                    <FirstDifference twins={twins.clone()} other={names[1].clone()} />
                    <div class="twins-sides">
                        <SideColumn twins={twins.clone()} which={0} name={names[0].clone()} dial={dial.clone()} />
                        <SideColumn twins={twins.clone()} which={1} name={names[1].clone()} dial={dial.clone()} />
                    </div>
                    <TwinsChart twins={twins.clone()} sli={*sli} theme={props.theme}
                        playing={props.playing} />
                    <Figures twins={twins.clone()} names={names} />
                }
            </div>
        </section>
    }
}

/// Names both runs by the setting that differs, or by their numbers.
fn names(twins: &TwinsFrame) -> [AttrValue; 2] {
    let of = |name: &str, value: String| AttrValue::from(format!("{name}: {value}"));
    match twins.versus {
        Some(CompareWith::Knob(knob)) => {
            let value = |it: Knob| format!("{} = {}", it.name(), it.value());
            let here = twins.here.map_or_else(|| format!("its own {}", knob.name()), value);
            [of("This run", here), of("Twin", value(knob))]
        }
        Some(CompareWith::Run(number)) => ["This run".into(), format!("Run {number}").into()],
        None => ["This run".into(), "The other".into()],
    }
}

/// Describes what is compared.
fn comparison(twins: &TwinsFrame) -> String {
    if let Some(problem) = &twins.problem {
        return format!("There is nothing to compare with: {problem}.");
    }
    match twins.versus {
        Some(CompareWith::Knob(knob)) if twins.here == Some(knob) => format!(
            "Both have {} = {} now: choose another value for the twin.",
            knob.name(),
            knob.value()
        ),
        Some(CompareWith::Knob(knob)) => format!(
            "The twin has {} = {} from its start. Seed, load, faults and your commands are the same in \
             both runs, except commands on single messages.",
            knob.name(),
            knob.value()
        ),
        Some(CompareWith::Run(_)) => {
            "Both runs at the same moment. Your commands act on this run only.".to_owned()
        }
        None => "The other run is being opened.".to_owned(),
    }
}

/// Renders the choice of the setting or the run to compare with, and of the setting's value in the twin.
fn choosers(engine: &Engine, props: &Props) -> Html {
    let Props { twins, runs, shown, .. } = props;
    let compare = {
        let engine = engine.clone();
        Callback::from(move |versus: CompareWith| {
            engine.dispatch(Action::Twins(TwinsAction::Compare(Some(versus))));
        })
    };
    let chosen = match twins.versus {
        Some(CompareWith::Knob(knob)) => Some(knob),
        _ => None,
    };
    let knobs = twins.knobs.iter().filter_map(|values| values.first());
    let mut what: Vec<Choice> = knobs.map(|it| Choice::new(it.name(), it.name())).collect();
    let others = runs.iter().enumerate().filter(|(place, _)| place != shown);
    what.extend(others.map(|(_, run)| Choice::new(run.short(), run.long())));
    let value = match twins.versus {
        Some(CompareWith::Knob(knob)) => AttrValue::from(knob.name()),
        Some(CompareWith::Run(number)) => AttrValue::from(format!("Run {number}")),
        None => AttrValue::default(),
    };
    let on_what = {
        let (compare, twins, runs) = (compare.clone(), twins.clone(), runs.clone());
        Callback::from(move |name: String| {
            let mut firsts = twins.knobs.iter().filter_map(|values| values.first());
            let run = runs.iter().find(|run| run.short() == name);
            let versus = match firsts.find(|it| it.name() == name) {
                Some(knob) => Some(CompareWith::Knob(*knob)),
                None => run.map(|run| CompareWith::Run(run.number)),
            };
            versus.into_iter().for_each(|versus| compare.emit(versus));
        })
    };
    html! {
        <div class="twins-choosers">
            <Select label="Differs in" choices={what} {value} on_choose={on_what} />
            if let Some(knob) = chosen {
                { value_chooser(twins, knob, &compare) }
            }
        </div>
    }
}

fn value_chooser(twins: &TwinsFrame, knob: Knob, compare: &Callback<CompareWith>) -> Html {
    let same_knob = |values: &&Vec<Knob>| values.iter().any(|it| it.name() == knob.name());
    let mut values = twins.knobs.iter().find(same_knob).cloned().unwrap_or_default();
    if !values.contains(&knob) {
        values.push(knob);
    }
    let choices = values.iter().map(|it| Choice::new(it.value(), it.value())).collect::<Vec<_>>();
    let on_choose = compare.reform(move |text: String| {
        let found = values.iter().find(|it| it.value() == text);
        CompareWith::Knob(found.copied().unwrap_or(knob))
    });
    html! { <Select label="In the twin" {choices} value={knob.value()} {on_choose} /> }
}

/// The props of `TwinsChart`.
#[derive(PartialEq, Properties)]
struct ChartProps {
    twins: Rc<TwinsFrame>,
    sli: Sli,
    theme: Theme,
    playing: bool,
}

/// A chart with one line per run, and the choice of its indicator.
#[component]
fn TwinsChart(props: &ChartProps) -> Html {
    let ChartProps { twins, sli, theme, playing } = props;
    let engine = use_run();
    let table = use_state(|| false);
    let Some([shown, other]) = &twins.sides else { return Html::default() };
    let plot = Rc::new(sli.plot([&shown.windows, &other.windows]));
    let rows = most_rows(*playing);
    let contents = if *table { plot.table(rows) } else { Table::default() };
    let on_table = {
        let table = table.clone();
        Callback::from(move |()| table.set(!*table))
    };
    let on_choose = Callback::from(move |name: String| {
        if let Some(sli) = Sli::named(&name) {
            engine.dispatch(Action::Twins(TwinsAction::Chart(sli)));
        }
    });
    let choices = Sli::ALL.map(|it| Choice::new(it.name(), it.name())).to_vec();
    html! {
        <div class="twins-chart">
            <Select label="Chart" {choices} value={sli.name()} {on_choose} />
            <Chart id="twins-chart" title={sli.name()} summary={plot.summary()} {plot}
                contents={Rc::new(contents)} empty="Nothing has been measured yet: let time run with the load on."
                caption="The solid line is this run, the dashed line the other run."
                theme={*theme} table={*table} {on_table} />
        </div>
    }
}
