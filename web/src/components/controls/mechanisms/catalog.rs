//! The groups of mechanisms, in the order of the panel.

use super::spec::Spec;
use super::{
    anti_entropy, coordinator, deletes, gossip, hints, network, quorums, read_repair, service,
    streaming, versions,
};
use crate::state::disclosures::Group;

/// The groups, in the order of the panel.
pub(super) const GROUPS: [Group; 11] = [
    Group::Versions,
    Group::Quorums,
    Group::Coordinator,
    Group::ReadRepair,
    Group::Hints,
    Group::AntiEntropy,
    Group::Gossip,
    Group::Streaming,
    Group::Deletes,
    Group::Service,
    Group::Network,
];

/// Returns the texts and controls of a group.
pub(super) const fn spec_of(group: Group) -> &'static Spec {
    match group {
        Group::Versions => &versions::SPEC,
        Group::Quorums => &quorums::SPEC,
        Group::Coordinator => &coordinator::SPEC,
        Group::ReadRepair => &read_repair::SPEC,
        Group::Hints => &hints::SPEC,
        Group::AntiEntropy => &anti_entropy::SPEC,
        Group::Gossip => &gossip::SPEC,
        Group::Streaming => &streaming::SPEC,
        Group::Deletes => &deletes::SPEC,
        Group::Service => &service::SPEC,
        Group::Network => &network::SPEC,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_is_listed_once_with_texts_of_its_own() {
        for (place, one) in GROUPS.into_iter().enumerate() {
            assert_eq!(one as usize, place);
            assert!(spec_of(one).sentence.ends_with('.'));
            for other in &GROUPS[..place] {
                assert_ne!(spec_of(one).title, spec_of(*other).title);
            }
        }
    }
}
