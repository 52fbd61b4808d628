//! Flow by link and family: lines whose thickness grows with the messages per second.

use ringside_lab::ring::{Flow, Party};
use ringside_lab::{ClientId, Endpoint, MessageKind};

use super::Scene;
use super::shapes::Pen;
use crate::graphics::kinds::{Family, MessageStyle};
use crate::graphics::ring::{Curve, Point};

/// The totals of the flow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct FlowTotals {
    /// The messages per second of virtual time, on all links together.
    pub(crate) total: f64,
    /// The link that carries most, with its messages per second, or `None` if no link carries any.
    pub(crate) busiest: Option<(Party, Party, f64)>,
    /// The number of links that carry messages.
    pub(crate) links: usize,
    /// The number of links that are drawn: the busiest.
    pub(crate) drawn: usize,
}

/// The greatest number of links that are drawn: the busiest.
const MOST_LINKS: usize = 300;

/// The greatest number of links that are drawn with arrows and at full width.
const MOST_ARROWS: usize = 60;

/// The greatest thickness of a link, in CSS pixels.
const THICKEST_PX: f64 = 9.0;

/// The least thickness of a strand, in CSS pixels.
const THINNEST_PX: f64 = 0.75;

/// The place of an arrow, as a part of its link's length.
const ARROW_AT: f64 = 0.62;

/// The messages per second on one link, by family.
#[derive(Clone, Debug, PartialEq)]
struct Strands {
    from: Party,
    to: Party,
    total: f64,
    by_family: [f64; Family::ALL.len()],
}

/// The flows that are drawn, without hidden families, the busiest links first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Streams {
    links: Vec<Strands>,
    /// The totals of these flows.
    pub(crate) totals: FlowTotals,
}

impl Streams {
    /// Sums each link's flow by family, without hidden families, and keeps the busiest links.
    pub(crate) fn new(flows: &[Flow], scene: &Scene) -> Self {
        let strands = |flow: &Flow| {
            let mut by_family = [0.0; Family::ALL.len()];
            for (kind, per_second) in MessageKind::ALL.into_iter().zip(flow.per_second) {
                let family = MessageStyle::of(kind).family;
                if !scene.hidden.contains(family) {
                    by_family[family as usize] += per_second;
                }
            }
            let total = by_family.iter().sum();
            Strands { from: flow.from, to: flow.to, total, by_family }
        };
        let mut links: Vec<Strands> =
            flows.iter().map(strands).filter(|it| it.total > 0.0).collect();
        links.sort_by(|one, other| other.total.total_cmp(&one.total));
        let totals = FlowTotals {
            total: links.iter().map(|link| link.total).sum(),
            busiest: links.first().map(|link| (link.from, link.to, link.total)),
            links: links.len(),
            drawn: links.len().min(MOST_LINKS),
        };
        links.truncate(MOST_LINKS);
        Self { links, totals }
    }

    /// Draws the links, the busiest last, over all others.
    pub(super) fn draw(&self, pen: &Pen<'_>, scene: &Scene) {
        let scale = scale(self.links.first().map_or(1.0, |link| link.total));
        // Very many lines are thinner and fainter, so that they do not merge into a surface.
        let many = self.links.len() > MOST_ARROWS;
        let (thickest, alpha) = if many { (THICKEST_PX * 0.5, 0.5) } else { (THICKEST_PX, 0.85) };
        for link in self.links.iter().rev() {
            let curve = scene.dial.curve(end(link.from), end(link.to));
            let width = |per_second: f64| thickest * (per_second / scale).sqrt();
            let whole = width(link.total);
            let mut aside = -whole / 2.0;
            for (family, per_second) in Family::ALL.into_iter().zip(link.by_family) {
                if per_second <= 0.0 {
                    continue;
                }
                // The strands divide the link's thickness in proportion to their messages per second.
                let thick = whole * per_second / link.total;
                let offset = (aside + thick / 2.0) * pen.pixel;
                pen.strand(&beside(&curve, offset), family, thick.max(THINNEST_PX), alpha);
                aside += thick;
            }
            if !many {
                pen.arrow(&curve, ARROW_AT, whole + 4.0);
            }
        }
    }
}

const fn end(party: Party) -> Endpoint {
    match party {
        Some(node) => Endpoint::Node(node),
        None => Endpoint::Client(ClientId::USER),
    }
}

/// Returns the number of messages per second that the greatest thickness stands for. It is a round number, so
/// that not all lines change with each reading.
fn scale(most: f64) -> f64 {
    let mut step = 1.0;
    loop {
        for round in [1.0, 2.0, 5.0] {
            if most <= step * round {
                return step * round;
            }
        }
        step *= 10.0;
    }
}

/// Returns a curve shifted by `offset` to the right of its direction.
fn beside(curve: &Curve, offset: f64) -> [Point; 3] {
    let points = curve.points();
    let [start, _, end] = points;
    let length = start.distance(end).max(f64::EPSILON);
    let (right, down) = ((start.y - end.y) / length * offset, (end.x - start.x) / length * offset);
    points.map(|point| Point { x: point.x + right, y: point.y + down })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use ringside_lab::NodeId;

    use super::*;
    use crate::graphics::kinds::FamilySet;
    use crate::graphics::ring::{Dial, View};

    fn scene(hidden: FamilySet) -> Scene {
        let dial = Rc::new(Dial::new((0..3).map(NodeId).collect()));
        Scene { dial, hidden, selected: None, picked: None, view: View::default() }
    }

    fn flow(from: Party, to: Party, writes: f64, reads: f64) -> Flow {
        let mut per_second = [0.0; MessageKind::ALL.len()];
        per_second[MessageKind::Write as usize] = writes;
        per_second[MessageKind::Read as usize] = reads;
        Flow { from, to, per_second }
    }

    #[test]
    fn hidden_families_do_not_count_and_the_busiest_is_first() {
        let (a, b) = (Some(NodeId(0)), Some(NodeId(1)));
        let flows = [flow(a, b, 3.0, 40.0), flow(b, a, 10.0, 0.0), flow(None, a, 0.0, 5.0)];
        let all = Streams::new(&flows, &scene(FamilySet::default()));
        assert_eq!(all.totals.busiest, Some((a, b, 43.0)));
        assert!((all.totals.total - 58.0).abs() < 1e-9);
        let writes = Streams::new(&flows, &scene(FamilySet::default().toggled(Family::Read)));
        assert_eq!(writes.totals.busiest, Some((b, a, 10.0)));
        assert_eq!((writes.totals.links, writes.totals.drawn), (2, 2));
    }

    #[test]
    fn only_the_busiest_of_many_links_are_drawn() {
        let link = |number: u16| flow(Some(NodeId(number)), None, f64::from(number) + 1.0, 0.0);
        let flows: Vec<Flow> = (0..1_000).map(link).collect();
        let streams = Streams::new(&flows, &scene(FamilySet::default()));
        assert_eq!((streams.totals.links, streams.totals.drawn), (1_000, MOST_LINKS));
        assert!(streams.links.iter().all(|it| it.total > 700.0));
    }

    #[test]
    fn the_greatest_thickness_stands_for_a_round_number() {
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(close(scale(0.2), 1.0) && close(scale(1.5), 2.0) && close(scale(34.0), 50.0));
        assert!(close(scale(50.0), 50.0) && close(scale(51.0), 100.0));
    }

    #[test]
    fn strands_lie_side_by_side() {
        let dial = Dial::new((0..4).map(NodeId).collect());
        let curve = dial.curve(Endpoint::Node(NodeId(0)), Endpoint::Node(NodeId(2)));
        let [start, _, end] = beside(&curve, 0.1);
        let [first, _, last] = curve.points();
        assert!(
            (start.distance(first) - 0.1).abs() < 1e-9 && (end.distance(last) - 0.1).abs() < 1e-9
        );
        assert!(start.x < first.x, "a downward line's right is the screen's left");
    }
}
