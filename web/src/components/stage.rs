//! The stage: the ring, its nodes, and the messages between them.

use std::rc::Rc;

use ringside_lab::{Frame, NodeFrame, NodeId, Token};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::cut_lines::CutLines;
use super::gone_nodes::GoneNodes;
use super::key_walk::KeyWalk;
use super::legend::Legend;
use super::node_button::NodeButton;
use super::ring_band::RingBand;
use super::stage_tags::{LISTED_REPLICAS, StageTags};
use crate::engine::Engine;
use crate::kinds::{Family, FamilySet};
use crate::ring::Cuts;
use crate::state::{Action, Snapshot};
use crate::words;

/// What the stage shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The run behind it.
    pub(crate) engine: Engine,
    /// The latest picture.
    pub(crate) snapshot: Rc<Snapshot>,
    /// The nodes that are chosen.
    pub(crate) chosen: Rc<Vec<NodeId>>,
    /// The nodes that a sentence is about.
    pub(crate) told: Rc<Vec<NodeId>>,
    /// The families whose dots are hidden.
    pub(crate) hidden: FamilySet,
}

/// The ring with its nodes, the key in hand, the cuts, the clients, and the canvas for what moves.
#[component]
pub(crate) fn Stage(props: &Props) -> Html {
    let Snapshot { frame, tokens, dial, .. } = &*props.snapshot;
    let (room, canvas) = (use_node_ref(), use_node_ref());
    use_dial(&props.engine, &room, &canvas);
    let cuts =
        use_memo((dial.clone(), frame.cuts.clone()), |(dial, cut)| Cuts::new(dial.members(), cut));
    let list = use_memo(preference_list(frame), Clone::clone);
    let on_toggle_node = use_callback(props.engine.clone(), |node, engine| {
        engine.dispatch(Action::ToggleNode(node));
    });
    let on_toggle_family = use_callback(props.engine.clone(), |family: Family, engine| {
        engine.dispatch(Action::ToggleFamily(family));
    });
    let on_click = use_callback(props.engine.clone(), |event, engine| pick(&event, engine));
    let node = |node: &NodeFrame| {
        let rank = list.iter().position(|other| *other == node.id).map(|place| place + 1);
        Some(html! {
            <NodeButton key={node.id.0} node={node.clone()} place={dial.node(node.id)?}
                suspected_by={Rc::new(suspected_by(frame, node.id))} {rank}
                lit={is_lit(frame, node.id)} told={props.told.contains(&node.id)}
                chosen={props.chosen.contains(&node.id)}
                on_toggle={on_toggle_node.clone()} />
        })
    };
    let size = format!("--node:{:.3}", dial.node_radius() * 2.0);
    let crowd = (dial.node_radius() < 0.1).then_some("is-crowded");
    let broken = !cuts.links.is_empty() || !frame.clogs.is_empty();
    html! {
        <section class="stage" aria-labelledby="stage-heading">
            <h2 id="stage-heading" class="visually-hidden">{ "The ring" }</h2>
            <div ref={room} class="stage-room">
                <div class={classes!("dial", crowd)} style={size} onclick={on_click}>
                    <svg class="dial-still" viewBox="-1000 -1000 2000 2000" role="img"
                        aria-label={described(&props.snapshot, &list)}>
                        <RingBand tokens={tokens.clone()} />
                        if broken {
                            <CutLines cuts={cuts.clone()} clogs={frame.clogs.clone()}
                                dial={dial.clone()} />
                        }
                        <circle class="hub" r="110" />
                        if let Some(key) = &frame.key {
                            <KeyWalk tokens={tokens.clone()} place={key.place} list={list.clone()} />
                        }
                    </svg>
                    { hub_name(frame) }
                    <>{ for frame.nodes.iter().filter_map(node) }</>
                    <canvas ref={canvas} class="dial-moving" aria-hidden="true" />
                </div>
                if frame.nodes.len() > dial.members().len() {
                    <GoneNodes nodes={frame.nodes.clone()} dial={dial.clone()}
                        chosen={props.chosen.clone()} on_toggle={on_toggle_node.clone()} />
                }
                <StageTags key_in_hand={frame.key.as_ref().map(|key| key.key.clone())}
                    list={list.clone()} cuts={cuts.clone()} clogs={frame.clogs.clone()} />
            </div>
            <Legend hidden={props.hidden} on_toggle={on_toggle_family} />
        </section>
    }
}

/// Names the clients in the middle.
fn hub_name(frame: &Frame) -> Html {
    html! {
        <p class="hub-name">
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

// Yew matches unkeyed children from the last one on. So what comes and goes beside the canvas stands in
// a fragment or an `if`, which is always one child; else the canvas itself would be made anew.

/// Makes the dial as large as its room, and gives the canvas to the engine while it is on the page.
///
/// The dial's side is told to the stylesheet as a length. Container queries could find it, too, but
/// then browsers compute the style of all that is in the dial anew whenever anything on the page
/// changes its layout: with a hundred nodes that took a third of the time.
#[hook]
fn use_dial(engine: &Engine, room: &NodeRef, canvas: &NodeRef) {
    use_effect_with((engine.clone(), room.clone(), canvas.clone()), |(engine, room, canvas)| {
        let room = room.cast::<HtmlElement>();
        let fit = {
            let (engine, room) = (engine.clone(), room.clone());
            move || {
                if let Some(room) = &room {
                    let side = room.client_width().min(room.client_height());
                    let _ = room.style().set_property("--side", &format!("{side}px"));
                }
                engine.fit();
            }
        };
        fit();
        engine.set_canvas(canvas.cast::<HtmlCanvasElement>());
        let on_resize = Closure::<dyn FnMut()>::new(fit);
        let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(room)) = (&observer, &room) {
            observer.observe(room);
        }
        let engine = engine.clone();
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(on_resize);
            engine.set_canvas(None);
        }
    });
}

/// Picks the message under a click on the stage; a click on a node is the node's own.
fn pick(event: &MouseEvent, engine: &Engine) {
    // Yew listens at the page's root, so that an event's current target is not the dial.
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    let within = |selector: &str| target.closest(selector).ok().flatten();
    let (None, Some(dial)) = (within("button"), within(".dial")) else { return };
    let edge = dial.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    engine.pick(x - edge.left(), y - edge.top());
}

fn preference_list(frame: &Frame) -> Vec<NodeId> {
    let key = frame.key.iter();
    key.flat_map(|key| key.replicas.iter().map(|replica| replica.node)).collect()
}

/// Tells whether a node's answer to the operation in hand counted, where the operation is on the key
/// in hand.
fn is_lit(frame: &Frame, node: NodeId) -> bool {
    let key = frame.key.as_ref().map(|key| &key.key);
    let operation = frame.operation.as_ref().filter(|operation| Some(&operation.key) == key);
    operation.is_some_and(|operation| operation.lamps.iter().any(|lamp| lamp.node == node))
}

/// Lists the nodes that run and believe that a node is down.
fn suspected_by(frame: &Frame, node: NodeId) -> Vec<NodeId> {
    let suspicious = frame.nodes.iter().filter(|other| other.suspects.contains(&node));
    suspicious.map(|other| other.id).collect()
}

/// Says what the still picture shows to those who cannot see it.
fn described(snapshot: &Snapshot, list: &[NodeId]) -> String {
    let Snapshot { frame, tokens, dial, .. } = snapshot;
    let tokens: &[Token] = tokens;
    let ring = format!(
        "A ring of {} with {}.",
        words::counted(dial.members().len() as u64, "node"),
        words::counted(tokens.len() as u64, "token")
    );
    let Some(key) = &frame.key else { return ring };
    let list = words::few_names(list, LISTED_REPLICAS);
    format!(
        "{ring} The key {} lies at {} of the turn clockwise from the top; its replicas are {list}.",
        key.key,
        words::percent(key.place)
    )
}
