//! The moments of a run that are kept whole, to go on from.

use std::sync::Arc;

use crate::Lab;

/// The most checkpoints that are kept.
const MOST: usize = 48;
/// How many journal entries are between two checkpoints at first. Each time that there are too many, every
/// other one goes, and the distance doubles.
const FIRST_DISTANCE: u64 = 8_000;

/// Labs as they were at some moments, oldest first. Who forks a run shares them with it.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    labs: Vec<Arc<Lab>>,
    /// A moment a little before the one that is looked at: who goes back step by step stays near it.
    near: Option<Arc<Lab>>,
    distance: u64,
}

impl Checkpoints {
    /// Begins with a run at time zero, which is always kept.
    pub(super) fn new(start: Lab) -> Self {
        Self { labs: vec![Arc::new(start)], near: None, distance: FIRST_DISTANCE }
    }

    /// Keeps a moment, if it is far enough from the last one.
    pub(super) fn note(&mut self, lab: &Lab) {
        if lab.written() < self.next() {
            return;
        }
        if self.labs.len() == MOST {
            let mut index = 0;
            self.labs.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.distance *= 2;
            if lab.written() < self.next() {
                return;
            }
        }
        self.labs.push(Arc::new(lab.checkpoint()));
    }

    /// Keeps a moment as the near one, in the place of the near one before.
    pub(super) fn stay_near(&mut self, lab: &Lab) {
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
        self.labs.truncate(kept.max(1));
        self.near = self.near.take().filter(|near| near.written() < written);
    }

    /// Keeps those at which `fits` is so, and the start of the run.
    pub(super) fn keep(&mut self, fits: impl Fn(&Lab) -> bool) {
        let kept = self.labs.iter().take_while(|lab| fits(lab)).count();
        self.labs.truncate(kept.max(1));
        self.near = self.near.take().filter(|near| fits(near));
    }

    fn next(&self) -> u64 {
        self.labs.last().map_or(0, |lab| lab.written()).saturating_add(self.distance)
    }
}
