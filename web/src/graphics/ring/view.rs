//! The view: the visible part of the ring, and its zoom.

use super::SVG;
use super::dial::Point;

/// The magnification at each step of the zoom; 1 shows the whole ring.
const ZOOMS: [f64; 11] = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0];

/// The distance from the window's middle, in halves of its side, within which items are drawn. A page that is
/// wider than high shows more than the square window.
const WIDEST: f64 = 2.5;

/// A square window on a part of the ring, which is shown in the middle of the available area.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct View {
    step: u8,
    centre: Point,
}

impl View {
    /// Returns the magnification; 1 shows the whole ring.
    pub(crate) fn zoom(self) -> f64 {
        ZOOMS[usize::from(self.step)]
    }

    /// Returns the place of the ring in the window's middle.
    pub(crate) const fn centre(self) -> Point {
        self.centre
    }

    /// Whether the whole ring is in view.
    pub(crate) const fn is_whole(self) -> bool {
        self.step == 0
    }

    /// Whether the zoom is at its greatest step.
    pub(crate) const fn is_nearest(self) -> bool {
        self.step as usize == ZOOMS.len() - 1
    }

    /// Zooms in by one step, with the place `at` fixed on the screen.
    pub(crate) fn nearer(self, at: Point) -> Self {
        self.stepped((self.step + 1).min(ZOOMS.len() as u8 - 1), at)
    }

    /// Zooms in by one step at the place `aim` if it is in view, or else at the window's middle.
    pub(crate) fn toward(self, aim: Point) -> Self {
        let Point { x, y } = self.project(aim);
        let nearer = self.nearer(self.centre);
        if x.abs().max(y.abs()) > 1.0 { nearer } else { Self { centre: aim, ..nearer }.within() }
    }

    /// Zooms out by one step, with the place `at` fixed on the screen as far as the ring's edges allow.
    pub(crate) fn farther(self, at: Point) -> Self {
        self.stepped(self.step.saturating_sub(1), at)
    }

    fn stepped(self, step: u8, at: Point) -> Self {
        let part = self.zoom() / ZOOMS[usize::from(step)];
        let Point { x, y } = self.centre;
        let centre = Point { x: at.x + (x - at.x) * part, y: at.y + (y - at.y) * part };
        Self { step, centre }.within()
    }

    /// Moves the window by parts of half its width.
    pub(crate) fn moved(self, right: f64, down: f64) -> Self {
        let Point { x, y } = self.centre;
        let centre = Point { x: x + right / self.zoom(), y: y + down / self.zoom() };
        Self { centre, ..self }.within()
    }

    /// Centres the window on a place, unless the place is already well within it.
    pub(crate) fn showing(self, place: Point) -> Self {
        let Point { x, y } = self.project(place);
        if x.abs().max(y.abs()) < 0.85 { self } else { Self { centre: place, ..self }.within() }
    }

    /// Clamps the window to the whole picture.
    fn within(self) -> Self {
        let most = 1.0 - 1.0 / self.zoom();
        let Point { x, y } = self.centre;
        Self { centre: Point { x: x.clamp(-most, most), y: y.clamp(-most, most) }, ..self }
    }

    /// Converts a place of the ring into a place on the screen, in halves of the window's side from its
    /// middle.
    pub(crate) fn project(self, place: Point) -> Point {
        let zoom = self.zoom();
        Point { x: (place.x - self.centre.x) * zoom, y: (place.y - self.centre.y) * zoom }
    }

    /// Converts a place on the screen, in the same units, into a place of the ring.
    pub(crate) fn unproject(self, place: Point) -> Point {
        let zoom = self.zoom();
        Point { x: place.x / zoom + self.centre.x, y: place.y / zoom + self.centre.y }
    }

    /// Whether an item at a place may be in view. A place a little outside the window counts.
    pub(crate) fn may_show(self, place: Point) -> bool {
        let Point { x, y } = self.project(place);
        self.is_whole() || (x.abs() < WIDEST && y.abs() < WIDEST)
    }

    /// Returns the window as an SVG's `viewBox`.
    pub(crate) fn view_box(self) -> String {
        let half = SVG / self.zoom();
        let Point { x, y } = self.centre;
        format!("{:.2} {:.2} {:.2} {:.2}", x * SVG - half, y * SVG - half, 2.0 * half, 2.0 * half)
    }

    /// Returns the factor by which lines and marks shrink in the ring's units, so that they grow more slowly
    /// than the ring as the zoom increases.
    pub(crate) fn thin(self) -> f64 {
        self.zoom().powf(-0.65)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: Point, other: Point) -> bool {
        one.distance(other) < 1e-9
    }

    #[test]
    fn zooming_keeps_the_given_place_fixed() {
        let at = Point { x: 0.3, y: -0.2 };
        let mut view = View::default();
        while !view.is_nearest() {
            let before = view.project(at);
            view = view.nearer(at);
            assert!(close(view.project(at), before));
        }
        assert!(close(view.unproject(view.project(at)), at));
        while !view.is_whole() {
            view = view.farther(at);
        }
        assert_eq!(view, View::default(), "zooming out fully centres the ring");
    }

    #[test]
    fn zooming_toward_a_place_centres_it_unless_it_is_out_of_view() {
        let aim = Point { x: 0.7, y: 0.4 };
        let mut view = View::default();
        for _ in 0..4 {
            view = view.toward(aim);
        }
        assert!(close(view.project(aim), Point::default()));
        let away = view.moved(-3.0, 0.0);
        assert!(close(away.toward(aim).centre(), away.centre()));
    }

    #[test]
    fn the_window_stays_within_the_picture() {
        let mut view = View::default().moved(3.0, 3.0);
        assert_eq!(view, View::default());
        for _ in 0..4 {
            view = view.nearer(Point::default());
        }
        for _ in 0..40 {
            view = view.moved(0.5, -0.5);
        }
        let corner = view.project(Point { x: 1.0, y: -1.0 });
        assert!(close(corner, Point { x: 1.0, y: -1.0 }));
        assert_eq!(view.view_box(), "500.00 -1000.00 500.00 500.00");
    }

    #[test]
    fn a_place_can_be_brought_into_view() {
        let place = Point { x: -0.7, y: 0.6 };
        let near = View::default().nearer(Point::default()).nearer(Point::default());
        let near = near.nearer(Point { x: 0.9, y: -0.9 });
        assert!(near.project(place).x < -1.0);
        let shown = near.showing(place);
        assert!(shown.project(place).x.abs() < 0.85 && shown.project(place).y.abs() < 0.85);
        assert_eq!(shown.showing(place), shown);
        assert!(shown.may_show(place) && shown.zoom() > 2.0);
    }
}
