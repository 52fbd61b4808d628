//! Observations, compared with every disk after every step.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_sim::{Cluster, Config, ObservationKind};
use ringside_store::version::Siblings;
use ringside_store::{Duration, HeartbeatStats, Instant, Key, NodeId};

use crate::fixture::{config, load, run_for, start};
use crate::invariants::{apply, mechanisms, steps};

/// The watched failure detector: observer and peer.
const PAIR: (NodeId, NodeId) = (NodeId(1), NodeId(0));

/// The state of the cluster as it follows from the observations alone.
#[derive(Default)]
struct Model {
    copies: BTreeMap<(NodeId, Key), Siblings>,
    hints: BTreeMap<NodeId, (u32, u64, Option<Instant>)>,
    ring: Vec<NodeId>,
    n: u16,
    stats: Option<HeartbeatStats>,
    last: (u64, Instant),
}

impl Model {
    /// Applies the latest observations, and compares the model with the cluster.
    fn update(&mut self, cluster: &mut Cluster) -> Result<(), TestCaseError> {
        for observation in cluster.take_observations() {
            prop_assert!((observation.before, observation.at) >= self.last, "in the order of time");
            self.last = (observation.before, observation.at);
            match observation.kind {
                ObservationKind::Copy { node, key, siblings } if siblings.is_empty() => {
                    prop_assert!(self.copies.remove(&(node, key)).is_some(), "it was held");
                }
                ObservationKind::Copy { node, key, siblings } => {
                    let old = self.copies.insert((node, key), siblings.clone());
                    prop_assert_ne!(old, Some(siblings), "it has changed");
                }
                ObservationKind::Wiped(node) => {
                    self.copies.retain(|(holder, _), _| *holder != node);
                    self.hints.remove(&node);
                }
                ObservationKind::Hints { node, held, bytes, oldest } => {
                    self.hints.insert(node, (held, bytes, oldest));
                }
                ObservationKind::Ring { ring, n } => {
                    (self.ring, self.n) = (ring.nodes().to_vec(), n);
                }
                ObservationKind::Detector(stats) => self.stats = stats,
                ObservationKind::ExchangeBegun(_)
                | ObservationKind::ExchangeSent(_)
                | ObservationKind::KeyDiffers(_) => {}
            }
        }
        let mut copies = BTreeMap::new();
        for node in cluster.nodes() {
            let held = node.disk.iter();
            copies.extend(held.map(|(key, it)| ((node.id, key.clone()), it.clone())));
            let hints = node.disk.hints();
            let seen = self.hints.get(&node.id).copied().unwrap_or_default();
            prop_assert_eq!(seen, (hints.len(), hints.bytes(), hints.oldest()));
        }
        prop_assert_eq!(&self.copies, &copies);
        prop_assert_eq!(self.ring.as_slice(), cluster.ring().nodes());
        prop_assert_eq!(self.n, cluster.quorum().n());
        prop_assert_eq!(self.stats, cluster.heartbeat_stats(PAIR));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn observations_agree_with_the_disks_and_watching_changes_nothing(
        seed: u64, on: bool, steps in steps(),
    ) {
        let settings = mechanisms(on);
        let config = Config { seed, load: Some(load(100.0)), settings, ..config() };
        let (mut watched, mut unwatched) = (start(config.clone()), start(config));
        watched.watch();
        watched.watch_detector(Some(PAIR));
        let mut model = Model { stats: watched.heartbeat_stats(PAIR), ..Model::default() };
        model.update(&mut watched)?;
        for (ms, step) in &steps {
            run_for(&mut unwatched, *ms);
            apply(&mut unwatched, step);
            let until = watched.now() + Duration::from_ms(*ms);
            while watched.step(until) {
                model.update(&mut watched)?;
            }
            watched.advance(until, u64::MAX);
            apply(&mut watched, step);
            model.update(&mut watched)?;
        }
        let digests = [watched, unwatched].map(|cluster| cluster.journal().digest());
        prop_assert_eq!(digests[0], digests[1], "watching changes nothing");
    }
}
