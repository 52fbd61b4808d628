//! Membership beliefs of nodes about each other, compared with their true states.

use ringside_sim::NodeView;
use ringside_store::{Detection, Duration, Instant, Member, Node, NodeId, Status};

use crate::lab::Lab;

/// The beliefs of all nodes about each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Beliefs {
    /// Whether nodes gossip. If they do not, every node takes every other for up.
    pub on: bool,
    /// The rule by which nodes judge that a peer is down.
    pub detection: Detection,
    /// The true state of each node, by number.
    pub truths: Vec<Truth>,
    /// The beliefs of each node about each node, in the same order, or `None` for a stopped node.
    pub rows: Vec<Option<Vec<Belief>>>,
}

/// The true state of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The node.
    pub node: NodeId,
    /// Whether the node is up.
    pub up: bool,
    /// Whether the node is paused, so that it answers nothing.
    pub paused: bool,
    /// The node's newest status in any node's membership view, or `None` if it is in no view.
    pub standing: Option<Status>,
    /// The node's incarnation and heartbeat, or `None` if it is down or does not list itself.
    pub life: Option<(u32, u32)>,
}

/// The belief of one node about another, or about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Belief {
    /// The subject's status in the ring, or `None` if the observer does not know the subject.
    pub standing: Option<Status>,
    /// Whether the observer takes the subject for down.
    pub suspected: bool,
    /// The subject's latest known incarnation and heartbeat, or `None` if the observer does not know the
    /// subject.
    pub life: Option<(u32, u32)>,
    /// The time since the subject's latest new heartbeat, or `None` if the observer does not monitor the
    /// subject.
    pub age: Option<Duration>,
    /// The error of the belief, or `None` if the belief is true.
    pub error: Option<BeliefError>,
}

/// The error of a belief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeliefError {
    /// The subject answers, but is taken for down.
    TakenForDown,
    /// The subject is down or paused, but is taken for up.
    TakenForUp,
    /// The status that the observer knows is not the subject's newest status in the ring.
    OldStanding,
}

impl Truth {
    /// Whether the node answers others.
    pub const fn answers(&self) -> bool {
        self.up && !self.paused
    }

    fn error(&self, standing: Option<Status>, suspected: bool) -> Option<BeliefError> {
        if standing != self.standing {
            return Some(BeliefError::OldStanding);
        }
        // A running node outside the cluster is not judged.
        match (standing.is_some_and(|it| !it.is_gone()), self.answers(), suspected) {
            (true, true, true) => Some(BeliefError::TakenForDown),
            (true, false, false) => Some(BeliefError::TakenForUp),
            _ => None,
        }
    }
}

impl Beliefs {
    /// Returns the number of beliefs of nodes about others, and the number of those that are not true.
    pub fn counted(&self) -> (u32, u32) {
        let mut counted = (0, 0);
        for (observer, row) in self.rows.iter().enumerate() {
            for (subject, belief) in row.iter().flatten().enumerate() {
                if subject != observer {
                    counted.0 += 1;
                    counted.1 += u32::from(belief.error.is_some());
                }
            }
        }
        counted
    }
}

impl Lab {
    /// Returns the belief of each node about each node, with the true states.
    pub fn beliefs(&self) -> Beliefs {
        let now = self.now();
        let gossip = self.cluster.settings().gossip;
        let views: Vec<NodeView<'_>> = self.cluster.nodes().collect();
        let mut latest: Vec<Option<Member>> = vec![None; views.len()];
        for member in views.iter().filter_map(|view| view.node).flat_map(Node::members) {
            if let Some(known) = latest.get_mut(member.node.index())
                && known.is_none_or(|known| member.has_newer_status(&known))
            {
                *known = Some(*member);
            }
        }
        let truth = |view: &NodeView<'_>| {
            let node = view.id;
            let own = view.node.and_then(|it| it.members().find(|member| member.node == node));
            Truth {
                node,
                up: view.up,
                paused: view.paused,
                standing: latest[node.index()].map(|member| member.status),
                life: own.map(|own| (own.incarnation, own.heartbeat)),
            }
        };
        let truths: Vec<Truth> = views.iter().map(truth).collect();
        let rows = views.iter().map(|view| view.node.map(|node| row(node, &truths, now)));
        Beliefs { on: gossip.on, detection: gossip.detection, rows: rows.collect(), truths }
    }
}

fn row(node: &Node, truths: &[Truth], now: Instant) -> Vec<Belief> {
    let mut members = node.members().peekable();
    let belief = |truth: &Truth| {
        // Both lists are in the order of node numbers.
        while members.next_if(|member| member.node < truth.node).is_some() {}
        let member = members.next_if(|member| member.node == truth.node);
        let standing = member.map(|member| member.status);
        let is_gone = standing.is_none_or(Status::is_gone);
        let suspected = !is_gone && !node.believes_up(truth.node);
        Belief {
            standing,
            suspected,
            life: member.map(|member| (member.incarnation, member.heartbeat)),
            age: node.heartbeat_stats(truth.node).map(|stats| now.since(stats.last)),
            error: truth.error(standing, suspected),
        }
    };
    truths.iter().map(belief).collect()
}
