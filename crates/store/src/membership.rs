//! Membership: a node's view of which nodes are in the cluster (Dynamo, section 4.8.1).
//!
//! A view is pure: it merges what it receives, in any order and any number of times, with the same
//! result. The messages that carry it are in [`crate::gossip`].

use std::collections::BTreeMap;

use serde::Serialize;

use crate::NodeId;

/// A member's status in the ring. Within one epoch a later status wins over an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The node is fetching the keys of its ranges: it is written to, but not read from.
    Joining,
    /// The node holds its ranges.
    Normal,
    /// Other nodes are fetching the node's keys: it is still read from and written to.
    Leaving,
    /// The node has left.
    Left,
    /// An administrator has declared the node gone.
    Removed,
}

impl Status {
    /// Whether reads go to the node.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Normal | Self::Leaving)
    }

    /// Whether the node is joining or leaving.
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::Joining | Self::Leaving)
    }

    /// Whether the node is no longer part of the cluster.
    pub const fn is_gone(self) -> bool {
        matches!(self, Self::Left | Self::Removed)
    }
}

/// One member as a view knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The member.
    pub node: NodeId,
    /// Its status.
    pub status: Status,
    /// The number of times that an administrator has changed the status. The higher epoch wins.
    pub epoch: u32,
    /// Its incarnation, which only the member itself raises: when it starts, and when it hears that
    /// it is suspected (Das, Gupta and Motivala, "SWIM", 2002, section 4.2).
    pub incarnation: u32,
    /// The number of gossip rounds that it has begun in this incarnation.
    pub heartbeat: u32,
}

impl Member {
    const fn new(node: NodeId, status: Status) -> Self {
        Self { node, status, epoch: 0, incarnation: 0, heartbeat: 0 }
    }

    /// Begins a new incarnation.
    pub(crate) const fn begin_incarnation(&mut self) {
        (self.incarnation, self.heartbeat) = (self.incarnation.saturating_add(1), 0);
    }

    /// Whether this entry has a newer incarnation or heartbeat than the other.
    pub const fn has_newer_heartbeat(&self, other: &Self) -> bool {
        self.incarnation > other.incarnation
            || self.incarnation == other.incarnation && self.heartbeat > other.heartbeat
    }

    /// Whether this entry has a newer status than the other.
    pub fn has_newer_status(&self, other: &Self) -> bool {
        (self.epoch, self.status) > (other.epoch, other.status)
    }
}

/// The changes that merging an entry into a view made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MemberChange {
    /// The status is newer.
    pub(crate) status: bool,
    /// The heartbeat is newer.
    pub(crate) alive: bool,
    /// The incarnation is newer.
    pub(crate) new_incarnation: bool,
}

/// The members of the cluster as one node knows them. Members that are gone stay listed, or old
/// gossip would bring them back.
#[derive(Clone, Debug)]
pub(crate) struct Membership {
    members: BTreeMap<NodeId, Member>,
}

impl Membership {
    /// Creates the view of a node on a new disk. Its incarnations begin above those of all its
    /// earlier disks.
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

    /// Merges an entry of another view: the newer status and the newer heartbeat, each by itself.
    pub(crate) fn merge(&mut self, heard: &Member) -> MemberChange {
        let Some(known) = self.members.get_mut(&heard.node) else {
            self.members.insert(heard.node, *heard);
            return MemberChange { status: true, alive: true, new_incarnation: false };
        };
        let change = MemberChange {
            status: heard.has_newer_status(known),
            alive: heard.has_newer_heartbeat(known),
            new_incarnation: heard.incarnation > known.incarnation,
        };
        if change.status {
            (known.epoch, known.status) = (heard.epoch, heard.status);
        }
        if change.alive {
            (known.incarnation, known.heartbeat) = (heard.incarnation, heard.heartbeat);
        }
        change
    }

    /// Returns the entry of a member.
    pub(crate) fn get(&self, node: NodeId) -> Option<&Member> {
        self.members.get(&node)
    }

    /// Returns the entry of a member for changes. A node changes only its own entry.
    pub(crate) fn entry(&mut self, node: NodeId) -> Option<&mut Member> {
        self.members.get_mut(&node)
    }

    /// Sets a member's status in a new epoch, above all that is known of the member.
    pub(crate) fn set_status(&mut self, node: NodeId, status: Status) {
        let member = self.members.entry(node).or_insert(Member::new(node, status));
        (member.status, member.epoch) = (status, member.epoch + 1);
    }

    /// Iterates over all members that were ever known, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// Lists the members of which this view knows more than the other list.
    pub(crate) fn newer_than(&self, heard: &[Member]) -> Vec<Member> {
        let is_newer = |known: &&Member| {
            let theirs = find(heard, known.node);
            theirs.is_none_or(|theirs| {
                known.has_newer_heartbeat(theirs) || known.has_newer_status(theirs)
            })
        };
        self.members.values().filter(is_newer).copied().collect()
    }

    /// Whether another list has the same status for every member.
    pub(crate) fn agrees_with(&self, heard: &[Member]) -> bool {
        self.members.values().all(|known| {
            let theirs = find(heard, known.node);
            theirs.is_some_and(|it| (it.epoch, it.status) == (known.epoch, known.status))
        })
    }

    /// Lists the nodes that join or leave, in the order of their turns: joining nodes first,
    /// because a leaving node may need them.
    pub(crate) fn movers(&self) -> Vec<NodeId> {
        let mut movers = self.nodes(Status::is_moving);
        movers.sort_by_key(|node| self.get(*node).map(|member| member.status));
        movers
    }

    /// Lists the nodes whose status satisfies `fits`.
    pub(crate) fn nodes(&self, fits: impl Fn(Status) -> bool) -> Vec<NodeId> {
        let members = self.members.values().filter(|member| fits(member.status));
        members.map(|member| member.node).collect()
    }
}

/// Finds a node in a list of members, which messages carry sorted by id.
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

    fn merged(members: &[Member]) -> Vec<Member> {
        let mut view = Membership::new([NodeId(0), NodeId(1)], NodeId(0), 0);
        members.iter().for_each(|member| _ = view.merge(member));
        view.iter().copied().collect()
    }

    proptest! {
        /// The naive model takes the maximum of all entries, for status and heartbeat separately.
        #[test]
        fn a_view_is_the_maximum_of_all_merged_entries(heard in members()) {
            for member in merged(&heard) {
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
        fn the_order_and_number_of_merges_do_not_matter(heard in members()) {
            let mut again: Vec<Member> = heard.iter().chain(&heard).copied().collect();
            again.reverse();
            prop_assert_eq!(merged(&heard), merged(&again));
        }

        /// The messages of one round give two nodes the same view.
        #[test]
        fn one_round_makes_two_views_equal(a in members(), b in members()) {
            let view = |members: &[Member]| {
                let mut view = Membership::new([NodeId(0), NodeId(1)], NodeId(0), 0);
                members.iter().for_each(|member| _ = view.merge(member));
                view
            };
            let (mut mine, mut theirs) = (view(&a), view(&b));
            let sent: Vec<Member> = mine.iter().copied().collect();
            let answer = theirs.newer_than(&sent);
            sent.iter().for_each(|member| _ = theirs.merge(member));
            answer.iter().for_each(|member| _ = mine.merge(member));
            prop_assert!(mine.iter().eq(theirs.iter()));
        }
    }
}
