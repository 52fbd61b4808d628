//! Access to the browser: address bar, files and resize observation.

pub(crate) mod address;
pub(crate) mod files;
pub(crate) mod resize_observer;
