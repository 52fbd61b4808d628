//! The replica in a node: its keys, and the queue of what the node wants done.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::coordinator::Put;
use crate::quorum::Tally;
use crate::storage::Disk;
use crate::version::{Context, Siblings, Version};
use crate::{Event, Key, Message, NodeId, Output, RequestId, Response, Value};

/// A node without what it coordinates. It is a part of its own so that a coordination can be worked on
/// while the replica beside it stores, sends and tells.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    pub(crate) id: NodeId,
    pub(crate) disk: Disk,
    pub(crate) outputs: VecDeque<Output>,
}

impl Replica {
    pub(crate) const fn new(disk: Disk) -> Self {
        Self { id: disk.actor.node, disk, outputs: VecDeque::new() }
    }

    /// Gives all versions of a key that are held here.
    pub(crate) fn read(&self, key: &Key) -> Siblings {
        self.disk.get(key).cloned().unwrap_or_default()
    }

    /// Gives a new write its name: the next dot of this node for the key.
    pub(crate) fn name_write(&mut self, key: &Key, value: Option<Value>, past: Context) -> Put {
        let dot = self.disk.storage.mint(self.disk.actor, key);
        Put { version: Arc::new(Version { dot, past, value }) }
    }

    /// Stores a version that a write brought.
    pub(crate) fn store(&mut self, request: RequestId, key: &Key, version: &Arc<Version>) {
        let (changed, siblings) = self.disk.storage.insert(key, version);
        let (key, dot) = (key.clone(), version.dot);
        self.tell(Event::Stored { request, key, dot, changed, siblings });
    }

    /// Stores versions that a read brought.
    pub(crate) fn repair(&mut self, request: RequestId, key: Key, versions: &Siblings) {
        let (changed, siblings) = self.disk.storage.merge(&key, versions);
        self.tell(Event::Repaired { request, key, changed, siblings });
    }

    /// Answers a client, and tells how the vote stood.
    pub(crate) fn reply(&mut self, request: RequestId, tally: &Tally, response: Response) {
        let (have, needed) = (tally.have(), tally.needed());
        let siblings = match &response {
            Response::Found { siblings } => siblings.len() as u16,
            Response::Stored { .. } | Response::Unavailable { .. } => 0,
        };
        self.tell(match response {
            Response::Unavailable { cause, asked, .. } => {
                Event::QuorumFailed { request, cause, have, needed, asked }
            }
            _ => Event::QuorumMet { request, have, needed, siblings },
        });
        self.outputs.push_back(Output::Reply { id: request, response });
    }

    pub(crate) fn send(&mut self, to: NodeId, message: Message) {
        self.outputs.push_back(Output::Send { to, message });
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
