//! Zooming by wheel and by two fingers, and panning by mouse and by two fingers. None of these is required: there
//! are buttons and keys.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, MouseEvent, Touch, TouchEvent, WheelEvent};
use yew::prelude::*;

use crate::engine::{Engine, use_run};
use crate::state::Action;
use crate::state::ring::RingAction;

/// The wheel movement for one step of the zoom, in CSS pixels: a notch of a mouse wheel, or a short pinch.
const STEP_PX: f64 = 40.0;

/// The mouse movement from which on the mouse drags.
const SLACK_PX: f64 = 4.0;

/// The factor by which the distance of two fingers must grow for one step of the zoom.
const SPREAD: f64 = 1.35;

/// Zooms on Ctrl and wheel, on a touchpad pinch and on a two-finger pinch, and pans when the mouse or two fingers
/// drag.
#[hook]
pub(crate) fn use_gestures(room: &NodeRef) {
    let engine = use_run();
    use_effect_with((engine, room.clone()), |(engine, room)| {
        let room = room.cast::<HtmlElement>();
        let listeners =
            room.map(|room| (zoom(engine, &room), drag(engine, &room), pinch(engine, &room)));
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
        step(&engine, &dial, place(event), sum < 0.0);
    })
}

/// Two fingers on the dial.
#[derive(Clone, Copy)]
struct Fingers {
    /// The point between them.
    middle: (f64, f64),
    apart: f64,
}

impl Fingers {
    /// Returns the fingers of a touch event, or `None` unless there are two.
    fn of(event: &Event) -> Option<Self> {
        let touches = event.dyn_ref::<TouchEvent>()?.touches();
        let place = |touch: Touch| (f64::from(touch.client_x()), f64::from(touch.client_y()));
        let (2, Some(one), Some(other)) = (touches.length(), touches.get(0), touches.get(1)) else {
            return None;
        };
        let ((x1, y1), (x2, y2)) = (place(one), place(other));
        let middle = (x1.midpoint(x2), y1.midpoint(y2));
        Some(Self { middle, apart: (x2 - x1).hypot(y2 - y1).max(1.0) })
    }
}

/// Listens for two fingers, which zoom and pan the ring; one finger scrolls the page.
fn pinch(engine: &Engine, room: &HtmlElement) -> [EventListener; 2] {
    let since = Rc::new(Cell::new(None::<Fingers>));
    let down = {
        let since = since.clone();
        EventListener::new(room, "touchstart", move |event| since.set(Fingers::of(event)))
    };
    let (engine, dial) = (engine.clone(), room.clone());
    let options = EventListenerOptions::enable_prevent_default();
    let moved = EventListener::new_with_options(room, "touchmove", options, move |event| {
        let (Some(before), Some(now)) = (since.get(), Fingers::of(event)) else { return };
        event.prevent_default();
        let spread = now.apart / before.apart;
        let is_step = !(1.0 / SPREAD..SPREAD).contains(&spread);
        if is_step {
            step(&engine, &dial, now.middle, spread > 1.0);
        }
        let ((x, y), (new_x, new_y)) = (before.middle, now.middle);
        shift(&engine, &dial, (x - new_x, y - new_y));
        let apart = if is_step { now.apart } else { before.apart };
        since.set(Some(Fingers { apart, ..now }));
    });
    [down, moved]
}

/// Zooms by one step, and keeps the point under a place of the page where it is.
fn step(engine: &Engine, room: &HtmlElement, (x, y): (f64, f64), zoom_in: bool) {
    let Some((left, top)) = dial_edge(room) else { return };
    let Some(at) = engine.place(x - left, y - top) else { return };
    let action = if zoom_in { RingAction::Nearer(at) } else { RingAction::Farther(at) };
    engine.dispatch(Action::Ring(action));
}

/// Pans the visible part by a distance in CSS pixels.
fn shift(engine: &Engine, room: &HtmlElement, (right, down): (f64, f64)) {
    let half = (f64::from(room.client_width().min(room.client_height())) / 2.0).max(1.0);
    engine.dispatch(Action::Ring(RingAction::Move(right / half, down / half)));
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
            shift(&engine, &room, (x - new_x, y - new_y));
        })
    };
    let up = EventListener::new(&window, "mouseup", move |_| from.set(None));
    [down, moved, up]
}

/// Returns the place of a mouse event on the page.
fn place(event: &MouseEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// Returns the upper left corner of the dial on the page.
fn dial_edge(room: &HtmlElement) -> Option<(f64, f64)> {
    let edge = room.query_selector(".dial").ok()??.get_bounding_client_rect();
    Some((edge.left(), edge.top()))
}
