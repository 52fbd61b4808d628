//! The choice of the exchange and the range whose trees are shown, and the buttons that go on in time.

use std::rc::Rc;

use ringside_lab::merkle::{Ending, ExchangeFrame, ExchangeLine, RangeLine};
use ringside_lab::{NodeId, RequestId};
use yew::prelude::*;

use crate::components::widgets::{Choice, Select};
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::Action;
use crate::state::merkle::{MerkleAction, MerkleFrame, MerkleState, Watched};

/// The most ranges that are listed, those that differ first.
const MOST_RANGES: usize = 60;

/// The props of `Chooser`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The exchanges, ranges and nodes to choose from.
    pub(super) frame: Rc<MerkleFrame>,
    /// The state of the lens.
    pub(super) state: MerkleState,
}

/// Lists of the latest exchanges and of the ranges of the shown one, and buttons that go on in time.
#[component]
pub(super) fn Chooser(props: &Props) -> Html {
    let Props { frame, state } = props;
    let engine = use_run();
    let on_choose = {
        let engine = engine.clone();
        let running = frame.running.clone();
        Callback::from(move |value: String| {
            if let Some(watched) = watched(&value, &running) {
                engine.dispatch(Action::Merkle(MerkleAction::Watch(watched)));
            }
        })
    };
    let newest = Choice::new("newest", "Newest");
    let differing = Choice::new("differing", "Newest with differences");
    let current = (frame.running.len() > 1).then(|| Choice::new("current", "Current trees"));
    let mut choices: Vec<Choice> = [newest, differing].into_iter().chain(current).collect();
    choices.extend(
        frame.lines.iter().map(|it| Choice::new(it.exchange.0.to_string(), exchange_name(it))),
    );
    if let Watched::Exchange(exchange) = state.watched
        && frame.lines.iter().all(|line| line.exchange != exchange)
    {
        choices.push(Choice::new(exchange.0.to_string(), "an exchange that is no longer recorded"));
    }
    let line = frame.shown.as_ref().and_then(|shown| shown.exchange.as_ref());
    html! {
        <div class="tree-chooser">
            <div class="tree-fields">
                <Select label="Exchange" {choices} value={value(state.watched)} {on_choose} />
                if let Watched::Standing(pair) = state.watched {
                    { replicas(&engine, &frame.running, pair) }
                }
                if let Some(shown) = &frame.shown {
                    { ranges(&engine, shown, state.range) }
                }
            </div>
            <div class="tree-moves">
                { next_exchange(&engine, frame.settings.on) }
                if let Some(line) = line { { replay(&engine, line) } }
            </div>
        </div>
    }
}

fn next_exchange(engine: &Engine, on: bool) -> Html {
    let on_click = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_next_exchange())
    };
    html! {
        <button type="button" disabled={!on} onclick={on_click}
            title="Runs on until the next exchange begins">
            { "Next exchange" }
        </button>
    }
}

fn replay(engine: &Engine, line: &ExchangeLine) -> Html {
    let (exchange, began) = (line.exchange, line.began);
    let on_step = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_next_step(exchange))
    };
    let on_again = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_begin_of(exchange, began))
    };
    html! {
        <>
            <button type="button" disabled={line.ended.is_some()} onclick={on_step}
                title="Runs on until this exchange compares the next hashes or keys, or ends">
                { "Next comparison" }
            </button>
            <button type="button" onclick={on_again} title="Goes back to the start of this exchange">
                { "Watch again" }
            </button>
        </>
    }
}

fn ranges(engine: &Engine, shown: &ExchangeFrame, wanted: Option<usize>) -> Html {
    let mut listed: Vec<(usize, &RangeLine)> = shown.ranges.iter().enumerate().collect();
    listed.sort_by_key(|(index, range)| (range.differs != Some(true), *index));
    listed.truncate(MOST_RANGES);
    let here = shown.trees.as_ref().map(|trees| trees.index);
    if let Some(index) = here
        && listed.iter().all(|(other, _)| *other != index)
        && let Some(range) = shown.ranges.get(index)
    {
        listed.push((index, range));
    }
    let choices = listed.into_iter().map(|(index, range)| {
        Choice::new(index.to_string(), range_name(index, range, shown.ranges.len()))
    });
    let value = wanted.or(here).map_or(String::new(), |index| index.to_string());
    let on_choose = {
        let engine = engine.clone();
        Callback::from(move |value: String| {
            engine.dispatch(Action::Merkle(MerkleAction::SetRange(value.parse().ok())));
        })
    };
    html! { <Select label="Range" choices={choices.collect::<Vec<_>>()} {value} {on_choose} /> }
}

fn range_name(index: usize, range: &RangeLine, all: usize) -> String {
    let result = match range.differs {
        None => "not compared yet".to_owned(),
        Some(false) => "equal".to_owned(),
        Some(true) if range.differing == 0 => "differs".to_owned(),
        Some(true) => format!("{} differ", format::count(u64::from(range.differing), "key")),
    };
    let keys = range.keys[0].max(range.keys[1]);
    format!("{} of {all}: {result}, {}", index + 1, format::count(u64::from(keys), "key"))
}

fn replicas(engine: &Engine, running: &[NodeId], [a, b]: [NodeId; 2]) -> Html {
    let choices: Vec<Choice> =
        running.iter().map(|node| Choice::new(node.0.to_string(), node.to_string())).collect();
    let set = |place: usize| {
        let engine = engine.clone();
        Callback::from(move |value: String| {
            let Some(node) = value.parse().ok().map(NodeId) else { return };
            let mut pair = [a, b];
            // A node that is chosen for both places changes places with the other one.
            if pair[1 - place] == node {
                pair.swap(0, 1);
            } else {
                pair[place] = node;
            }
            engine.dispatch(Action::Merkle(MerkleAction::Watch(Watched::Standing(pair))));
        })
    };
    html! {
        <>
            <Select label="First replica" choices={choices.clone()} value={a.0.to_string()} on_choose={set(0)} />
            <Select label="Second replica" {choices} value={b.0.to_string()} on_choose={set(1)} />
        </>
    }
}

fn watched(value: &str, running: &[NodeId]) -> Option<Watched> {
    match value {
        "newest" => Some(Watched::Newest),
        "differing" => Some(Watched::NewestTelling),
        "current" => match running {
            [a, b, ..] => Some(Watched::Standing([*a, *b])),
            _ => None,
        },
        exchange => exchange.parse().ok().map(|it| Watched::Exchange(RequestId(it))),
    }
}

fn value(watched: Watched) -> String {
    match watched {
        Watched::Newest => "newest".to_owned(),
        Watched::NewestTelling => "differing".to_owned(),
        Watched::Standing(_) => "current".to_owned(),
        Watched::Exchange(exchange) => exchange.0.to_string(),
    }
}

/// Names an exchange in the list.
fn exchange_name(line: &ExchangeLine) -> String {
    let [a, b] = line.ends;
    format!("{a} with {b} at {}: {}", format::moment(line.began), result(line))
}

/// Describes the result of an exchange, or its progress.
fn result(line: &ExchangeLine) -> String {
    let found = match line.differing {
        0 => "nothing differs".to_owned(),
        1 => "1 key differs".to_owned(),
        keys => format!("{keys} keys differ"),
    };
    match line.ended {
        Some((_, Ending::Complete)) => found,
        Some((_, Ending::GivenUp)) => "timed out".to_owned(),
        Some((_, Ending::BrokenOff)) => "interrupted".to_owned(),
        None if line.differing > 0 => format!("in progress, {found}"),
        None => "in progress".to_owned(),
    }
}
