//! The marks of a run, as one row of small shapes per kind.

use std::rc::Rc;

use ringside_lab::timeline::MarkKind;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser::resize_observer::Resizing;
use crate::format;
use crate::state::timeline_position::Ticks;

/// The marks to draw.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The marks.
    pub(crate) ticks: Rc<Ticks>,
    /// The current moment, from 0 to 1: what lies after it is ahead.
    pub(crate) part: f64,
}

/// The height of a row in the units of the picture, and half the height of a shape.
const ROW: f64 = 6.0;
const HALF: f64 = 2.5;

/// The height of all rows together. The stylesheet sets the height of the picture, and its units scale with
/// it.
const HEIGHT: f64 = ROW * MarkKind::ALL.len() as f64;

/// The least distance between two shapes, in the same units.
const APART: f64 = 6.0;

/// The marks over the scrubber: row and shape depend on the kind, and what lies ahead is paler.
#[component]
pub(super) fn TickRows(props: &Props) -> Html {
    let room = use_node_ref();
    let width = use_width(&room);
    let rows = use_memo((props.ticks.clone(), width), |(ticks, width)| {
        MarkKind::ALL.map(|kind| row(ticks, kind, *width))
    });
    let now = f64::from(width) * props.part;
    html! {
        <div ref={room} class="tick-rows">
            <svg viewBox={format!("0 0 {} {HEIGHT}", width.max(1))} role="img"
                aria-label={described(&props.ticks)}>
                { for MarkKind::ALL.iter().zip(&*rows).map(|(kind, path)| html! {
                    <path class={class(*kind)} d={path.clone()} />
                }) }
                <rect class="ticks-ahead" x={format!("{now:.1}")} y="0"
                    width={format!("{:.1}", (f64::from(width) - now).max(0.0))} height={HEIGHT.to_string()} />
            </svg>
        </div>
    }
}

/// Returns the class of a kind of mark, which sets its colour.
const fn class(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Fault => "tick-fault",
        MarkKind::StaleRead => "tick-stale",
        MarkKind::Conflict => "tick-conflict",
        MarkKind::Failure => "tick-failure",
        MarkKind::Alert => "tick-alert",
    }
}

/// Returns the character that looks like the shape of a kind, for lists.
pub(super) const fn letter(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Fault => "\u{25b2}",
        MarkKind::StaleRead => "\u{25cf}",
        MarkKind::Conflict => "\u{25c6}",
        MarkKind::Failure => "\u{2715}",
        MarkKind::Alert => "\u{25a0}",
    }
}

/// Returns the SVG path of the row of a kind.
fn row(ticks: &Ticks, kind: MarkKind, width: u32) -> AttrValue {
    let width = f64::from(width.max(1));
    let middle = ROW * (kind as usize as f64 + 0.5);
    let shapes = ticks.places(kind, APART / width).into_iter();
    let shapes: Vec<String> = shapes.map(|place| shape(kind, place * width, middle)).collect();
    AttrValue::from(shapes.concat())
}

/// Returns the SVG path of the shape of a kind around a point.
fn shape(kind: MarkKind, x: f64, y: f64) -> String {
    let (h, whole) = (HALF, HALF * 2.0);
    match kind {
        MarkKind::Fault => format!("M{x:.1} {:.1}l{h} {whole}h-{whole}z", y - h),
        MarkKind::StaleRead => {
            format!("M{:.1} {y:.1}a{h} {h} 0 1 1 {whole} 0a{h} {h} 0 1 1-{whole} 0z", x - h)
        }
        MarkKind::Conflict => format!("M{x:.1} {:.1}l{h} {h}-{h} {h}-{h}-{h}z", y - h),
        MarkKind::Failure => {
            let (left, top) = (x - h + 0.4, y - h + 0.4);
            let arm = whole - 0.8;
            format!("M{left:.1} {top:.1}l{arm} {arm}m-{arm} 0l{arm}-{arm}")
        }
        MarkKind::Alert => format!("M{:.1} {:.1}h{whole}v{whole}h-{whole}z", x - h, y - h),
    }
}

/// Describes the marks as a count per kind.
fn described(ticks: &Ticks) -> String {
    let counted = MarkKind::ALL.map(|kind| (kind, ticks.total(Some(kind))));
    let present = counted.into_iter().filter(|(_, count)| *count > 0);
    let parts: Vec<String> =
        present.map(|(kind, count)| format::count(count, kind.name())).collect();
    if parts.is_empty() { "No marks".to_owned() } else { format!("Marks: {}", parts.join(", ")) }
}

/// Returns the width of an element in whole units, of which [`HEIGHT`] make its height, and follows its
/// changes.
#[hook]
fn use_width(element: &NodeRef) -> u32 {
    let width = use_state_eq(|| 0_u32);
    let setter = width.setter();
    use_effect_with(element.clone(), move |element| {
        let element = element.cast::<HtmlElement>();
        let measure = {
            let element = element.clone();
            move || {
                let sides = element.as_ref().map(|it| (it.client_width(), it.client_height()));
                let (wide, high) = sides.unwrap_or_default();
                setter.set((f64::from(wide) * HEIGHT / f64::from(high.max(1))) as u32);
            }
        };
        measure();
        let resizing = Resizing::watch(element.as_deref(), measure);
        move || drop(resizing)
    });
    *width
}

#[cfg(test)]
mod tests {
    use ringside_lab::Instant;
    use ringside_lab::timeline::Mark;

    use super::*;

    #[test]
    fn present_kinds_are_described_and_drawn() {
        let mark = |kind, at| Mark { at: Instant::from_us(at), number: at, kind, request: None };
        let marks =
            [mark(MarkKind::StaleRead, 1), mark(MarkKind::StaleRead, 9), mark(MarkKind::Fault, 5)];
        let ticks = Ticks::new(marks.iter(), Instant::from_us(10));
        assert_eq!(described(&ticks), "Marks: 1 fault, 2 stale reads");
        assert_eq!(described(&Ticks::default()), "No marks");
        let drawn = MarkKind::ALL.map(|kind| row(&ticks, kind, 600).matches('M').count());
        assert_eq!(drawn, [1, 2, 0, 0, 0]);
    }
}
