//! What a node believes about who is in the cluster (Dynamo, section 4.8.1).
//!
//! A view is pure: it merges what it is told, and the order and number of tellings do not matter. The
//! messages that carry it are in [`crate::gossip`].

use std::collections::BTreeMap;

use serde::Serialize;

use crate::NodeId;

/// How a member stands in the ring. Later standings of one epoch win over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is being brought the keys of its ranges: it is written to, and not read from.
    Joining,
    /// It holds its ranges.
    Normal,
    /// Its keys are being brought to others: it is still read from and written to.
    Leaving,
    /// It has left.
    Left,
    /// An administrator said that it is gone for good.
    Removed,
}

impl Status {
    /// Tells whether reads go to it.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Normal | Self::Leaving)
    }

    /// Tells whether it is on its way into the ring or out of it.
    pub const fn moves(self) -> bool {
        matches!(self, Self::Joining | Self::Leaving)
    }

    /// Tells whether it has no part in the cluster any more.
    pub const fn is_gone(self) -> bool {
        matches!(self, Self::Left | Self::Removed)
    }
}

/// What is believed about one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The member.
    pub node: NodeId,
    /// How it stands.
    pub status: Status,
    /// How often an administrator has changed that: the higher epoch is the truth.
    pub epoch: u32,
    /// Its life, which it alone begins anew: when it starts, and when it hears that it is suspected
    /// (Das, Gupta and Motivala, "SWIM", 2002, section 4.2).
    pub incarnation: u32,
    /// How many rounds of gossip it has begun in this incarnation.
    pub heartbeat: u32,
}

impl Member {
    const fn new(node: NodeId, status: Status) -> Self {
        Self { node, status, epoch: 0, incarnation: 0, heartbeat: 0 }
    }

    /// Begins a new incarnation.
    pub(crate) const fn be_reborn(&mut self) {
        (self.incarnation, self.heartbeat) = (self.incarnation.saturating_add(1), 0);
    }

    /// Tells whether this is fresher evidence of life than the other.
    pub const fn is_livelier(&self, other: &Self) -> bool {
        self.incarnation > other.incarnation
            || self.incarnation == other.incarnation && self.heartbeat > other.heartbeat
    }

    /// Tells whether this knows a later standing than the other.
    pub fn is_later(&self, other: &Self) -> bool {
        (self.epoch, self.status) > (other.epoch, other.status)
    }
}

/// What merging a member into a view brought to light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// Its standing changed.
    pub(crate) status: bool,
    /// It showed that it lives.
    pub(crate) alive: bool,
    /// It began a new incarnation.
    pub(crate) reborn: bool,
}

/// All that a node believes about who is in the cluster. Members that are gone stay listed, or an old
/// rumour would bring them back.
#[derive(Clone, Debug)]
pub(crate) struct View {
    members: BTreeMap<NodeId, Member>,
}

impl View {
    /// Makes the view of a node on a new disk. Its incarnations begin above all of its earlier disks.
    pub(crate) fn new(
        members: impl IntoIterator<Item = NodeId>,
        own: NodeId,
        generation: u16,
    ) -> Self {
        let members = members.into_iter().map(|node| {
            let incarnation = if node == own { u32::from(generation) << 16 } else { 0 };
            (node, Member { incarnation, ..Member::new(node, Status::Normal) })
        });
        Self { members: members.collect() }
    }

    /// Merges what was heard of a member: the later standing and the fresher life, each by itself.
    pub(crate) fn merge(&mut self, heard: &Member) -> News {
        let Some(known) = self.members.get_mut(&heard.node) else {
            self.members.insert(heard.node, *heard);
            return News { status: true, alive: true, reborn: false };
        };
        let news = News {
            status: heard.is_later(known),
            alive: heard.is_livelier(known),
            reborn: heard.incarnation > known.incarnation,
        };
        if news.status {
            (known.epoch, known.status) = (heard.epoch, heard.status);
        }
        if news.alive {
            (known.incarnation, known.heartbeat) = (heard.incarnation, heard.heartbeat);
        }
        news
    }

    /// Gives what is believed of a member.
    pub(crate) fn get(&self, node: NodeId) -> Option<&Member> {
        self.members.get(&node)
    }

    /// Gives a member's entry, to change it: for the node whose view it is, and its own.
    pub(crate) fn entry(&mut self, node: NodeId) -> Option<&mut Member> {
        self.members.get_mut(&node)
    }

    /// Gives a member a new standing, above all that is known of it.
    pub(crate) fn set_status(&mut self, node: NodeId, status: Status) {
        let member = self.members.entry(node).or_insert(Member::new(node, status));
        (member.status, member.epoch) = (status, member.epoch + 1);
    }

    /// Lists all members that it ever knew, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// Lists the members that this knows more of than the other list does.
    pub(crate) fn beyond(&self, heard: &[Member]) -> Vec<Member> {
        let is_news = |known: &&Member| {
            let theirs = find(heard, known.node);
            theirs.is_none_or(|theirs| known.is_livelier(theirs) || known.is_later(theirs))
        };
        self.members.values().filter(is_news).copied().collect()
    }

    /// Tells whether another list knows the standing of every member alike.
    pub(crate) fn agrees(&self, heard: &[Member]) -> bool {
        self.members.values().all(|known| {
            let theirs = find(heard, known.node);
            theirs.is_some_and(|it| (it.epoch, it.status) == (known.epoch, known.status))
        })
    }

    /// Lists the nodes that move, in the order in which they take turns: who joins goes first, for
    /// who leaves may need it.
    pub(crate) fn movers(&self) -> Vec<NodeId> {
        let mut movers = self.nodes(Status::moves);
        movers.sort_by_key(|node| self.get(*node).map(|member| member.status));
        movers
    }

    /// Lists the nodes whose standing fits.
    pub(crate) fn nodes(&self, fits: impl Fn(Status) -> bool) -> Vec<NodeId> {
        let members = self.members.values().filter(|member| fits(member.status));
        members.map(|member| member.node).collect()
    }
}

/// Finds a node in a list of members, which nodes tell each other by number.
fn find(members: &[Member], node: NodeId) -> Option<&Member> {
    members.binary_search_by_key(&node, |member| member.node).ok().map(|index| &members[index])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn members() -> impl Strategy<Value = Vec<Member>> {
        let statuses =
            [Status::Joining, Status::Normal, Status::Leaving, Status::Left, Status::Removed];
        let member =
            (0..3_u16, prop::sample::select(statuses.to_vec()), 0..3_u32, 0..3_u32, 0..4_u32)
                .prop_map(|(node, status, epoch, incarnation, heartbeat)| Member {
                    node: NodeId(node),
                    status,
                    epoch,
                    incarnation,
                    heartbeat,
                });
        prop::collection::vec(member, 0..20)
    }

    fn told(members: &[Member]) -> Vec<Member> {
        let mut view = View::new([NodeId(0), NodeId(1)], NodeId(0), 0);
        members.iter().for_each(|member| _ = view.merge(member));
        view.iter().copied().collect()
    }

    proptest! {
        /// The naive model takes the greatest of all that was heard, for standing and life apart.
        #[test]
        fn a_view_is_the_latest_of_all_that_was_heard(heard in members()) {
            for member in told(&heard) {
                let start = (member.node.0 < 2).then_some(Member::new(member.node, Status::Normal));
                let of_it = heard.iter().copied().filter(|it| it.node == member.node).chain(start);
                let all: Vec<Member> = of_it.collect();
                let standing = all.iter().map(|it| (it.epoch, it.status)).max();
                let life = all.iter().map(|it| (it.incarnation, it.heartbeat)).max();
                prop_assert_eq!(Some((member.epoch, member.status)), standing);
                prop_assert_eq!(Some((member.incarnation, member.heartbeat)), life);
            }
        }

        #[test]
        fn the_order_and_number_of_rumours_do_not_matter(heard in members()) {
            let mut again: Vec<Member> = heard.iter().chain(&heard).copied().collect();
            again.reverse();
            prop_assert_eq!(told(&heard), told(&again));
        }

        /// What two nodes tell each other in one round leaves them with one view.
        #[test]
        fn one_round_makes_two_views_one(a in members(), b in members()) {
            let view = |members: &[Member]| {
                let mut view = View::new([NodeId(0), NodeId(1)], NodeId(0), 0);
                members.iter().for_each(|member| _ = view.merge(member));
                view
            };
            let (mut mine, mut theirs) = (view(&a), view(&b));
            let sent: Vec<Member> = mine.iter().copied().collect();
            let answer = theirs.beyond(&sent);
            sent.iter().for_each(|member| _ = theirs.merge(member));
            answer.iter().for_each(|member| _ = mine.merge(member));
            prop_assert!(mine.iter().eq(theirs.iter()));
        }
    }
}
