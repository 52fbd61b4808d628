//! What the open lens shows of the run.

use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::merkle::{ExchangeFrame, ExchangeLine};

use super::Machine;
use crate::state::gossip::GossipFrame;
use crate::state::lens::{Lens, LensFrame};
use crate::state::merkle::{MerkleFrame, MerkleState, Watched};

impl Machine {
    /// Sets how the run is looked at.
    pub(in crate::engine) fn look_through(&mut self, lens: Lens) {
        self.lens = lens;
        self.listen();
    }

    /// Sets which trees are looked at.
    pub(in crate::engine) const fn look_at_trees(&mut self, merkle: MerkleState) {
        self.merkle = merkle;
    }

    /// Sets whose judgement of whom is watched.
    pub(in crate::engine) fn watch_pair(&mut self, pair: Option<(NodeId, NodeId)>) {
        self.pair = pair;
        self.listen();
    }

    /// Watches the chosen pair as long as it is shown.
    pub(super) fn listen(&mut self) {
        let pair = self.pair.filter(|_| self.lens == Lens::Gossip);
        self.timeline.watch_pulse(pair);
    }

    /// Sets the node that the person asks through; any where there is none.
    pub(in crate::engine) const fn ask_through(&mut self, through: Option<NodeId>) {
        self.through = through;
    }

    /// Takes the open lens's picture of now. What is not open costs nothing.
    pub(super) fn lens_frame(&mut self, now_ms: f64, moving: bool) -> LensFrame {
        match self.lens {
            Lens::Twins => LensFrame::Twins(self.twins_frame(now_ms, moving)),
            Lens::Ring => LensFrame::Ring(self.ring_picture()),
            Lens::Staleness => LensFrame::Nothing,
            Lens::Diagram => LensFrame::Diagram(Rc::new(self.diagram_frame())),
            Lens::Versions => match self.focus.key.as_deref() {
                Some(key) => {
                    LensFrame::Versions(Rc::new(self.timeline.lab().lineage(key, self.through)))
                }
                None => LensFrame::Nothing,
            },
            Lens::Merkle => LensFrame::Merkle(Rc::new(self.merkle_frame())),
            Lens::Gossip => LensFrame::Gossip(Rc::new(self.gossip_frame())),
        }
    }

    fn merkle_frame(&self) -> MerkleFrame {
        let lab = self.timeline.lab();
        let lines = lab.exchanges();
        let range = self.merkle.range;
        let show =
            |line: &ExchangeLine| -> Option<ExchangeFrame> { lab.exchange(line.exchange, range) };
        let shown = match self.merkle.watched {
            Watched::Newest => lines.first().and_then(show),
            Watched::NewestTelling => lines.iter().find(|line| line.differing > 0).and_then(show),
            Watched::Exchange(exchange) => lab.exchange(exchange, range),
            Watched::Standing(ends) => lab.standing_trees(ends, range),
        };
        let nodes = lab.cluster().nodes().filter(|node| node.up);
        MerkleFrame {
            settings: lab.cluster().settings().anti_entropy,
            lines,
            shown,
            running: nodes.map(|node| node.id).collect(),
            now: lab.now(),
        }
    }

    fn gossip_frame(&mut self) -> GossipFrame {
        // Another run may have taken the place of the one that was watched.
        if self.timeline.lab().watched_pulse() != self.pair {
            self.listen();
        }
        let lab = self.timeline.lab();
        GossipFrame { beliefs: Rc::new(lab.beliefs()), pulse: lab.pulse().map(Rc::new) }
    }
}
