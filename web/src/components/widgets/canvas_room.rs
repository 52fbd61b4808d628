//! The hook that keeps a canvas as large as the element around it.

use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use crate::browser::resize_observer::Resizing;
use crate::engine::{Engine, use_run};

/// Hands a canvas to the engine while it is on the page, and fits it to its room: once at the start, and
/// whenever the room's size changes.
///
/// `fit` may tell the stylesheet the room's size as a custom property. Container queries could find it, too,
/// but then browsers compute the style of everything in the room again whenever anything on the page changes
/// its layout: with a hundred nodes on the ring that took a third of the time.
#[hook]
pub(crate) fn use_canvas_room(
    room: &NodeRef,
    canvas: &NodeRef,
    fit: fn(&Engine, &HtmlElement),
    set_canvas: fn(&Engine, Option<HtmlCanvasElement>),
) {
    let dependencies = (use_run(), room.clone(), canvas.clone());
    use_effect_with(dependencies, move |(engine, room, canvas)| {
        let room = room.cast::<HtmlElement>();
        let fit_room = {
            let (engine, room) = (engine.clone(), room.clone());
            move || room.iter().for_each(|room| fit(&engine, room))
        };
        fit_room();
        set_canvas(engine, canvas.cast::<HtmlCanvasElement>());
        let resizing = Resizing::watch(room.as_deref(), fit_room);
        let engine = engine.clone();
        move || {
            drop(resizing);
            set_canvas(&engine, None);
        }
    });
}
