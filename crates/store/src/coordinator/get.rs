//! The core of a get.

use smallvec::SmallVec;

use crate::version::Siblings;
use crate::{NodeId, Response, read_repair};

/// A get in progress: what each replica is known to hold, and all of it merged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Get {
    merged: Siblings,
    known: SmallVec<[(NodeId, Siblings); 3]>,
}

impl Get {
    /// Takes the versions of a replica that has not answered before.
    pub(crate) fn add_answer(&mut self, from: NodeId, siblings: Siblings) {
        self.merged.merge(&siblings);
        self.known.push((from, siblings));
    }

    /// Gives the reply of a get that met its quorum.
    pub(crate) fn response(&self) -> Response {
        Response::Found { siblings: self.merged.clone() }
    }

    /// Gives what each replica that answered is found to lack, and takes it for brought there.
    pub(crate) fn take_repairs(&mut self) -> read_repair::Repairs {
        read_repair::take(&self.merged, &mut self.known)
    }
}
