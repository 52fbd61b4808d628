//! The ring lens: keys, rates, and the choice between single messages and flow lines.

use std::rc::Rc;

use ringside_lab::ring::Flows;

use super::Player;
use super::lens_run::{Change, LensRun, RunView};
use crate::graphics::messages::Streams;
use crate::graphics::ring::{KEYS, Point};
use crate::state::lens::{Lens, LensFrame};
use crate::state::ring::RingPicture;

/// The maximum number of keys marked on the ring.
const MOST_KEYS: usize = 150;

/// The mean time in flight, in milliseconds of real time, below which messages are too fast to be followed.
const TOO_FAST_MS: f64 = 60.0;

/// The factor by which messages must be slower before they are shown one by one again.
const SLOW_AGAIN: f64 = 1.3;

/// The reach of a click around a key's mark, in CSS pixels.
const REACH_PX: f64 = 12.0;

/// The run of the ring lens.
#[derive(Debug, Default)]
pub(super) struct RingRun {
    flows: Flows,
    /// Whether messages are too fast to be shown one by one.
    too_fast: bool,
    /// The flow lines, while they are shown.
    streams: Option<Streams>,
    /// No flow lines, before anything was counted.
    nothing: Streams,
    /// Whether the flow lines were read and not painted yet.
    is_fresh: bool,
    picture: Rc<RingPicture>,
}

impl RingRun {
    /// Whether flow lines are painted in this frame, which brings a snapshot or not. They change with each
    /// snapshot and do not move in between; they are painted in the frame after it, since a snapshot is work
    /// enough for one frame.
    pub(super) const fn paints_flow(&mut self, snapshot: bool) -> bool {
        std::mem::replace(&mut self.is_fresh, snapshot)
    }

    /// Restarts counting: time starts, or another run is shown.
    pub(super) fn restart_flow(&mut self) {
        self.flows.restart();
        self.streams = None;
    }

    /// Whether flow lines take the place of single messages.
    const fn is_flowing(&self, run: &RunView<'_>) -> bool {
        run.playing && !run.repeating && self.too_fast
    }
}

/// Whether messages are too fast to be followed, given their mean time in flight in real time, or `None` if
/// there are none.
fn is_too_fast(was: bool, mean_ms: Option<f64>) -> bool {
    let limit = if was { TOO_FAST_MS * SLOW_AGAIN } else { TOO_FAST_MS };
    mean_ms.map_or(was, |mean| mean < limit)
}

impl LensRun for RingRun {
    fn restart(&mut self, _change: Change) {
        self.restart_flow();
    }

    fn frame(&mut self, run: &RunView<'_>, _now_ms: f64, _moving: bool) -> LensFrame {
        let lab = run.timeline.lab();
        self.too_fast = is_too_fast(self.too_fast, mean_flight_ms(run));
        if self.is_flowing(run) {
            let flows = self.flows.read(lab);
            self.streams = Some(Streams::new(&flows, run.scene));
        } else if self.streams.is_some() {
            self.restart_flow();
        }
        let flow = self.streams.as_ref().map(|streams| streams.totals);
        self.picture = Rc::new(RingPicture { frame: lab.ring_frame(MOST_KEYS), flow });
        LensFrame::Ring(self.picture.clone())
    }
}

/// The mean time in flight of the messages under way, in milliseconds of real time; `None` if there are none.
fn mean_flight_ms(run: &RunView<'_>) -> Option<f64> {
    let moving = run.timeline.lab().in_flight().filter(|flight| flight.held.is_none());
    let (count, sum_ms) = moving.fold((0_u32, 0.0), |(count, sum), flight| {
        (count + 1, sum + flight.arrives.since(flight.sent).as_ms())
    });
    (count > 0).then(|| sum_ms / f64::from(count) / run.request.motion.speed.ratio())
}

impl Player {
    /// Whether flow lines take the place of single messages.
    pub(super) fn is_flowing(&self) -> bool {
        self.lenses.ring.is_flowing(&self.run_view())
    }

    /// Counts what was sent, while flow lines are shown. The journal keeps it only for a short time.
    pub(super) fn count_messages(&mut self) {
        if self.is_flowing() && self.request.lens == Lens::Ring {
            self.lenses.ring.flows.count(self.timeline.lab());
        }
    }

    /// Paints what moves, and the canvas of the open lens.
    pub(in crate::engine) fn paint(&self) {
        self.paint_stage();
        self.lenses.paint(self.request.lens, &self.run_view());
    }

    fn paint_stage(&self) {
        let Some(screen) = &self.screen else { return };
        let (lab, ring) = (self.timeline.lab(), &self.lenses.ring);
        if self.is_flowing() {
            let streams = ring.streams.as_ref().unwrap_or(&ring.nothing);
            screen.paint_flow(lab, &self.scene, streams);
        } else {
            screen.paint(lab, &self.scene);
        }
    }

    /// Returns the place of the ring at a place on the canvas.
    pub(in crate::engine) fn place(&self, x: f64, y: f64) -> Option<Point> {
        let (place, _) = self.screen.as_ref()?.place(self.scene.view, x, y)?;
        Some(place)
    }

    /// Finds the key whose mark is near a place on the canvas.
    pub(in crate::engine) fn find_key(&self, x: f64, y: f64) -> Option<String> {
        let (place, unit_px) = self.screen.as_ref()?.place(self.scene.view, x, y)?;
        let keys = self.lenses.ring.picture.frame.keys.iter();
        let distance = |turn: f64| Point::polar(turn, KEYS).distance(place) * unit_px;
        keys.map(|key| (distance(key.place), key))
            .filter(|(distance, _)| *distance <= REACH_PX)
            .min_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, key)| key.key.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_lines_are_painted_once_per_snapshot_in_the_next_frame() {
        let mut watch = RingRun::default();
        let frames = [true, false, false, true, false, true, true, false];
        let painted = frames.map(|snapshot| watch.paints_flow(snapshot));
        assert_eq!(painted, [false, true, false, false, true, false, true, true]);
    }

    #[test]
    fn the_choice_does_not_flip_at_the_limit() {
        assert!(!is_too_fast(false, Some(70.0)));
        assert!(is_too_fast(false, Some(59.0)));
        assert!(is_too_fast(true, Some(70.0)));
        assert!(!is_too_fast(true, Some(80.0)));
        assert!(is_too_fast(true, None) && !is_too_fast(false, None));
    }
}
