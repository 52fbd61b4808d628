//! The moments of a run that are kept whole, to go on from.

use std::sync::Arc;

use crate::lab::Lab;

/// The most checkpoints that are kept: an odd number, so that the last one never lies halfway.
const MOST: usize = 41;
/// How many journal entries are between two checkpoints at first. Each time that there are too many, the
/// distance doubles.
const FIRST_DISTANCE: u64 = 16_000;

/// Labs as they were at some moments, oldest first. Who forks a run shares them with it.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    labs: Vec<Arc<Lab>>,
    /// A moment a little before the one that is looked at: who goes back step by step stays near it.
    near: Option<Arc<Lab>>,
    distance: u64,
    /// How many of those that lie at half the distance were dropped.
    thinned: usize,
}

impl Checkpoints {
    /// Begins with a run at time zero, which is always kept.
    pub(super) fn new(start: Lab) -> Self {
        Self { labs: vec![Arc::new(start)], near: None, distance: FIRST_DISTANCE, thinned: 0 }
    }

    /// Keeps a moment, if it is far enough from the last one.
    ///
    /// Once there are as many as may be, each new one takes the place of one that lies halfway between two
    /// others, from the oldest on. So neither memory nor time is taken in bursts.
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

    /// Keeps a moment as the near one, in the place of the near one before.
    pub(super) fn stay_near(&mut self, lab: &mut Lab) {
        self.near = Some(Arc::new(lab.checkpoint()));
    }

    /// Gives how many entries it is from here to the next checkpoint to be kept; at least one.
    pub(super) fn distance(&self, lab: &Lab) -> u64 {
        let next = self.next();
        if lab.written() < next { next - lab.written() } else { self.distance }
    }

    /// Gives the last one at which `fits` is so, or the start of the run.
    pub(super) fn last(&self, fits: impl Fn(&Lab) -> bool) -> &Lab {
        let far = self.labs.iter().rev().find(|lab| fits(lab)).unwrap_or(&self.labs[0]);
        match &self.near {
            Some(near) if near.written() > far.written() && fits(near) => near,
            _ => far,
        }
    }

    /// Tells whether a checkpoint lies ahead of a lab, at which `fits` is so: going on from there is
    /// shorter.
    pub(super) fn is_nearer(&self, lab: &Lab, fits: impl Fn(&Lab) -> bool) -> bool {
        self.last(fits).written() > lab.written()
    }

    /// Forgets what lies after this many entries: it will not be so any more.
    pub(super) fn forget_after(&mut self, written: u64) {
        let kept = self.labs.iter().take_while(|lab| lab.written() < written).count();
        self.truncate(kept);
        self.near = self.near.take().filter(|near| near.written() < written);
    }

    /// Keeps those at which `fits` is so, and the start of the run.
    pub(super) fn keep(&mut self, fits: impl Fn(&Lab) -> bool) {
        let kept = self.labs.iter().take_while(|lab| fits(lab)).count();
        self.truncate(kept);
        self.near = self.near.take().filter(|near| fits(near));
    }

    /// Keeps so many of the oldest ones, and the start of the run.
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
    fn there_are_never_too_many_and_none_is_far_from_the_next() {
        let mut scenario = BuiltIn::find("healthy").unwrap().scenario().unwrap();
        scenario.load.rate = 5_000.0;
        let mut timeline = Timeline::new(Lab::open(scenario).unwrap());
        let mut most = 0;
        while timeline.lab().written() < 9 * FIRST_DISTANCE * MOST as u64 / 8 {
            timeline.advance_to(timeline.now() + Duration::from_ms(20));
            let Checkpoints { labs, distance, .. } = &timeline.checkpoints;
            let kept = labs.iter().map(|lab| lab.written()).chain([timeline.lab().written()]);
            let kept: Vec<u64> = kept.collect();
            // What happens at once may be a few entries more.
            let gaps = kept.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(gaps.max() <= Some(distance + 50), "{kept:?}");
            assert!(kept[0] == 0 && labs.len() <= MOST);
            most = most.max(labs.len());
        }
        assert_eq!(most, MOST);
        assert_eq!(timeline.checkpoints.distance, 2 * FIRST_DISTANCE);
    }
}
