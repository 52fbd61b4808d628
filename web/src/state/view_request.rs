//! The view request: what the page wants to see of the run.

use std::rc::Rc;

use ringside_lab::{Focus, MessageId, NodeId};

use super::diagram::DiagramState;
use super::lens::Lens;
use super::merkle::MerkleState;
use super::speed::Speed;
use super::staleness::Subscription;
use super::time::Why;
use super::twins::CompareWith;
use crate::graphics::kinds::FamilySet;
use crate::graphics::ring::View;

/// The part of the run that the page wants to see. It is derived from the state; the engine compares each
/// request with the previous one and uses nothing else of the state.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ViewRequest {
    /// The selected key and operation.
    pub(crate) focus: Focus,
    /// The open lens.
    pub(crate) lens: Lens,
    /// The families of messages whose dots are hidden.
    pub(crate) hidden: FamilySet,
    /// The message that was picked on the ring.
    pub(crate) picked: Option<MessageId>,
    /// The part of the ring in view.
    pub(crate) view: View,
    /// The node that the user's requests go through, or `None` for any.
    pub(crate) through: Option<NodeId>,
    /// The settings of the Merkle lens.
    pub(crate) merkle: MerkleState,
    /// The observer and the subject whose suspicion trace is recorded.
    pub(crate) pair: Option<(NodeId, NodeId)>,
    /// The settings of the diagram.
    pub(crate) diagram: DiagramState,
    /// The explanation that is open.
    pub(crate) why: Option<Rc<Why>>,
    /// The nodes that the pointed-at sentence names.
    pub(crate) highlighted: Rc<Vec<NodeId>>,
    /// The run to compare with.
    pub(crate) versus: Option<CompareWith>,
    /// The readings that the page needs of the instruments.
    pub(crate) subscription: Subscription,
    /// Whether time runs, and how fast.
    pub(crate) motion: Motion,
}

/// Whether time runs, and how fast.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Motion {
    /// Whether time runs.
    pub(crate) playing: bool,
    /// The chosen speed.
    pub(crate) speed: Speed,
}
