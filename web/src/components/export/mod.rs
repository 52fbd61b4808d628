//! Export of links, scenarios, pictures, series and histories, and import of scenario files.

mod dialog;
mod drop;
mod link;
mod pictures;
mod record;

pub(crate) use dialog::ExportDialog;
pub(crate) use drop::DropTarget;
pub(crate) use link::copy_link;

use crate::engine::Engine;
use crate::state::Notice;

/// Notifies the user that a file was saved, or that the browser refused to.
fn report(engine: &Engine, name: &str, saved: bool) {
    engine.say(if saved {
        Notice::done(format!("Saved {name}."))
    } else {
        Notice::refused(format!("The browser could not save {name}."))
    });
}
