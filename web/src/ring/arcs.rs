//! The token band: which part of the ring belongs to whom.

use std::fmt::Write;

use ringside_lab::{NodeId, Token};

use super::{BAND_INNER, BAND_OUTER, Point, SVG, turn};

/// The arcs of one node, as one SVG path, and where its letter fits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OwnerArcs {
    /// The owner.
    pub(crate) node: NodeId,
    /// All its arcs.
    pub(crate) path: String,
    /// The middles of the arcs that are wide enough for its letter.
    pub(crate) letters: Vec<Point>,
}

/// The narrowest arc that gets a letter, in the band's own units of length.
const LETTER_WIDTH: f64 = 0.042;

/// Gathers the arcs of each node that owns any.
///
/// A token owns the arc that ends at it. One path a node, not one an arc, keeps a ring of a hundred
/// nodes with hundreds of tokens each drawable.
pub(crate) fn owner_arcs(tokens: &[Token]) -> Vec<OwnerArcs> {
    let count = tokens.iter().map(|token| token.node.index() + 1).max().unwrap_or(0);
    let mut owners: Vec<OwnerArcs> = (0..count)
        .map(|node| OwnerArcs {
            node: NodeId(node as u16),
            path: String::new(),
            letters: Vec::new(),
        })
        .collect();
    let mut start = tokens.last().map_or(0.0, turn) - 1.0;
    for token in tokens {
        let end = turn(token);
        let owner = &mut owners[token.node.index()];
        push_sector(&mut owner.path, start, end);
        let middle = f64::midpoint(start, end);
        let radius = f64::midpoint(BAND_INNER, BAND_OUTER);
        let letters = token.node.to_string().len() as f64;
        if (end - start) * std::f64::consts::TAU * radius
            > LETTER_WIDTH * f64::midpoint(1.0, letters)
        {
            owner.letters.push(Point::polar(middle, radius));
        }
        start = end;
    }
    owners.retain(|owner| !owner.path.is_empty());
    owners
}

fn push_sector(path: &mut String, start: f64, end: f64) {
    let middle = f64::midpoint(start, end);
    let outer = [start, middle, end].map(|turn| Point::polar(turn, BAND_OUTER).svg());
    let inner = [end, middle, start].map(|turn| Point::polar(turn, BAND_INNER).svg());
    let (wide, narrow) = (BAND_OUTER * SVG, BAND_INNER * SVG);
    // Writing to a string cannot fail.
    let _ = write!(
        path,
        "M{}A{wide} {wide} 0 0 1 {}A{wide} {wide} 0 0 1 {}L{}A{narrow} {narrow} 0 0 0 {}A{narrow} \
         {narrow} 0 0 0 {}Z",
        outer[0], outer[1], outer[2], inner[0], inner[1], inner[2]
    );
}

/// How many hues the palette has before nodes must share one.
const HUES: usize = 7;

/// Names the classes that give a node its colour: a hue and, for later nodes, another strength.
///
/// Colour is only ever a help: every node also carries its letter.
pub(crate) fn owner_class(node: NodeId) -> String {
    format!("owner-{} strength-{}", node.index() % HUES, node.index() / HUES % 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(part: f64, node: u16) -> Token {
        Token { position: (part * 2_f64.powi(64)) as u64, node: NodeId(node), ordinal: 0 }
    }

    #[test]
    fn a_token_owns_the_arc_that_ends_at_it() {
        let arcs = owner_arcs(&[token(0.25, 0), token(0.75, 1)]);
        assert_eq!(arcs.len(), 2);
        // From three quarters over the top to a quarter, and from a quarter under the bottom on.
        assert!(arcs[0].path.starts_with(&format!("M{}", Point::polar(-0.25, BAND_OUTER).svg())));
        assert!(arcs[0].letters[0].y < 0.0 && arcs[1].letters[0].y > 0.0);
    }

    #[test]
    fn a_single_token_owns_the_circle() {
        let arcs = owner_arcs(&[token(0.5, 0)]);
        assert_eq!(arcs[0].letters.len(), 1);
        assert!(arcs[0].letters[0].y < 0.0, "its middle is opposite the token");
        assert!(owner_arcs(&[]).is_empty());
    }

    #[test]
    fn neighbours_in_number_never_share_a_class() {
        let classes: Vec<String> = (0..21).map(|node| owner_class(NodeId(node))).collect();
        let distinct: std::collections::BTreeSet<&String> = classes.iter().collect();
        assert_eq!(distinct.len(), classes.len());
    }
}
