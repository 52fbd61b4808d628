//! Pictures of now: frames and log lines from a run.

use std::collections::BTreeSet;

use ringside_sim::NodeView;
use ringside_store::version::Siblings;
use ringside_store::{Key, Node, NodeId, RequestId};

use crate::frame::{Frame, KeyFrame, LogLine, NodeFrame, OperationFrame, ReplicaFrame};
use crate::summary::RingReport;
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
        let cluster = &self.cluster;
        let links = |links: &BTreeSet<(NodeId, NodeId)>| links.iter().copied().collect();
        let quorum = cluster.quorum();
        Frame {
            now: self.now(),
            digest: self.digest().to_string(),
            quorum,
            latency: self.latency.clone(),
            legs: self.legs.clone(),
            regions: cluster.channels().regions,
            loss: cluster.channels().loss,
            duplication: cluster.channels().duplication,
            reordering: cluster.channels().reordering,
            load: self.load.clone(),
            service: self.service.clone(),
            coordinator: cluster.coordinator(),
            chaos: cluster.chaos(),
            settings: cluster.settings().clone(),
            balance: cluster.ring().load_balance_efficiency(quorum.n()),
            nodes: cluster.nodes().map(|node| self.node_frame(&node)).collect(),
            cuts: links(cluster.cuts()),
            clogs: links(cluster.clogs()),
            key: focus.key.as_deref().filter(|key| !key.is_empty()).map(|key| self.key_frame(key)),
            operation: self.operation_frame(focus.operation),
            totals: self.summary.totals(self.instruments.stale_reads()),
            mechanisms: self.summary.mechanisms().clone(),
        }
    }

    /// Gives the ring in force, for files and tables.
    pub fn ring_report(&self) -> RingReport {
        let ring = self.cluster.ring();
        RingReport {
            nodes: ring.nodes().len() as u64,
            tokens: ring.tokens().len() as u64,
            balance: ring.load_balance_efficiency(self.cluster.quorum().n()),
        }
    }

    fn node_frame(&self, view: &NodeView<'_>) -> NodeFrame {
        let shown = view.clock.wall(self.now()).as_us().cast_signed();
        let members = view.node.into_iter().flat_map(Node::members);
        let doubted = members.filter(|member| {
            let believed = view.node.is_some_and(|node| node.believes_up(member.node));
            !member.status.is_gone() && !believed
        });
        NodeFrame {
            id: view.id,
            up: view.up,
            keys: view.disk.live_keys(),
            coordinating: view.coordinating as u32,
            wipes: view.disk.generation(),
            paused: view.paused,
            slow_by: view.slow_by,
            waiting: view.waiting,
            skew_us: shown.saturating_sub_unsigned(self.now().as_us()),
            status: view.disk.standing(),
            suspects: doubted.map(|member| member.node).collect(),
            hints: view.disk.hints().targets().collect(),
            hint_bytes: view.disk.hints().bytes(),
            tombstones: view.disk.tombstones(),
            fetching: view.node.map_or(0, |node| node.fetching() as u32),
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
