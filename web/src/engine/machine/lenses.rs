//! What the open lens shows of the run.

use super::Machine;
use crate::lens::{Lens, LensFrame};

impl Machine {
    /// Sets how the run is looked at.
    pub(in crate::engine) const fn look_through(&mut self, lens: Lens) {
        self.lens = lens;
    }

    /// Takes the open lens's picture of now. What is not open costs nothing.
    pub(super) const fn lens_frame(&self) -> LensFrame {
        match self.lens {
            Lens::Ring | Lens::Staleness => LensFrame::Nothing,
        }
    }
}
