//! What moves: the messages in flight, painted on a canvas over the ring.
//!
//! A message's place is a function of the moment and of when it was sent and arrives. Nothing is
//! tweened or remembered from the picture before, so that pausing, stepping and reopening a link show
//! exactly what was there.

mod colours;
mod shapes;

use std::rc::Rc;

use ringside_lab::{Flight, Instant, Lab, MessageId, RequestId};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use self::colours::Colours;
use self::shapes::Pen;
use crate::kinds::{FamilySet, Look};
use crate::ring::{Curve, Dial, Point};

/// What is to be painted besides the lab's own messages.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scene {
    /// Where the nodes stand.
    pub(crate) dial: Rc<Dial>,
    /// The families whose dots are hidden.
    pub(crate) hidden: FamilySet,
    /// The request in hand, whose messages stand out.
    pub(crate) in_hand: Option<RequestId>,
    /// The message that was picked.
    pub(crate) picked: Option<MessageId>,
}

impl Scene {
    /// Tells whether a message's dot is shown.
    fn shows(&self, flight: &Flight) -> bool {
        !self.hidden.contains(Look::of(flight.kind).family)
    }
}

/// A canvas, ready to be painted on.
#[derive(Debug)]
pub(crate) struct Screen {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    colours: Colours,
    /// Half the stage's side, in CSS pixels.
    half: f64,
    /// Device pixels in a CSS pixel.
    density: f64,
}

/// Above this many messages, dots are smaller.
const MANY: usize = 100;

/// Above this many messages, dots are smaller still and have no tails: then the flow is what can be
/// seen, and painting must stay cheap.
const CROWD: usize = 300;

/// How near to a dot's middle a click must be, in CSS pixels.
const REACH_PX: f64 = 16.0;

/// How far back along its way a dot's tail reaches.
const TAIL: f64 = 0.09;

impl Screen {
    /// Takes a canvas; none where the browser cannot paint.
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let mut screen =
            Self { canvas, context, colours: Colours::read(), half: 0.0, density: 1.0 };
        screen.fit();
        Some(screen)
    }

    /// Fits the canvas to its place on the page and to the device's pixels.
    pub(crate) fn fit(&mut self) {
        let side = f64::from(self.canvas.client_width());
        self.half = side / 2.0;
        self.density = gloo::utils::window().device_pixel_ratio().max(1.0);
        let pixels = (side * self.density).round() as u32;
        // Setting a size clears the canvas, even to the size that it has.
        if self.canvas.width() != pixels {
            self.canvas.set_width(pixels);
            self.canvas.set_height(pixels);
        }
    }

    /// Reads the colours again, after the theme has changed.
    pub(crate) fn read_colours(&mut self) {
        self.colours = Colours::read();
    }

    /// Paints the messages in flight at this moment.
    pub(crate) fn paint(&self, lab: &Lab, scene: &Scene) {
        let scale = self.half * self.density;
        let edge = scale * 2.0;
        let context = &self.context;
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, edge, edge);
        let _ = context.set_transform(scale, 0.0, 0.0, scale, scale, scale);
        let flying = lab.in_flight().count();
        let usual = if flying <= MANY { 0.85 } else { 0.65 };
        let (usual, tails) = if flying <= CROWD { (usual, true) } else { (0.5, false) };
        let now = lab.now();
        // The messages of the request in hand are painted last, over all others.
        for in_hand in [false, true] {
            let layer = lab
                .in_flight()
                .filter(|flight| (Some(flight.request) == scene.in_hand) == in_hand)
                .filter(|flight| scene.shows(flight));
            for flight in layer {
                let size = if in_hand { 1.2 } else { usual };
                self.paint_flight(&flight, now, scene, size, tails || in_hand);
            }
        }
    }

    fn paint_flight(&self, flight: &Flight, now: Instant, scene: &Scene, size: f64, tail: bool) {
        let look = Look::of(flight.kind);
        let curve = scene.dial.curve(flight.from, flight.to);
        let part = progress(flight, now);
        let in_hand = Some(flight.request) == scene.in_hand;
        let pen = Pen { context: &self.context, colours: &self.colours, pixel: 1.0 / self.half };
        if in_hand {
            pen.way(&curve, look.family);
        }
        if tail && !look.family.is_quiet() {
            pen.tail(&curve, (part - TAIL).max(0.0), part, look.family, in_hand);
        }
        let size = self.dot_px() * size;
        let place = curve.at(part);
        pen.dot(place, size, look);
        if flight.held.is_some() {
            pen.held(place, size);
        }
        if scene.picked == Some(flight.id) {
            pen.picked(place, size);
        }
    }

    /// Half the size of a dot in CSS pixels: it grows with the stage, within bounds.
    fn dot_px(&self) -> f64 {
        (self.half * 0.024).clamp(4.5, 12.0)
    }

    /// Finds the message whose dot is nearest to a place in CSS pixels, within reach of a finger.
    pub(crate) fn find(&self, lab: &Lab, scene: &Scene, x: f64, y: f64) -> Option<MessageId> {
        if self.half <= 0.0 {
            return None;
        }
        let place = Point { x: x / self.half - 1.0, y: y / self.half - 1.0 };
        let now = lab.now();
        let distance = |flight: &Flight| {
            let curve: Curve = scene.dial.curve(flight.from, flight.to);
            curve.at(progress(flight, now)).distance(place) * self.half
        };
        lab.in_flight()
            .filter(|flight| scene.shows(flight))
            .map(|flight| (distance(&flight), flight.id))
            .filter(|(distance, _)| *distance <= REACH_PX)
            .min_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, id)| id)
    }
}

/// Tells how much of its way a message has behind it; a held one stands still.
fn progress(flight: &Flight, now: Instant) -> f64 {
    let moment = flight.held.unwrap_or(now);
    let whole = flight.arrives.since(flight.sent).as_us() as f64;
    let done = moment.since(flight.sent).as_us() as f64;
    if whole > 0.0 { (done / whole).min(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use ringside_lab::{ClientId, End, Kind, NodeId};

    use super::*;

    #[test]
    fn a_place_is_the_part_of_the_time_that_has_passed() {
        let at = Instant::from_us;
        let mut flight = Flight {
            id: MessageId(0),
            kind: Kind::Write,
            request: ClientId::PERSON.request(0),
            from: End::Node(NodeId(0)),
            to: End::Node(NodeId(1)),
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
