//! Stale reads in the scenarios: the measured rates against the predictions of PBS.

use ringside_lab::pbs::Prediction;

use crate::observe::run_with;

/// The least number of reads of a point that is compared.
const ENOUGH: u64 = 30;

/// Runs a scenario with some fields changed, and compares its curve of fresh reads with the prediction.
/// Returns the predicted probability of a fresh read at t = 0.
fn compare_with_prediction(name: &str, changes: &[(&str, &str)]) -> f64 {
    let run = run_with(name, changes);
    assert_eq!(run.failed(), 0);
    let model_parameters = run.lab.model_parameters().expect("it can be predicted");
    assert_eq!(model_parameters.caveats, [""; 0], "{name} meets the assumptions of the model");
    let curve = run.lab.curve();
    let mut times_ms: Vec<f64> = curve.iter().flat_map(|it| [it.from_ms, it.to_ms]).collect();
    times_ms.insert(0, 0.0);
    let mut prediction =
        Prediction::new(model_parameters.wars, &times_ms, 1).expect("possible times");
    prediction.run(0..100_000);
    let predicted = prediction.p_consistent();
    let at =
        |ms: f64| predicted.iter().find(|point| point.t_ms >= ms).expect("a predicted time").share;
    let points = curve.iter().filter(|point| point.reads >= ENOUGH);
    let compared = points.map(|point| {
        // A point is the mean of the curve within its bounds. The width of its interval is four standard
        // deviations of sampling noise.
        let noise = point.fresh.high - point.fresh.low;
        let (least, most) = (at(point.from_ms).low, at(point.to_ms).high);
        let fresh = point.fresh.value;
        assert!(least - noise <= fresh && fresh <= most + noise, "{name} {changes:?}: {point:?}");
    });
    assert!(compared.count() >= 15, "the curve has enough points");
    predicted[0].share.value
}

#[test]
fn staleness_with_slow_disks_is_as_predicted_and_larger_quorums_reduce_it() {
    let plain = compare_with_prediction("pbs", &[]);
    assert!((0.3..0.5).contains(&plain), "{plain}");
    assert!(compare_with_prediction("pbs", &[("cluster.w", "2")]) > plain + 0.2);
    assert!(compare_with_prediction("pbs", &[("cluster.r", "2")]) > plain + 0.2);
    assert!(compare_with_prediction("pbs", &[("cluster.r", "2"), ("cluster.w", "2")]) >= 1.0);
}

#[test]
fn staleness_across_regions_is_as_predicted_and_w_2_reduces_it() {
    let plain = compare_with_prediction("pbs-wan", &[]);
    assert!((0.3..0.5).contains(&plain), "{plain}");
    assert!(compare_with_prediction("pbs-wan", &[("cluster.w", "2")]) > plain + 0.4);
}
