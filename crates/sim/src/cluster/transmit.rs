//! Transmission of messages: sending, losing, delivering.

use ringside_store::{Duration, Instant, Message, Node, NodeId, RequestId, Response};

use super::{Cluster, Due};
use crate::journal::{EntryKind, Envelope, Loss, Outcome};
use crate::message::Payload;
use crate::network::Identity;
use crate::{ClientId, Endpoint, InFlight, MessageId};

/// A message in flight or held, with its content.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    pub(super) envelope: Envelope,
    pub(super) sent: Instant,
    pub(super) arrives: Instant,
    pub(super) held: Option<Instant>,
    /// Whether it is held because its link is clogged, and not by [`Cluster::hold`].
    pub(super) clogged: bool,
    /// Whether the channel loses it halfway.
    lost: bool,
    step: u32,
    copy: bool,
    payload: Payload,
}

impl Packet {
    /// Returns when the message arrives, or is lost halfway.
    pub(super) fn due(&self) -> Instant {
        if self.lost {
            let delay = self.arrives.since(self.sent);
            self.sent + Duration::from_us(delay.as_us() / 2)
        } else {
            self.arrives
        }
    }

    /// Holds the message where it is.
    pub(super) const fn hold(&mut self, now: Instant, clogged: bool) {
        self.held = Some(now);
        self.clogged = clogged;
    }

    /// Releases a held message, which goes on from where it was held: the times at which it was
    /// sent and arrives both move by the time for which it was held.
    pub(super) fn release(&mut self, now: Instant) {
        let waited = now.since(self.held.take().unwrap_or(now));
        self.sent = self.sent + waited;
        self.arrives = self.arrives + waited;
        self.clogged = false;
    }

    /// Makes the rest of the message's way take `by` longer. The message keeps its place between
    /// its endpoints, or moves back a little if it would have to have been sent before the run
    /// began.
    pub(super) fn delay(&mut self, now: Instant, by: Duration) {
        let here = self.held.unwrap_or(now);
        let (elapsed, left) = (here.since(self.sent), self.arrives.since(here));
        self.arrives = self.arrives + by;
        if left > Duration::ZERO {
            let longer = u128::from(self.arrives.since(here).as_us());
            let elapsed = u128::from(elapsed.as_us()) * longer / u128::from(left.as_us());
            let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
            self.sent = Instant::from_us(here.as_us().saturating_sub(elapsed));
        }
    }

    /// Returns a second copy that is sent now and takes as long as the message takes in all.
    pub(super) fn duplicate(&self, id: MessageId, now: Instant) -> Self {
        let envelope = Envelope { id, ..self.envelope };
        let arrives = now + self.arrives.since(self.sent);
        let (held, clogged, lost, copy) = (None, false, false, true);
        Self { envelope, sent: now, arrives, held, clogged, lost, copy, ..self.clone() }
    }

    pub(super) const fn identity(&self) -> Identity {
        let Envelope { kind, request, from, to, .. } = self.envelope;
        Identity { request, kind, from, to, step: self.step, copy: self.copy }
    }

    pub(super) const fn in_flight(&self) -> InFlight {
        let Envelope { id, kind, request, from, to } = self.envelope;
        InFlight {
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
    /// Sends a message from one node to another.
    pub(super) fn send_between(&mut self, from: NodeId, to: NodeId, message: Message) {
        let (cause, step) = (message.cause(), message.step());
        self.send(cause, step, Endpoint::Node(from), Endpoint::Node(to), Payload::Node(message));
    }

    /// Sends a coordinator's response to the client that asked.
    pub(super) fn reply(&mut self, from: NodeId, request: RequestId, response: Response) {
        let client = Endpoint::Client(ClientId::of(request));
        self.send(request, 0, Endpoint::Node(from), client, Payload::Reply(response));
    }

    /// Puts a message on its channel, which may duplicate it.
    pub(super) fn send(
        &mut self,
        request: RequestId,
        step: u32,
        from: Endpoint,
        to: Endpoint,
        payload: Payload,
    ) {
        let identity = Identity { request, kind: payload.kind(), from, to, step, copy: false };
        if let Some(payload) = self.put_on_channel(identity, payload) {
            self.put_on_channel(Identity { copy: true, ..identity }, payload);
        }
    }

    /// Puts one copy of a message on its channel. Returns the content of a second copy, if the
    /// channel makes one.
    fn put_on_channel(&mut self, identity: Identity, payload: Payload) -> Option<Payload> {
        let Identity { request, kind, from, to, step, copy } = identity;
        let id = MessageId(self.sent);
        self.sent += 1;
        let envelope = Envelope { id, kind, request, from, to };
        let fate = self.network.fate(&identity);
        let second = fate.duplicated.then(|| payload.clone());
        let (sent, lost, arrives) = (self.now, fate.lost, self.now + fate.delay);
        // A message that the channel duplicates is observed once.
        if let (Payload::Node(content), false) = (&payload, copy) {
            self.observe_message(envelope, content);
        }
        self.journal.write(self.now, EntryKind::Sent { message: envelope, arrives });
        if self.network.is_cut(from, to) {
            self.lose(envelope, Loss::Cut);
            return second;
        }
        let (held, clogged) = (None, false);
        let packet = Packet { envelope, sent, arrives, held, clogged, lost, step, copy, payload };
        self.queue_or_clog(packet);
        second
    }

    /// Queues a message on a link that is not cut, or holds it if the link is clogged.
    pub(super) fn queue_or_clog(&mut self, mut packet: Packet) {
        let Envelope { id, from, to, .. } = packet.envelope;
        if self.network.is_clogged(from, to) {
            packet.hold(self.now, true);
            self.held.insert(id, packet);
        } else {
            self.queue.push(packet.due(), Due::Message(packet));
        }
    }

    /// Records the loss of a message.
    pub(super) fn lose(&mut self, message: Envelope, why: Loss) {
        self.journal.write(self.now, EntryKind::Lost { message, why });
    }

    /// Hands a message to its receiver, or loses it on its way.
    pub(super) fn arrive(&mut self, packet: Packet) {
        if packet.lost {
            return self.lose(packet.envelope, Loss::Chance);
        }
        match packet.envelope.to {
            Endpoint::Node(node) => self.receive(node, packet),
            Endpoint::Client(_) => self.deliver(packet),
        }
    }

    /// Loses a message that its receiver refuses. If it is a client's request, the client asks the
    /// next node: it can tell a refused connection from a silent one.
    pub(super) fn refuse(&mut self, packet: &Packet, why: Loss) {
        self.lose(packet.envelope, why);
        if matches!(packet.payload, Payload::Request(_)) {
            self.ask_next_candidate(packet.envelope.request);
        }
    }

    /// Delivers a message, which its receiver handles.
    pub(super) fn deliver(&mut self, packet: Packet) {
        let Packet { envelope, payload, .. } = packet;
        self.journal.write(self.now, EntryKind::Delivered { message: envelope });
        let request = envelope.request;
        match (payload, envelope.from, envelope.to) {
            (Payload::Request(asked), _, Endpoint::Node(to)) => {
                self.drive(to, |node, now| node.handle_request(now, request, *asked));
            }
            (Payload::Node(message), Endpoint::Node(from), Endpoint::Node(to)) => {
                self.drive(to, |node: &mut Node, now| node.handle_message(now, from, message));
            }
            (Payload::Reply(response), _, Endpoint::Client(_)) => {
                self.finish(request, Outcome::Answered(response));
            }
            (payload, from, to) => unreachable!("{from:?} never sends {payload:?} to {to:?}"),
        }
    }
}
