//! The Merkle lens: exchanges of anti-entropy.

use std::rc::Rc;

use ringside_lab::merkle::{ExchangeFrame, ExchangeLine};

use super::lens_run::{LensRun, RunView};
use crate::state::lens::LensFrame;
use crate::state::merkle::{MerkleFrame, Watched};

/// The Merkle lens keeps nothing: the lab records the latest exchanges.
#[derive(Debug, Default)]
pub(super) struct MerkleRun;

impl LensRun for MerkleRun {
    fn frame(&mut self, run: &RunView<'_>, _now_ms: f64, _moving: bool) -> LensFrame {
        let lab = run.timeline.lab();
        let merkle = run.request.merkle;
        let lines = lab.exchanges();
        let range = merkle.range;
        let show =
            |line: &ExchangeLine| -> Option<ExchangeFrame> { lab.exchange(line.exchange, range) };
        let shown = match merkle.watched {
            Watched::Newest => lines.first().and_then(show),
            Watched::NewestTelling => lines.iter().find(|line| line.differing > 0).and_then(show),
            Watched::Exchange(exchange) => lab.exchange(exchange, range),
            Watched::Standing(ends) => lab.standing_trees(ends, range),
        };
        let nodes = lab.cluster().nodes().filter(|node| node.up);
        LensFrame::Merkle(Rc::new(MerkleFrame {
            settings: lab.cluster().settings().anti_entropy,
            lines,
            shown,
            running: nodes.map(|node| node.id).collect(),
            now: lab.now(),
        }))
    }
}
