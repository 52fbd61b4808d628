//! Interventions in the links between nodes and in the network's behaviour.

use std::collections::{BTreeMap, BTreeSet};

use ringside_random::Latency;
use ringside_store::{Duration, NodeId};

use super::{Cluster, Due};
use crate::journal::{Intervention, Loss};
use crate::{ClusterError, Endpoint, Legs, LinkImpairment, MessageId, Regions};

/// A link in one direction: its sender and its receiver.
pub(super) type Link = (NodeId, NodeId);

impl Cluster {
    /// Cuts every link between `side` and all other nodes, in both directions. Messages on such a
    /// link are lost.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a `side` without nodes or with all of them; nothing has changed
    /// then.
    pub fn partition(&mut self, side: &[NodeId]) -> Result<(), ClusterError> {
        let links = self.links_across(side)?;
        self.cut_all(&links);
        Ok(())
    }

    /// Cuts every link between a node and all others, in both directions.
    ///
    /// # Errors
    ///
    /// Refuses an unknown node, and the only node of a cluster; nothing has changed then.
    pub fn isolate(&mut self, id: NodeId) -> Result<(), ClusterError> {
        self.partition(&[id])
    }

    /// Cuts links, each in its direction only. Messages on them are lost.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a link of a node to itself; nothing has changed then.
    pub fn cut(&mut self, links: &[(NodeId, NodeId)]) -> Result<(), ClusterError> {
        links.iter().try_for_each(|&link| self.check_link(link))?;
        self.cut_all(links);
        Ok(())
    }

    /// Mends links, each in its direction only. Links that are not cut stay as they are.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a link of a node to itself; nothing has changed then.
    pub fn mend(&mut self, links: &[(NodeId, NodeId)]) -> Result<(), ClusterError> {
        links.iter().try_for_each(|&link| self.check_link(link))?;
        self.mend_all(links);
        Ok(())
    }

    /// Restores every link: mends every cut, unclogs every clogged link, and ends the impairments
    /// of slowed and lossy links.
    pub fn heal(&mut self) {
        self.network.heal();
        self.record(Intervention::Heal);
        let clogs: Vec<Link> = self.clogs().iter().copied().collect();
        for (from, to) in clogs {
            self.release_clog(from, to);
        }
        let impaired: Vec<(Link, LinkImpairment)> =
            self.impairments().iter().map(|(link, impairment)| (*link, *impairment)).collect();
        for (link, impairment) in impaired {
            if impairment.slower > Duration::ZERO {
                self.slow_down(link, Duration::ZERO);
            }
            if impairment.loss.is_some() {
                self.make_lossy(link, None);
            }
        }
    }

    /// Makes messages sent from now on take longer on a link in one direction; zero restores its
    /// usual delay.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a link of a node to itself; nothing has changed then.
    pub fn slow_link(
        &mut self,
        from: NodeId,
        to: NodeId,
        by: Duration,
    ) -> Result<(), ClusterError> {
        self.check_link((from, to))?;
        self.slow_down((from, to), by);
        Ok(())
    }

    /// Changes the share of messages sent from now on that a link loses in one direction; `None`
    /// restores its usual share.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a link of a node to itself; nothing has changed then.
    pub fn lossy_link(
        &mut self,
        from: NodeId,
        to: NodeId,
        share: Option<f64>,
    ) -> Result<(), ClusterError> {
        self.check_link((from, to))?;
        self.make_lossy((from, to), share);
        Ok(())
    }

    /// Clogs a link in one direction: messages wait on it until it is unclogged, including those
    /// already on their way.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, a link of a node to itself, and a clogged link; nothing has changed
    /// then.
    pub fn clog(&mut self, from: NodeId, to: NodeId) -> Result<(), ClusterError> {
        self.check_link((from, to))?;
        if !self.network.clog(from, to) {
            return Err(ClusterError::IsClogged(from, to));
        }
        self.record(Intervention::Clog { from, to });
        let ends = (Endpoint::Node(from), Endpoint::Node(to));
        for due in self.queue.take_where(|due| due.link() == Some(ends)) {
            if let Due::Message(mut packet) = due {
                packet.hold(self.now, true);
                self.held.insert(packet.envelope.id, packet);
            }
        }
        Ok(())
    }

    /// Unclogs a link: the messages that wait on it go the rest of their way, or are lost if the
    /// link is cut.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes and a link that is not clogged; nothing has changed then.
    pub fn unclog(&mut self, from: NodeId, to: NodeId) -> Result<(), ClusterError> {
        self.check_link((from, to))?;
        if !self.clogs().contains(&(from, to)) {
            return Err(ClusterError::NotClogged(from, to));
        }
        self.release_clog(from, to);
        Ok(())
    }

    /// Changes the latency of messages between nodes sent from now on.
    pub fn set_latency(&mut self, latency: Latency) {
        self.network.channels.latency = latency.clone();
        self.record(Intervention::Latency(latency));
    }

    /// Changes the latencies of the messages of writes and reads sent from now on.
    pub fn set_legs(&mut self, legs: Legs) {
        self.network.channels.legs = legs.clone();
        self.record(Intervention::Legs(Box::new(legs)));
    }

    /// Changes the regions, for messages sent from now on.
    pub fn set_regions(&mut self, regions: Option<Regions>) {
        self.network.channels.regions = regions;
        self.record(Intervention::Regions(regions));
    }

    /// Changes the share of messages between nodes sent from now on that are lost.
    pub fn set_loss(&mut self, loss: f64) {
        self.network.channels.loss = loss;
        self.record(Intervention::Loss(loss));
    }

    /// Changes the share of messages between nodes sent from now on that arrive twice.
    pub fn set_duplication(&mut self, duplication: f64) {
        self.network.channels.duplication = duplication;
        self.record(Intervention::Duplication(duplication));
    }

    /// Changes the share of messages between nodes sent from now on that take a second delay on top
    /// of theirs.
    pub fn set_reordering(&mut self, reordering: f64) {
        self.network.channels.reordering = reordering;
        self.record(Intervention::Reordering(reordering));
    }

    /// The links that are cut, by sender and receiver.
    pub const fn cuts(&self) -> &BTreeSet<(NodeId, NodeId)> {
        self.network.cuts()
    }

    /// The links that are clogged, by sender and receiver.
    pub const fn clogs(&self) -> &BTreeSet<(NodeId, NodeId)> {
        self.network.clogs()
    }

    /// The links that were slowed or made lossy, by sender and receiver.
    pub const fn impairments(&self) -> &BTreeMap<(NodeId, NodeId), LinkImpairment> {
        self.network.impairments()
    }

    /// Returns every link between `side` and all other nodes, in both directions.
    pub(super) fn links_across(&self, side: &[NodeId]) -> Result<Vec<Link>, ClusterError> {
        side.iter().try_for_each(|&node| self.check_node(node))?;
        let side: BTreeSet<NodeId> = side.iter().copied().collect();
        let all = (0..self.hosts.len() as u16).map(NodeId);
        let others: Vec<NodeId> = all.filter(|node| !side.contains(node)).collect();
        if side.is_empty() || others.is_empty() {
            return Err(ClusterError::OneSided);
        }
        let pairs = side.iter().flat_map(|&near| others.iter().map(move |&far| (near, far)));
        Ok(pairs.flat_map(|(near, far)| [(near, far), (far, near)]).collect())
    }

    /// Cuts links between known nodes. Returns those that were not cut before.
    pub(super) fn cut_all(&mut self, links: &[Link]) -> Vec<Link> {
        let mut cut = links.to_vec();
        cut.retain(|&(from, to)| self.network.cut(from, to));
        self.record(Intervention::Cut(cut.clone()));
        self.lose_what_is_cut();
        cut
    }

    /// Mends links between known nodes.
    pub(super) fn mend_all(&mut self, links: &[Link]) {
        let mut mended = links.to_vec();
        mended.retain(|&(from, to)| self.network.mend(from, to));
        self.record(Intervention::Mend(mended));
    }

    fn slow_down(&mut self, (from, to): Link, by: Duration) {
        let impairment = self.network.impairment(from, to);
        self.network.set_impairment(from, to, LinkImpairment { slower: by, ..impairment });
        self.record(Intervention::SlowLink { from, to, by });
    }

    fn make_lossy(&mut self, (from, to): Link, share: Option<f64>) {
        let impairment = self.network.impairment(from, to);
        self.network.set_impairment(from, to, LinkImpairment { loss: share, ..impairment });
        self.record(Intervention::LossyLink { from, to, share });
    }

    /// Unclogs a link, and releases the messages that wait on it.
    fn release_clog(&mut self, from: NodeId, to: NodeId) {
        self.network.unclog(from, to);
        let ends = (Endpoint::Node(from), Endpoint::Node(to));
        let stuck = self.held.iter().filter(|(_, packet)| {
            packet.clogged && (packet.envelope.from, packet.envelope.to) == ends
        });
        let stuck: Vec<MessageId> = stuck.map(|(&id, _)| id).collect();
        let mut freed = Vec::new();
        for id in stuck {
            freed.extend(self.held.remove(&id));
        }
        for packet in &mut freed {
            packet.release(self.now);
        }
        let released = freed.iter().map(|packet| (packet.envelope.id, packet.arrives)).collect();
        self.record(Intervention::Unclog { from, to, released });
        for packet in freed {
            self.queue_or_lose(packet);
        }
    }

    fn check_link(&self, (from, to): Link) -> Result<(), ClusterError> {
        self.check_node(from)?;
        self.check_node(to)?;
        if from == to { Err(ClusterError::SelfLink(from)) } else { Ok(()) }
    }

    fn lose_what_is_cut(&mut self) {
        let network = &self.network;
        let is_cut = |due: &Due| due.link().is_some_and(|(from, to)| network.is_cut(from, to));
        for due in self.queue.take_where(is_cut) {
            if let Due::Message(packet) = due {
                self.lose(packet.envelope, Loss::Cut);
            }
        }
    }
}
