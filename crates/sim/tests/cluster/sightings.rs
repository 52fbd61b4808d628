//! What an observer who sees everything is shown, against a look at every disk after every step.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_sim::{Cluster, Config, Seen};
use ringside_store::version::Siblings;
use ringside_store::{Duration, Hearing, Instant, Key, NodeId};

use crate::fixture::{config, load, run_for, start};
use crate::whole::{acts, carry_out, mechanisms};

/// Whose judgement of whom is watched.
const PAIR: (NodeId, NodeId) = (NodeId(1), NodeId(0));

/// What somebody knows who is shown the sightings and nothing else.
#[derive(Default)]
struct Known {
    copies: BTreeMap<(NodeId, Key), Siblings>,
    hints: BTreeMap<NodeId, (u32, u64, Option<Instant>)>,
    ring: Vec<NodeId>,
    n: u16,
    hearing: Option<Hearing>,
    last: (u64, Instant),
}

impl Known {
    /// Takes in what was seen meanwhile, and checks it against what is there.
    fn look(&mut self, cluster: &mut Cluster) -> Result<(), TestCaseError> {
        for sighting in cluster.take_sightings() {
            prop_assert!((sighting.before, sighting.at) >= self.last, "in the order of time");
            self.last = (sighting.before, sighting.at);
            match sighting.what {
                Seen::Copy { node, key, siblings } if siblings.is_empty() => {
                    prop_assert!(self.copies.remove(&(node, key)).is_some(), "it was held");
                }
                Seen::Copy { node, key, siblings } => {
                    let before = self.copies.insert((node, key), siblings.clone());
                    prop_assert_ne!(before, Some(siblings), "it has changed");
                }
                Seen::Wiped(node) => {
                    self.copies.retain(|(holder, _), _| *holder != node);
                    self.hints.remove(&node);
                }
                Seen::Hints { node, held, bytes, oldest } => {
                    self.hints.insert(node, (held, bytes, oldest));
                }
                Seen::Ring { ring, n } => (self.ring, self.n) = (ring.nodes().to_vec(), n),
                Seen::Hearing(hearing) => self.hearing = hearing,
                Seen::Begun(_) | Seen::Told(_) | Seen::Differs(_) => {}
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
        prop_assert_eq!(self.hearing, cluster.hearing(PAIR));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sightings_are_what_a_look_at_every_disk_shows(seed: u64, on: bool, acts in acts()) {
        let settings = mechanisms(on);
        let config = Config { seed, load: Some(load(100.0)), settings, ..config() };
        let (mut watched, mut alone) = (start(config.clone()), start(config));
        watched.watch();
        watched.listen_in(Some(PAIR));
        let mut known = Known { hearing: watched.hearing(PAIR), ..Known::default() };
        known.look(&mut watched)?;
        for (ms, act) in &acts {
            run_for(&mut alone, *ms);
            carry_out(&mut alone, act);
            let until = watched.now() + Duration::from_ms(*ms);
            while watched.step(until) {
                known.look(&mut watched)?;
            }
            watched.advance(until, u64::MAX);
            carry_out(&mut watched, act);
            known.look(&mut watched)?;
        }
        prop_assert_eq!(watched.journal().digest(), alone.journal().digest(), "watching changes nothing");
    }
}
