//! The outlines of message dots.

/// The outline of a message's dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A message between a client and a node.
    Circle,
    /// A write.
    Square,
    /// A read of versions.
    Triangle,
    /// A read of a digest: a triangle on its tip.
    Funnel,
    /// A read repair.
    Diamond,
    /// A hint.
    Hexagon,
    /// The handoff of a hint to its node.
    House,
    /// Gossip: a small circle.
    Speck,
    /// Comparisons of hash trees and keys in anti-entropy.
    Plus,
    /// Versions sent by anti-entropy.
    Star,
    /// A stream: a horizontal bar.
    Bar,
}

impl Shape {
    /// Returns the radius of a round shape in halves of a dot's size, or `None` if the shape has corners.
    pub(crate) const fn radius(self) -> Option<f64> {
        match self {
            Self::Circle => Some(0.92),
            Self::Speck => Some(0.55),
            _ => None,
        }
    }

    /// Returns the corners of a shape, clockwise, in halves of a dot's size from its centre; empty if the
    /// shape is round.
    pub(crate) const fn corners(self) -> &'static [(f64, f64)] {
        match self {
            Self::Circle | Self::Speck => &[],
            Self::Square => &[(-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)],
            Self::Triangle => &[(0.0, -1.15), (1.08, 0.75), (-1.08, 0.75)],
            Self::Funnel => &[(-1.08, -0.75), (1.08, -0.75), (0.0, 1.15)],
            Self::Diamond => &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
            Self::Hexagon => {
                &[(-0.6, -1.0), (0.6, -1.0), (1.2, 0.0), (0.6, 1.0), (-0.6, 1.0), (-1.2, 0.0)]
            }
            Self::House => &[(0.0, -1.25), (1.1, -0.2), (0.8, 1.0), (-0.8, 1.0), (-1.1, -0.2)],
            Self::Plus => &[
                (-0.38, -1.15),
                (0.38, -1.15),
                (0.38, -0.38),
                (1.15, -0.38),
                (1.15, 0.38),
                (0.38, 0.38),
                (0.38, 1.15),
                (-0.38, 1.15),
                (-0.38, 0.38),
                (-1.15, 0.38),
                (-1.15, -0.38),
                (-0.38, -0.38),
            ],
            Self::Star => &[
                (0.0, -1.5),
                (0.42, -0.42),
                (1.5, 0.0),
                (0.42, 0.42),
                (0.0, 1.5),
                (-0.42, 0.42),
                (-1.5, 0.0),
                (-0.42, -0.42),
            ],
            Self::Bar => &[(-1.35, -0.55), (1.35, -0.55), (1.35, 0.55), (-1.35, 0.55)],
        }
    }
}
