//! What a person or a schedule does to the links between nodes.

use std::collections::{BTreeMap, BTreeSet};

use ringside_random::Latency;
use ringside_store::{Duration, NodeId};

use super::{Cluster, Due};
use crate::journal::{Act, Loss};
use crate::{End, Legs, MessageId, Refusal, Regions, Strain};

/// A link in one direction: its sender and its receiver.
pub(super) type Link = (NodeId, NodeId);

impl Cluster {
    /// Cuts every link between `side` and all other nodes, in both directions. Messages that are on
    /// such a link are lost.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a side that leaves nobody on the other; nothing has changed then.
    pub fn partition(&mut self, side: &[NodeId]) -> Result<(), Refusal> {
        let links = self.links_across(side)?;
        self.cut_all(&links);
        Ok(())
    }

    /// Cuts every link between a node and all others, in both directions.
    ///
    /// # Errors
    ///
    /// Refuses an unknown node, and one that is alone anyway; nothing has changed then.
    pub fn isolate(&mut self, id: NodeId) -> Result<(), Refusal> {
        self.partition(&[id])
    }

    /// Cuts links, each in its direction alone. Messages that are on them are lost.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a link of a node to itself; nothing has changed then.
    pub fn cut(&mut self, links: &[(NodeId, NodeId)]) -> Result<(), Refusal> {
        links.iter().try_for_each(|&link| self.check_link(link))?;
        self.cut_all(links);
        Ok(())
    }

    /// Mends links, each in its direction alone. Those that are whole stay so.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a link of a node to itself; nothing has changed then.
    pub fn mend(&mut self, links: &[(NodeId, NodeId)]) -> Result<(), Refusal> {
        links.iter().try_for_each(|&link| self.check_link(link))?;
        self.mend_all(links);
        Ok(())
    }

    /// Makes every link whole: mends every cut, frees every clogged link, and makes those that were
    /// slowed or made lossy as they were.
    pub fn heal(&mut self) {
        self.network.heal();
        self.act(Act::Heal);
        let clogs: Vec<Link> = self.clogs().iter().copied().collect();
        for (from, to) in clogs {
            self.free(from, to);
        }
        let strained: Vec<(Link, Strain)> =
            self.strains().iter().map(|(link, strain)| (*link, *strain)).collect();
        for (link, strain) in strained {
            if strain.slower > Duration::ZERO {
                self.slow_down(link, Duration::ZERO);
            }
            if strain.loss.is_some() {
                self.make_lossy(link, None);
            }
        }
    }

    /// Makes messages take longer on a link in one direction, those sent from now on; no time at all
    /// makes it as it was.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a link of a node to itself; nothing has changed then.
    pub fn slow_link(&mut self, from: NodeId, to: NodeId, by: Duration) -> Result<(), Refusal> {
        self.check_link((from, to))?;
        self.slow_down((from, to), by);
        Ok(())
    }

    /// Changes the share of messages that a link loses in one direction, of those sent from now on; none
    /// makes it as it was.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, and a link of a node to itself; nothing has changed then.
    pub fn lossy_link(
        &mut self,
        from: NodeId,
        to: NodeId,
        share: Option<f64>,
    ) -> Result<(), Refusal> {
        self.check_link((from, to))?;
        self.make_lossy((from, to), share);
        Ok(())
    }

    /// Clogs a link in one direction: messages wait on it until it is unclogged, those that are under
    /// way included.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes, a link of a node to itself, and one that is clogged; nothing has changed
    /// then.
    pub fn clog(&mut self, from: NodeId, to: NodeId) -> Result<(), Refusal> {
        self.check_link((from, to))?;
        if !self.network.clog(from, to) {
            return Err(Refusal::IsClogged(from, to));
        }
        self.act(Act::Clog { from, to });
        let ends = (End::Node(from), End::Node(to));
        for due in self.queue.take_where(|due| due.link() == Some(ends)) {
            if let Due::Message(mut transit) = due {
                transit.stop(self.now, true);
                self.held.insert(transit.envelope.id, transit);
            }
        }
        Ok(())
    }

    /// Frees a clogged link: what waits on it goes the rest of its way. It is lost where the link is
    /// cut.
    ///
    /// # Errors
    ///
    /// Refuses unknown nodes and a link that is not clogged; nothing has changed then.
    pub fn unclog(&mut self, from: NodeId, to: NodeId) -> Result<(), Refusal> {
        self.check_link((from, to))?;
        if !self.clogs().contains(&(from, to)) {
            return Err(Refusal::NotClogged(from, to));
        }
        self.free(from, to);
        Ok(())
    }

    /// Changes how long messages between nodes take, for those sent from now on.
    pub fn set_latency(&mut self, latency: Latency) {
        self.network.channels.latency = latency.clone();
        self.act(Act::Latency(latency));
    }

    /// Changes how long the messages of writes and reads take where they differ from the rest, for
    /// those sent from now on.
    pub fn set_legs(&mut self, legs: Legs) {
        self.network.channels.legs = legs.clone();
        self.act(Act::Legs(Box::new(legs)));
    }

    /// Changes which nodes are far from which, for messages sent from now on.
    pub fn set_regions(&mut self, regions: Option<Regions>) {
        self.network.channels.regions = regions;
        self.act(Act::Regions(regions));
    }

    /// Changes the share of messages between nodes that are lost, for those sent from now on.
    pub fn set_loss(&mut self, loss: f64) {
        self.network.channels.loss = loss;
        self.act(Act::Loss(loss));
    }

    /// Changes the share of messages between nodes that arrive twice, for those sent from now on.
    pub fn set_duplication(&mut self, duplication: f64) {
        self.network.channels.duplication = duplication;
        self.act(Act::Duplication(duplication));
    }

    /// Changes the share of messages between nodes that take a second delay on top of theirs, for
    /// those sent from now on.
    pub fn set_reordering(&mut self, reordering: f64) {
        self.network.channels.reordering = reordering;
        self.act(Act::Reordering(reordering));
    }

    /// Lists the links that are cut, by sender and receiver.
    pub const fn cuts(&self) -> &BTreeSet<(NodeId, NodeId)> {
        self.network.cuts()
    }

    /// Lists the links that are clogged, by sender and receiver.
    pub const fn clogs(&self) -> &BTreeSet<(NodeId, NodeId)> {
        self.network.clogs()
    }

    /// Lists the links that were slowed or made lossy, by sender and receiver.
    pub const fn strains(&self) -> &BTreeMap<(NodeId, NodeId), Strain> {
        self.network.strains()
    }

    /// Lists every link between `side` and all other nodes, in both directions.
    pub(super) fn links_across(&self, side: &[NodeId]) -> Result<Vec<Link>, Refusal> {
        side.iter().try_for_each(|&node| self.check_node(node))?;
        let side: BTreeSet<NodeId> = side.iter().copied().collect();
        let all = (0..self.machines.len() as u16).map(NodeId);
        let others: Vec<NodeId> = all.filter(|node| !side.contains(node)).collect();
        if side.is_empty() || others.is_empty() {
            return Err(Refusal::OneSided);
        }
        let pairs = side.iter().flat_map(|&near| others.iter().map(move |&far| (near, far)));
        Ok(pairs.flat_map(|(near, far)| [(near, far), (far, near)]).collect())
    }

    /// Cuts links between known nodes; gives those that were whole.
    pub(super) fn cut_all(&mut self, links: &[Link]) -> Vec<Link> {
        let mut cut = links.to_vec();
        cut.retain(|&(from, to)| self.network.cut(from, to));
        self.act(Act::Cut(cut.clone()));
        self.lose_what_is_cut();
        cut
    }

    /// Mends links.
    pub(super) fn mend_all(&mut self, links: &[Link]) {
        let mut mended = links.to_vec();
        mended.retain(|&(from, to)| self.network.mend(from, to));
        self.act(Act::Mend(mended));
    }

    fn slow_down(&mut self, (from, to): Link, by: Duration) {
        let strain = self.network.strain(from, to);
        self.network.set_strain(from, to, Strain { slower: by, ..strain });
        self.act(Act::SlowLink { from, to, by });
    }

    fn make_lossy(&mut self, (from, to): Link, share: Option<f64>) {
        let strain = self.network.strain(from, to);
        self.network.set_strain(from, to, Strain { loss: share, ..strain });
        self.act(Act::LossyLink { from, to, share });
    }

    /// Frees a clogged link, and lets what waits on it go on.
    fn free(&mut self, from: NodeId, to: NodeId) {
        self.network.unclog(from, to);
        let ends = (End::Node(from), End::Node(to));
        let stuck = self.held.iter().filter(|(_, transit)| {
            transit.clogged && (transit.envelope.from, transit.envelope.to) == ends
        });
        let stuck: Vec<MessageId> = stuck.map(|(&id, _)| id).collect();
        let mut freed = Vec::new();
        for id in stuck {
            freed.extend(self.held.remove(&id));
        }
        for transit in &mut freed {
            transit.go_on(self.now);
        }
        let released = freed.iter().map(|transit| (transit.envelope.id, transit.arrives)).collect();
        self.act(Act::Unclog { from, to, released });
        for transit in freed {
            self.send_on(transit);
        }
    }

    fn check_link(&self, (from, to): Link) -> Result<(), Refusal> {
        self.check_node(from)?;
        self.check_node(to)?;
        if from == to { Err(Refusal::OwnLink(from)) } else { Ok(()) }
    }

    fn lose_what_is_cut(&mut self) {
        let network = &self.network;
        let is_cut = |due: &Due| due.link().is_some_and(|(from, to)| network.is_cut(from, to));
        for due in self.queue.take_where(is_cut) {
            if let Due::Message(transit) = due {
                self.lose(transit.envelope, Loss::Cut);
            }
        }
    }
}
