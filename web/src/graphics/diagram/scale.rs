//! The scale: the position of moments and lanes in the picture.

use ringside_lab::Instant;

/// The room for the picture, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Room {
    /// The width.
    pub(crate) width: f64,
    /// The height.
    pub(crate) height: f64,
    /// The distance by which the lanes are scrolled down.
    pub(crate) scrolled: f64,
}

/// The least height of a lane, at which its name can still be read.
const LANE_AT_LEAST: f64 = 20.0;
/// The greatest height of a lane, beyond which related items lie too far apart.
const LANE_AT_MOST: f64 = 72.0;
/// The height of the axis.
const AXIS: f64 = 24.0;
/// The width of a room below which the names have less space.
const NARROW: f64 = 480.0;

/// The mapping from times and lanes to places in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// The room.
    pub(crate) room: Room,
    /// The beginning of the window, in microseconds.
    pub(crate) from_us: f64,
    /// The time per pixel, in microseconds.
    pub(crate) us_px: f64,
    /// The left end of the lanes. The names are to the left of it.
    pub(crate) left: f64,
    /// The top of the lanes, below the axis.
    pub(crate) top: f64,
    /// The height of a lane.
    pub(crate) lane: f64,
}

impl Scale {
    /// Fits a window of time and a number of lanes into a room.
    pub(crate) fn new(room: Room, from_us: f64, width_us: f64, lanes: usize) -> Self {
        let left = if room.width < NARROW { 62.0 } else { 76.0 };
        let across = (room.width - left).max(1.0);
        let lane = ((room.height - AXIS) / lanes.max(1) as f64).clamp(LANE_AT_LEAST, LANE_AT_MOST);
        Self { room, from_us, us_px: width_us.max(1.0) / across, left, top: AXIS, lane }
    }

    /// Returns the height that `lanes` lanes need, or `None` if they fit into `height`.
    pub(crate) fn full_height(height: f64, lanes: usize) -> Option<f64> {
        let needed = AXIS + LANE_AT_LEAST * lanes as f64;
        (needed > height).then_some(needed)
    }

    /// Returns the height that `lanes` lanes take if there is room enough.
    pub(crate) fn ample_height(lanes: usize) -> f64 {
        AXIS + 40.0 * lanes.max(3) as f64
    }

    /// Returns the x of a moment.
    pub(crate) fn x(&self, at: Instant) -> f64 {
        self.left + (at.as_us() as f64 - self.from_us) / self.us_px
    }

    /// Returns the y of a lane's middle.
    pub(crate) fn y(&self, lane: usize) -> f64 {
        self.top + (lane as f64 + 0.5) * self.lane - self.room.scrolled
    }

    /// Returns the end of the window, in microseconds.
    pub(crate) fn until_us(&self) -> f64 {
        self.from_us + (self.room.width - self.left).max(1.0) * self.us_px
    }

    /// Whether an item that spans from one y to another is in view.
    pub(crate) fn sees(&self, one: f64, other: f64) -> bool {
        one.max(other) >= self.top && one.min(other) <= self.room.height
    }
}
