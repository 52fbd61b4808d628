//! Interventions in single messages: hold, release, drop, duplicate, delay.

use ringside_store::Duration;

use super::transmit::Packet;
use super::{Cluster, Due};
use crate::journal::{EntryKind, Intervention, Loss};
use crate::{ClusterError, Endpoint, MessageId};

impl Cluster {
    /// Holds a message in flight where it is.
    ///
    /// # Errors
    ///
    /// Refuses a message that is not in flight; nothing has changed then.
    pub fn hold(&mut self, id: MessageId) -> Result<(), ClusterError> {
        if self.held.get(&id).is_some_and(|packet| packet.clogged) {
            return Err(ClusterError::AtClog(id));
        }
        let Some(Due::Message(mut packet)) = self.take_message(id) else {
            return Err(ClusterError::NotInFlight(id));
        };
        packet.hold(self.now, false);
        self.held.insert(id, packet);
        self.record(Intervention::Hold(id));
        Ok(())
    }

    /// Releases a held message. It is lost if its link was cut meanwhile, and keeps waiting if its
    /// link was clogged.
    ///
    /// # Errors
    ///
    /// Refuses a message that is not held; nothing has changed then.
    pub fn release(&mut self, id: MessageId) -> Result<(), ClusterError> {
        let packet = self.held.get(&id).ok_or(ClusterError::NotHeld(id))?;
        if packet.clogged {
            return Err(ClusterError::AtClog(id));
        }
        let Some(mut packet) = self.held.remove(&id) else { return Err(ClusterError::NotHeld(id)) };
        packet.release(self.now);
        self.record(Intervention::Release(id, packet.arrives));
        let (from, to) = (packet.envelope.from, packet.envelope.to);
        if self.network.is_clogged(from, to) {
            self.queue_or_clog(packet);
        } else {
            self.queue_or_lose(packet);
        }
        Ok(())
    }

    /// Loses one message, in flight or held.
    ///
    /// # Errors
    ///
    /// Refuses a message that is neither; nothing has changed then.
    pub fn drop_message(&mut self, id: MessageId) -> Result<(), ClusterError> {
        let envelope = match (self.held.remove(&id), self.take_message(id)) {
            (Some(packet), _) | (None, Some(Due::Message(packet))) => packet.envelope,
            _ => return Err(ClusterError::NotInFlight(id)),
        };
        self.lose(envelope, Loss::Dropped);
        Ok(())
    }

    /// Sends a second copy of a message, in flight or held. The copy takes as long as the message
    /// takes in all, is not lost by chance, and is not held.
    ///
    /// # Errors
    ///
    /// Refuses a message that is neither, and one between a client and a node: a client's channel
    /// makes no second copies. Nothing has changed then.
    pub fn duplicate(&mut self, id: MessageId) -> Result<(), ClusterError> {
        let packet = self.packet(id).ok_or(ClusterError::NotInFlight(id))?;
        if matches!(
            (packet.envelope.from, packet.envelope.to),
            (Endpoint::Client(_), _) | (_, Endpoint::Client(_))
        ) {
            return Err(ClusterError::ClientMessage(id));
        }
        let copy = packet.duplicate(MessageId(self.sent), self.now);
        self.sent += 1;
        let (message, arrives) = (copy.envelope, copy.arrives);
        self.record(Intervention::Duplicate { message: id, copy: message.id });
        self.journal.write(self.now, EntryKind::Sent { message, arrives });
        if self.network.is_cut(message.from, message.to) {
            self.lose(message, Loss::Cut);
        } else {
            self.queue_or_clog(copy);
        }
        Ok(())
    }

    /// Delays a message, in flight or held. A held one takes longer once it is released.
    ///
    /// # Errors
    ///
    /// Refuses a message that is neither; nothing has changed then.
    pub fn delay(&mut self, id: MessageId, by: Duration) -> Result<(), ClusterError> {
        let now = self.now;
        let arrives = if let Some(packet) = self.held.get_mut(&id) {
            packet.delay(now, by);
            packet.arrives
        } else {
            let Some(Due::Message(mut packet)) = self.take_message(id) else {
                return Err(ClusterError::NotInFlight(id));
            };
            packet.delay(now, by);
            let arrives = packet.arrives;
            self.queue.push(packet.due(), Due::Message(packet));
            arrives
        };
        self.record(Intervention::Delay { message: id, by, arrives });
        Ok(())
    }

    /// Queues the rest of a message's way, or loses it if its link is cut.
    pub(super) fn queue_or_lose(&mut self, packet: Packet) {
        if self.network.is_cut(packet.envelope.from, packet.envelope.to) {
            self.lose(packet.envelope, Loss::Cut);
        } else {
            self.queue.push(packet.due(), Due::Message(packet));
        }
    }

    fn take_message(&mut self, id: MessageId) -> Option<Due> {
        let is_it = |due: &Due| matches!(due, Due::Message(packet) if packet.envelope.id == id);
        self.queue.take_where(is_it).pop()
    }

    fn packet(&self, id: MessageId) -> Option<&Packet> {
        let queued = self.queue.iter().filter_map(|due| match due {
            Due::Message(packet) => Some(packet),
            _ => None,
        });
        queued.chain(self.held.values()).find(|packet| packet.envelope.id == id)
    }
}
