//! The stage: the ring, its nodes, and the messages between them.

use std::rc::Rc;

use ringside_lab::frame::{Frame, NodeFrame};
use ringside_lab::{NodeId, Token};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::cut_lines::CutLines;
use super::departed_nodes::DepartedNodes;
use super::fetch_lanes::FetchLanes;
use super::flow_note::FlowNote;
use super::gestures::use_gestures;
use super::key_count::KeyCount;
use super::key_points::KeyPoints;
use super::key_walk::KeyWalk;
use super::legend::Legend;
use super::node_button::{Debt, NodeButton, suspected_by};
use super::ring_band::RingBand;
use super::stage_tags::{LISTED_REPLICAS, StageTags};
use super::table::RingTable;
use super::tools::{RingTools, observers};
use super::viewpoint::{ViewpointLines, viewpoint_status};
use crate::components::widgets::use_canvas_room;
use crate::engine::{Engine, use_run};
use crate::format;
use crate::graphics::kinds::{Family, FamilySet};
use crate::graphics::ring::{Cuts, Point};
use crate::state::ring::{RingAction, RingPicture, RingView};
use crate::state::{Action, Snapshot};

/// The state that the stage shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The latest snapshot.
    pub(crate) snapshot: Rc<Snapshot>,
    /// The viewpoint, the zoom and the form of the ring.
    pub(crate) ring: RingView,
    /// The point to zoom in on.
    pub(crate) aim: Point,
    /// The selected nodes.
    pub(crate) chosen: Rc<Vec<NodeId>>,
    /// The nodes that the sentence under the pointer is about.
    pub(crate) highlighted: Rc<Vec<NodeId>>,
    /// The families whose dots are hidden.
    pub(crate) hidden: FamilySet,
}

/// The ring with its nodes, keys, cuts and clients, and the canvas for moving messages; or all that as a table.
#[component]
pub(crate) fn Stage(props: &Props) -> Html {
    let engine = use_run();
    let Snapshot { frame, dial, .. } = &*props.snapshot;
    let RingView { observer, as_table, .. } = props.ring;
    let (room, canvas) = (use_node_ref(), use_node_ref());
    use_canvas_room(&room, &canvas, fit_dial, Engine::set_canvas);
    use_gestures(&room);
    let cuts =
        use_memo((dial.clone(), frame.cuts.clone()), |(dial, cut)| Cuts::new(dial.members(), cut));
    let list = use_memo(preference_list(frame), Clone::clone);
    let names = use_memo(observers(&frame.nodes), Clone::clone);
    let on_toggle_node = use_callback(engine.clone(), |node, engine| {
        engine.dispatch(Action::ToggleNode(node));
    });
    let seen = (engine.clone(), dial.clone());
    let on_focus_node = use_callback(seen, |node, (engine, dial)| {
        if let Some(place) = dial.node(node) {
            engine.dispatch(Action::Ring(RingAction::Show(place)));
        }
    });
    let on_toggle_family = use_callback(engine.clone(), |family: Family, engine| {
        engine.dispatch(Action::ToggleFamily(family));
    });
    let on_click = use_callback(engine.clone(), |event, engine| pick(&event, engine));
    let believed_down = observer.map(|by| believed_down(frame, by));
    let picture = props.snapshot.lens.ring().unwrap_or_default();
    let flowing = picture.flow.is_some().then_some("is-flowing");
    let room_class = classes!("stage-room", as_table.then_some("is-away"), flowing);
    html! {
        <section class="stage" aria-labelledby="stage-heading">
            <h2 id="stage-heading" class="visually-hidden">{ "The ring" }</h2>
            <div ref={room} class={room_class} onclick={on_click}>
                <div class="stage-window">
                    { dial_of(props, &picture, &list, &cuts, [&on_toggle_node, &on_focus_node]) }
                    <canvas ref={canvas} class="dial-moving" aria-hidden="true" />
                </div>
                <StageTags key_name={frame.key.as_ref().map(|key| key.key.clone())}
                    list={list.clone()} cuts={cuts.clone()} clogs={frame.clogs.clone()} />
            </div>
            if as_table {
                <RingTable snapshot={props.snapshot.clone()}
                    picture={picture.clone()} />
            } else {
                <div class="stage-corner">
                    if frame.nodes.len() > dial.members().len() {
                        <DepartedNodes nodes={frame.nodes.clone()} dial={dial.clone()}
                            chosen={props.chosen.clone()} on_toggle={on_toggle_node} />
                    }
                    if let Some(flow) = picture.flow {
                        <FlowNote {flow} />
                    }
                    <KeyCount picture={picture.clone()} />
                </div>
            }
            <RingTools ring={props.ring} nodes={names} {believed_down}
                aim={props.aim} />
            <Legend hidden={props.hidden} on_toggle={on_toggle_family} />
        </section>
    }
}

/// Renders the dial: the still picture, and the nodes.
fn dial_of(
    props: &Props,
    picture: &Rc<RingPicture>,
    list: &Rc<Vec<NodeId>>,
    cuts: &Rc<Cuts>,
    [on_toggle, on_focus]: [&Callback<NodeId>; 2],
) -> Html {
    let Snapshot { frame, tokens, dial, .. } = &*props.snapshot;
    let RingView { view, observer, .. } = props.ring;
    let node = |node: &NodeFrame| {
        let rank = list.iter().position(|other| *other == node.id).map(|place| place + 1);
        let seen = |by: &NodeId| observer.is_none_or(|observer| observer == *by);
        let suspected_by = suspected_by(frame, node.id).into_iter().filter(seen).collect();
        Some(html! {
            <NodeButton key={node.id.0} node={node.clone()} place={view.project(dial.node(node.id)?)}
                suspected_by={Rc::new(suspected_by)} {rank} viewpoint={viewpoint_status(frame, observer, node.id)}
                debt={debt(picture, node.id)} counted={has_counted(frame, node.id)}
                highlighted={props.highlighted.contains(&node.id)} chosen={props.chosen.contains(&node.id)}
                on_toggle={on_toggle.clone()} on_focus={on_focus.clone()} />
        })
    };
    let radius = dial.node_radius() * view.zoom();
    let size =
        format!("--node:{:.3};--zoom:{};--thin:{:.4}", radius * 2.0, view.zoom(), view.thin());
    let crowd = (radius < 0.1).then_some("is-crowded");
    let broken = !cuts.links.is_empty() || !frame.clogs.is_empty();
    html! {
        <div class={classes!("dial", crowd)} style={size}>
            <svg class="dial-still" viewBox={view.view_box()} role="img"
                aria-label={described(&props.snapshot, picture, list)}>
                <RingBand tokens={tokens.clone()} {view} />
                <FetchLanes picture={picture.clone()} dial={dial.clone()} {view} />
                if broken {
                    <CutLines cuts={cuts.clone()} clogs={frame.clogs.clone()} dial={dial.clone()} />
                }
                <KeyPoints picture={picture.clone()} {view} />
                <circle class="hub" r="110" />
                if let Some(observer) = observer {
                    <ViewpointLines {observer} suspects={believed_down(frame, observer)} dial={dial.clone()} />
                }
                if let Some(key) = &frame.key {
                    <KeyWalk tokens={tokens.clone()} place={key.place} list={list.clone()}
                        thin={view.thin()} />
                }
            </svg>
            { hub_name(frame, view.project(Point::default())) }
            <>{ for frame.nodes.iter().filter_map(node) }</>
        </div>
    }
}

/// Returns the keys that a node is behind on, without those that are still on their way to it.
fn debt(picture: &RingPicture, node: NodeId) -> Option<Debt> {
    let frame = &picture.frame;
    let it = frame.nodes.get(node.index()).filter(|it| it.overdue > 0)?;
    let should_hold = (it.share * frame.held as f64).max(1.0);
    Some(Debt { keys: it.overdue, part: (f64::from(it.overdue) / should_hold).min(1.0) })
}

/// Returns the nodes that a node believes to be down.
fn believed_down(frame: &Frame, by: NodeId) -> Vec<NodeId> {
    let by = frame.nodes.iter().find(|node| node.id == by);
    by.map(|node| node.suspects.clone()).unwrap_or_default()
}

/// Renders the name of the clients in the middle.
fn hub_name(frame: &Frame, place: Point) -> Html {
    html! {
        <p class="hub-name" style={place.css()}>
            <strong>{ "you" }</strong>
            if frame.load.on {
                <span>
                    { format!("+{}", frame.load.clients) }
                    <span class="hub-noun">{ " clients" }</span>
                </span>
            }
        </p>
    }
}

// Yew matches unkeyed children from the last one on. So what comes and goes beside the canvas stands in a
// fragment or an `if`, which is always one child; otherwise the canvas itself would be created again.

/// Makes the dial as large as its room allows.
fn fit_dial(engine: &Engine, room: &HtmlElement) {
    let side = format!("{}px", room.client_width().min(room.client_height()));
    let _ = room.style().set_property("--side", &side);
    engine.fit();
}

/// Selects the message under a click on the stage; a click on a node is left to the node.
fn pick(event: &MouseEvent, engine: &Engine) {
    // Yew listens at the root of the page, so the current target of an event is not the dial.
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    let within = |selector: &str| target.closest(selector).ok().flatten();
    let (None, Some(room)) = (within("button"), within(".stage-room")) else { return };
    let Ok(Some(dial)) = room.query_selector(".dial") else { return };
    let edge = dial.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    engine.pick(x - edge.left(), y - edge.top());
}

fn preference_list(frame: &Frame) -> Vec<NodeId> {
    let key = frame.key.iter();
    key.flat_map(|key| key.replicas.iter().map(|replica| replica.node)).collect()
}

/// Whether a node's answer to the selected operation counted, if that operation is on the selected key.
fn has_counted(frame: &Frame, node: NodeId) -> bool {
    let key = frame.key.as_ref().map(|key| &key.key);
    let operation = frame.operation.as_ref().filter(|operation| Some(&operation.key) == key);
    operation.is_some_and(|operation| operation.lamps.iter().any(|lamp| lamp.node == node))
}

/// Describes the still picture for screen readers.
fn described(snapshot: &Snapshot, picture: &RingPicture, list: &[NodeId]) -> String {
    let Snapshot { frame, tokens, dial, .. } = snapshot;
    let tokens: &[Token] = tokens;
    let ring = format!(
        "A ring of {} with {}. It holds {}; replicas disagree on {} of them.",
        format::count(dial.members().len() as u64, "node"),
        format::count(tokens.len() as u64, "token"),
        format::count(picture.frame.held, "key"),
        format::thousands(picture.frame.disagreeing)
    );
    let Some(key) = &frame.key else { return ring };
    let list = format::first_few(list, LISTED_REPLICAS);
    format!(
        "{ring} The key {} lies at {} of the turn clockwise from the top; its replicas are {list}.",
        key.key,
        format::percent(key.place)
    )
}
