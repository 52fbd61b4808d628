//! Many messages at once: dots that look alike are one path, and so are their tails.
//!
//! Each stroke and each colour is a call from the program into the browser; with hundreds of dots the calls
//! cost more than the drawing.

use super::shapes::Pen;
use crate::kinds::{Family, Look};
use crate::ring::Point;

/// Dots and tails, by what they look like, in the order in which each look first came.
#[derive(Debug, Default)]
pub(super) struct Batch {
    tails: Vec<(Family, Vec<[Point; 3]>)>,
    dots: Vec<(Look, Vec<Point>)>,
}

impl Batch {
    /// Adds a dot.
    pub(super) fn dot(&mut self, look: Look, place: Point) {
        push(&mut self.dots, look, place);
    }

    /// Adds a tail.
    pub(super) fn tail(&mut self, family: Family, points: [Point; 3]) {
        push(&mut self.tails, family, points);
    }

    /// Draws the tails and, over them, the dots.
    pub(super) fn draw(&self, pen: &Pen<'_>, half_px: f64) {
        for (family, tails) in &self.tails {
            pen.tails(tails, *family, false);
        }
        for (look, places) in &self.dots {
            pen.dots(places, half_px, *look);
        }
    }
}

fn push<K: Copy + PartialEq, T>(groups: &mut Vec<(K, Vec<T>)>, key: K, item: T) {
    match groups.iter_mut().find(|(other, _)| *other == key) {
        Some((_, items)) => items.push(item),
        None => groups.push((key, vec![item])),
    }
}

#[cfg(test)]
mod tests {
    use ringside_lab::Kind;

    use super::*;

    #[test]
    fn what_looks_alike_comes_together_in_order() {
        let mut batch = Batch::default();
        let place = |x: f64| Point { x, y: 0.0 };
        for (x, kind) in [(1.0, Kind::Write), (2.0, Kind::Read), (3.0, Kind::Write)] {
            batch.dot(Look::of(kind), place(x));
        }
        let seen: Vec<Vec<f64>> =
            batch.dots.iter().map(|(_, places)| places.iter().map(|it| it.x).collect()).collect();
        assert_eq!(seen, [vec![1.0, 3.0], vec![2.0]]);
        assert!(batch.tails.is_empty());
    }
}
