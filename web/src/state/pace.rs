//! The pace: whether the simulation keeps up with the chosen speed.

/// Whether the run keeps up with the chosen speed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Pace {
    /// The run keeps up.
    #[default]
    Full,
    /// The run is slower: the ratio of virtual to real time that it reaches.
    Behind(f64),
}
