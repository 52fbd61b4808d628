//! Messages in flight, painted on a canvas over the ring.
//!
//! A message's place is a function of the current time and of the times at which it was sent and arrives.
//! Nothing is tweened or kept from the previous picture, so that pausing, stepping and reopening a link show
//! the same picture.

mod batch;
mod colours;
mod flow;
mod shapes;
mod stamps;

pub(crate) use flow::{FlowTotals, Streams};

use std::rc::Rc;

use ringside_lab::{InFlight, Instant, Lab, MessageId, RequestId};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::graphics::kinds::{FamilySet, MessageStyle};
use crate::graphics::ring::{Curve, Dial, Point, View};
use batch::Batch;
use colours::Colours;
use shapes::Pen;
use stamps::Stamps;

/// The layout and the selection with which the lab's messages are painted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scene {
    /// The places of the nodes.
    pub(crate) dial: Rc<Dial>,
    /// The families whose dots are hidden.
    pub(crate) hidden: FamilySet,
    /// The selected request, whose messages stand out.
    pub(crate) selected: Option<RequestId>,
    /// The picked message.
    pub(crate) picked: Option<MessageId>,
    /// The part of the ring that is in view.
    pub(crate) view: View,
}

impl Scene {
    /// Whether a message's dot is shown.
    fn shows(&self, flight: &InFlight) -> bool {
        !self.hidden.contains(MessageStyle::of(flight.kind).family)
    }
}

/// The ring's canvas with its context, colours and size.
#[derive(Debug)]
pub(crate) struct Screen {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    colours: Colours,
    /// Half the dial's side, in CSS pixels, if the whole ring is in view.
    half: f64,
    /// The canvas's size, in CSS pixels: the dial is in its middle.
    size: (f64, f64),
    /// The number of device pixels per CSS pixel.
    density: f64,
    /// The pictures with which the dots of a crowd are drawn.
    stamps: Stamps,
}

/// Above this many messages, dots are smaller, and their tails are thin.
const MANY: usize = 100;

/// Above this many messages, dots are smaller still and have no tails: only the flow can be seen, and
/// painting must stay cheap.
const CROWD: usize = 300;

/// The greatest distance of a click from a dot's middle, in CSS pixels.
const REACH_PX: f64 = 16.0;

/// The length of a dot's tail, as a part of its path.
const TAIL: f64 = 0.09;

impl Screen {
    /// Prepares a canvas, or returns `None` if the browser offers no 2D context.
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let mut screen = Self {
            canvas,
            context,
            colours: Colours::read(),
            half: 0.0,
            size: (0.0, 0.0),
            density: 1.0,
            stamps: Stamps::default(),
        };
        screen.fit();
        Some(screen)
    }

    /// Fits the canvas to its size on the page and to the device's pixels.
    pub(crate) fn fit(&mut self) {
        let (width, height) = (self.canvas.client_width(), self.canvas.client_height());
        self.size = (f64::from(width), f64::from(height));
        self.half = f64::from(width.min(height)) / 2.0;
        self.density = gloo::utils::window().device_pixel_ratio().max(1.0);
        let pixels = |side: f64| (side * self.density).round() as u32;
        let (width, height) = (pixels(self.size.0), pixels(self.size.1));
        // Setting the size clears the canvas, even if the size stays the same.
        if self.canvas.width() != width || self.canvas.height() != height {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
    }

    /// Reads the colours again, after the theme has changed.
    pub(crate) fn read_colours(&mut self) {
        self.colours = Colours::read();
        self.stamps.clear();
    }

    /// Clears the canvas and sets the transform that maps the ring's units to the view.
    fn begin(&self, view: View) {
        self.count_in_device_pixels();
        let (width, height) = (self.size.0 * self.density, self.size.1 * self.density);
        self.context.clear_rect(0.0, 0.0, width, height);
        self.count_in_units(view);
    }

    fn count_in_device_pixels(&self) {
        let _ = self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    }

    fn count_in_units(&self, view: View) {
        let unit = self.unit(view);
        let Point { x, y } = self.in_device_pixels(view, Point::default());
        let _ = self.context.set_transform(unit, 0.0, 0.0, unit, x, y);
    }

    /// Returns the number of device pixels per unit of the ring.
    fn unit(&self, view: View) -> f64 {
        self.half * self.density * view.zoom()
    }

    /// Returns the place on the canvas of a place of the ring, in device pixels.
    fn in_device_pixels(&self, view: View, place: Point) -> Point {
        let (unit, centre) = (self.unit(view), view.centre());
        let middle = |side: f64| side * self.density / 2.0;
        Point {
            x: middle(self.size.0) + (place.x - centre.x) * unit,
            y: middle(self.size.1) + (place.y - centre.y) * unit,
        }
    }

    fn pen(&self, view: View) -> Pen<'_> {
        let pixel = 1.0 / (self.half * view.zoom());
        Pen { context: &self.context, colours: &self.colours, pixel }
    }

    /// Paints the flow on each link and, over it, the messages that are held.
    pub(crate) fn paint_flow(&self, lab: &Lab, scene: &Scene, streams: &Streams) {
        self.begin(scene.view);
        streams.draw(&self.pen(scene.view), scene);
        for flight in lab.in_flight().filter(|it| it.held.is_some() && scene.shows(it)) {
            self.paint_flight(&flight, lab.now(), scene, 1.0, false);
        }
    }

    /// Paints the messages in flight at the current time.
    pub(crate) fn paint(&self, lab: &Lab, scene: &Scene) {
        self.begin(scene.view);
        let flying = lab.in_flight().count();
        let usual = if flying <= MANY { 0.85 } else { 0.65 };
        let (usual, tails) = if flying <= CROWD { (usual, true) } else { (0.5, false) };
        let now = lab.now();
        let shown = || lab.in_flight().filter(|flight| scene.shows(flight));
        let stands_out = |flight: &InFlight| {
            let marked = flight.held.is_some() || scene.picked == Some(flight.id);
            Some(flight.request) == scene.selected || (flying <= MANY || marked)
        };
        let mut crowd = Batch::default();
        for flight in shown().filter(|flight| !stands_out(flight)) {
            self.add(&mut crowd, &flight, now, scene, tails);
        }
        crowd.draw_tails(&self.pen(scene.view));
        self.count_in_device_pixels();
        let size = (self.dot_px(scene.view) * usual, self.density);
        self.stamps.draw(&self.context, &self.colours, size, crowd.dots());
        self.count_in_units(scene.view);
        // The messages of the selected request are painted last, over all others.
        for selected in [false, true] {
            let layer = shown()
                .filter(stands_out)
                .filter(|flight| (Some(flight.request) == scene.selected) == selected);
            for flight in layer {
                let size = if selected { 1.2 } else { usual };
                self.paint_flight(&flight, now, scene, size, tails || selected);
            }
        }
    }

    /// Adds a message to a crowd.
    fn add(&self, crowd: &mut Batch, flight: &InFlight, now: Instant, scene: &Scene, tail: bool) {
        let (style, part) = (MessageStyle::of(flight.kind), progress(flight, now));
        let curve = scene.dial.curve(flight.from, flight.to);
        let place = curve.at(part);
        if !scene.view.may_show(place) {
            return;
        }
        if tail && !style.family.is_quiet() {
            crowd.tail(style.family, [curve.at((part - TAIL).max(0.0)), place]);
        }
        crowd.dot(style, self.in_device_pixels(scene.view, place));
    }

    fn paint_flight(&self, flight: &InFlight, now: Instant, scene: &Scene, size: f64, tail: bool) {
        let style = MessageStyle::of(flight.kind);
        let curve = scene.dial.curve(flight.from, flight.to);
        let part = progress(flight, now);
        let selected = Some(flight.request) == scene.selected;
        let pen = self.pen(scene.view);
        if !scene.view.may_show(curve.at(part)) && !selected {
            return;
        }
        if selected {
            pen.way(&curve, style.family);
        }
        if tail && !style.family.is_quiet() {
            pen.tail(&curve.stretch((part - TAIL).max(0.0), part), style.family, selected);
        }
        let size = self.dot_px(scene.view) * size;
        let place = curve.at(part);
        pen.dot(place, size, style);
        if flight.held.is_some() {
            pen.held(place, size);
        }
        if scene.picked == Some(flight.id) {
            pen.picked(place, size);
        }
    }

    /// Returns half the size of a dot, in CSS pixels. The size grows with the stage, within bounds, and a
    /// little with the zoom.
    fn dot_px(&self, view: View) -> f64 {
        (self.half * 0.024).clamp(4.5, 12.0) * view.zoom().powf(0.25)
    }

    /// Converts a place in CSS pixels from the dial's upper left corner into a place of the ring, with the
    /// number of CSS pixels per unit of the ring. Returns `None` before the canvas has a size.
    pub(crate) fn place(&self, view: View, x: f64, y: f64) -> Option<(Point, f64)> {
        if self.half <= 0.0 {
            return None;
        }
        let on_screen = Point { x: x / self.half - 1.0, y: y / self.half - 1.0 };
        Some((view.unproject(on_screen), self.half * view.zoom()))
    }

    /// Finds the message whose dot is nearest to a place in CSS pixels from the dial's upper left corner, or
    /// returns `None` if none is within reach of a finger.
    pub(crate) fn find(&self, lab: &Lab, scene: &Scene, x: f64, y: f64) -> Option<MessageId> {
        let (place, unit_px) = self.place(scene.view, x, y)?;
        let now = lab.now();
        let distance = |flight: &InFlight| {
            let curve: Curve = scene.dial.curve(flight.from, flight.to);
            curve.at(progress(flight, now)).distance(place) * unit_px
        };
        lab.in_flight()
            .filter(|flight| scene.shows(flight))
            .map(|flight| (distance(&flight), flight.id))
            .filter(|(distance, _)| *distance <= REACH_PX)
            .min_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, id)| id)
    }
}

/// Returns the part of its path that a message has travelled, from 0 to 1. A held message stands still.
fn progress(flight: &InFlight, now: Instant) -> f64 {
    let moment = flight.held.unwrap_or(now);
    let whole = flight.arrives.since(flight.sent).as_us() as f64;
    let done = moment.since(flight.sent).as_us() as f64;
    if whole > 0.0 { (done / whole).min(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use ringside_lab::{ClientId, Endpoint, MessageKind, NodeId};

    use super::*;

    #[test]
    fn progress_is_the_elapsed_part_of_the_latency() {
        let at = Instant::from_us;
        let mut flight = InFlight {
            id: MessageId(0),
            kind: MessageKind::Write,
            request: ClientId::USER.request(0),
            from: Endpoint::Node(NodeId(0)),
            to: Endpoint::Node(NodeId(1)),
            sent: at(100),
            arrives: at(300),
            held: None,
        };
        let close = |one: f64, other: f64| (one - other).abs() < 1e-12;
        assert!(close(progress(&flight, at(100)), 0.0));
        assert!(close(progress(&flight, at(150)), 0.25));
        assert!(close(progress(&flight, at(900)), 1.0));
        flight.held = Some(at(200));
        assert!(close(progress(&flight, at(290)), 0.5));
        flight.held = None;
        flight.arrives = flight.sent;
        assert!(close(progress(&flight, at(100)), 1.0));
    }
}
