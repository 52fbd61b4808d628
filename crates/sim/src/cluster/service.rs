//! Nodes at work: messages wait for their turn, take their time, and stand still while a node is paused.

use ringside_store::{Duration, Node, NodeId};

use super::mailbox::Arrival;
use super::transmit::Transit;
use super::{Cluster, Due, purpose};
use crate::journal::{Act, Loss, What};
use crate::{Refusal, Service};

/// How many messages may wait at a node that takes no time for them by itself: one that is paused or
/// slowed.
const MOST_WAITING: u32 = 10_000;

impl Cluster {
    /// Changes how long nodes take for a message and how many may wait, for those that reach them from
    /// now on. What waits already stays.
    pub fn set_service(&mut self, service: Service) {
        self.service = service.clone();
        self.act(Act::Service(service));
    }

    /// Makes a node take so much longer for each message; no time at all makes it as the others.
    ///
    /// A slowed node handles one message after another, also where nodes have no service time.
    ///
    /// # Errors
    ///
    /// Refuses a node that is unknown; nothing has changed then.
    pub fn slow(&mut self, id: NodeId, by: Duration) -> Result<(), Refusal> {
        self.machine(id)?.slow_by = by;
        self.act(Act::Slow { node: id, by });
        Ok(())
    }

    /// Stops the world of a node: its memory stays, its timers do not go off, and what reaches it
    /// waits.
    ///
    /// # Errors
    ///
    /// Refuses a node that is stopped, paused or unknown; nothing has changed then.
    pub fn pause(&mut self, id: NodeId) -> Result<(), Refusal> {
        let now = self.now;
        let machine = self.machine(id)?;
        if machine.node().is_none() {
            return Err(Refusal::IsDown(id));
        }
        if !machine.mailbox.pause(now) {
            return Err(Refusal::IsPaused(id));
        }
        self.act(Act::Pause(id));
        Ok(())
    }

    /// Lets a paused node go on: it handles what has waited, in order, and then the timers that were
    /// due meanwhile.
    ///
    /// # Errors
    ///
    /// Refuses a node that is stopped, not paused or unknown; nothing has changed then.
    pub fn resume(&mut self, id: NodeId) -> Result<(), Refusal> {
        let now = self.now;
        let machine = self.machine(id)?;
        if machine.node().is_none() {
            return Err(Refusal::IsDown(id));
        }
        let resumed = machine.mailbox.resume(now).ok_or(Refusal::NotPaused(id))?;
        let behind = std::mem::take(&mut machine.behind);
        if let Some((turn, ends)) = resumed.service {
            self.queue.push(ends, Due::Served { node: id, turn });
        }
        self.act(Act::Resume(id));
        if behind {
            self.reconfigure(id);
        }
        self.serve_next(id);
        self.drive(id, Node::handle_timeout);
        Ok(())
    }

    /// Gives how long nodes take for a message, and how many may wait.
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// Takes a message in at a node that it has reached.
    pub(super) fn take_in(&mut self, node: NodeId, transit: Transit) {
        let most = if self.service.time.is_some() { self.service.mailbox } else { MOST_WAITING };
        let message = transit.envelope;
        let machine = &mut self.machines[node.index()];
        if machine.node().is_none() {
            return self.refuse(&transit, Loss::Down);
        }
        match machine.mailbox.accept(transit, most) {
            Arrival::Free(transit) => self.serve(node, transit),
            Arrival::Waits(waiting) => {
                self.journal.write(self.now, What::Queued { message, waiting });
            }
            Arrival::Refused(transit) => self.refuse(&transit, Loss::Full),
        }
    }

    /// Ends the service of a message, unless its node stopped or paused meanwhile.
    pub(super) fn served(&mut self, node: NodeId, turn: u64) {
        if let Some(transit) = self.machines[node.index()].mailbox.end(turn) {
            self.deliver(transit);
            self.serve_next(node);
        }
    }

    fn serve_next(&mut self, node: NodeId) {
        while let Some(transit) = self.machines[node.index()].mailbox.next() {
            self.serve(node, transit);
        }
    }

    fn serve(&mut self, node: NodeId, transit: Transit) {
        let time = self.service_time(node, &transit);
        if time == Duration::ZERO {
            return self.deliver(transit);
        }
        let ends = self.now + time;
        let turn = self.machines[node.index()].mailbox.begin(transit, ends);
        self.queue.push(ends, Due::Served { node, turn });
    }

    /// Draws how long a node takes for a message. It hangs on the message's identity alone.
    fn service_time(&self, node: NodeId, transit: &Transit) -> Duration {
        let slow_by = self.machines[node.index()].slow_by;
        let Some(time) = &self.service.time else { return slow_by };
        let seed = transit.identity().seed(self.luck.child(purpose::SERVICE));
        let us = time.sample_us(&mut seed.draws());
        Duration::from_us(us.saturating_add(slow_by.as_us()))
    }
}
