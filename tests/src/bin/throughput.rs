//! Benchmark of the simulator, as ratios within one run; `cargo xtask bench` builds it for both targets.
//!
//! Natively it prints its measurements; in WebAssembly it exports the function `throughput`, which
//! returns the same text.

use std::hint::black_box;

use ringside_lab::pbs::{Prediction, Preset, ReadsTo, Wars};
use ringside_tests::throughput::{cluster, replay, run, trace};
use serde_json::json;

/// The rounds of each measurement: the best counts, because other work of the machine can only slow it
/// down.
const ROUNDS: u32 = 5;
/// The load, in operations per second of virtual time, and the virtual seconds that it runs.
const RATE: f64 = 20_000.0;
const SECONDS: u64 = 5;
/// The trials of a prediction, and its times in milliseconds.
const TRIALS: u32 = 1_000_000;
const TIMES_MS: [f64; 5] = [0.0, 1.0, 5.0, 10.0, 100.0];
/// The name of the prediction in the table.
const PBS: &str = "PBS, a million trials";

/// Returns the measurements as JSON; `now` reads a clock in seconds.
fn measure(now: impl Fn() -> f64) -> String {
    let steps = trace(cluster(RATE), SECONDS);
    let (mut heap, mut handled, mut entries) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut trials = 0.0_f64;
    let (mut sum, mut digest, mut prediction) = (0, String::new(), 0);
    let timed = |work: &mut dyn FnMut() -> u64| {
        let start = now();
        let count = work();
        count as f64 / (now() - start).max(1e-9)
    };
    for _ in 0..ROUNDS {
        heap = heap.max(timed(&mut || {
            let (checked, pops) = black_box(replay(black_box(&steps)));
            sum = checked;
            pops
        }));
        let mut cluster = cluster(RATE);
        let rate = timed(&mut || black_box(run(&mut cluster, SECONDS)));
        handled = handled.max(rate);
        let written = cluster.journal().written() as f64;
        entries = entries.max(rate * written / cluster.handled() as f64);
        digest = cluster.journal().digest().to_string();
        trials = trials.max(timed(&mut || {
            prediction = black_box(predict());
            u64::from(TRIALS)
        }));
    }
    json!({
        "rates": { "cluster": handled, "bare heap": heap, "journal entries": entries },
        "ratios": [["cluster", "bare heap"], ["journal entries", "bare heap"]],
        "times_ms": { PBS: f64::from(TRIALS) / trials * 1e3 },
        "digests": { "cluster": digest, "bare heap": sum.to_string(), PBS: prediction.to_string() },
    })
    .to_string()
}

/// Makes a prediction and its report, like the page's worker, and returns the bits of its longest
/// delay, which show whether two predictions are equal.
fn predict() -> u64 {
    let wars = Wars::new(3, 1, 1, ReadsTo::All, Preset::LnkdDisk.legs()).expect("it is possible");
    let mut prediction = Prediction::new(wars, &TIMES_MS, 7).expect("they are times");
    prediction.run(0..black_box(TRIALS));
    let report = prediction.report();
    report.t_visibility_ms.last().map_or(0, |quantile| quantile.value_ms.to_bits())
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let start = std::time::Instant::now();
    println!("{}", measure(|| start.elapsed().as_secs_f64()));
}

#[cfg(target_arch = "wasm32")]
fn main() {}

/// Returns the measurements as JSON.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn throughput() -> String {
    measure(|| js_sys::Date::now() / 1e3)
}
