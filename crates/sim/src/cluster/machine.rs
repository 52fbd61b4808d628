//! A node with what surrounds it: whether it runs, its wake-ups, its mailbox, its clock.

use ringside_store::{Clock, Disk, Duration, Instant, Node, NodeId};

use super::mailbox::Mailbox;
use super::sightings::Sighted;
use super::transmit::Transit;

/// A node, running or stopped.
#[derive(Clone, Debug)]
pub(super) enum State {
    Up(Box<Node>),
    Down(Box<Disk>),
}

/// A node with what surrounds it.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) state: State,
    /// The earliest wake-up that is queued, so that the same one is not queued again and again.
    pub(super) wake: Option<Instant>,
    /// What has reached the node and is not handled yet; it also knows whether the node is paused.
    pub(super) mailbox: Mailbox<Transit>,
    /// How much longer than the others it takes for a message.
    pub(super) slow_by: Duration,
    pub(super) clock: Clock,
    /// Whether the node missed a change of the settings because it was paused.
    pub(super) behind: bool,
    /// What an observer has seen of it; nothing where nobody watches.
    pub(super) sighted: Sighted,
}

/// A node as an observer sees it.
#[derive(Clone, Copy, Debug)]
pub struct NodeView<'a> {
    /// The node.
    pub id: NodeId,
    /// Whether it runs; a paused node does.
    pub up: bool,
    /// Whether it is paused.
    pub paused: bool,
    /// How much longer than the others it takes for a message.
    pub slow_by: Duration,
    /// How many messages wait there for their turn.
    pub waiting: u32,
    /// Whether it is at work on a message now, which takes it some time.
    pub serving: bool,
    /// How far its wall clock is off.
    pub clock: Clock,
    /// What it keeps on disk.
    pub disk: &'a Disk,
    /// How many operations it is coordinating.
    pub coordinating: usize,
    /// The node itself, with what it believes; none when it is stopped.
    pub node: Option<&'a Node>,
}

impl Machine {
    /// Puts a machine around a node.
    pub(super) fn new(node: Node, clock: Clock) -> Self {
        Self {
            state: State::Up(Box::new(node)),
            wake: None,
            mailbox: Mailbox::default(),
            slow_by: Duration::ZERO,
            clock,
            behind: false,
            sighted: Sighted::default(),
        }
    }

    /// Gives the node, if it runs; a paused one does.
    pub(super) fn node(&self) -> Option<&Node> {
        match &self.state {
            State::Up(node) => Some(node),
            State::Down(_) => None,
        }
    }

    /// Tells whether the node runs and is not paused.
    pub(super) fn is_live(&self) -> bool {
        self.node().is_some() && !self.mailbox.is_paused()
    }

    /// Gives what the node keeps on disk.
    pub(super) fn disk(&self) -> &Disk {
        match &self.state {
            State::Up(node) => node.disk(),
            State::Down(disk) => disk,
        }
    }

    /// Shows the machine to an observer.
    pub(super) fn view(&self, id: NodeId) -> NodeView<'_> {
        let node = self.node();
        NodeView {
            id,
            up: node.is_some(),
            paused: self.mailbox.is_paused(),
            slow_by: self.slow_by,
            waiting: self.mailbox.waiting(),
            serving: self.mailbox.is_serving(),
            clock: self.clock,
            disk: self.disk(),
            coordinating: node.map_or(0, Node::coordinating),
            node,
        }
    }

    /// Stops the node, if it runs. Gives the messages that it had not handled, oldest first.
    pub(super) fn stop(&mut self) -> Vec<Transit> {
        if let State::Up(node) = &mut self.state {
            // The node is moved out by way of an empty disk, which is replaced at once.
            let empty = State::Down(Box::new(Disk::new(node.id(), 0, [])));
            if let State::Up(node) = std::mem::replace(&mut self.state, empty) {
                self.state = State::Down(Box::new(node.into_disk()));
            }
        }
        self.wake = None;
        self.behind = false;
        self.mailbox.clear()
    }
}
