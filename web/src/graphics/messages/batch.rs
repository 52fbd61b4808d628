//! Many messages at once: what looks alike comes together, and is drawn in the ways that cost least.

use super::shapes::Pen;
use crate::graphics::kinds::{Family, MessageStyle};
use crate::graphics::ring::Point;

/// Dots and tails, by what they look like, in the order in which each look first came.
#[derive(Debug, Default)]
pub(super) struct Batch {
    tails: Vec<(Family, Vec<[Point; 2]>)>,
    dots: Vec<(MessageStyle, Vec<Point>)>,
}

impl Batch {
    /// Adds a dot, at a place in device pixels.
    pub(super) fn dot(&mut self, style: MessageStyle, place: Point) {
        push(&mut self.dots, style, place);
    }

    /// Adds a tail, from its end to its dot.
    pub(super) fn tail(&mut self, family: Family, ends: [Point; 2]) {
        push(&mut self.tails, family, ends);
    }

    /// Draws the tails.
    pub(super) fn draw_tails(&self, pen: &Pen<'_>) {
        for (family, tails) in &self.tails {
            pen.hairs(tails, *family);
        }
    }

    /// Lists the dots' places by their looks.
    pub(super) fn dots(&self) -> impl Iterator<Item = (MessageStyle, &[Point])> {
        self.dots.iter().map(|(style, places)| (*style, places.as_slice()))
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
    use ringside_lab::MessageKind;

    use super::*;

    #[test]
    fn what_looks_alike_comes_together_in_order() {
        let mut batch = Batch::default();
        let place = |x: f64| Point { x, y: 0.0 };
        for (x, kind) in
            [(1.0, MessageKind::Write), (2.0, MessageKind::Read), (3.0, MessageKind::Write)]
        {
            batch.dot(MessageStyle::of(kind), place(x));
        }
        let seen: Vec<Vec<f64>> =
            batch.dots().map(|(_, places)| places.iter().map(|it| it.x).collect()).collect();
        assert_eq!(seen, [vec![1.0, 3.0], vec![2.0]]);
        assert!(batch.tails.is_empty());
    }
}
