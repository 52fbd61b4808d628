//! Trials of the model: a write, and the read after it.

#![expect(
    clippy::inline_always,
    reason = "a trial is quick only as one piece: in calls it takes a sixth longer"
)]

use std::ops::Range;

use ringside_random::{Draws, Seed};

use super::log_tables::LogTables;
use super::sampler::Sampler;
use super::topology::{CoordinatorSite, Topology};
use super::wars::{REPLICAS_MAX, ReadsTo, Wars};

/// The purpose of the legs' random stream. [`Topology`] has others.
const LEGS: u64 = 0;
/// The length of an array for any number of replicas.
const ROOM_MAX: usize = REPLICAS_MAX as usize;

/// The result of one trial, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_field_names, reason = "units come last in a name")]
pub(super) struct TrialOutcome {
    /// The time after the write's acknowledgement from which on a read is fresh.
    pub(super) threshold_ms: f64,
    /// The latency of the read.
    pub(super) read_ms: f64,
    /// The latency of the write.
    pub(super) write_ms: f64,
}

/// The model prepared for trials.
///
/// The randomness of a trial depends on its ordinal, and that of a leg on its replica: replica i has the
/// same four draws whatever N, R, W and the delays are, so that two settings share all the randomness that
/// they can share.
#[derive(Clone, Debug)]
pub(super) struct Trials {
    n: u16,
    r: usize,
    w: usize,
    /// The number of replicas that a read asks: the first ones, since no replica differs from another.
    asked: usize,
    tables: LogTables,
    legs: [Sampler; 4],
    remote_ms: f64,
    draws: Seed,
    topology: Topology,
}

/// One replica's answer to a read.
#[derive(Clone, Copy, Debug, Default)]
struct ReplicaAnswer {
    /// The time of its arrival after the read's start.
    read_ms: f64,
    /// The time after the write's start from which on a read gets a fresh answer.
    gap_ms: f64,
}

impl Trials {
    pub(super) fn new(wars: &Wars, seed: u64) -> Self {
        let (seed, legs) = (Seed::new(seed), wars.legs());
        Self {
            n: wars.n(),
            r: usize::from(wars.r()),
            w: usize::from(wars.w()),
            asked: usize::from(match wars.reads_to() {
                ReadsTo::All => wars.n(),
                ReadsTo::Quorum => wars.r(),
            }),
            tables: LogTables::new(),
            legs: [&legs.w, &legs.a, &legs.r, &legs.s].map(Sampler::new),
            remote_ms: legs.remote_ms,
            draws: seed.child(LEGS),
            topology: Topology::new(wars, seed),
        }
    }

    /// Runs the trials of some ordinals, in order.
    pub(super) fn run(&self, ordinals: Range<u32>, visit: impl FnMut(TrialOutcome)) {
        // The usual sizes get loops of their own, which the compiler unrolls.
        match self.n {
            1 => self.run_with([0.0; 1], [ReplicaAnswer::default(); 1], ordinals, visit),
            2 => self.run_with([0.0; 2], [ReplicaAnswer::default(); 2], ordinals, visit),
            3 => self.run_with([0.0; 3], [ReplicaAnswer::default(); 3], ordinals, visit),
            5 => self.run_with([0.0; 5], [ReplicaAnswer::default(); 5], ordinals, visit),
            _ => self.run_with(
                [0.0; ROOM_MAX],
                [ReplicaAnswer::default(); ROOM_MAX],
                ordinals,
                visit,
            ),
        }
    }

    fn run_with<const ROOM: usize>(
        &self,
        mut acks_ms: [f64; ROOM],
        mut answers: [ReplicaAnswer; ROOM],
        ordinals: Range<u32>,
        mut visit: impl FnMut(TrialOutcome),
    ) {
        let n = usize::from(self.n).min(ROOM);
        for ordinal in ordinals {
            visit(self.outcome(ordinal, &mut acks_ms[..n], &mut answers[..n]));
        }
    }

    #[inline(always)]
    fn outcome(
        &self,
        ordinal: u32,
        acks_ms: &mut [f64],
        answers: &mut [ReplicaAnswer],
    ) -> TrialOutcome {
        let mut draws = self.draws.child(u64::from(ordinal)).draws();
        let sites = self.topology.draw(ordinal);
        for (replica, (ack_ms, answer)) in acks_ms.iter_mut().zip(&mut *answers).enumerate() {
            let [w, a, r, s] = self.legs_ms(&mut draws, replica, sites);
            *ack_ms = w + a;
            *answer = ReplicaAnswer { read_ms: r + s, gap_ms: w - r };
        }
        let write_ms = smallest(acks_ms, self.w, |ack_ms| *ack_ms).copied().unwrap_or(0.0);
        if let Some([_, CoordinatorSite { own: Some(own), .. }]) = sites {
            // The reader's coordinator is the first of the replicas that it asks.
            answers[..=own].rotate_right(1);
        }
        let taken = answers.get_mut(..self.asked).unwrap_or_default();
        let read_ms = smallest(taken, self.r, |it| it.read_ms).map_or(0.0, |it| it.read_ms);
        let taken = taken.iter().take(self.r);
        let gap_ms = taken.fold(f64::INFINITY, |least, answer| least.min(answer.gap_ms));
        TrialOutcome { threshold_ms: (gap_ms - write_ms).max(0.0), read_ms, write_ms }
    }

    /// Draws the four legs of one replica, W, A, R and S, in milliseconds.
    #[inline(always)]
    fn legs_ms(
        &self,
        draws: &mut Draws,
        replica: usize,
        sites: Option<[CoordinatorSite; 2]>,
    ) -> [f64; 4] {
        let [w, a, r, s] = &self.legs;
        let mut sample_ms = |leg: &Sampler| leg.sample_ms(&self.tables, draws.unit());
        let legs_ms = [sample_ms(w), sample_ms(a), sample_ms(r), sample_ms(s)];
        match sites {
            None => legs_ms,
            Some(sites) => self.placed(replica, legs_ms, sites),
        }
    }

    /// Returns the legs of one replica to coordinators at these positions.
    #[inline(always)]
    fn placed(&self, replica: usize, legs_ms: [f64; 4], sites: [CoordinatorSite; 2]) -> [f64; 4] {
        let [w, a, r, s] = legs_ms;
        let from = |site: CoordinatorSite, leg_ms: f64| {
            if site.own == Some(replica) {
                0.0
            } else if site.is_near(replica) {
                leg_ms
            } else {
                leg_ms + self.remote_ms
            }
        };
        let [writer, reader] = sites;
        [from(writer, w), from(writer, a), from(reader, r), from(reader, s)]
    }
}

/// Moves the `count` smallest items to the front, in order, and returns the last of them. For the few
/// replicas of a key no sort is quicker; and since a processor can't predict the comparisons, two items are
/// put in order without a branch.
#[inline(always)]
fn smallest<T: Copy>(items: &mut [T], count: usize, key: impl Fn(&T) -> f64) -> Option<&T> {
    let count = count.min(items.len());
    for place in 0..count {
        for index in place + 1..items.len() {
            let pair = [items[place], items[index]];
            let second = usize::from(key(&pair[1]) < key(&pair[0]));
            (items[place], items[index]) = (pair[second], pair[1 - second]);
        }
    }
    items.get(count.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pbs::{Coordinator, Delay, Legs, Preset};

    fn outcomes(wars: &Wars, ordinals: Range<u32>) -> Vec<TrialOutcome> {
        let mut outcomes = Vec::new();
        Trials::new(wars, 5).run(ordinals, |outcome| outcomes.push(outcome));
        outcomes
    }

    /// The procedure of the paper, without a threshold: draw, sort, take, compare (section 4.1).
    fn is_fresh(trials: &Trials, ordinal: u32, t_ms: f64) -> bool {
        let mut draws = trials.draws.child(u64::from(ordinal)).draws();
        let sites = trials.topology.draw(ordinal);
        let legs: Vec<[f64; 4]> = (0..usize::from(trials.n))
            .map(|replica| trials.legs_ms(&mut draws, replica, sites))
            .collect();
        let mut acks: Vec<f64> = legs.iter().map(|[w, a, ..]| w + a).collect();
        acks.sort_by(f64::total_cmp);
        let committed = acks[trials.w - 1];
        let mut asked: Vec<usize> = (0..legs.len()).collect();
        asked.sort_by_key(|&replica| sites.is_some_and(|[_, it]| it.own != Some(replica)));
        let mut answers: Vec<[f64; 4]> =
            asked[..trials.asked].iter().map(|&replica| legs[replica]).collect();
        answers.sort_by(|[.., r, s], [.., r2, s2]| (r + s).total_cmp(&(r2 + s2)));
        answers[..trials.r].iter().any(|[w, _, r, _]| committed + t_ms + r >= *w)
    }

    #[test]
    fn constant_delays_give_exact_outcomes() {
        let constant = |ms| Delay::Constant { ms };
        let (w, a) = (Delay::Table(vec![10.0]), constant(1.0));
        let legs = Legs { w, a, r: constant(2.0), ..Legs::all(constant(3.0)) };
        let wars = Wars::new(3, 1, 1, ReadsTo::All, legs).expect("possible settings");
        let expected = TrialOutcome { threshold_ms: 0.0, read_ms: 5.0, write_ms: 11.0 };
        assert_eq!(outcomes(&wars, 0..1), [expected]);
    }

    fn coordinator() -> impl Strategy<Value = Coordinator> {
        let any = (0..20_u16).prop_map(|nodes| Coordinator::Any { nodes });
        prop_oneof![Just(Coordinator::Apart), Just(Coordinator::Replica), any]
    }

    proptest! {
        #[test]
        fn a_read_turns_fresh_at_its_threshold(
            (n, r, w) in (1..9_u16).prop_flat_map(|n| (Just(n), 1..=n, 1..=n)),
            preset in prop::sample::select(Preset::ALL.to_vec()),
            reads_to in prop::sample::select(vec![ReadsTo::All, ReadsTo::Quorum]),
            coordinator in coordinator(),
            ordinal: u16,
        ) {
            let wars = Wars::new(n, r, w, reads_to, preset.legs()).expect("possible settings");
            let wars = wars.with_coordinator(coordinator);
            let trials = Trials::new(&wars, 5);
            let ordinal = u32::from(ordinal);
            let threshold_ms = outcomes(&wars, ordinal..ordinal + 1)[0].threshold_ms;
            prop_assert!(is_fresh(&trials, ordinal, threshold_ms + 1e-6));
            prop_assert!(threshold_ms < 1e-6 || !is_fresh(&trials, ordinal, threshold_ms - 1e-6));
        }

        #[test]
        fn the_smallest_agree_with_a_sort(
            mut items in prop::collection::vec(0.0..9.0, 1..12),
            count in 1..14_usize,
        ) {
            let mut sorted = items.clone();
            sorted.sort_by(f64::total_cmp);
            let last = sorted[count.min(sorted.len()) - 1];
            prop_assert_eq!(smallest(&mut items, count, |item| *item), Some(&last));
        }
    }
}
