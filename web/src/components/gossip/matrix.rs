//! The matrix of beliefs: one row per observer, one column per subject.

use std::rc::Rc;

use gloo::utils::document;
use ringside_lab::NodeId;
use ringside_lab::gossip::Beliefs;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::belief::{BeliefKind, age, error_words, heartbeat, short_heartbeat, truth_word};
use crate::keys;
use crate::keys::{KeyScope, Navigation};

/// The most nodes for which a cell has room for words.
pub(super) const ROOMY: usize = 8;

/// The least nodes for which a cell is only a spot, so that the whole matrix fits on the screen.
pub(super) const DENSE: usize = 25;

/// The distance between the rows and columns of spots that are named.
const NAMED: usize = 10;

/// The props of `Matrix`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The beliefs of all nodes.
    pub(super) beliefs: Rc<Beliefs>,
    /// The indices of the nodes that are listed.
    pub(super) listed: Rc<Vec<usize>>,
    /// The selected observer and subject.
    pub(super) pair: Option<(NodeId, NodeId)>,
    /// Called with the observer and the subject that the user selects.
    pub(super) on_choose: Callback<(NodeId, NodeId)>,
}

/// A cell of the matrix.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    kind: BeliefKind,
    /// Whether the belief is about the observer itself.
    own: bool,
    wrong: bool,
    /// The description for screen readers, which follows the names of both nodes.
    description: Rc<str>,
    /// The heartbeat and its age, for a cell with room.
    lines: Option<[String; 2]>,
}

/// A grid of cells, one of which has the focus; the arrow keys move it.
#[component]
pub(super) fn Matrix(props: &Props) -> Html {
    let Props { beliefs, listed, pair, .. } = props;
    let active = use_state(|| (0_usize, 0_usize));
    let size = listed.len();
    let (row, column) =
        (active.0.min(size.saturating_sub(1)), active.1.min(size.saturating_sub(1)));
    let on_key = {
        let (active, listed, beliefs) = (active.clone(), listed.clone(), beliefs.clone());
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let last = listed.len().saturating_sub(1);
            let next = match keys::within(KeyScope::Matrix, &event.key()) {
                Some(Navigation::Up) => (row.saturating_sub(1), column),
                Some(Navigation::Down) => ((row + 1).min(last), column),
                Some(Navigation::Previous) => (row, column.saturating_sub(1)),
                Some(Navigation::Next) => (row, (column + 1).min(last)),
                Some(Navigation::First) => (row, 0),
                Some(Navigation::Last) => (row, last),
                Some(Navigation::Top) => (0, column),
                Some(Navigation::Bottom) => (last, column),
                Some(Navigation::Select) => {
                    event.prevent_default();
                    choose(&beliefs, &listed, (row, column), &on_choose);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            active.set(next);
            focus(next);
        })
    };
    let on_click = {
        let (active, listed, beliefs) = (active.clone(), listed.clone(), beliefs.clone());
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(place) = pressed(&event) else { return };
            active.set(place);
            choose(&beliefs, &listed, place, &on_choose);
        })
    };
    let roomy = size <= ROOMY;
    let room = match size {
        0..=ROOMY => "is-roomy",
        DENSE.. => "is-dense",
        _ => "is-plain",
    };
    let names: Vec<NodeId> = listed.iter().map(|place| beliefs.truths[*place].node).collect();
    let rows = listed.iter().enumerate().map(|(index, &place)| {
        let node = beliefs.truths[place].node;
        let chosen = pair.filter(|(observer, _)| *observer == node);
        let chosen = chosen.and_then(|(_, subject)| names.iter().position(|it| *it == subject));
        html! {
            <Row key={node.0} {index} observer={node} cells={cells(beliefs, listed, place, roomy)}
                focus={(row == index).then_some(column)} {chosen} />
        }
    });
    html! {
        <div class={classes!("beliefs-room", room)}>
            <table class="beliefs" role="grid" aria-label="Beliefs by observer and subject"
                aria-describedby="beliefs-how" onkeydown={on_key} onclick={on_click}>
                { heads(beliefs, listed) }
                <tbody>{ for rows }</tbody>
            </table>
        </div>
    }
}

fn heads(beliefs: &Beliefs, listed: &[usize]) -> Html {
    let truths = || listed.iter().map(|place| &beliefs.truths[*place]);
    html! {
        <thead>
            <tr>
                <th scope="col" class="beliefs-corner">{ "of" }</th>
                { for truths().enumerate().map(|(index, truth)| html! {
                    <th scope="col" key={truth.node.0} class={named(index)}>
                        <span>{ truth.node.to_string() }</span>
                    </th>
                }) }
            </tr>
            <tr class="beliefs-truth">
                <th scope="row">{ "truth" }</th>
                { for truths().map(|truth| html! {
                    <td key={truth.node.0} class={classes!((!truth.answers()).then_some("is-silent"))}>
                        <span>{ truth_word(truth) }</span>
                    </td>
                }) }
            </tr>
        </thead>
    }
}

fn cells(beliefs: &Beliefs, listed: &[usize], observer: usize, roomy: bool) -> Rc<[Cell]> {
    let row = beliefs.rows[observer].as_ref();
    let cell = |&subject: &usize| {
        let own = subject == observer;
        let Some(belief) = row.map(|row| &row[subject]) else {
            let kind = BeliefKind::Nothing;
            return Cell { kind, own, wrong: false, description: kind.word().into(), lines: None };
        };
        let kind = BeliefKind::of(belief);
        let wrong = belief.error.map(error_words);
        let heard = belief.age.map(age).unwrap_or_default();
        let mut description = kind.word().to_owned();
        // In a large matrix each cell would change all the time; the selected pair is described in full.
        let beat = belief.life.map(heartbeat).unwrap_or_default();
        let ago = if heard.is_empty() { String::new() } else { format!("heard {heard} ago") };
        let more = [wrong.unwrap_or(""), beat.as_str(), ago.as_str()];
        for part in more.iter().take(if roomy { 3 } else { 1 }).filter(|part| !part.is_empty()) {
            description.push_str(", ");
            description.push_str(part);
        }
        let beat = belief.life.map(short_heartbeat).unwrap_or_default();
        let lines = roomy.then_some([beat, heard]);
        Cell { kind, own, wrong: wrong.is_some(), description: description.into(), lines }
    };
    listed.iter().map(cell).collect()
}

/// The props of `Row`.
#[derive(PartialEq, Properties)]
struct RowProps {
    index: usize,
    observer: NodeId,
    cells: Rc<[Cell]>,
    /// The column of the cell that can take the focus, or `None` if it is in another row.
    focus: Option<usize>,
    /// The column of the selected cell, or `None` if it is in another row.
    chosen: Option<usize>,
}

/// The beliefs of one observer, rendered again only when they have changed.
#[component]
fn Row(props: &RowProps) -> Html {
    let RowProps { index, observer, cells, focus, chosen } = props;
    let cell = |(column, cell): (usize, &Cell)| {
        let class = classes!(
            "belief",
            cell.kind.class(),
            cell.own.then_some("is-own"),
            cell.wrong.then_some("is-wrong"),
        );
        html! {
            <td key={column} id={id((*index, column))} {class} role="gridcell"
                data-place={format!("{index} {column}")}
                tabindex={if *focus == Some(column) { "0" } else { "-1" }}
                aria-selected={(*chosen == Some(column)).to_string()}>
                <span class="belief-sign" aria-hidden="true">{ cell.kind.sign() }</span>
                if let Some([beat, heard]) = &cell.lines {
                    <span class="belief-word" aria-hidden="true">{ cell.kind.word() }</span>
                    <span class="belief-age" aria-hidden="true">{ heard }</span>
                    <span class="belief-more" aria-hidden="true">{ beat }</span>
                }
                <span class="visually-hidden">{ &*cell.description }</span>
            </td>
        }
    };
    html! {
        <tr>
            <th scope="row" class={named(*index)}><span>{ observer.to_string() }</span></th>
            { for cells.iter().enumerate().map(cell) }
        </tr>
    }
}

/// Returns the class of a row or column of spots that is named.
fn named(index: usize) -> Option<&'static str> {
    index.is_multiple_of(NAMED).then_some("is-named")
}

fn id((row, column): (usize, usize)) -> String {
    format!("belief-{row}-{column}")
}

fn focus(place: (usize, usize)) {
    let cell = document().get_element_by_id(&id(place));
    if let Some(cell) = cell.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = cell.focus();
    }
}

/// Returns the row and the column of the cell that was pressed.
fn pressed(event: &MouseEvent) -> Option<(usize, usize)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let place = target.closest("[data-place]").ok()??.get_attribute("data-place")?;
    let (row, column) = place.split_once(' ')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

fn choose(
    beliefs: &Beliefs,
    listed: &[usize],
    (row, column): (usize, usize),
    on_choose: &Callback<(NodeId, NodeId)>,
) {
    let node = |index: usize| listed.get(index).map(|place| beliefs.truths[*place].node);
    if let (Some(observer), Some(subject)) = (node(row), node(column)) {
        on_choose.emit((observer, subject));
    }
}
