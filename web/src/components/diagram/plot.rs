//! The canvas of the diagram, with what a pointer and the keys do on it.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use crate::browser::resize_observer::Resizing;
use crate::components::shell::back_to_ring;
use crate::components::widgets::KindMark;
use crate::engine::{Engine, Step, use_run};
use crate::format;
use crate::graphics::diagram::Told;
use crate::state::diagram::DiagramAction;

/// What the plot shows.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// What the picture says to those who can't see it.
    pub(super) title: String,
    /// The height that the lanes need, where they do not fit.
    pub(super) full_height: Option<f64>,
    /// The height that the lanes would take on a screen that is long.
    pub(super) ample_height: f64,
}

/// What is told where the pointer is.
#[derive(Clone, Debug, PartialEq)]
struct Pointed {
    told: Told,
    x: f64,
    y: f64,
    /// Whether the words stand to the left of the pointer, and above it.
    turned: (bool, bool),
}

const KEYS: &str = "Arrow keys left and right lead along the lane of the chosen event, up and down along its message or to the lane beside. Enter takes its operation in hand, W asks why, Escape lets go. The bracket keys move the window, plus and minus change its width, N follows now, F shows the whole operation.";

/// The picture in its room, which scrolls where the lanes do not fit.
#[component]
pub(super) fn Plot(props: &Props) -> Html {
    let Props { title, full_height, ample_height } = props;
    let engine = use_run();
    let (room, canvas) = (use_node_ref(), use_node_ref());
    use_room(&engine, &room, &canvas);
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
                Some(told) => engine.choose_event(told.number),
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

/// Gives a pointer's place on the canvas, and the canvas's width and height.
fn place_of(event: &MouseEvent) -> Option<(f64, f64, (f64, f64))> {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok())?;
    let canvas = target.closest(".diagram-room").ok()??.query_selector("canvas").ok()??;
    let edge = canvas.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    Some((x - edge.left(), y - edge.top(), (edge.width(), edge.height())))
}

fn point(engine: &Engine, (x, y, (width, height)): (f64, f64, (f64, f64))) -> Option<Pointed> {
    let told = engine.diagram_at(x, y)?;
    Some(Pointed { told, x, y, turned: (x > width * 0.55, y > height * 0.55) })
}

/// What is told beside the pointer.
fn tip(pointed: &Pointed) -> Html {
    let Pointed { told, x, y, turned: (left, up) } = pointed;
    let style = format!("left:{x:.0}px;top:{y:.0}px");
    let class = classes!("diagram-tip", left.then_some("is-left"), up.then_some("is-up"));
    html! {
        <div {class} {style} aria-hidden="true">
            if let Some(message) = &told.message {
                <b><KindMark kind={message.kind} />{ format!(" {}", format::kind(message.kind)) }</b>
                <span>{ format!("{} to {}", message.from, message.to) }</span>
                <span>{ format!("sent {}", message.sent) }</span>
                <span class={classes!(message.lost.then_some("is-bad"))}>{ &message.fate }</span>
            } else {
                <b>{ format::exact_seconds(told.at) }</b>
                <span>{ &told.text }</span>
            }
            if let Some(operation) = &told.operation {
                <span class="diagram-tip-operation">{ operation }</span>
            }
        </div>
    }
}

/// Gives the canvas to the engine while it is on the page, and keeps it as large as its room.
#[hook]
fn use_room(engine: &Engine, room: &NodeRef, canvas: &NodeRef) {
    use_effect_with((engine.clone(), room.clone(), canvas.clone()), |(engine, room, canvas)| {
        let room = room.cast::<HtmlElement>();
        let fit = {
            let (engine, room) = (engine.clone(), room.clone());
            move || {
                if let Some(room) = &room {
                    let height = format!("{}px", room.client_height());
                    let _ = room.style().set_property("--room-height", &height);
                    engine.fit_diagram(f64::from(room.scroll_top()));
                }
            }
        };
        fit();
        engine.set_diagram_canvas(canvas.cast::<HtmlCanvasElement>());
        let resizing = Resizing::watch(room.as_deref(), fit);
        let engine = engine.clone();
        move || {
            drop(resizing);
            engine.set_diagram_canvas(None);
        }
    });
}

/// What the keys do while the diagram has the focus: elsewhere some of them move time.
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
            "Enter" => engine.with_chosen_request(Engine::take),
            "w" | "W" => engine.with_chosen_request(Engine::why),
            "Escape" if engine.lets_go() => {}
            "Escape" => back_to_ring(&engine),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    })
}
