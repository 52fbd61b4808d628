//! Tests of the cluster under the assumptions of WARS against the predictor: trial by trial on the same
//! delays, and statistically on independent draws.
#![cfg(not(target_arch = "wasm32"))]

mod as_published;

use as_published::AsPublished;
use ringside_lab::pbs::{Coordinator, Preset, ReadsTo};
use ringside_tests::wars::{
    Latency, MOST_RMSE_POINTS, NODES, Predicted, SIZES, Setup, measure, measure_with, times_us,
};

/// The trials of the predictor: they leave it at most 0.1 points of sampling noise.
const PREDICTED: u32 = 400_000;
/// The root mean square of the cluster's sampling noise, in percentage points. Half of the allowed
/// difference, because the reads of a trial share its write, so that their noise is correlated.
const NOISE_POINTS: f64 = 0.15;
/// The smallest number of trials.
const FEWEST: u32 = 2_000;

/// Runs every setup with a few trials, without sampling noise, because the model gets the delays of the
/// messages.
#[test]
fn each_trial_agrees_with_wars_on_its_delays() {
    let (mut stale, mut ties, mut reads) = (0, 0, 0);
    for preset in Preset::ALL {
        for sizes in SIZES {
            if preset == Preset::Wan && sizes.0 > 3 {
                continue;
            }
            for reads_to in [ReadsTo::All, ReadsTo::Quorum] {
                let any = Coordinator::Any { nodes: NODES };
                for coordinator in [Coordinator::Apart, Coordinator::Replica, any] {
                    let setup = Setup { preset, sizes, reads_to, coordinator };
                    let mut model = AsPublished::default();
                    let times_us = times_us(preset);
                    measure_with(&setup, &times_us, 40, 7, &mut |_, entry| model.observe(entry));
                    let agreement = model.check(&times_us);
                    assert_eq!(agreement.in_time, 40 * 7, "{setup:?}");
                    assert_eq!(agreement.as_fresh + agreement.ties, 40 * 6, "{setup:?}");
                    stale += agreement.stale;
                    ties += agreement.ties;
                    reads += 40 * 6;
                }
            }
        }
    }
    assert!(ties * 50 < reads, "{ties} of {reads} reads are undecided");
    assert!(
        stale * 20 > reads,
        "only {stale} of {reads} reads are stale, which is too few for this test"
    );
}

/// Runs some sizes with a fixed seed, and compares them with the prediction.
fn check(preset: Preset, coordinator: Coordinator, sizes: &[(u16, u16, u16)]) {
    let times_us = times_us(preset);
    for &sizes in sizes {
        let setup = Setup { preset, sizes, reads_to: ReadsTo::All, coordinator };
        let predicted = Predicted::new(&setup, &times_us, PREDICTED);
        let trials = predicted.trials_for(NOISE_POINTS).max(FEWEST);
        let compared = predicted.compare(&measure(&setup, &times_us, trials, 1));
        println!(
            "{preset} {sizes:?} {coordinator:?}: {trials} trials, {:.3} points, {:.2}% and {:.2}%",
            compared.rmse_points(),
            compared.reads.rmse_percent(),
            compared.writes.rmse_percent()
        );
        assert!(compared.rmse_points() <= MOST_RMSE_POINTS, "{setup:?}: {:#?}", compared.points);
        check_latency(&compared.reads, &setup);
        check_latency(&compared.writes, &setup);
    }
}

/// Checks that the share of operations within each predicted percentile equals its rank, up to the
/// noise of both: five standard deviations, which are exceeded once in a million times.
fn check_latency(latency: &Latency, setup: &Setup) {
    for percentile in &latency.percentiles {
        let share = percentile.share;
        let part = 1.0 / latency.operations as f64 + 1.0 / f64::from(PREDICTED);
        let noise = 5.0 * f64::sqrt(share * (1.0 - share) * part);
        let (least, most) = percentile.within;
        assert!(least - noise <= share && share <= most + noise, "{setup:?}: {percentile:?}");
    }
}

#[test]
fn lnkd_ssd_is_as_predicted() {
    check(Preset::LnkdSsd, Coordinator::Apart, &[(3, 1, 1), (3, 1, 2), (3, 2, 1), (3, 2, 2)]);
}

#[test]
fn lnkd_disk_is_as_predicted() {
    check(Preset::LnkdDisk, Coordinator::Apart, &[(3, 2, 1), (3, 2, 2)]);
}

#[test]
fn ymmr_is_as_predicted() {
    check(Preset::Ymmr, Coordinator::Apart, &[(3, 1, 2), (3, 2, 1), (3, 2, 2)]);
}

#[test]
fn wan_is_as_predicted() {
    check(Preset::Wan, Coordinator::Apart, &[(3, 1, 2), (3, 2, 1), (3, 2, 2)]);
}

#[test]
fn coordination_by_replicas_or_any_node_is_as_predicted() {
    check(Preset::LnkdSsd, Coordinator::Replica, &[(3, 1, 2)]);
    check(Preset::Ymmr, Coordinator::Replica, &[(3, 1, 2)]);
    check(Preset::LnkdSsd, Coordinator::Any { nodes: NODES }, &[(3, 1, 2)]);
}
