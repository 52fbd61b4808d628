//! Outputs of a node: messages, replies and events.

use crate::{Event, Message, NodeId, RequestId, Response};

/// An effect that a node asks its driver for. Outputs come in causal order.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send a message to another node. A node never sends to itself: a coordinator that is also a
    /// replica acts at once.
    Send {
        /// The receiver.
        to: NodeId,
        /// The message.
        message: Message,
    },
    /// Answer a request that was passed to [`Node::handle_request`](crate::Node::handle_request).
    Reply {
        /// The request.
        id: RequestId,
        /// The response.
        response: Response,
    },
    /// Report a step of the node to observers. Nothing else depends on it.
    Event(Event),
}
