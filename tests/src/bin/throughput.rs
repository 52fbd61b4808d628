//! Measures the simulator natively, as a ratio within one run: `cargo xtask bench` calls it.

use std::hint::black_box;
use std::time::Instant;

use ringside_tests::throughput::{cluster, replay, run, trace};

const ROUNDS: u32 = 5;

fn main() {
    let steps = trace(cluster(20_000.0), 5);
    let mut best = (0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let (_, pops) = black_box(replay(black_box(&steps)));
        best.0 = best.0.max(pops as f64 / start.elapsed().as_secs_f64());
        let mut cluster = cluster(20_000.0);
        let start = Instant::now();
        let handled = black_box(run(&mut cluster, 5));
        best.1 = best.1.max(handled as f64 / start.elapsed().as_secs_f64());
    }
    println!(
        "heap {:.1} M/s cluster {:.2} M/s ratio {:.3}",
        best.0 / 1e6,
        best.1 / 1e6,
        best.1 / best.0
    );
}
