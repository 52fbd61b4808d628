//! The canvas of the diagram, with its pointer and key handlers.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::components::shell::back_to_ring;
use crate::components::widgets::{KindMark, use_canvas_room};
use crate::engine::{Engine, Step, use_run};
use crate::format;
use crate::graphics::diagram::Description;
use crate::state::diagram::DiagramAction;

/// The props of `Plot`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The description of the picture for screen readers.
    pub(super) title: String,
    /// The height that the lanes need, or `None` where they fit.
    pub(super) full_height: Option<f64>,
    /// The height that the lanes take where there is room.
    pub(super) ample_height: f64,
}

/// The event at the pointer, and where its tip stands.
#[derive(Clone, Debug, PartialEq)]
struct Pointed {
    event: Description,
    x: f64,
    y: f64,
    /// Whether the tip stands to the left of the pointer, and above it.
    flipped: (bool, bool),
}

/// The description of the keys for screen readers.
const KEYS: &str = "The left and right arrow keys move along the lane of the selected event, up and down follow its message or move to the next lane. Enter selects its operation, W explains the operation, Escape deselects the event. The bracket keys move the window, plus and minus change its width, N follows the current time, F shows the whole operation.";

/// The picture in its room, which scrolls where the lanes do not fit.
#[component]
pub(super) fn Plot(props: &Props) -> Html {
    let Props { title, full_height, ample_height } = props;
    let engine = use_run();
    let (room, canvas) = (use_node_ref(), use_node_ref());
    use_canvas_room(&room, &canvas, fit, Engine::set_diagram_canvas);
    let pointed = use_state(|| None::<Pointed>);
    let on_move = {
        let (engine, pointed) = (engine.clone(), pointed.clone());
        Callback::from(move |event: PointerEvent| {
            pointed.set(place_of(&event).and_then(|place| point(&engine, place)));
        })
    };
    let on_leave = {
        let pointed = pointed.clone();
        Callback::from(move |_: PointerEvent| pointed.set(None))
    };
    let on_click = {
        let engine = engine.clone();
        Callback::from(move |event: MouseEvent| {
            let Some((x, y, _)) = place_of(&event) else { return };
            match engine.diagram_at(x, y) {
                Some(found) => engine.choose_event(found.number),
                None => engine.diagram(DiagramAction::Choose(None)),
            }
        })
    };
    let on_scroll = {
        let (engine, room) = (engine.clone(), room.clone());
        Callback::from(move |_: Event| {
            if let Some(room) = room.cast::<Element>() {
                engine.fit_diagram(f64::from(room.scroll_top()));
            }
        })
    };
    let spacer =
        full_height.map(|full| format!("height:calc({full:.0}px - var(--room-height, 0px))"));
    html! {
        <div class="diagram-plot" style={format!("--ample:{ample_height:.0}px")}>
            <div ref={room} class="diagram-room" tabindex="0" role="application"
                aria-roledescription="space-time diagram" aria-label={title.clone()}
                aria-describedby="diagram-keys" onkeydown={on_key(&engine)} onscroll={on_scroll}
                onpointermove={on_move} onpointerleave={on_leave} onclick={on_click}>
                <canvas ref={canvas} class="diagram-canvas" aria-hidden="true" />
                <div class="diagram-spacer" style={spacer} />
            </div>
            <p id="diagram-keys" class="visually-hidden">{ KEYS }</p>
            <>{ for pointed.as_ref().map(tip) }</>
        </div>
    }
}

/// Returns the place of a pointer on the canvas, and the canvas's width and height.
fn place_of(event: &MouseEvent) -> Option<(f64, f64, (f64, f64))> {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok())?;
    let canvas = target.closest(".diagram-room").ok()??.query_selector("canvas").ok()??;
    let edge = canvas.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    Some((x - edge.left(), y - edge.top(), (edge.width(), edge.height())))
}

fn point(engine: &Engine, (x, y, (width, height)): (f64, f64, (f64, f64))) -> Option<Pointed> {
    let event = engine.diagram_at(x, y)?;
    Some(Pointed { event, x, y, flipped: (x > width * 0.55, y > height * 0.55) })
}

/// Renders the tip beside the pointer.
fn tip(pointed: &Pointed) -> Html {
    let Pointed { event, x, y, flipped: (left, up) } = pointed;
    let style = format!("left:{x:.0}px;top:{y:.0}px");
    let class = classes!("diagram-tip", left.then_some("is-left"), up.then_some("is-up"));
    html! {
        <div {class} {style} aria-hidden="true">
            if let Some(message) = &event.message {
                <b><KindMark kind={message.kind} />{ format!(" {}", format::kind_name(message.kind)) }</b>
                <span>{ format!("{} to {}", message.from, message.to) }</span>
                <span>{ format!("sent {}", message.sent) }</span>
                <span class={classes!(message.lost.then_some("is-bad"))}>{ &message.fate }</span>
            } else {
                <b>{ format::moment(event.at) }</b>
                <span>{ &event.text }</span>
            }
            if let Some(operation) = &event.operation {
                <span class="diagram-tip-operation">{ operation }</span>
            }
        </div>
    }
}

/// Fits the picture to its room, whose height the stylesheet needs for the spacer.
fn fit(engine: &Engine, room: &HtmlElement) {
    let height = format!("{}px", room.client_height());
    let _ = room.style().set_property("--room-height", &height);
    engine.fit_diagram(f64::from(room.scroll_top()));
}

/// Handles the keys while the diagram has the focus: elsewhere some of them move time.
fn on_key(engine: &Engine) -> Callback<KeyboardEvent> {
    let engine = engine.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key()
            || event.alt_key()
            || event.meta_key()
            || event.shift_key() && event.key() != "+"
        {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" => engine.step_in_diagram(Step::Before),
            "ArrowRight" => engine.step_in_diagram(Step::After),
            "ArrowUp" => engine.step_in_diagram(Step::Up),
            "ArrowDown" => engine.step_in_diagram(Step::Down),
            "[" => engine.move_diagram(false),
            "]" => engine.move_diagram(true),
            "+" | "=" => engine.widen_diagram(true),
            "-" => engine.widen_diagram(false),
            "n" | "N" => engine.diagram(DiagramAction::Move(None)),
            "f" | "F" => engine.fit_diagram_to_operation(),
            "Enter" => engine.with_chosen_request(Engine::select),
            "w" | "W" => engine.with_chosen_request(Engine::why),
            "Escape" if engine.deselect_event() => {}
            "Escape" => back_to_ring(&engine),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    })
}
