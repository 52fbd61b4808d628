//! The components of the page: one folder per feature, one component per file, one stylesheet per folder.

pub(crate) mod controls;
pub(crate) mod diagram;
pub(crate) mod editor;
pub(crate) mod export;
pub(crate) mod gossip;
pub(crate) mod merkle;
pub(crate) mod operation;
pub(crate) mod ring;
pub(crate) mod shell;
pub(crate) mod staleness;
pub(crate) mod time;
pub(crate) mod twins;
pub(crate) mod versions;
pub(crate) mod widgets;
