//! The outlines of dots.

/// The outline of a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Between a client and a node.
    Circle,
    /// Of a write.
    Square,
    /// Of a read of versions.
    Triangle,
    /// Of a read of a digest: a triangle on its tip.
    Funnel,
    /// Of a repair.
    Diamond,
    /// Of a write that is to be kept for another.
    Hexagon,
    /// Of what was kept, on its way home.
    House,
    /// Of gossip: a circle half as large.
    Speck,
    /// Comparisons of anti-entropy.
    Plus,
    /// Of what anti-entropy brings.
    Star,
    /// Of a stream: a bar that lies.
    Bar,
}

impl Shape {
    /// Returns the radius of a round shape, as a part of half a dot's size.
    pub(crate) const fn radius(self) -> Option<f64> {
        match self {
            Self::Circle => Some(0.92),
            Self::Speck => Some(0.55),
            _ => None,
        }
    }

    /// Returns the corners of a shape that is not round, clockwise, in halves of a dot's size.
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
