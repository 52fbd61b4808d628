//! What can be taken out of the page, and scenarios that are brought into it.

mod dialog;
mod drop;
mod link;
mod pictures;
mod record;

pub(crate) use dialog::ExportDialog;
pub(crate) use drop::DropTarget;
pub(crate) use link::copy_link;
