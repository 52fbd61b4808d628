//! Laws of any prediction.

use proptest::prelude::*;
use ringside_staleness::pbs::{
    Coordinator, Delay, Legs, MergeError, Prediction, PredictionReport, Preset, ReadsTo,
    TimesError, Wars,
};

const TIMES_MS: [f64; 6] = [0.0, 0.25, 1.0, 5.0, 10.0, 60.0];

fn prediction(sizes: (u16, u16, u16), reads_to: ReadsTo, legs: Legs, seed: u64) -> Prediction {
    let (n, r, w) = sizes;
    let wars = Wars::new(n, r, w, reads_to, legs).expect("possible settings");
    Prediction::new(wars, &TIMES_MS, seed).expect("possible times")
}

fn run_prediction(sizes: (u16, u16, u16), reads_to: ReadsTo, legs: Legs) -> Prediction {
    let mut prediction = prediction(sizes, reads_to, legs, 3);
    prediction.run(0..2_000);
    prediction
}

fn shares(prediction: &Prediction) -> Vec<f64> {
    prediction.p_consistent().iter().map(|point| point.share.value).collect()
}

/// Whether no share is lower than its counterpart. There is no tolerance, because both predictions share all
/// their randomness.
fn is_nowhere_below(higher: &[f64], lower: &[f64]) -> bool {
    higher.iter().zip(lower).all(|(higher, lower)| higher >= lower)
}

fn preset() -> impl Strategy<Value = Preset> {
    prop::sample::select(Preset::ALL.to_vec())
}

fn reads_to() -> impl Strategy<Value = ReadsTo> {
    prop::sample::select(vec![ReadsTo::All, ReadsTo::Quorum])
}

fn sizes() -> impl Strategy<Value = (u16, u16, u16)> {
    (1..8_u16).prop_flat_map(|n| (Just(n), 1..=n, 1..=n))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn freshness_grows_with_time_and_with_r_and_w(
        (n, r, w) in sizes(), preset in preset(), reads_to in reads_to(),
    ) {
        let here = run_prediction((n, r, w), reads_to, preset.legs());
        prop_assert!(shares(&here).is_sorted());
        if w < n {
            let more = run_prediction((n, r, w + 1), reads_to, preset.legs());
            prop_assert!(is_nowhere_below(&shares(&more), &shares(&here)), "W");
            let (slow, quick) = (more.write_latency(0.5), here.write_latency(0.5));
            prop_assert!(slow.map(|it| it.value_ms) >= quick.map(|it| it.value_ms));
        }
        if r < n {
            let more = run_prediction((n, r + 1, w), reads_to, preset.legs());
            prop_assert!(is_nowhere_below(&shares(&more), &shares(&here)), "R");
        }
        if r + w > n {
            prop_assert!(shares(&here).iter().all(|share| *share >= 1.0));
        }
    }

    #[test]
    fn slices_and_threads_do_not_change_the_result(
        (n, r, w) in sizes(),
        preset in preset(),
        seed: u64,
        mut cuts in prop::collection::vec(0..3_000_u32, 0..6),
        parts in prop::collection::vec(0..3_usize, 7),
    ) {
        let new = || prediction((n, r, w), ReadsTo::All, preset.legs(), seed);
        let mut whole = new();
        whole.run(0..3_000);

        cuts.extend([0, 3_000]);
        cuts.sort_unstable();
        let slices: Vec<_> = cuts.windows(2).map(|cut| cut[0]..cut[1]).collect();
        let mut backwards = new();
        slices.iter().rev().for_each(|slice| backwards.run(slice.clone()));
        prop_assert_eq!(backwards.report(), whole.report());

        let mut threads = [new(), new(), new()];
        slices.iter().zip(parts).for_each(|(slice, part)| threads[part].run(slice.clone()));
        let [mut joined, second, third] = threads;
        prop_assert_eq!(joined.merge(&third), Ok(()));
        prop_assert_eq!(joined.merge(&second), Ok(()));
        prop_assert_eq!(joined.report(), whole.report());
    }
}

#[test]
fn a_prediction_depends_on_its_seed() {
    let run = |seed| {
        let mut prediction = prediction((3, 1, 1), ReadsTo::All, Preset::Ymmr.legs(), seed);
        prediction.run(0..5_000);
        prediction.report()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

/// A change of these bits changes predictions that users have seen, so it must be deliberate.
#[test]
fn the_bits_are_the_same_on_every_machine() {
    let mut bits = Vec::new();
    for preset in [Preset::Wan, Preset::Ymmr] {
        let report = run_prediction((3, 2, 1), ReadsTo::All, preset.legs()).report();
        let quantiles = [report.t_visibility_ms[0], report.read_ms[1], report.write_ms[1]];
        bits.extend(quantiles.map(|quantile| quantile.value_ms.to_bits()));
        bits.push(report.p_consistent[0].share.low.to_bits());
    }
    let expected = [
        4_623_592_629_844_574_208,
        4_639_504_503_413_130_180,
        4_628_210_578_681_233_408,
        4_605_721_865_779_236_267,
        4_608_940_537_892_831_232,
        4_618_759_176_728_870_912,
        4_620_019_217_054_302_208,
        4_607_011_459_379_286_502,
    ];
    assert_eq!(bits, expected);
}

#[test]
fn a_trial_is_counted_once() {
    let new = || prediction((3, 1, 1), ReadsTo::All, Preset::LnkdSsd.legs(), 1);
    let mut prediction = new();
    assert_eq!(prediction.p_consistent(), []);
    assert_eq!(prediction.t_visibility(0.99), None);
    prediction.run(100..300);
    prediction.run(0..200);
    assert_eq!(prediction.trials(), 300);
    let (mut other, before) = (new(), prediction.report());
    other.run(299..301);
    assert_eq!(prediction.merge(&other), Err(MergeError::Overlapping));
    let different = run_prediction((3, 2, 1), ReadsTo::All, Preset::LnkdSsd.legs());
    assert_eq!(prediction.merge(&different), Err(MergeError::Different));
    assert_eq!(prediction.report(), before);
}

/// Delays that are whole numbers give thresholds that equal the requested times, to the bit.
#[test]
fn a_read_at_its_threshold_is_fresh() {
    let constant = |ms| Delay::Constant { ms };
    // Replicas take the write after 2 or 7 ms; the coordinator gets an acknowledgement at 2 ms; the read
    // arrives at once. So a read of the slow replica is stale for just under 5 ms.
    let legs = Legs { w: Delay::Table(vec![2.0, 7.0]), ..Legs::all(constant(0.0)) };
    let prediction = run_prediction((3, 1, 1), ReadsTo::All, legs);
    let points = prediction.p_consistent();
    assert!(points[2].share.value < 1.0, "at 1 ms: {:?}", points[2]);
    assert!(points[3].share.value >= 1.0, "at 5 ms: {:?}", points[3]);
}

#[test]
fn a_read_sent_to_r_replicas_waits_for_the_slowest_of_them() {
    let [all, some] = [ReadsTo::All, ReadsTo::Quorum]
        .map(|reads_to| run_prediction((3, 2, 1), reads_to, Preset::LnkdSsd.legs()));
    let read_ms = |it: &Prediction| it.read_latency(0.9).expect("trials").value_ms;
    assert!(read_ms(&some) > read_ms(&all));
    // At R = N there is no difference at all.
    let [all, some] = [ReadsTo::All, ReadsTo::Quorum]
        .map(|reads_to| run_prediction((3, 3, 1), reads_to, Preset::LnkdSsd.legs()).report());
    assert_eq!(all, some);
}

#[test]
fn any_node_of_n_is_a_replica() {
    let report = |coordinator, preset: Preset| {
        let wars = Wars::new(3, 2, 1, ReadsTo::Quorum, preset.legs()).expect("possible settings");
        let wars = wars.with_coordinator(coordinator);
        let mut prediction = Prediction::new(wars, &TIMES_MS, 3).expect("possible times");
        prediction.run(0..2_000);
        prediction.report()
    };
    for preset in [Preset::LnkdDisk, Preset::Wan] {
        let replica = report(Coordinator::Replica, preset);
        assert_eq!(report(Coordinator::Any { nodes: 3 }, preset), replica);
        assert_ne!(report(Coordinator::Any { nodes: 4 }, preset), replica);
        assert_ne!(report(Coordinator::Apart, preset), replica);
    }
}

#[test]
fn a_single_replica_as_coordinator_is_fresh_and_takes_no_time() {
    let wars = Wars::new(1, 1, 1, ReadsTo::All, Preset::Wan.legs()).expect("possible settings");
    let wars = wars.with_coordinator(Coordinator::Replica);
    let mut prediction = Prediction::new(wars, &[0.0], 3).expect("possible times");
    prediction.run(0..1_000);
    let report = prediction.report();
    assert!(report.p_consistent[0].share.value >= 1.0);
    assert!(report.read_ms.iter().chain(&report.write_ms).all(|it| it.value_ms <= 0.0));
}

#[test]
fn impossible_times_are_refused() {
    let wars = Wars::new(3, 1, 1, ReadsTo::All, Preset::LnkdSsd.legs()).expect("possible settings");
    let refused = |times: &[f64]| Prediction::new(wars.clone(), times, 1).err();
    assert_eq!(refused(&[1.0, -1.0]), Some(TimesError::NotATime(-1.0)));
    assert!(refused(&[f64::NAN]).is_some() && refused(&[f64::INFINITY]).is_some());
    assert_eq!(refused(&vec![0.0; 5_000]), Some(TimesError::TooMany));
    assert_eq!(refused(&[]), None);
}

#[test]
fn a_report_survives_json() {
    let report = run_prediction((3, 1, 1), ReadsTo::All, Preset::LnkdDisk.legs()).report();
    let text = serde_json::to_string(&report).expect("plain data");
    assert!(text.contains(r#""p_consistent":[{"t_ms":0.0,"value":"#), "{text}");
    // The JSON parser may lose a float's last bit, so the floats are not compared.
    let read: PredictionReport = serde_json::from_str(&text).expect("what was written");
    assert_eq!(read.trials, report.trials);
    assert_eq!(read.t_visibility_ms.len(), 2);
    assert_eq!(read.t_visibility_ms[1].high_ms, None, "2,000 trials leave the tail open");
}
