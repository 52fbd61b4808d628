//! The frame of the page: header, lens tabs, notices and help.

mod header;
mod help;
mod lens_tabs;
mod notice_bar;

pub(crate) use header::Header;
pub(crate) use help::show_help;
pub(crate) use lens_tabs::{LENS_BODY, LensTabs, back_to_ring, toggle_lens};
pub(crate) use notice_bar::NoticeBar;
