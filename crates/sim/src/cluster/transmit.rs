//! Messages between the ends: sending, losing, delivering.

use ringside_store::{Duration, Instant, Message, Node, NodeId, RequestId, Response};

use super::{Cluster, Due};
use crate::journal::{Envelope, Loss, Outcome, What};
use crate::message::Payload;
use crate::network::Identity;
use crate::{ClientId, End, Flight, MessageId};

/// A message in flight or held, with what it carries.
#[derive(Clone, Debug)]
pub(super) struct Transit {
    pub(super) envelope: Envelope,
    pub(super) sent: Instant,
    pub(super) arrives: Instant,
    pub(super) held: Option<Instant>,
    /// Whether it is held because its link is clogged, and not by hand.
    pub(super) clogged: bool,
    /// Whether the channel loses it, halfway.
    lost: bool,
    step: u32,
    copy: bool,
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

    /// Stops the message where it is.
    pub(super) const fn stop(&mut self, now: Instant, clogged: bool) {
        self.held = Some(now);
        self.clogged = clogged;
    }

    /// Lets a message that was stopped go on from where it stood: both ends of its way move.
    pub(super) fn go_on(&mut self, now: Instant) {
        let waited = now.since(self.held.take().unwrap_or(now));
        self.sent = self.sent + waited;
        self.arrives = self.arrives + waited;
        self.clogged = false;
    }

    /// Makes the message take longer: what it has left of its way takes that much more time. It stays
    /// where it stands between its ends, or goes back a little where it would have to have been sent
    /// before time began.
    pub(super) fn delay(&mut self, now: Instant, by: Duration) {
        let here = self.held.unwrap_or(now);
        let (gone, left) = (here.since(self.sent), self.arrives.since(here));
        self.arrives = self.arrives + by;
        if left > Duration::ZERO {
            let longer = u128::from(self.arrives.since(here).as_us());
            let gone = u128::from(gone.as_us()) * longer / u128::from(left.as_us());
            let gone = u64::try_from(gone).unwrap_or(u64::MAX);
            self.sent = Instant::from_us(here.as_us().saturating_sub(gone));
        }
    }

    /// Makes a second copy that goes out now and takes as long as the message takes in all.
    pub(super) fn second(&self, id: MessageId, now: Instant) -> Self {
        let envelope = Envelope { id, ..self.envelope };
        let arrives = now + self.arrives.since(self.sent);
        let (held, clogged, lost, copy) = (None, false, false, true);
        Self { envelope, sent: now, arrives, held, clogged, lost, copy, ..self.clone() }
    }

    pub(super) const fn identity(&self) -> Identity {
        let Envelope { kind, request, from, to, .. } = self.envelope;
        Identity { request, kind, from, to, step: self.step, copy: self.copy }
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
        let (cause, step) = (message.cause(), message.step());
        self.send(cause, step, End::Node(from), End::Node(to), Payload::Node(message));
    }

    /// Sends a coordinator's answer to the client that asked.
    pub(super) fn reply(&mut self, from: NodeId, request: RequestId, response: Response) {
        let client = End::Client(ClientId::of(request));
        self.send(request, 0, End::Node(from), client, Payload::Reply(response));
    }

    /// Puts a message on its channel, which may make two of it.
    pub(super) fn send(
        &mut self,
        request: RequestId,
        step: u32,
        from: End,
        to: End,
        payload: Payload,
    ) {
        let identity = Identity { request, kind: payload.kind(), from, to, step, copy: false };
        if let Some(payload) = self.put_on_channel(identity, payload) {
            self.put_on_channel(Identity { copy: true, ..identity }, payload);
        }
    }

    /// Puts one copy of a message on its channel; gives what a second one carries, where there is to
    /// be one.
    fn put_on_channel(&mut self, identity: Identity, payload: Payload) -> Option<Payload> {
        let Identity { request, kind, from, to, step, copy } = identity;
        let id = MessageId(self.sent);
        self.sent += 1;
        let envelope = Envelope { id, kind, request, from, to };
        let fate = self.network.fate(&identity);
        let second = fate.doubled.then(|| payload.clone());
        let (sent, lost, arrives) = (self.now, fate.lost, self.now + fate.delay);
        // What the channel doubles is told once.
        if let (Payload::Node(content), false) = (&payload, copy) {
            self.sight_message(envelope, content);
        }
        self.journal.write(self.now, What::Sent { message: envelope, arrives });
        if self.network.is_cut(from, to) {
            self.lose(envelope, Loss::Cut);
            return second;
        }
        let (held, clogged) = (None, false);
        let transit = Transit { envelope, sent, arrives, held, clogged, lost, step, copy, payload };
        self.go(transit);
        second
    }

    /// Lets a message go its way on a link that is not cut, or wait where the link is clogged.
    pub(super) fn go(&mut self, mut transit: Transit) {
        let Envelope { id, from, to, .. } = transit.envelope;
        if self.network.is_clogged(from, to) {
            transit.stop(self.now, true);
            self.held.insert(id, transit);
        } else {
            self.queue.push(transit.due(), Due::Message(transit));
        }
    }

    pub(super) fn lose(&mut self, message: Envelope, why: Loss) {
        self.journal.write(self.now, What::Lost { message, why });
    }

    /// Brings a message to its receiver, or loses it on its way.
    pub(super) fn arrive(&mut self, transit: Transit) {
        if transit.lost {
            return self.lose(transit.envelope, Loss::Chance);
        }
        match transit.envelope.to {
            End::Node(node) => self.take_in(node, transit),
            End::Client(_) => self.deliver(transit),
        }
    }

    /// Loses a message that its receiver does not take. A client that asked notices, and asks the
    /// next node: a refused connection is told from one that is silent.
    pub(super) fn refuse(&mut self, transit: &Transit, why: Loss) {
        self.lose(transit.envelope, why);
        if matches!(transit.payload, Payload::Request(_)) {
            self.ask_next(transit.envelope.request);
        }
    }

    /// Lets a receiver handle a message.
    pub(super) fn deliver(&mut self, transit: Transit) {
        let Transit { envelope, payload, .. } = transit;
        self.journal.write(self.now, What::Delivered { message: envelope });
        let request = envelope.request;
        match (payload, envelope.from, envelope.to) {
            (Payload::Request(asked), _, End::Node(to)) => {
                self.drive(to, |node, now| node.handle_request(now, request, *asked));
            }
            (Payload::Node(message), End::Node(from), End::Node(to)) => {
                self.drive(to, |node: &mut Node, now| node.handle_message(now, from, message));
            }
            (Payload::Reply(response), _, End::Client(_)) => {
                self.finish(request, Outcome::Answered(response));
            }
            (payload, from, to) => unreachable!("{from:?} never sends {payload:?} to {to:?}"),
        }
    }
}
