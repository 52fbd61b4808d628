//! Access to the browser: address bar, files, local storage, media queries and resize observation.

pub(crate) mod address;
pub(crate) mod files;
pub(crate) mod media;
pub(crate) mod preferences;
pub(crate) mod resize_observer;
mod storage;
