//! Pictures of now: frames and log lines from a run.

use ringside_store::version::Siblings;
use ringside_store::{Key, RequestId};

use crate::frame::{Frame, KeyFrame, LogLine, NodeFrame, OperationFrame, ReplicaFrame};
use crate::{Lab, operation, words};

/// The number of positions on the ring.
const FULL_TURN: f64 = 18_446_744_073_709_551_616.0;

/// What a screen wants to see closer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The key in hand.
    pub key: Option<String>,
    /// The operation in hand; the person's last where there is none.
    pub operation: Option<RequestId>,
}

impl Lab {
    /// Gives a picture of now.
    pub fn frame(&self, focus: &Focus) -> Frame {
        let nodes = self.cluster.nodes().map(|node| NodeFrame {
            id: node.id,
            up: node.up,
            keys: node.disk.live_keys(),
            coordinating: node.coordinating as u32,
            wipes: node.disk.generation(),
        });
        Frame {
            now: self.now(),
            digest: self.digest().to_string(),
            quorum: self.cluster.quorum(),
            latency: self.latency.clone(),
            loss: self.cluster.channels().loss,
            load: self.load.clone(),
            nodes: nodes.collect(),
            cuts: self.cluster.cuts().iter().copied().collect(),
            key: focus.key.as_deref().filter(|key| !key.is_empty()).map(|key| self.key_frame(key)),
            operation: self.operation_frame(focus.operation),
            totals: self.summary.totals(),
        }
    }

    /// Gives the last `count` lines of the event log, oldest first.
    pub fn log(&self, count: usize) -> Vec<LogLine> {
        let lines = self.journal(0..u64::MAX).rev().filter_map(words::line);
        let mut lines: Vec<LogLine> = lines.take(count).collect();
        lines.reverse();
        lines
    }

    fn key_frame(&self, name: &str) -> KeyFrame {
        let key = Key::new(name);
        let list = self.cluster.preference_list(&key);
        let nodes: Vec<_> = self.cluster.nodes().collect();
        let held: Vec<Siblings> = list
            .iter()
            .map(|node| nodes[node.index()].disk.get(&key).cloned().unwrap_or_default())
            .collect();
        let agreed = held.windows(2).all(|pair| pair[0] == pair[1]);
        let replicas = list
            .iter()
            .zip(&held)
            .map(|(&node, held)| ReplicaFrame { node, versions: operation::versions(held) });
        KeyFrame {
            key: name.to_owned(),
            place: key.position() as f64 / FULL_TURN,
            replicas: replicas.collect(),
            agreed,
        }
    }

    fn operation_frame(&self, request: Option<RequestId>) -> Option<OperationFrame> {
        let request = request.or_else(|| self.stories.last())?;
        if let Some(story) = self.stories.get(request) {
            return operation::frame(story);
        }
        let belongs =
            self.journal(0..u64::MAX).filter(|entry| entry.what.request() == Some(request));
        operation::frame(belongs)
    }
}
