//! Zooming by the wheel, and moving by the mouse. Neither is needed: there are buttons and keys.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, MouseEvent, WheelEvent};
use yew::prelude::*;

use crate::engine::Engine;
use crate::ring_view::RingAction;
use crate::state::Action;

/// How far a wheel must turn for one step of the zoom, in CSS pixels: a notch of a mouse's wheel, or a short
/// pinch.
const STEP_PX: f64 = 40.0;

/// How far a mouse must go before it drags.
const SLACK_PX: f64 = 4.0;

/// Zooms where Ctrl and the wheel, or a pinch on a touchpad, say so; and moves what is zoomed where the mouse
/// drags it.
#[hook]
pub(crate) fn use_gestures(engine: &Engine, room: &NodeRef) {
    use_effect_with((engine.clone(), room.clone()), |(engine, room)| {
        let room = room.cast::<HtmlElement>();
        let listeners = room.map(|room| (zoom(engine, &room), drag(engine, &room)));
        move || drop(listeners)
    });
}

fn zoom(engine: &Engine, room: &HtmlElement) -> EventListener {
    let (engine, turned, dial) = (engine.clone(), Cell::new(0.0), room.clone());
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(room, "wheel", options, move |event| {
        let Some(event) = event.dyn_ref::<WheelEvent>().filter(|event| event.ctrl_key()) else {
            return;
        };
        event.prevent_default();
        let sum = turned.get() + event.delta_y();
        if sum.abs() < STEP_PX {
            turned.set(sum);
            return;
        }
        turned.set(0.0);
        let Some(edge) = dial_edge(&dial) else { return };
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let Some(at) = engine.place(x - edge.0, y - edge.1) else { return };
        let action = if sum < 0.0 { RingAction::Nearer(at) } else { RingAction::Farther(at) };
        engine.dispatch(Action::Ring(action));
    })
}

fn drag(engine: &Engine, room: &HtmlElement) -> [EventListener; 3] {
    let from = Rc::new(Cell::new(None::<(f64, f64)>));
    let window: EventTarget = gloo::utils::window().into();
    let down = {
        let from = from.clone();
        EventListener::new(room, "mousedown", move |event| {
            let on_button = event.target().and_then(|it| it.dyn_into::<Element>().ok());
            let on_button = on_button.and_then(|it| it.closest("button").ok().flatten()).is_some();
            let event = event.dyn_ref::<MouseEvent>().filter(|it| it.button() == 0 && !on_button);
            from.set(event.map(place));
        })
    };
    let moved = {
        let (engine, from, room) = (engine.clone(), from.clone(), room.clone());
        EventListener::new(&window, "mousemove", move |event| {
            let (Some((x, y)), Some(event)) = (from.get(), event.dyn_ref::<MouseEvent>()) else {
                return;
            };
            let (new_x, new_y) = place(event);
            if (new_x - x).abs().max((new_y - y).abs()) < SLACK_PX {
                return;
            }
            from.set(Some((new_x, new_y)));
            let half = f64::from(room.client_width().min(room.client_height())) / 2.0;
            let (right, down) = ((x - new_x) / half.max(1.0), (y - new_y) / half.max(1.0));
            engine.dispatch(Action::Ring(RingAction::Move(right, down)));
        })
    };
    let up = EventListener::new(&window, "mouseup", move |_| from.set(None));
    [down, moved, up]
}

fn place(event: &MouseEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// Gives the upper left corner of the dial on the page.
fn dial_edge(room: &HtmlElement) -> Option<(f64, f64)> {
    let edge = room.query_selector(".dial").ok()??.get_bounding_client_rect();
    Some((edge.left(), edge.top()))
}
