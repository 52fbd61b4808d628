//! Measures the simulator as ratios within one run: `cargo xtask bench` builds this for both targets.
//!
//! Natively it prints its measures; in WebAssembly it exports the function `throughput`, which gives
//! the same text.

use std::hint::black_box;

use ringside_tests::throughput::{cluster, replay, run, trace};
use serde_json::json;

/// How often each thing is measured: the best is taken, because whatever else the machine does can only
/// slow it down.
const ROUNDS: u32 = 5;
/// The load, in operations a second of virtual time, and for how many of those seconds it runs.
const RATE: f64 = 20_000.0;
const SECONDS: u64 = 5;

/// Gives the measures as JSON; `now` reads a clock in seconds.
fn measure(now: impl Fn() -> f64) -> String {
    let steps = trace(cluster(RATE), SECONDS);
    let (mut heap, mut handled, mut entries) = (0.0_f64, 0.0_f64, 0.0_f64);
    let (mut sum, mut digest) = (0, String::new());
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
    }
    json!({
        "rates": { "cluster": handled, "bare heap": heap, "journal entries": entries },
        "ratios": [["cluster", "bare heap"], ["journal entries", "bare heap"]],
        "digests": { "cluster": digest, "bare heap": sum.to_string() },
    })
    .to_string()
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let start = std::time::Instant::now();
    println!("{}", measure(|| start.elapsed().as_secs_f64()));
}

#[cfg(target_arch = "wasm32")]
fn main() {}

/// Gives the measures as JSON.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn throughput() -> String {
    measure(|| js_sys::Date::now() / 1e3)
}
