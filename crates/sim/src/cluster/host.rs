//! Host of a node: its state, wake-up, mailbox and clock.

use std::sync::Arc;

use ringside_store::{Clock, Disk, Duration, Instant, Node, NodeId, Ring};

use super::mailbox::Mailbox;
use super::transmit::Packet;

/// A node, running or stopped.
#[derive(Clone, Debug)]
pub(super) enum State {
    Up(Box<Node>),
    Down(Box<Disk>),
}

/// A node with the machine that it runs on.
#[derive(Clone, Debug)]
pub(super) struct Host {
    pub(super) state: State,
    /// The earliest queued wake-up, so that the same one is not queued repeatedly.
    pub(super) wake: Option<Instant>,
    /// The messages that have reached the node and are not handled yet; paused if the node is.
    pub(super) mailbox: Mailbox<Packet>,
    /// The additional time that it takes for a message.
    pub(super) slow_by: Duration,
    pub(super) clock: Clock,
    /// Whether the settings changed while the node was paused.
    pub(super) missed_settings: bool,
    /// Its state at the latest observation, while the cluster is watched.
    pub(super) last_observed: LastObserved,
}

/// The state of a node at its latest observation, to notice changes.
#[derive(Clone, Debug, Default)]
pub(super) struct LastObserved {
    /// The revision of its hints.
    pub(super) hints: u64,
    /// Its ring.
    pub(super) ring: Option<Arc<Ring>>,
}

/// The state of a node, for observers.
#[derive(Clone, Copy, Debug)]
pub struct NodeView<'a> {
    /// The node.
    pub id: NodeId,
    /// Whether it runs; a paused node does.
    pub up: bool,
    /// Whether it is paused.
    pub paused: bool,
    /// The additional time that it takes for a message.
    pub slow_by: Duration,
    /// The number of messages that wait in its mailbox.
    pub waiting: u32,
    /// Whether a message is in service.
    pub serving: bool,
    /// Its wall clock.
    pub clock: Clock,
    /// Its disk.
    pub disk: &'a Disk,
    /// The number of operations that it coordinates.
    pub coordinating: usize,
    /// The node itself, or `None` if it is stopped.
    pub node: Option<&'a Node>,
}

impl Host {
    /// Creates the host of a running node.
    pub(super) fn new(node: Node, clock: Clock) -> Self {
        Self {
            state: State::Up(Box::new(node)),
            wake: None,
            mailbox: Mailbox::default(),
            slow_by: Duration::ZERO,
            clock,
            missed_settings: false,
            last_observed: LastObserved::default(),
        }
    }

    /// Returns the node, or `None` if it is stopped. A paused node is running.
    pub(super) fn node(&self) -> Option<&Node> {
        match &self.state {
            State::Up(node) => Some(node),
            State::Down(_) => None,
        }
    }

    /// Whether the node runs and is not paused.
    pub(super) fn is_live(&self) -> bool {
        self.node().is_some() && !self.mailbox.is_paused()
    }

    /// The node's disk.
    pub(super) fn disk(&self) -> &Disk {
        match &self.state {
            State::Up(node) => node.disk(),
            State::Down(disk) => disk,
        }
    }

    /// Returns the node's state, for observers.
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

    /// Stops the node, if it runs. Returns the messages that it had not handled, oldest first.
    pub(super) fn stop(&mut self) -> Vec<Packet> {
        if let State::Up(node) = &mut self.state {
            // The node is moved out by way of an empty disk, which is replaced at once.
            let empty = State::Down(Box::new(Disk::new(node.id(), 0, [])));
            if let State::Up(node) = std::mem::replace(&mut self.state, empty) {
                self.state = State::Down(Box::new(node.into_disk()));
            }
        }
        self.wake = None;
        self.missed_settings = false;
        self.mailbox.clear()
    }
}
