//! Stale reads in the scenarios: the measured rates against the predictions of PBS.

use ringside_lab::pbs::Prediction;

use crate::observe::twin;

/// The least number of reads of a point that is compared.
const ENOUGH: u64 = 30;

/// Runs a scenario with some fields changed, and holds its curve of fresh reads against the prediction.
/// Returns the chance of a fresh read at once.
fn hold(name: &str, changes: &[(&str, &str)]) -> f64 {
    let run = twin(name, changes);
    assert_eq!(run.failed(), 0);
    let model_parameters = run.lab.model_parameters().expect("it can be predicted");
    assert_eq!(model_parameters.caveats, [""; 0], "{name} is as the model takes it");
    let curve = run.lab.curve();
    let mut times_ms: Vec<f64> = curve.iter().flat_map(|it| [it.from_ms, it.to_ms]).collect();
    times_ms.insert(0, 0.0);
    let mut prediction =
        Prediction::new(model_parameters.wars, &times_ms, 1).expect("possible times");
    prediction.run(0..100_000);
    let predicted = prediction.p_consistent();
    let at = |ms: f64| predicted.iter().find(|point| point.t_ms >= ms).expect("asked for").share;
    let points = curve.iter().filter(|point| point.reads >= ENOUGH);
    let held = points.map(|point| {
        // A point is the mean of what the curve does within its bounds; four standard deviations of
        // luck are the width of its interval.
        let noise = point.fresh.high - point.fresh.low;
        let (least, most) = (at(point.from_ms).low, at(point.to_ms).high);
        let fresh = point.fresh.value;
        assert!(least - noise <= fresh && fresh <= most + noise, "{name} {changes:?}: {point:?}");
    });
    assert!(held.count() >= 15, "the curve has points enough");
    predicted[0].share.value
}

#[test]
fn slow_disks_are_as_stale_as_predicted_and_larger_quorums_help() {
    let plain = hold("pbs", &[]);
    assert!((0.3..0.5).contains(&plain), "{plain}");
    assert!(hold("pbs", &[("cluster.w", "2")]) > plain + 0.2);
    assert!(hold("pbs", &[("cluster.r", "2")]) > plain + 0.2);
    assert!(hold("pbs", &[("cluster.r", "2"), ("cluster.w", "2")]) >= 1.0);
}

#[test]
fn continents_are_as_stale_as_predicted_and_waiting_for_another_one_helps() {
    let plain = hold("pbs-wan", &[]);
    assert!((0.3..0.5).contains(&plain), "{plain}");
    assert!(hold("pbs-wan", &[("cluster.w", "2")]) > plain + 0.4);
}
