//! Where a moment and a lane lie in the picture.

use ringside_lab::Instant;

/// The room for the picture, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Room {
    /// Its width.
    pub(crate) width: f64,
    /// Its height.
    pub(crate) height: f64,
    /// How far the lanes are scrolled down.
    pub(crate) scrolled: f64,
}

/// Lanes are never narrower than this, so that their names can be read.
const LANE_AT_LEAST: f64 = 20.0;
/// Nor wider: then the eye would have to search.
const LANE_AT_MOST: f64 = 72.0;
/// The height of the axis.
const AXIS: f64 = 24.0;
/// Below this width, the names have less room.
const NARROW: f64 = 480.0;

/// Where things lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// The room.
    pub(crate) room: Room,
    /// The beginning of the window, in microseconds.
    pub(crate) from_us: f64,
    /// The time in a pixel, in microseconds.
    pub(crate) us_px: f64,
    /// Where the lanes begin: to the left are their names.
    pub(crate) left: f64,
    /// Where the lanes begin below the axis.
    pub(crate) top: f64,
    /// The height of a lane.
    pub(crate) lane: f64,
}

impl Scale {
    /// Fits a window of time and so many lanes into a room.
    pub(crate) fn new(room: Room, from_us: f64, width_us: f64, lanes: usize) -> Self {
        let left = if room.width < NARROW { 62.0 } else { 76.0 };
        let across = (room.width - left).max(1.0);
        let lane = ((room.height - AXIS) / lanes.max(1) as f64).clamp(LANE_AT_LEAST, LANE_AT_MOST);
        Self { room, from_us, us_px: width_us.max(1.0) / across, left, top: AXIS, lane }
    }

    /// Gives the height that so many lanes need, where they do not fit into a room of a height.
    pub(crate) fn full_height(height: f64, lanes: usize) -> Option<f64> {
        let needed = AXIS + LANE_AT_LEAST * lanes as f64;
        (needed > height).then_some(needed)
    }

    /// Gives the height that so many lanes take at most.
    pub(crate) fn ample_height(lanes: usize) -> f64 {
        AXIS + 40.0 * lanes.max(3) as f64
    }

    /// Gives where a moment lies, from left to right.
    pub(crate) fn x(&self, at: Instant) -> f64 {
        self.left + (at.as_us() as f64 - self.from_us) / self.us_px
    }

    /// Gives where a lane lies, from top to bottom.
    pub(crate) fn y(&self, lane: usize) -> f64 {
        self.top + (lane as f64 + 0.5) * self.lane - self.room.scrolled
    }

    /// Gives the end of the window, in microseconds.
    pub(crate) fn until_us(&self) -> f64 {
        self.from_us + (self.room.width - self.left).max(1.0) * self.us_px
    }

    /// Tells whether something from one height to another is in sight.
    pub(crate) fn sees(&self, one: f64, other: f64) -> bool {
        one.max(other) >= self.top && one.min(other) <= self.room.height
    }
}
