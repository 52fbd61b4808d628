//! Construction of frames from a run.

use std::collections::BTreeSet;

use ringside_sim::{EntryKind, NodeView};
use ringside_store::version::Siblings;
use ringside_store::{Event, Key, Node, NodeId, RequestId};

use super::{
    Frame, HintCaused, HintStage, KeyFrame, NodeFrame, OperationFrame, PlanFrame, ReplicaFrame,
    operation_frame, versions,
};
use crate::instruments::RingReport;
use crate::lab::{Due, Lab};

/// The number of positions on the ring.
pub(crate) const FULL_TURN: f64 = 18_446_744_073_709_551_616.0;

/// The number of plans that a frame lists.
const MAX_PLANS: usize = 20;

/// The selection that a frame shows in detail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The selected key.
    pub key: Option<String>,
    /// The selected operation; `None` selects the last operation of the user.
    pub operation: Option<RequestId>,
}

impl Lab {
    /// Returns the frame of the present moment.
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
            chaos_gap: cluster.chaos_gap(),
            chaos_faults: cluster.chaos_faults(),
            settings: cluster.settings().clone(),
            balance: self.shares.balance,
            nodes: cluster.nodes().map(|node| self.node_frame(&node)).collect(),
            cuts: links(cluster.cuts()),
            clogs: links(cluster.clogs()),
            impairments: cluster.impairments().iter().map(|(link, it)| (*link, *it)).collect(),
            own_losses: self.own_losses(),
            plans: self.plans(),
            planned: self.schedule.iter().len(),
            key: focus.key.as_deref().filter(|key| !key.is_empty()).map(|key| self.key_frame(key)),
            operation: self.operation_frame(focus.operation),
            totals: self.summary.totals(self.instruments.stale_reads()),
            mechanisms: self.summary.mechanisms().clone(),
        }
    }

    /// Returns the figures of the ring, for files and tables.
    pub fn ring_report(&self) -> RingReport {
        let ring = self.cluster.ring();
        RingReport {
            nodes: ring.nodes().len() as u64,
            tokens: ring.tokens().len() as u64,
            balance: ring.load_balance_efficiency(self.cluster.quorum().n()),
        }
    }

    fn own_losses(&self) -> Vec<((NodeId, NodeId), f64)> {
        let links = self.cluster.channels().links.iter();
        links.filter_map(|(link, own)| own.loss.map(|loss| (*link, loss))).collect()
    }

    fn plans(&self) -> Vec<PlanFrame> {
        let plan = |due: &Due| {
            let Due { number, at, command } = due;
            PlanFrame { number: *number, at: *at, what: command.words() }
        };
        self.schedule.iter().take(MAX_PLANS).map(plan).collect()
    }

    fn node_frame(&self, view: &NodeView<'_>) -> NodeFrame {
        let wall_us = view.clock.wall(self.now()).as_us().cast_signed();
        let members = view.node.into_iter().flat_map(Node::members);
        let suspected = members.filter(|member| {
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
            skew_us: wall_us.saturating_sub_unsigned(self.now().as_us()),
            status: view.disk.status(),
            suspects: suspected.map(|member| member.node).collect(),
            hints: view.disk.hints().targets().collect(),
            hint_bytes: view.disk.hints().bytes(),
            tombstones: view.disk.tombstones(),
            fetching: view.node.map_or(0, |node| node.fetching() as u32),
        }
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
            .map(|(&node, held)| ReplicaFrame { node, versions: versions(held) });
        KeyFrame {
            key: name.to_owned(),
            place: key.position() as f64 / FULL_TURN,
            replicas: replicas.collect(),
            agreed,
        }
    }

    fn operation_frame(&self, request: Option<RequestId>) -> Option<OperationFrame> {
        let request = request.or_else(|| self.user_operations.last())?;
        let mut frame = if let Some(entries) = self.user_operations.get(request) {
            operation_frame(entries)
        } else {
            let entries = self.journal(0..u64::MAX);
            operation_frame(entries.filter(|entry| entry.kind.request() == Some(request)))
        }?;
        frame.neighbours = self.neighbours(request);
        let key = Key::new(&frame.key);
        for hint in &mut frame.hints {
            hint.stage = self.stage_now(&key, hint);
        }
        Some(frame)
    }

    /// Returns the previous and the next operation that can be shown.
    fn neighbours(&self, request: RequestId) -> [Option<RequestId>; 2] {
        if self.user_operations.get(request).is_some() {
            return self.user_operations.neighbours(request);
        }
        let begun = || {
            self.journal(0..u64::MAX).filter_map(|entry| match &entry.kind {
                EntryKind::Invoked { request, .. } => Some(*request),
                _ => None,
            })
        };
        let after = begun().skip_while(|other| *other != request).nth(1);
        let before = begun().rev().skip_while(|other| *other != request).nth(1);
        [before, after]
    }

    /// Returns the stage that a hint has reached since it was kept.
    fn stage_now(&self, key: &Key, hint: &HintCaused) -> HintStage {
        let HintStage::Kept(since) = hint.stage else { return hint.stage };
        let view = self.cluster.nodes().find(|view| view.id == hint.holder);
        let mut kept = view.iter().flat_map(|view| view.disk.hints().of_key(key));
        if kept.any(|(target, ..)| target == hint.target) {
            return hint.stage;
        }
        let later = self.journal(0..u64::MAX).filter(|entry| entry.at >= since);
        let handed_over = later.filter(|entry| match &entry.kind {
            EntryKind::Node {
                node,
                event: Event::HandedOff { key: of, target, hint: true, .. },
            } => *node == hint.holder && of == key && *target == hint.target,
            _ => false,
        });
        handed_over.map(|entry| HintStage::HandedOver(entry.at)).next().unwrap_or(HintStage::Gone)
    }
}
