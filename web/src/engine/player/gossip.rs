//! The gossip lens: membership beliefs, and the suspicion trace of one pair of nodes.

use std::rc::Rc;

use super::lens_run::{LensRun, RunView};
use crate::state::gossip::GossipFrame;
use crate::state::lens::LensFrame;

/// The gossip lens keeps nothing: the lab records the suspicion of the pair that it was asked to watch.
#[derive(Debug, Default)]
pub(super) struct GossipRun;

impl LensRun for GossipRun {
    fn frame(&mut self, run: &RunView<'_>, _now_ms: f64, _moving: bool) -> LensFrame {
        let lab = run.timeline.lab();
        LensFrame::Gossip(Rc::new(GossipFrame {
            beliefs: Rc::new(lab.beliefs()),
            phi_trace: lab.phi_trace().map(Rc::new),
        }))
    }
}
