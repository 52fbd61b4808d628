//! The dial: the places of nodes and clients, and the paths of messages between them.

use std::f64::consts::TAU;

use ringside_lab::{Endpoint, NodeId};

use super::{HUB, SVG};

/// A point on the stage or on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    /// The distance to the right.
    pub(crate) x: f64,
    /// The distance downwards.
    pub(crate) y: f64,
}

impl Point {
    /// Returns the place at a turn and a distance from the middle.
    pub(crate) fn polar(turn: f64, radius: f64) -> Self {
        let (sine, cosine) = (turn * TAU).sin_cos();
        Self { x: radius * sine, y: -radius * cosine }
    }

    /// Returns the place after a part of the way from this place to another, where 1 is all of it.
    pub(crate) fn towards(self, other: Self, part: f64) -> Self {
        Self { x: self.x + (other.x - self.x) * part, y: self.y + (other.y - self.y) * part }
    }

    /// Returns the distance to another place.
    pub(crate) fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// Writes the place for an SVG path.
    pub(crate) fn svg(self) -> String {
        format!("{:.1} {:.1}", self.x * SVG, self.y * SVG)
    }

    /// Writes the place as CSS `left` and `top` within the stage.
    pub(crate) fn css(self) -> String {
        format!("left:{:.3}%;top:{:.3}%", 50.0 + self.x * 50.0, 50.0 + self.y * 50.0)
    }
}

/// The path of a message: a curve bent to the right of its direction. Messages in opposite directions between
/// two nodes do not meet, and messages across the middle pass beside the clients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Curve {
    start: Point,
    bend: Point,
    end: Point,
}

impl Curve {
    /// Returns the place after a part of the path, from 0 to 1.
    pub(crate) fn at(&self, part: f64) -> Point {
        let first = self.start.towards(self.bend, part);
        first.towards(self.bend.towards(self.end, part), part)
    }

    /// Returns the stretch of the curve between two parts of it, as start, bend and end.
    pub(crate) fn stretch(&self, from: f64, to: f64) -> [Point; 3] {
        // The bend is the curve's blossom: one end's part of the way along the other end's tangent.
        let first = self.start.towards(self.bend, from);
        let second = self.bend.towards(self.end, from);
        [self.at(from), first.towards(second, to), self.at(to)]
    }

    /// Returns the start, the bend and the end.
    pub(crate) const fn points(&self) -> [Point; 3] {
        [self.start, self.bend, self.end]
    }
}

/// The places of the nodes around the dial.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Dial {
    /// The nodes on the dial, sorted by number.
    members: Vec<NodeId>,
    /// The nodes' places, in the same order.
    places: Vec<Point>,
    node_radius: f64,
}

/// The radius of the circle of a small cluster's nodes.
const SINGLE_ROW: f64 = 0.62;

/// The radii of the two circles of a large cluster's nodes, which alternate between them.
const TWO_ROWS: [f64; 2] = [0.735, 0.60];

/// The radius at which the last of an odd number of nodes is placed, which has one neighbour on each circle.
const ODD_ONE: f64 = 0.465;

/// The largest number of nodes on one circle.
const SINGLE_ROW_MOST: usize = 44;

/// The greatest radius of a node's button.
const LARGEST_NODE: f64 = 0.152;

/// The endpoint of messages from and to nodes that are no longer on the dial: on the lower left, where the
/// page lists such nodes.
const ASIDE: Point = Point { x: -0.9, y: 0.93 };

/// The distance from `ASIDE` at which such messages begin and end.
const ASIDE_RADIUS: f64 = 0.05;

impl Dial {
    /// Places the nodes evenly, in order, with the first at the top. The nodes must be sorted by number.
    pub(crate) fn new(members: Vec<NodeId>) -> Self {
        let count = members.len();
        let radius = |number: usize| match number {
            _ if count <= SINGLE_ROW_MOST => SINGLE_ROW,
            _ if number + 1 == count && number.is_multiple_of(2) => ODD_ONE,
            _ => TWO_ROWS[number % 2],
        };
        let place = |number: usize| Point::polar(number as f64 / count as f64, radius(number));
        let places: Vec<Point> = (0..count).map(place).collect();
        // The nearest pairs are neighbours in number, or neighbours on the same circle, of which the inner is
        // the tighter. The last of an odd number of nodes has more room than those.
        let nearest = [(0, 1), (0, 2), (1, 3)]
            .into_iter()
            .filter_map(|(one, other)| Some(places.get(one)?.distance(*places.get(other)?) * 0.46));
        let node_radius = nearest.fold(LARGEST_NODE, f64::min);
        Self { members, places, node_radius }
    }

    /// Lists the nodes on the dial, clockwise from the top.
    pub(crate) fn members(&self) -> &[NodeId] {
        &self.members
    }

    /// Returns the radius of a node's button.
    pub(crate) const fn node_radius(&self) -> f64 {
        self.node_radius
    }

    /// Returns the middle of a node's button, or `None` if the node is not on the dial.
    pub(crate) fn node(&self, node: NodeId) -> Option<Point> {
        let place = self.members.binary_search(&node).ok()?;
        self.places.get(place).copied()
    }

    /// Returns the path of a message from the edge of its sender to the edge of its receiver.
    pub(crate) fn curve(&self, from: Endpoint, to: Endpoint) -> Curve {
        let (from, from_radius) = self.end(from);
        let (to, to_radius) = self.end(to);
        let distance = from.distance(to).max(f64::EPSILON);
        let start = from.towards(to, from_radius / distance);
        let end = to.towards(from, to_radius / distance);
        let middle = start.towards(end, 0.5);
        let bend = Point {
            x: middle.x - (to.y - from.y) * Self::BENT,
            y: middle.y + (to.x - from.x) * Self::BENT,
        };
        Curve { start, bend, end }
    }

    /// The distance of a curve's bend from the straight line, as a part of the line's length.
    const BENT: f64 = 0.22;

    fn end(&self, end: Endpoint) -> (Point, f64) {
        match end {
            Endpoint::Client(_) => (Point::default(), HUB),
            Endpoint::Node(node) => {
                self.node(node).map_or((ASIDE, ASIDE_RADIUS), |place| (place, self.node_radius))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ringside_lab::ClientId;

    use super::*;

    #[test]
    fn turns_run_clockwise_from_the_top() {
        let close = |point: Point, x: f64, y: f64| point.distance(Point { x, y }) < 1e-9;
        assert!(close(Point::polar(0.0, 1.0), 0.0, -1.0));
        assert!(close(Point::polar(0.25, 1.0), 1.0, 0.0));
        assert!(close(Point::polar(0.5, 1.0), 0.0, 1.0));
    }

    #[test]
    fn a_stretch_of_a_curve_lies_on_it() {
        let point = |x: f64, y: f64| Point { x, y };
        let curve = Curve { start: point(-1.0, 0.0), bend: point(0.2, 0.9), end: point(1.0, -0.3) };
        let [start, bend, end] = curve.stretch(0.2, 0.7);
        let stretch = Curve { start, bend, end };
        for part in [0.0, 0.25, 0.5, 1.0] {
            let apart = stretch.at(part).distance(curve.at(0.2 + 0.5 * part));
            assert!(apart < 1e-12, "{part}: {apart}");
        }
    }

    fn dial(count: u16) -> Dial {
        Dial::new((0..count).map(NodeId).collect())
    }

    #[test]
    fn nodes_of_any_cluster_do_not_overlap_within_the_band() {
        for count in 1..=100 {
            let dial = dial(count);
            let nodes: Vec<Point> =
                (0..count).map(|node| dial.node(NodeId(node)).expect("on the dial")).collect();
            for (place, one) in nodes.iter().enumerate() {
                let reach = one.distance(Point::default()) + dial.node_radius();
                assert!(reach < super::super::BAND_INNER, "{count} nodes reach {reach}");
                assert!(one.distance(Point::default()) - dial.node_radius() > HUB);
                for other in &nodes[..place] {
                    assert!(one.distance(*other) > 2.0 * dial.node_radius(), "{count} nodes touch");
                }
            }
        }
    }

    #[test]
    fn messages_run_from_edge_to_edge_on_the_right_of_their_direction() {
        let dial = dial(4);
        let (a, c) = (Endpoint::Node(NodeId(0)), Endpoint::Node(NodeId(2)));
        let (there, back) = (dial.curve(a, c), dial.curve(c, a));
        let place = |node| dial.node(NodeId(node)).expect("on the dial");
        let start = there.at(0.0).distance(place(0));
        let end = there.at(1.0).distance(place(2));
        assert!(
            (start - dial.node_radius()).abs() < 1e-9 && (end - dial.node_radius()).abs() < 1e-9
        );
        assert!(there.at(0.5).distance(back.at(0.5)) > 0.1);
        assert!(there.at(0.5).distance(Point::default()) > HUB);
        let client = dial.curve(Endpoint::Client(ClientId::USER), a).at(0.0);
        assert!((client.distance(Point::default()) - HUB).abs() < 1e-9);
    }

    #[test]
    fn a_node_that_left_has_no_place_on_the_dial() {
        let dial = Dial::new(vec![NodeId(0), NodeId(2), NodeId(7)]);
        assert_eq!(dial.node(NodeId(1)), None);
        assert!(dial.node(NodeId(7)).is_some_and(|place| place.x < 0.0));
        let start = dial.curve(Endpoint::Node(NodeId(1)), Endpoint::Node(NodeId(0))).at(0.0);
        assert!(start.distance(ASIDE) < 0.1);
    }
}
