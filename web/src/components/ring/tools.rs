//! The controls of the view of the ring: viewpoint, table and zoom.

use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::frame::NodeFrame;
use yew::prelude::*;

use crate::components::widgets::{Choice, Icon, Picture, Select};
use crate::engine::{Engine, use_run};
use crate::graphics::ring::Point;
use crate::keys::{KeyScope, Navigation};
use crate::state::Action;
use crate::state::ring::{RingAction, RingView};
use crate::{format, keys};

/// The view of the ring.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The viewpoint, the zoom and the form of the ring.
    pub(crate) ring: RingView,
    /// The nodes that can be selected as the observer.
    pub(crate) nodes: Rc<Vec<NodeId>>,
    /// The nodes that the observer believes to be down; `None` if there is no observer.
    pub(crate) believed_down: Option<Vec<NodeId>>,
    /// The point to zoom in on.
    pub(crate) aim: Point,
}

/// The distance by which a button pans, in parts of half the visible width.
const MOVE: f64 = 0.5;

/// The value of the choice that stands for no single observer.
const EVERYBODY: &str = "everybody";

/// The number of names that a belief lists.
const NAMED: usize = 4;

/// Controls of the observer, the table, the zoom and, when zoomed in, the visible part.
#[component]
pub(crate) fn RingTools(props: &Props) -> Html {
    let (engine, as_table) = (use_run(), props.ring.as_table);
    html! {
        <div class="ring-tools">
            if !as_table {
                { observer(&engine, props) }
            }
            <button type="button" class="table-button" aria-pressed={as_table.to_string()}
                onclick={press(&engine, RingAction::Tabulate(!as_table))}>
                { "Ring as a table" }
            </button>
            if !as_table {
                { window(&engine, props) }
            }
        </div>
    }
}

/// Renders the choice of the observer, and the nodes that it believes to be down.
fn observer(engine: &Engine, props: &Props) -> Html {
    let mut choices = vec![Choice::new(EVERYBODY, "everybody")];
    let name = |node: &NodeId| Choice::new(node.to_string(), format!("node {node}"));
    choices.extend(props.nodes.iter().map(name));
    let value = props.ring.observer.map_or_else(|| EVERYBODY.to_owned(), |node| node.to_string());
    let (engine, nodes) = (engine.clone(), props.nodes.clone());
    let on_choose = Callback::from(move |chosen: String| {
        let observer = nodes.iter().copied().find(|node| node.to_string() == chosen);
        engine.dispatch(Action::Ring(RingAction::SeeBy(observer)));
    });
    let belief = props.believed_down.as_ref().map(|down| match down.as_slice() {
        [] => "believes all nodes to be up".to_owned(),
        some => format!("believes {} to be down", format::first_few(some, NAMED)),
    });
    html! {
        <div class="ring-observer">
            <Select label="As seen by" {choices} {value} {on_choose} />
            if let Some(belief) = belief {
                <p class="ring-belief">{ belief }</p>
            }
        </div>
    }
}

/// Renders the buttons that zoom and, when zoomed in, those that pan.
fn window(engine: &Engine, props: &Props) -> Html {
    let (view, centre) = (props.ring.view, props.ring.view.centre());
    let button = |name: &'static str, label: Html, off: bool, action: RingAction| {
        html! {
            <button type="button" class="icon-button" aria-label={name} title={name} disabled={off}
                onclick={press(engine, action)}>
                { label }
            </button>
        }
    };
    let arrow = |name, class: &'static str, right: f64, down: f64| {
        let label = html! { <span class={class}><Icon picture={Picture::Later} /></span> };
        button(name, label, false, RingAction::Move(right, down))
    };
    html! {
        <div class="ring-moves" role="group" aria-label="Zoom" onkeydown={move_by_key(engine)}>
            { button("Zoom out", html! { "\u{2212}" }, view.is_whole(), RingAction::Farther(centre)) }
            <button type="button" class="fit-button" title="Show the whole ring" disabled={view.is_whole()}
                aria-label="Show the whole ring" onclick={press(engine, RingAction::Fit)}>
                { format!("{}\u{d7}", view.zoom()) }
            </button>
            { button("Zoom in", html! { "+" }, view.is_nearest(), RingAction::Toward(props.aim)) }
            if !view.is_whole() {
                <span class="ring-arrows">
                    { arrow("Move left", "to-left", -MOVE, 0.0) }
                    { arrow("Move up", "to-top", 0.0, -MOVE) }
                    { arrow("Move down", "to-bottom", 0.0, MOVE) }
                    { arrow("Move right", "to-right", MOVE, 0.0) }
                </span>
            }
        </div>
    }
}

fn press(engine: &Engine, action: RingAction) -> Callback<MouseEvent> {
    let engine = engine.clone();
    Callback::from(move |_| engine.dispatch(Action::Ring(action)))
}

/// Returns the handler of the arrow keys, which pan while the focus is on the zoom buttons.
fn move_by_key(engine: &Engine) -> Callback<KeyboardEvent> {
    let engine = engine.clone();
    Callback::from(move |event: KeyboardEvent| {
        let (right, down) = match keys::within(KeyScope::Zoom, &event.key()) {
            Some(Navigation::Previous) => (-MOVE, 0.0),
            Some(Navigation::Next) => (MOVE, 0.0),
            Some(Navigation::Up) => (0.0, -MOVE),
            Some(Navigation::Down) => (0.0, MOVE),
            _ => return,
        };
        event.prevent_default();
        // Elsewhere these keys step.
        event.stop_propagation();
        engine.dispatch(Action::Ring(RingAction::Move(right, down)));
    })
}

/// Returns the nodes that can be selected as the observer.
pub(crate) fn observers(nodes: &[NodeFrame]) -> Vec<NodeId> {
    nodes.iter().map(|node| node.id).collect()
}
