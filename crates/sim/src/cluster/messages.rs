//! What a person does to single messages.

use ringside_store::Duration;

use super::transmit::Transit;
use super::{Cluster, Due};
use crate::journal::{Act, Loss, What};
use crate::{End, MessageId, Refusal};

impl Cluster {
    /// Stops a message in flight where it is.
    ///
    /// # Errors
    ///
    /// Refuses a message that is not in flight; nothing has changed then.
    pub fn hold(&mut self, id: MessageId) -> Result<(), Refusal> {
        if self.held.get(&id).is_some_and(|transit| transit.clogged) {
            return Err(Refusal::AtClog(id));
        }
        let Some(Due::Message(mut transit)) = self.take_message(id) else {
            return Err(Refusal::NotInFlight(id));
        };
        transit.stop(self.now, false);
        self.held.insert(id, transit);
        self.act(Act::Hold(id));
        Ok(())
    }

    /// Lets a held message go the rest of its way. It is lost where its link was cut meanwhile, and
    /// waits on where its link was clogged.
    ///
    /// # Errors
    ///
    /// Refuses a message that is not held; nothing has changed then.
    pub fn release(&mut self, id: MessageId) -> Result<(), Refusal> {
        let transit = self.held.get(&id).ok_or(Refusal::NotHeld(id))?;
        if transit.clogged {
            return Err(Refusal::AtClog(id));
        }
        let Some(mut transit) = self.held.remove(&id) else { return Err(Refusal::NotHeld(id)) };
        transit.go_on(self.now);
        self.act(Act::Release(id, transit.arrives));
        let (from, to) = (transit.envelope.from, transit.envelope.to);
        if self.network.is_clogged(from, to) {
            self.go(transit);
        } else {
            self.send_on(transit);
        }
        Ok(())
    }

    /// Loses one message, in flight or held.
    ///
    /// # Errors
    ///
    /// Refuses a message that is neither; nothing has changed then.
    pub fn drop_message(&mut self, id: MessageId) -> Result<(), Refusal> {
        let envelope = match (self.held.remove(&id), self.take_message(id)) {
            (Some(transit), _) | (None, Some(Due::Message(transit))) => transit.envelope,
            _ => return Err(Refusal::NotInFlight(id)),
        };
        self.lose(envelope, Loss::Hand);
        Ok(())
    }

    /// Sends a second copy of a message, in flight or held, out behind it. It takes as long as the
    /// message takes in all, is not lost by chance, and is held by nobody.
    ///
    /// # Errors
    ///
    /// Refuses a message that is neither, and one between a client and a node: a client's channel makes
    /// no second copies. Nothing has changed then.
    pub fn duplicate(&mut self, id: MessageId) -> Result<(), Refusal> {
        let transit = self.transit(id).ok_or(Refusal::NotInFlight(id))?;
        if matches!(
            (transit.envelope.from, transit.envelope.to),
            (End::Client(_), _) | (_, End::Client(_))
        ) {
            return Err(Refusal::OfClient(id));
        }
        let copy = transit.second(MessageId(self.sent), self.now);
        self.sent += 1;
        let (message, arrives) = (copy.envelope, copy.arrives);
        self.act(Act::Duplicate { message: id, copy: message.id });
        self.journal.write(self.now, What::Sent { message, arrives });
        if self.network.is_cut(message.from, message.to) {
            self.lose(message, Loss::Cut);
        } else {
            self.go(copy);
        }
        Ok(())
    }

    /// Makes one message take longer, in flight or held. A held one takes longer once it goes on.
    ///
    /// # Errors
    ///
    /// Refuses a message that is neither; nothing has changed then.
    pub fn delay(&mut self, id: MessageId, by: Duration) -> Result<(), Refusal> {
        let now = self.now;
        let arrives = if let Some(transit) = self.held.get_mut(&id) {
            transit.delay(now, by);
            transit.arrives
        } else {
            let Some(Due::Message(mut transit)) = self.take_message(id) else {
                return Err(Refusal::NotInFlight(id));
            };
            transit.delay(now, by);
            let arrives = transit.arrives;
            self.queue.push(transit.due(), Due::Message(transit));
            arrives
        };
        self.act(Act::Delay { message: id, by, arrives });
        Ok(())
    }

    /// Puts a message on the rest of its way, or loses it where its link is cut.
    pub(super) fn send_on(&mut self, transit: Transit) {
        if self.network.is_cut(transit.envelope.from, transit.envelope.to) {
            self.lose(transit.envelope, Loss::Cut);
        } else {
            self.queue.push(transit.due(), Due::Message(transit));
        }
    }

    fn take_message(&mut self, id: MessageId) -> Option<Due> {
        let is_it = |due: &Due| matches!(due, Due::Message(transit) if transit.envelope.id == id);
        self.queue.take_where(is_it).pop()
    }

    fn transit(&self, id: MessageId) -> Option<&Transit> {
        let queued = self.queue.iter().filter_map(|due| match due {
            Due::Message(transit) => Some(transit),
            _ => None,
        });
        queued.chain(self.held.values()).find(|transit| transit.envelope.id == id)
    }
}
