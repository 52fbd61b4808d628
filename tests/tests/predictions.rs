//! Golden digests of predictions: the same settings, delays, times and seed have the same prediction,
//! bit for bit, natively and in WebAssembly.
//!
//! `predictions.txt` contains a digest of each. This test runs on both targets. If a change is meant to
//! change predictions, `RINGSIDE_BLESS=1 cargo test -p ringside-tests --test predictions` rewrites the
//! native digests, and the commit says why they had to change.

use std::ops::Range;

use ringside_lab::pbs::{
    Delay, KStaleness, Legs, Point, Prediction, PredictionReport, Preset, Quantile, ReadsTo, Share,
    Wars,
};
use twox_hash::XxHash3_64;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const GOLDEN: &str = include_str!("predictions.txt");

/// The trials of a prediction: enough to draw from every part of every distribution, and for intervals
/// of all kinds.
const TRIALS: u32 = 10_000;
const SEED: u64 = 4;
const TIMES_MS: [f64; 7] = [0.0, 0.2, 1.0, 5.0, 10.0, 100.0, 1_000.0];
/// The sizes with a specialised loop, and one without.
const SIZES: [(u16, u16, u16); 6] =
    [(1, 1, 1), (2, 1, 2), (3, 1, 1), (3, 2, 1), (5, 2, 3), (7, 1, 4)];
/// The number of trials that are also compared one by one: a report of many trials shows only the
/// buckets of their delays, one of a single trial the exact bits.
const SINGLE: u32 = 200;

/// Returns one line per prediction: the delays, N, R, W, the replicas that reads contact, and the
/// digest; and one line per kind of delays for single trials.
fn lines() -> String {
    let presets = Preset::ALL.map(|preset| (preset.name(), preset.legs()));
    let delays = presets.into_iter().chain([("table", tables()), ("families", families())]);
    let mut lines = Vec::new();
    for (name, legs) in delays {
        let wars = Wars::new(3, 1, 1, ReadsTo::All, legs.clone()).expect("they are possible");
        let single = |ordinal| trial_bits(&predict(&wars, ordinal..ordinal + 1));
        lines.push(format!("{name} singly {:016x}", digest((0..SINGLE).flat_map(single))));
        for (n, r, w) in SIZES {
            for (word, reads_to) in [("all", ReadsTo::All), ("quorum", ReadsTo::Quorum)] {
                let wars = Wars::new(n, r, w, reads_to, legs.clone()).expect("they are possible");
                let digest = digest(bits(&predict(&wars, 0..TRIALS).report()));
                lines.push(format!("{name} {n} {r} {w} {word} {digest:016x}"));
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Measured delays, different for each leg.
fn tables() -> Legs {
    Legs {
        w: Delay::Table(vec![1.5, 4.0, 2.25]),
        a: Delay::Table(vec![0.2, 0.3]),
        r: Delay::Table(vec![0.35, 0.15, 0.6, 19.0]),
        s: Delay::Table(vec![0.1, 7.25]),
        remote_ms: 0.0,
        layouts: Vec::new(),
    }
}

/// Legs of every family that is in no preset: a tail too heavy for tables of powers, and nested mixtures.
fn families() -> Legs {
    let heavy = Delay::Pareto { scale_ms: 0.01, shape: 0.2 };
    let uniform = Delay::Uniform { min_ms: 0.5, max_ms: 3.0 };
    let nested = Delay::Mixture(vec![
        (2.0, heavy),
        (3.0, Delay::Mixture(vec![(0.7, uniform.clone()), (1.9, Delay::Constant { ms: 1.1 })])),
    ]);
    let exponential = Delay::Exponential { mean_ms: 0.3 };
    let plain = Legs::all(Delay::Constant { ms: 0.7 });
    Legs { w: nested, a: exponential, r: uniform, remote_ms: 0.1, ..plain }
}

fn predict(wars: &Wars, ordinals: Range<u32>) -> Prediction {
    let mut prediction = Prediction::new(wars.clone(), &TIMES_MS, SEED).expect("they are times");
    prediction.run(ordinals);
    prediction
}

/// The bits of all delays of a prediction with a single trial.
fn trial_bits(prediction: &Prediction) -> [u64; 3] {
    let medians =
        [prediction.t_visibility(0.5), prediction.read_latency(0.5), prediction.write_latency(0.5)];
    medians.map(|median| median.expect("a trial has run").value_ms.to_bits())
}

/// The bits of every number of a report, in the report's order.
fn bits(report: &PredictionReport) -> Vec<u64> {
    let PredictionReport { trials, p_consistent, t_visibility_ms, read_ms, write_ms, k_staleness } =
        report;
    let mut bits = vec![u64::from(*trials)];
    let point = |Point { t_ms, share: Share { value, low, high } }: &Point| {
        [*t_ms, *value, *low, *high].map(f64::to_bits)
    };
    bits.extend(p_consistent.iter().flat_map(point));
    let quantile = |Quantile { quantile, value_ms, low_ms, high_ms }: &Quantile| {
        // No closed interval ends at infinity, so that an open one has distinct bits.
        [*quantile, *value_ms, *low_ms, high_ms.unwrap_or(f64::INFINITY)].map(f64::to_bits)
    };
    let quantiles = [t_visibility_ms, read_ms, write_ms];
    bits.extend(quantiles.into_iter().flatten().flat_map(quantile));
    let versions = |KStaleness { k, within }: &KStaleness| [u64::from(*k), within.to_bits()];
    bits.extend(k_staleness.iter().flat_map(versions));
    bits
}

fn digest(bits: impl IntoIterator<Item = u64>) -> u64 {
    let bytes: Vec<u8> = bits.into_iter().flat_map(u64::to_le_bytes).collect();
    XxHash3_64::oneshot(&bytes)
}

#[test]
fn predictions_have_their_golden_digests() {
    let lines = lines();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("RINGSIDE_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/predictions.txt");
        std::fs::write(path, &lines).expect("the golden file can be written");
        return;
    }
    assert_eq!(lines, GOLDEN, "a prediction has changed: see the top of this file");
}
