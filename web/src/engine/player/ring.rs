//! What is shown of the ring beyond the frame, and when single messages give way to what flows.

use std::rc::Rc;

use ringside_lab::ring::Flows;

use super::Machine;
use crate::graphics::messages::Streams;
use crate::graphics::ring::{KEYS, Point};
use crate::state::lens::Lens;
use crate::state::ring::RingPicture;

/// How many keys are marked on the ring.
const MOST_KEYS: usize = 150;

/// A message that takes less time than this to arrive, in milliseconds on the person's clock, is too fast to
/// be followed.
const TOO_FAST_MS: f64 = 60.0;

/// How much more time messages must take before they are shown one by one again.
const SLOW_AGAIN: f64 = 1.3;

/// How near to a key's mark a click must be, in CSS pixels.
const REACH_PX: f64 = 12.0;

/// What is shown of the ring beyond the frame.
#[derive(Debug, Default)]
pub(super) struct RingWatch {
    flows: Flows,
    /// Whether messages are too fast to be shown one by one.
    too_fast: bool,
    /// What flows, where that is shown.
    streams: Option<Streams>,
    /// What is shown before anything was counted.
    nothing: Streams,
    /// Whether what flows has been read and not painted yet.
    is_fresh: bool,
    picture: Rc<RingPicture>,
}

impl RingWatch {
    /// Tells whether what flows is to be painted in this frame, which brings a snapshot or not. It changes
    /// with each snapshot and does not move in between; it is painted in the frame after, for a snapshot is
    /// work enough for one frame.
    pub(super) const fn paints_flow(&mut self, snapshot: bool) -> bool {
        std::mem::replace(&mut self.is_fresh, snapshot)
    }

    /// Begins to count anew: time starts, or another run is looked at.
    pub(super) fn restart(&mut self) {
        self.flows.restart();
        self.streams = None;
    }
}

/// Tells whether messages are too fast to be followed, given how long they take on the average on the person's
/// clock; none where there is none on its way.
fn is_too_fast(was: bool, mean_ms: Option<f64>) -> bool {
    let limit = if was { TOO_FAST_MS * SLOW_AGAIN } else { TOO_FAST_MS };
    mean_ms.map_or(was, |mean| mean < limit)
}

impl Machine {
    /// Tells whether what flows is shown in the place of single messages.
    pub(super) fn is_flowing(&self) -> bool {
        self.playing && self.goal.is_none() && self.ring.too_fast
    }

    /// Counts what was sent, where that is shown. The journal does not keep it for long.
    pub(super) fn count_flow(&mut self) {
        if self.is_flowing() && self.lens == Lens::Ring {
            self.ring.flows.count(self.timeline.lab());
        }
    }

    /// Looks at what the ring shows, for the next picture.
    pub(super) fn watch_ring(&mut self) {
        if self.lens != Lens::Ring {
            return;
        }
        let mean_ms = self.mean_flight_ms();
        self.ring.too_fast = is_too_fast(self.ring.too_fast, mean_ms);
        if self.is_flowing() {
            let flows = self.ring.flows.read(self.timeline.lab());
            self.ring.streams = Some(Streams::new(&flows, &self.scene));
        } else if self.ring.streams.is_some() {
            self.ring.restart();
        }
        let frame = self.timeline.lab().ring_frame(MOST_KEYS);
        let flow = self.ring.streams.as_ref().map(|streams| streams.totals);
        self.ring.picture = Rc::new(RingPicture { frame, flow });
    }

    /// Gives what the ring shows.
    pub(super) fn ring_picture(&self) -> Rc<RingPicture> {
        self.ring.picture.clone()
    }

    /// Gives how long the messages that are on their way take on the average, on the person's clock.
    fn mean_flight_ms(&self) -> Option<f64> {
        let moving = self.timeline.lab().in_flight().filter(|flight| flight.held.is_none());
        let (count, sum_ms) = moving.fold((0_u32, 0.0), |(count, sum), flight| {
            (count + 1, sum + flight.arrives.since(flight.sent).as_ms())
        });
        (count > 0).then(|| sum_ms / f64::from(count) / self.speed.ratio())
    }

    /// Paints what moves, and the diagram where it is looked at.
    pub(in crate::engine) fn paint(&self) {
        self.paint_stage();
        self.paint_diagram();
    }

    fn paint_stage(&self) {
        let Some(screen) = &self.screen else { return };
        let lab = self.timeline.lab();
        if self.is_flowing() {
            let streams = self.ring.streams.as_ref().unwrap_or(&self.ring.nothing);
            screen.paint_flow(lab, &self.scene, streams);
        } else {
            screen.paint(lab, &self.scene);
        }
    }

    /// Gives the place of the ring at a place on the canvas.
    pub(in crate::engine) fn place(&self, x: f64, y: f64) -> Option<Point> {
        let (place, _) = self.screen.as_ref()?.place(self.scene.view, x, y)?;
        Some(place)
    }

    /// Finds the key whose mark is near a place on the canvas.
    pub(in crate::engine) fn find_key(&self, x: f64, y: f64) -> Option<String> {
        let (place, unit_px) = self.screen.as_ref()?.place(self.scene.view, x, y)?;
        let keys = self.ring.picture.frame.keys.iter();
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
    fn what_flows_is_painted_once_a_snapshot_in_the_frame_after() {
        let mut watch = RingWatch::default();
        let frames = [true, false, false, true, false, true, true, false];
        let painted = frames.map(|snapshot| watch.paints_flow(snapshot));
        assert_eq!(painted, [false, true, false, false, true, false, true, true]);
    }

    #[test]
    fn what_is_shown_does_not_change_to_and_fro_at_the_limit() {
        assert!(!is_too_fast(false, Some(70.0)));
        assert!(is_too_fast(false, Some(59.0)));
        assert!(is_too_fast(true, Some(70.0)));
        assert!(!is_too_fast(true, Some(80.0)));
        assert!(is_too_fast(true, None) && !is_too_fast(false, None));
    }
}
