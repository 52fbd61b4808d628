//! The sampler against answers that need no sampling, found without any of its code.
//!
//! At R = W = 1 the answer that a read takes comes from a replica that has nothing to do with the
//! write's luck. Let M be the quickest acknowledgement of the N - 1 other replicas, and R* the way
//! there of the quickest answer. The read is stale t after the write when the replica got the write
//! later than `min(M, W + A) + t + R*`; since W is no later than W + A, that is
//!
//! ```text
//!   P(stale at t)  =  P(W > M + R* + t)
//! ```

use ringside_staleness::pbs::{Delay, Legs, Prediction, Preset, ReadsTo, Wars};

const TRIALS: u32 = 1_000_000;

fn prediction(legs: Legs, times_ms: &[f64]) -> Prediction {
    let wars = Wars::new(3, 1, 1, ReadsTo::All, legs).expect("possible settings");
    let mut prediction = Prediction::new(wars, times_ms, 4).expect("possible times");
    prediction.run(0..TRIALS);
    prediction
}

/// All delays exponential with the same mean, N = 3. In units of the mean, two legs exceed x with
/// `(1 + x) e^-x`, so that
///
/// ```text
///   E[e^-M]   =  1 - Int e^-x ((1 + x) e^-x)^2 dx                      =  10/27
///   E[e^-R*]  =  E[(1 - e^-T) / T],  T the quickest of three answers   =  193/288
/// ```
///
/// (R* is uniform on [0, T] given T), and by the memorylessness of W
/// `P(stale at t) = e^-t * 10/27 * 193/288 = e^-t * 965/3888`.
#[test]
fn exponential_delays_meet_the_closed_form() {
    let mean_ms = 5.0;
    let times_ms: Vec<f64> = (0..12).map(|index| f64::from(index) * 2.5).collect();
    let prediction = prediction(Legs::all(Delay::Exponential { mean_ms }), &times_ms);
    let stale_at_once = 965.0 / 3_888.0;
    for point in prediction.p_consistent() {
        let exact = 1.0 - stale_at_once * libm::exp(-point.t_ms / mean_ms);
        // Four standard deviations, twice the interval's: one run in a thousand would cross a line.
        let bound = point.share.high - point.share.low;
        assert!((point.share.value - exact).abs() < bound, "{point:?} against {exact}");
    }
    for share in [0.99, 0.999] {
        let quantile = prediction.t_visibility(share).expect("trials");
        let exact_ms = mean_ms * libm::log(stale_at_once / (1.0 - share));
        let width_ms = quantile.high_ms.expect("enough trials") - quantile.low_ms;
        assert!((quantile.value_ms - exact_ms).abs() < width_ms, "{quantile:?} against {exact_ms}");
        assert!(width_ms < 0.04 * exact_ms, "{quantile:?}");
    }
    // The quickest of three round trips exceeds x with ((1 + x) e^-x)^3.
    let median_ms = prediction.write_latency(0.5).expect("trials").value_ms;
    let survival = |x: f64| (1.0 + x) * libm::exp(-x);
    assert!((libm::pow(survival(median_ms / mean_ms), 3.0) - 0.5).abs() < 0.002);
}

/// The chance that a delay of the paper's form exceeds x: a Pareto and an exponential by their own
/// formulas.
fn exceeds(delay: &Delay, x: f64) -> f64 {
    match delay {
        _ if x <= 0.0 => 1.0,
        Delay::Exponential { mean_ms } => libm::exp(-x / mean_ms),
        Delay::Pareto { scale_ms, shape } => libm::pow((scale_ms / x).min(1.0), *shape),
        Delay::Mixture(parts) => parts.iter().map(|(share, it)| share * exceeds(it, x)).sum(),
        _ => panic!("no part of the paper's fits"),
    }
}

/// The delays at the middles of `count` equally likely slices of a distribution, by bisection.
fn slices(delay: &Delay, count: u32) -> Vec<f64> {
    let slice = |index| {
        let chance = 1.0 - (f64::from(index) + 0.5) / f64::from(count);
        let (mut low, mut high) = (0.0, 1e9);
        for _ in 0..80 {
            let middle = f64::midpoint(low, high);
            if exceeds(delay, middle) > chance { low = middle } else { high = middle }
        }
        high
    };
    (0..count).map(slice).collect()
}

/// `P(stale at t)` by numerical convolution, for N replicas and legs W and A = R = S.
struct Grid {
    w: Delay,
    /// Likely values of M + R*, each with its chance.
    waits: Vec<(f64, f64)>,
}

impl Grid {
    fn new(legs: &Legs, others: f64) -> Self {
        let count = 400;
        let both = |first: &[f64], second: &Delay, x: f64| {
            let sum: f64 = first.iter().map(|it| exceeds(second, x - it)).sum();
            sum / first.len() as f64
        };
        let (ways, writes) = (slices(&legs.r, count), slices(&legs.w, count));
        // M exceeds x when all of the others do: the chance at each step, and the steps between.
        let steps: Vec<f64> =
            (0..=900).map(|index| 0.1 * libm::exp2(f64::from(index) / 60.0)).collect();
        let all_exceed: Vec<f64> =
            steps.iter().map(|&x| libm::pow(both(&writes, &legs.a, x), others)).collect();
        let quickest = steps.windows(2).zip(all_exceed.windows(2));
        let quickest: Vec<(f64, f64)> =
            quickest.map(|(x, above)| (f64::midpoint(x[0], x[1]), above[0] - above[1])).collect();
        // The answer with the way R there is the quickest of all when the others' exceed R + S.
        let slower: Vec<f64> =
            steps.iter().map(|&x| libm::pow(both(&ways, &legs.s, x), others)).collect();
        let slower_than = |x: f64| slower[steps.partition_point(|&step| step < x).min(900)];
        let first = |r: f64| {
            let sum: f64 = ways.iter().map(|s| slower_than(r + s)).sum();
            sum / ways.len() as f64
        };
        let firsts: Vec<f64> = ways.iter().map(|&r| first(r)).collect();
        let total: f64 = firsts.iter().sum();
        let waits = quickest.iter().flat_map(|&(m, chance)| {
            ways.iter().zip(&firsts).map(move |(r, first)| (m + r, chance * first / total))
        });
        Self { w: legs.w.clone(), waits: waits.filter(|(_, chance)| *chance > 1e-12).collect() }
    }

    fn stale(&self, t_ms: f64) -> f64 {
        self.waits.iter().map(|(wait, chance)| chance * exceeds(&self.w, wait + t_ms)).sum()
    }

    fn t_visibility_ms(&self, share: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1e4);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if self.stale(middle) > 1.0 - share { low = middle } else { high = middle }
        }
        high
    }
}

/// The paper's fits at R = W = 1, by sampling and by convolution; and the exact t-visibility at 99.9%.
#[test]
fn the_papers_fits_meet_a_numerical_convolution() {
    let exact =
        [(Preset::LnkdSsd, Some(1.97)), (Preset::LnkdDisk, Some(52.0)), (Preset::Ymmr, None)];
    for (preset, t_visibility_ms) in exact {
        let grid = Grid::new(&preset.legs(), 2.0);
        let prediction = prediction(preset.legs(), &[0.0, 0.5, 2.0, 10.0]);
        for point in prediction.p_consistent() {
            let exact = 1.0 - grid.stale(point.t_ms);
            println!("{preset} t={}: sampled {:.5} grid {exact:.5}", point.t_ms, point.share.value);
            assert!((point.share.value - exact).abs() < 0.003, "{preset}: {point:?} {exact}");
        }
        let (sampled, grid_ms) = (prediction.t_visibility(0.999), grid.t_visibility_ms(0.999));
        let sampled = sampled.expect("trials");
        println!("{preset}: {sampled:?} grid {grid_ms}");
        assert!((sampled.value_ms / grid_ms - 1.0).abs() < 0.03, "{preset}: {sampled:?} {grid_ms}");
        if let Some(exact_ms) = t_visibility_ms {
            assert!((grid_ms / exact_ms - 1.0).abs() < 0.02, "{preset}: {grid_ms}");
        }
    }
}
