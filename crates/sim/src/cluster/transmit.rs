//! Messages between the ends: sending, losing, delivering.

use ringside_store::{Duration, Instant, Message, Node, NodeId, RequestId, Response};

use super::{Cluster, Due, State};
use crate::journal::{Envelope, Loss, Outcome, What};
use crate::message::Payload;
use crate::{ClientId, End, Flight, MessageId};

/// A message in flight or held, with what it carries.
#[derive(Clone, Debug)]
pub(super) struct Transit {
    pub(super) envelope: Envelope,
    pub(super) sent: Instant,
    pub(super) arrives: Instant,
    pub(super) held: Option<Instant>,
    /// Whether the channel loses it, halfway.
    lost: bool,
    payload: Payload,
}

impl Transit {
    /// Gives when something becomes of the message: it arrives, or is lost halfway.
    pub(super) fn due(&self) -> Instant {
        if self.lost {
            let way = self.arrives.since(self.sent);
            self.sent + Duration::from_us(way.as_us() / 2)
        } else {
            self.arrives
        }
    }

    pub(super) const fn flight(&self) -> Flight {
        let Envelope { id, kind, request, from, to } = self.envelope;
        Flight {
            id,
            kind,
            request,
            from,
            to,
            sent: self.sent,
            arrives: self.arrives,
            held: self.held,
        }
    }
}

impl Cluster {
    /// Sends a message from node to node.
    pub(super) fn send_between(&mut self, from: NodeId, to: NodeId, message: Message) {
        let request = message.request();
        self.send(request, End::Node(from), End::Node(to), Payload::Node(message));
    }

    /// Sends a coordinator's answer to the client that asked.
    pub(super) fn reply(&mut self, from: NodeId, request: RequestId, response: Response) {
        let client = End::Client(ClientId::of(request));
        self.send(request, End::Node(from), client, Payload::Reply(response));
    }

    /// Puts a message on its channel.
    pub(super) fn send(&mut self, request: RequestId, from: End, to: End, payload: Payload) {
        let kind = payload.kind();
        let id = MessageId(self.sent);
        self.sent += 1;
        let envelope = Envelope { id, kind, request, from, to };
        let fate = self.network.fate(request, kind, from, to);
        let arrives = self.now + fate.delay;
        self.journal.write(self.now, What::Sent { message: envelope, arrives });
        if self.network.is_cut(from, to) {
            return self.lose(envelope, Loss::Cut);
        }
        let (sent, lost) = (self.now, fate.lost);
        let transit = Transit { envelope, sent, arrives, held: None, lost, payload };
        self.queue.push(transit.due(), Due::Message(transit));
    }

    pub(super) fn lose(&mut self, message: Envelope, why: Loss) {
        self.journal.write(self.now, What::Lost { message, why });
    }

    /// Hands a message that has arrived to its receiver.
    pub(super) fn deliver(&mut self, transit: Transit) {
        let Transit { envelope, payload, lost, .. } = transit;
        if lost {
            return self.lose(envelope, Loss::Chance);
        }
        if let Some(node) = Self::node_at(envelope.to)
            && matches!(self.machines[node.index()].state, State::Down(_))
        {
            self.lose(envelope, Loss::Down);
            if matches!(payload, Payload::Request(_)) {
                // A stopped node refuses the connection, which its client notices.
                self.ask_next(envelope.request);
            }
            return;
        }
        self.journal.write(self.now, What::Delivered { message: envelope });
        let request = envelope.request;
        match (payload, envelope.to) {
            (Payload::Request(asked), End::Node(to)) => {
                self.drive(to, |node, now| node.handle_request(now, request, *asked));
            }
            (Payload::Node(message), End::Node(to)) => {
                let Some(from) = Self::node_at(envelope.from) else { return };
                self.drive(to, |node: &mut Node, now| node.handle_message(now, from, message));
            }
            (Payload::Reply(response), End::Client(_)) => {
                self.finish(request, Outcome::Answered(response));
            }
            (payload, to) => unreachable!("nobody sends {payload:?} to {to:?}"),
        }
    }
}
