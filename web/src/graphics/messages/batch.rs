//! Batches of dots and tails, grouped by style so that many messages are cheap to draw.

use super::shapes::Pen;
use crate::graphics::kinds::{Family, MessageStyle};
use crate::graphics::ring::Point;

/// Dots and tails, grouped by style, in the order in which each style was first added.
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

    /// Adds a tail, as its far end and its dot, in the ring's units.
    pub(super) fn tail(&mut self, family: Family, ends: [Point; 2]) {
        push(&mut self.tails, family, ends);
    }

    /// Draws the tails.
    pub(super) fn draw_tails(&self, pen: &Pen<'_>) {
        for (family, tails) in &self.tails {
            pen.hairs(tails, *family);
        }
    }

    /// Lists the styles with the places of their dots, in device pixels.
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
    fn dots_are_grouped_by_style_in_the_order_added() {
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
