//! Checkpoints: complete copies of a run at some moments, from which it can continue.

use std::sync::Arc;

use crate::lab::Lab;

/// The most checkpoints that are kept: an odd number, so that the last one is never halfway.
const MOST: usize = 41;
/// The first distance between two checkpoints, in journal entries. It doubles each time that there would be too
/// many checkpoints.
const FIRST_DISTANCE: u64 = 16_000;

/// Copies of a lab at some moments, oldest first. A fork of the run shares them.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    labs: Vec<Arc<Lab>>,
    /// A copy shortly before the present moment, for going back step by step.
    near: Option<Arc<Lab>>,
    distance: u64,
    /// The number of checkpoints at half the distance that were dropped.
    thinned: usize,
}

impl Checkpoints {
    /// Creates checkpoints with a run at time zero, which is always kept.
    pub(super) fn new(start: Lab) -> Self {
        Self { labs: vec![Arc::new(start)], near: None, distance: FIRST_DISTANCE, thinned: 0 }
    }

    /// Keeps the present state, if it is far enough from the last checkpoint.
    ///
    /// Once there are the most checkpoints, each new one replaces one halfway between two others, from the
    /// oldest on. So neither memory nor time is used in bursts.
    pub(super) fn note(&mut self, lab: &mut Lab) {
        if lab.written() < self.next() {
            return;
        }
        if self.labs.len() == MOST {
            self.thinned += 1;
            self.labs.remove(self.thinned);
            self.thinned %= MOST / 2;
        }
        self.labs.push(Arc::new(lab.checkpoint()));
        if self.labs.len() == MOST && self.thinned == 0 {
            self.distance *= 2;
        }
    }

    /// Keeps the present state as the near checkpoint, in place of the previous one.
    pub(super) fn keep_near(&mut self, lab: &mut Lab) {
        self.near = Some(Arc::new(lab.checkpoint()));
    }

    /// Returns the number of entries up to the next checkpoint; at least one.
    pub(super) fn distance(&self, lab: &Lab) -> u64 {
        let next = self.next();
        if lab.written() < next { next - lab.written() } else { self.distance }
    }

    /// Returns the last checkpoint that `fits`, or the start of the run.
    pub(super) fn last(&self, fits: impl Fn(&Lab) -> bool) -> &Lab {
        let far = self.labs.iter().rev().find(|lab| fits(lab)).unwrap_or(&self.labs[0]);
        match &self.near {
            Some(near) if near.written() > far.written() && fits(near) => near,
            _ => far,
        }
    }

    /// Whether a checkpoint that `fits` is after a lab, so that to continue from it is shorter.
    pub(super) fn is_nearer(&self, lab: &Lab, fits: impl Fn(&Lab) -> bool) -> bool {
        self.last(fits).written() > lab.written()
    }

    /// Drops the checkpoints after `written` entries, because the run will take another course.
    pub(super) fn forget_after(&mut self, written: u64) {
        let kept = self.labs.iter().take_while(|lab| lab.written() < written).count();
        self.truncate(kept);
        self.near = self.near.take().filter(|near| near.written() < written);
    }

    /// Keeps the oldest checkpoints up to the first that does not fit, and the start of the run.
    pub(super) fn keep(&mut self, fits: impl Fn(&Lab) -> bool) {
        let kept = self.labs.iter().take_while(|lab| fits(lab)).count();
        self.truncate(kept);
        self.near = self.near.take().filter(|near| fits(near));
    }

    /// Keeps the `kept` oldest checkpoints, and the start of the run.
    fn truncate(&mut self, kept: usize) {
        if kept < self.labs.len() {
            self.labs.truncate(kept.max(1));
            self.thinned = 0;
        }
    }

    fn next(&self) -> u64 {
        self.labs.last().map_or(0, |lab| lab.written()).saturating_add(self.distance)
    }
}

#[cfg(test)]
mod tests {
    use ringside_store::Duration;

    use super::*;
    use crate::scenario::BuiltIn;
    use crate::timeline::Timeline;

    #[test]
    fn checkpoints_are_bounded_and_evenly_spaced() {
        let mut scenario = BuiltIn::find("healthy").unwrap().scenario().unwrap();
        scenario.load.rate = 5_000.0;
        let mut timeline = Timeline::new(Lab::open(scenario).unwrap());
        let mut most = 0;
        while timeline.lab().written() < 9 * FIRST_DISTANCE * MOST as u64 / 8 {
            timeline.advance_to(timeline.now() + Duration::from_ms(20));
            let Checkpoints { labs, distance, .. } = &timeline.checkpoints;
            let kept = labs.iter().map(|lab| lab.written()).chain([timeline.lab().written()]);
            let kept: Vec<u64> = kept.collect();
            // A single step can write a few more entries.
            let gaps = kept.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(gaps.max() <= Some(distance + 50), "{kept:?}");
            assert!(kept[0] == 0 && labs.len() <= MOST);
            most = most.max(labs.len());
        }
        assert_eq!(most, MOST);
        assert_eq!(timeline.checkpoints.distance, 2 * FIRST_DISTANCE);
    }
}
