//! Lens runs: what each lens keeps of the run that is shown.

use ringside_lab::timeline::Timeline;

use super::diagram::DiagramRun;
use super::gossip::GossipRun;
use super::merkle::MerkleRun;
use super::ring::RingRun;
use super::twins::TwinsRun;
use super::versions::VersionsRun;
use crate::graphics::messages::Scene;
use crate::state::lens::{Lens, LensFrame};
use crate::state::view_request::ViewRequest;

/// The run as a lens sees it.
#[derive(Clone, Copy)]
pub(in crate::engine) struct RunView<'a> {
    /// The run.
    pub(super) timeline: &'a Timeline,
    /// The page's request.
    pub(super) request: &'a ViewRequest,
    /// The scene that is painted with the messages.
    pub(super) scene: &'a Scene,
    /// Whether time runs.
    pub(super) playing: bool,
    /// Whether a link's run is being repeated.
    pub(super) repeating: bool,
}

/// The replacement of the run that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The same run with another future.
    Future,
    /// Another run.
    Run,
}

/// State that a lens keeps between two frames. A lens that is not open is asked for nothing.
pub(super) trait LensRun {
    /// Forgets what was gathered of the run that was shown, or of its discarded future.
    fn restart(&mut self, _change: Change) {}

    /// Takes the lens's picture of now, at `now_ms` of the browser's clock; `moving` is whether another
    /// picture will follow by itself.
    fn frame(&mut self, run: &RunView<'_>, now_ms: f64, moving: bool) -> LensFrame;

    /// Paints what the lens shows on a canvas of its own.
    fn paint(&self, _run: &RunView<'_>) {}
}

/// The staleness lens shows what every snapshot holds, and keeps nothing.
#[derive(Debug, Default)]
pub(super) struct StalenessRun;

impl LensRun for StalenessRun {
    fn frame(&mut self, _run: &RunView<'_>, _now_ms: f64, _moving: bool) -> LensFrame {
        LensFrame::Nothing
    }
}

/// The runs of all lenses.
#[derive(Debug, Default)]
pub(in crate::engine) struct LensRuns {
    pub(super) ring: RingRun,
    pub(in crate::engine) diagram: DiagramRun,
    versions: VersionsRun,
    merkle: MerkleRun,
    gossip: GossipRun,
    pub(super) twins: TwinsRun,
    staleness: StalenessRun,
}

impl LensRuns {
    /// The run of a lens.
    pub(super) fn of(&mut self, lens: Lens) -> &mut dyn LensRun {
        match lens {
            Lens::Ring => &mut self.ring,
            Lens::Diagram => &mut self.diagram,
            Lens::Versions => &mut self.versions,
            Lens::Merkle => &mut self.merkle,
            Lens::Gossip => &mut self.gossip,
            Lens::Twins => &mut self.twins,
            Lens::Staleness => &mut self.staleness,
        }
    }

    /// Paints the canvas of a lens that has one of its own.
    pub(super) fn paint(&self, lens: Lens, run: &RunView<'_>) {
        if lens == Lens::Diagram {
            self.diagram.paint(run);
        }
    }

    /// Forgets what any lens has gathered.
    pub(super) fn restart(&mut self, change: Change) {
        for lens in Lens::ALL {
            self.of(lens).restart(change);
        }
    }
}
