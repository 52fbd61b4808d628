//! The core of a put or a delete.

use std::sync::Arc;

use crate::Response;
use crate::version::Version;

/// A put in progress: a version on its way to the replicas.
#[derive(Clone, Debug)]
pub(crate) struct Put {
    pub(crate) version: Arc<Version>,
}

impl Put {
    /// Gives the reply of a put that met its quorum.
    pub(crate) fn response(&self) -> Response {
        Response::Stored { version: Arc::clone(&self.version) }
    }
}
