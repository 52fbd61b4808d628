//! The token band: the arcs of the ring, by owner.

use std::fmt::Write;

use ringside_lab::{NodeId, Token};

use super::dial::Point;
use super::view::View;
use super::{BAND_INNER, BAND_OUTER, SVG, turn};

/// The arcs of one node, as one SVG path, with the places of the node's letter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OwnerArcs {
    /// The node that owns the arcs.
    pub(crate) node: NodeId,
    /// The SVG path of all the node's arcs in view.
    pub(crate) path: String,
    /// The middles of the arcs that are wide enough for the node's letter.
    pub(crate) letters: Vec<Point>,
}

/// The part of the band that is in view.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Band {
    /// The arcs of each node that owns any in view.
    pub(crate) owners: Vec<OwnerArcs>,
    /// Whether arcs are so narrow that only the owner in the middle of each stripe is drawn.
    pub(crate) is_sampled: bool,
    /// Whether arcs are wide enough for gaps between them.
    pub(crate) with_gaps: bool,
}

/// The width of the narrowest arc that gets a name of one letter, in units of half the stage's side.
const LETTER_WIDTH: f64 = 0.042;

/// The greatest number of stripes of the whole band, per unit of zoom. Each is about as wide as a pixel:
/// narrower ones would only blur into grey.
const STRIPES: f64 = 1_200.0;

/// The number of tokens, per unit of zoom, above which the gaps between arcs would be wider than the arcs.
const TOO_MANY_FOR_GAPS: f64 = 400.0;

/// The width, in turns, below which an arc is drawn with straight edges, as the difference can't be seen.
const STRAIGHT: f64 = 0.002;

/// An arc's start and end, in turns, and its owner. An arc that passes the top starts below 0.
type Arc = (f64, f64, NodeId);

/// Gathers the arcs in view by their owners.
///
/// A token owns the arc that ends at it. One path per node, not one per arc, keeps a ring of a hundred nodes
/// with hundreds of tokens each drawable.
pub(crate) fn band(tokens: &[Token], view: View) -> Band {
    let is_sampled = tokens.len() as f64 > STRIPES * view.zoom();
    let arcs = if is_sampled { stripes(tokens, view) } else { arcs(tokens, view) };
    let count = tokens.iter().map(|token| token.node.index() + 1).max().unwrap_or(0);
    let owner = |node: usize| OwnerArcs {
        node: NodeId(node as u16),
        path: String::new(),
        letters: Vec::new(),
    };
    let mut owners: Vec<OwnerArcs> = (0..count).map(owner).collect();
    let radius = f64::midpoint(BAND_INNER, BAND_OUTER);
    for (start, end, node) in arcs {
        let owner = &mut owners[node.index()];
        push_sector(&mut owner.path, start, end);
        let middle = f64::midpoint(start, end);
        let letters = f64::midpoint(1.0, node.to_string().len() as f64);
        if (end - start) * std::f64::consts::TAU * radius > LETTER_WIDTH * letters * view.thin() {
            owner.letters.push(Point::polar(middle, radius));
        }
    }
    owners.retain(|owner| !owner.path.is_empty());
    let with_gaps = tokens.len() as f64 <= TOO_MANY_FOR_GAPS * view.zoom();
    Band { owners, is_sampled, with_gaps }
}

/// Whether a part of the band, from `start` to `end` in turns, may be in view.
fn is_in_view(view: View, start: f64, end: f64) -> bool {
    // A wide arc has its middle far from its ends.
    let middle = Point::polar(f64::midpoint(start, end), BAND_OUTER);
    end - start > 0.02 || view.may_show(middle)
}

/// Lists the arcs in view, with neighbours of one owner joined.
fn arcs(tokens: &[Token], view: View) -> Vec<Arc> {
    let start = tokens.last().map_or(0.0, turn) - 1.0;
    let mut found = Vec::new();
    join(tokens.iter().map(|token| (turn(token), token.node)), start, view, &mut found);
    found
}

/// Cuts the band into equal stripes and lists those in view, each with the owner of its middle.
fn stripes(tokens: &[Token], view: View) -> Vec<Arc> {
    let count = (STRIPES * view.zoom()) as u32;
    let mut next = 0;
    let owner = |stripe: u32| {
        let middle = (f64::from(stripe) + 0.5) / f64::from(count);
        while tokens.get(next).is_some_and(|token| turn(token) < middle) {
            next += 1;
        }
        // After the last token, the ring continues with the first.
        let token = tokens.get(next).unwrap_or(&tokens[0]);
        (f64::from(stripe + 1) / f64::from(count), token.node)
    };
    let mut found = Vec::new();
    join((0..count).map(owner), 0.0, view, &mut found);
    found
}

/// Joins neighbours of one owner. Each arc is given by its end; its start is the end of the previous arc.
fn join(ends: impl Iterator<Item = (f64, NodeId)>, start: f64, view: View, found: &mut Vec<Arc>) {
    let (mut from, mut owned) = (start, None::<(f64, NodeId)>);
    let mut close = |from: f64, owned: Option<(f64, NodeId)>| {
        if let Some((end, node)) = owned.filter(|(end, _)| is_in_view(view, from, *end)) {
            found.push((from, end, node));
        }
    };
    for (end, node) in ends {
        if owned.is_some_and(|(_, owner)| owner != node) {
            close(from, owned);
            from = owned.map_or(from, |(end, _)| end);
        }
        owned = Some((end, node));
    }
    close(from, owned);
}

fn push_sector(path: &mut String, start: f64, end: f64) {
    let at = |turn: f64, radius: f64| {
        let Point { x, y } = Point::polar(turn, radius);
        format!("{:.2} {:.2}", x * SVG, y * SVG)
    };
    let corners =
        [at(start, BAND_OUTER), at(end, BAND_OUTER), at(end, BAND_INNER), at(start, BAND_INNER)];
    // Writing to a string cannot fail.
    if end - start < STRAIGHT {
        let _ = write!(path, "M{}L{}L{}L{}Z", corners[0], corners[1], corners[2], corners[3]);
        return;
    }
    let middle = f64::midpoint(start, end);
    let (outer, inner) = (at(middle, BAND_OUTER), at(middle, BAND_INNER));
    let (wide, narrow) = (BAND_OUTER * SVG, BAND_INNER * SVG);
    let _ = write!(
        path,
        "M{}A{wide} {wide} 0 0 1 {outer}A{wide} {wide} 0 0 1 {}L{}A{narrow} {narrow} 0 0 0 \
         {inner}A{narrow} {narrow} 0 0 0 {}Z",
        corners[0], corners[1], corners[2], corners[3]
    );
}

/// The number of hues in the palette; more nodes must share them.
const HUES: usize = 7;

/// Returns the CSS classes of a node's colour: a hue, and a strength that changes after each round of hues.
///
/// Colour is never the only cue: every node also shows its letter.
pub(crate) fn owner_class(node: NodeId) -> String {
    format!("owner-{} strength-{}", node.index() % HUES, node.index() / HUES % 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(part: f64, node: u16) -> Token {
        Token { position: (part * 2_f64.powi(64)) as u64, node: NodeId(node), ordinal: 0 }
    }

    fn whole(tokens: &[Token]) -> Vec<OwnerArcs> {
        band(tokens, View::default()).owners
    }

    #[test]
    fn a_token_owns_the_arc_that_ends_at_it() {
        let arcs = whole(&[token(0.25, 0), token(0.75, 1)]);
        assert_eq!(arcs.len(), 2);
        // The first arc runs from three quarters over the top to a quarter, the second on to three quarters.
        let Point { x, y } = Point::polar(-0.25, BAND_OUTER);
        assert!(arcs[0].path.starts_with(&format!("M{:.2} {:.2}A", x * SVG, y * SVG)));
        assert!(arcs[0].letters[0].y < 0.0 && arcs[1].letters[0].y > 0.0);
    }

    #[test]
    fn a_single_token_owns_the_circle() {
        let arcs = whole(&[token(0.5, 0)]);
        assert_eq!(arcs[0].letters.len(), 1);
        assert!(arcs[0].letters[0].y < 0.0, "its middle is opposite the token");
        assert!(whole(&[]).is_empty());
    }

    #[test]
    fn neighbouring_arcs_of_one_owner_are_joined() {
        let arcs = whole(&[token(0.1, 0), token(0.2, 1), token(0.3, 1), token(0.6, 1)]);
        assert_eq!(arcs[1].letters.len(), 1);
        assert_eq!(arcs[1].path.matches('M').count(), 1);
    }

    /// Builds the largest possible ring: 100 nodes with 256 tokens each, interleaved and unevenly spaced.
    fn largest() -> Vec<Token> {
        let place = |number: u64| number * (u64::MAX / 25_600) + (number * 7_919) % 1_000_000_007;
        let token = |number: u64| Token {
            position: place(number),
            node: NodeId((number * 37 % 100) as u16),
            ordinal: 0,
        };
        (0..25_600).map(token).collect()
    }

    #[test]
    fn the_largest_ring_has_few_stripes_zoomed_out_and_every_arc_zoomed_in() {
        let tokens = largest();
        let sectors = |band: &Band| -> usize {
            band.owners.iter().map(|owner| owner.path.matches('M').count()).sum()
        };
        let size = |band: &Band| -> usize { band.owners.iter().map(|it| it.path.len()).sum() };
        let far = band(&tokens, View::default());
        assert!(far.is_sampled && !far.with_gaps);
        assert!(sectors(&far) <= 1_200 && size(&far) < 100_000);
        let mut view = View::default();
        let at = Point::polar(0.13, BAND_OUTER);
        while !view.is_nearest() {
            view = view.nearer(at);
            let near = band(&tokens, view);
            assert!(size(&near) < 400_000, "{} at {}", size(&near), view.zoom());
        }
        let near = band(&tokens, view);
        assert!(!near.is_sampled);
        assert!((100..4_000).contains(&sectors(&near)), "{}", sectors(&near));
    }

    #[test]
    fn each_stripe_has_the_owner_of_its_middle() {
        let tokens = largest();
        for (start, end, node) in stripes(&tokens, View::default()) {
            let middle = start + 0.5 / STRIPES;
            let owner = tokens.iter().find(|token| turn(token) >= middle).unwrap_or(&tokens[0]);
            assert_eq!(owner.node, node);
            assert!(end > start);
        }
    }

    #[test]
    fn twenty_one_nodes_have_distinct_classes() {
        let classes: Vec<String> = (0..21).map(|node| owner_class(NodeId(node))).collect();
        let distinct: std::collections::BTreeSet<&String> = classes.iter().collect();
        assert_eq!(distinct.len(), classes.len());
    }
}
