//! The versions lens: the versions of the selected key.

use std::rc::Rc;

use super::lens_run::{LensRun, RunView};
use crate::state::lens::LensFrame;

/// The versions lens keeps nothing: the lab records the versions of all keys.
#[derive(Debug, Default)]
pub(super) struct VersionsRun;

impl LensRun for VersionsRun {
    fn frame(&mut self, run: &RunView<'_>, _now_ms: f64, _moving: bool) -> LensFrame {
        match run.request.focus.key.as_deref() {
            Some(key) => {
                let lineage = run.timeline.lab().lineage(key, run.request.through);
                LensFrame::Versions(Rc::new(lineage))
            }
            None => LensFrame::Nothing,
        }
    }
}
