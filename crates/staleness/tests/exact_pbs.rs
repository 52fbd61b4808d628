//! The sampler compared with answers that need no sampling and none of its code.
//!
//! At R = W = 1 the answer that a read takes comes from a replica that is independent of the write's
//! randomness. Let M be the quickest acknowledgement of the N - 1 other replicas, and R* the leg R of the
//! quickest answer. The read is stale t after the write when the replica got the write
//! later than `min(M, W + A) + t + R*`; since W is no later than W + A, that is
//!
//! ```text
//!   P(stale at t)  =  P(W > M + R* + t)
//! ```

use ringside_random::{Draws, Seed};
use ringside_staleness::pbs::{
    Coordinator, Delay, Layout, Legs, Prediction, Preset, ReadsTo, Wars,
};

const TRIALS: u32 = 1_000_000;

fn prediction(legs: Legs, times_ms: &[f64]) -> Prediction {
    let wars = Wars::new(3, 1, 1, ReadsTo::All, legs).expect("possible settings");
    run(wars, times_ms, TRIALS)
}

fn run(wars: Wars, times_ms: &[f64], trials: u32) -> Prediction {
    let mut prediction = Prediction::new(wars, times_ms, 4).expect("possible times");
    prediction.run(0..trials);
    prediction
}

/// Checks the chance of a stale read at each time. Four standard deviations, twice the interval's, are
/// allowed: one run in a thousand would cross a line.
fn check_stale(prediction: &Prediction, exact: impl Fn(f64) -> f64) {
    for point in prediction.p_consistent() {
        let exact = 1.0 - exact(point.t_ms);
        let bound = point.share.high - point.share.low;
        assert!((point.share.value - exact).abs() < bound, "{point:?} against {exact}");
    }
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
fn exponential_delays_agree_with_the_closed_form() {
    let mean_ms = 5.0;
    let times_ms: Vec<f64> = (0..12).map(|index| f64::from(index) * 2.5).collect();
    let prediction = prediction(Legs::all(Delay::Exponential { mean_ms }), &times_ms);
    let stale_at_once = 965.0 / 3_888.0;
    check_stale(&prediction, |t_ms| stale_at_once * libm::exp(-t_ms / mean_ms));
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

/// Returns the chance that a delay of the paper's form exceeds x: a Pareto and an exponential by their own
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

/// Returns the delays at the middles of `count` equally likely slices of a distribution, by bisection.
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
        // M exceeds x when all of the others do: the chance at each step, and between the steps.
        let steps: Vec<f64> =
            (0..=900).map(|index| 0.1 * libm::exp2(f64::from(index) / 60.0)).collect();
        let all_exceed: Vec<f64> =
            steps.iter().map(|&x| libm::pow(both(&writes, &legs.a, x), others)).collect();
        let quickest = steps.windows(2).zip(all_exceed.windows(2));
        let quickest: Vec<(f64, f64)> =
            quickest.map(|(x, above)| (f64::midpoint(x[0], x[1]), above[0] - above[1])).collect();
        // The answer with the leg R is the quickest of all when the others' exceed R + S.
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
fn the_papers_fits_agree_with_a_numerical_convolution() {
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

/// Coordinators that are replicas, all delays exponential with the same mean, N = 3, in units of the
/// mean. Where the same replica coordinates both, the read is fresh. In the other 2/3:
///
/// - R = W = 1: the write is done at once, and the reader's own answer counts: stale when its W > t,
///   `e^-t`.
/// - R = 1, W = 2: besides the reader itself one other replica can acknowledge: `W > W' + A' + t`,
///   `e^-t / 4`.
/// - R = 2, W = 1: the reader's own W > t, and of the two others the quicker is not the writer (1/2)
///   and has not got it either: `e^-t E[e^-R*]`, with `E[e^-R*] = E[(1 - e^-T) / T] = 11/18` for T the
///   quicker of two answers.
#[test]
fn replicas_as_coordinators_agree_with_closed_forms() {
    let mean_ms = 5.0;
    let forms = [(1, 1, 1.0, 2.0 / 3.0), (1, 2, 1.0, 1.0 / 6.0), (2, 1, 2.0, 11.0 / 54.0)];
    for (r, w, rate, at_once) in forms {
        let legs = Legs::all(Delay::Exponential { mean_ms });
        let wars = Wars::new(3, r, w, ReadsTo::All, legs).expect("possible settings");
        let wars = wars.with_coordinator(Coordinator::Replica);
        let prediction = run(wars, &[0.0, 1.0, 2.5, 5.0, 10.0, 20.0], TRIALS / 4);
        check_stale(&prediction, |t_ms| at_once * libm::exp(-rate * t_ms / mean_ms));
    }
    // At R = W = 1 the delays' form does not matter: 2/3 P(W > t).
    let legs = Preset::LnkdDisk.legs();
    let writes = legs.w.clone();
    let wars = Wars::new(3, 1, 1, ReadsTo::All, legs).expect("possible settings");
    let wars = wars.with_coordinator(Coordinator::Replica);
    let prediction = run(wars, &[0.0, 0.5, 2.0, 10.0, 60.0], TRIALS);
    check_stale(&prediction, |t_ms| 2.0 / 3.0 * exceeds(&writes, t_ms));
    let quantile = prediction.t_visibility(0.999).expect("trials");
    let stale = 2.0 / 3.0 * exceeds(&writes, quantile.value_ms);
    assert!((stale / 0.001 - 1.0).abs() < 0.1, "{quantile:?}: {stale}");
    assert!(prediction.write_latency(0.999).expect("trials").value_ms <= 0.0, "done at once");
}

/// Any node of M coordinates, N = 3 and R = W = 1: each coordinator is a replica with the chance
/// `p = 3/M`, and the chance of a stale read is a mixture of the closed forms above: if one of the two is a
/// replica, the other's factor of `10/27 * 193/288` remains.
#[test]
fn any_node_as_coordinator_is_a_mixture_of_closed_forms() {
    let mean_ms = 5.0;
    for nodes in [4, 12] {
        let p = 3.0 / f64::from(nodes);
        let [both, writer, reader, none] =
            [2.0 / 3.0, 2.0 / 3.0 * 193.0 / 288.0, 10.0 / 27.0, 965.0 / 3_888.0];
        let at_once =
            p * p * both + p * (1.0 - p) * (writer + reader) + (1.0 - p) * (1.0 - p) * none;
        let legs = Legs::all(Delay::Exponential { mean_ms });
        let wars = Wars::new(3, 1, 1, ReadsTo::All, legs).expect("possible settings");
        let wars = wars.with_coordinator(Coordinator::Any { nodes });
        let prediction = run(wars, &[0.0, 2.5, 5.0, 20.0], TRIALS / 4);
        check_stale(&prediction, |t_ms| at_once * libm::exp(-t_ms / mean_ms));
    }
}

/// A write and a read exactly as in section 4.1, with coordinators that may be replicas and replicas that
/// may be remote: messages in lists, sorts, comparisons, and none of the sampler's code.
struct Naive {
    sizes: (usize, usize, usize),
    asked: usize,
    coordinator: Coordinator,
    mean_ms: f64,
    remote_ms: f64,
    /// The regions of the nodes in ring order, equally likely. Without layouts, one replica is near to a
    /// coordinator.
    layouts: Vec<Vec<u16>>,
}

impl Naive {
    /// Chooses a coordinator among the nodes, the replicas first, and returns it with the near replicas.
    fn coordinator(&self, draws: &mut Draws, regions: Option<&Vec<u16>>) -> (usize, Vec<usize>) {
        let n = self.sizes.0 as u64;
        let chosen = match (self.coordinator, regions) {
            (Coordinator::Replica, _) => draws.below(n),
            (Coordinator::Any { .. }, Some(regions)) => draws.below(regions.len() as u64),
            (Coordinator::Any { nodes }, None) => draws.below(u64::from(nodes)),
            (Coordinator::Apart, Some(regions)) => n + draws.below(regions.len() as u64 - n),
            (Coordinator::Apart, None) => n,
        } as usize;
        let replicas = 0..self.sizes.0;
        let near = match regions {
            Some(regions) => replicas.filter(|&it| regions[it] == regions[chosen]).collect(),
            None if chosen < self.sizes.0 => vec![chosen],
            None => vec![draws.below(n) as usize],
        };
        (chosen, near)
    }

    /// Runs one trial, and returns whether the read is fresh at each of the times, and both latencies.
    fn trial(&self, draws: &mut Draws, times_ms: &[f64]) -> (Vec<bool>, f64, f64) {
        let (n, r, w) = self.sizes;
        let regions = (!self.layouts.is_empty())
            .then(|| &self.layouts[draws.below(self.layouts.len() as u64) as usize]);
        let writer = self.coordinator(draws, regions);
        let reader = self.coordinator(draws, regions);
        let mut leg = |replica: usize, (coordinator, near): &(usize, Vec<usize>)| {
            let ms = -self.mean_ms * libm::log(draws.unit());
            match replica {
                _ if replica == *coordinator => 0.0,
                _ if near.contains(&replica) => ms,
                _ => ms + self.remote_ms,
            }
        };
        let sent: Vec<[f64; 2]> = (0..n).map(|it| [(); 2].map(|()| leg(it, &writer))).collect();
        let mut acks: Vec<f64> = sent.iter().map(|[w, a]| w + a).collect();
        acks.sort_by(f64::total_cmp);
        let write_ms = acks[w - 1];
        let mut order: Vec<usize> = (0..n).collect();
        if reader.0 < n {
            order.retain(|&replica| replica != reader.0);
            order.insert(0, reader.0);
        }
        let mut answers: Vec<(f64, f64, f64)> = Vec::new();
        for replica in order.into_iter().take(self.asked) {
            let there = leg(replica, &reader);
            let back = leg(replica, &reader);
            answers.push((there + back, there, sent[replica][0]));
        }
        answers.sort_by(|a, b| a.0.total_cmp(&b.0));
        let taken = &answers[..r];
        let is_fresh =
            |t: &f64| taken.iter().any(|(_, there, written)| write_ms + t + there >= *written);
        (times_ms.iter().map(is_fresh).collect(), taken[r - 1].0, write_ms)
    }
}

/// Compares the predictor with the naive model for N, R and W.
fn check_naive(
    (n, r, w): (u16, u16, u16),
    reads_to: ReadsTo,
    coordinator: Coordinator,
    remote_ms: f64,
    layouts: &[&[u16]],
) {
    let (trials, mean_ms) = (40_000, 4.0);
    let times_ms = [0.0, 1.0, 5.0, 20.0];
    let layout = |regions: &&[u16]| Layout { weight: 2.5, regions: regions.to_vec() };
    let of_legs = layouts.iter().map(layout).collect();
    let legs = Legs { remote_ms, layouts: of_legs, ..Legs::all(Delay::Exponential { mean_ms }) };
    let wars = Wars::new(n, r, w, reads_to, legs).expect("possible settings");
    let wars = wars.with_coordinator(coordinator);
    let prediction = run(wars.clone(), &times_ms, TRIALS / 10);
    let naive = Naive {
        sizes: (usize::from(n), usize::from(r), usize::from(w)),
        asked: usize::from(if reads_to == ReadsTo::All { n } else { r }),
        coordinator,
        mean_ms,
        remote_ms,
        layouts: layouts.iter().map(|regions| regions.to_vec()).collect(),
    };
    let (mut fresh, mut reads, mut writes) = ([0_u32; 4], Vec::new(), Vec::new());
    for ordinal in 0..trials {
        let mut draws = Seed::new(77).child(ordinal).draws();
        let (is_fresh, read_ms, write_ms) = naive.trial(&mut draws, &times_ms);
        fresh.iter_mut().zip(is_fresh).for_each(|(count, is)| *count += u32::from(is));
        reads.push(read_ms);
        writes.push(write_ms);
    }
    for (point, count) in prediction.p_consistent().iter().zip(fresh) {
        let share = f64::from(count) / trials as f64;
        // Four standard deviations of the smaller sample, and a hair for shares of 0 and 1.
        let bound = 4.0 * libm::sqrt(share * (1.0 - share) / trials as f64) * 1.2 + 1e-4;
        assert!((point.share.value - share).abs() < bound, "{wars:?}: {point:?} {share}");
    }
    let pairs =
        [(&mut reads, prediction.read_latency(0.9)), (&mut writes, prediction.write_latency(0.9))];
    for (times, predicted) in pairs {
        times.sort_by(f64::total_cmp);
        let (naive_ms, ms) = (times[times.len() * 9 / 10], predicted.expect("trials").value_ms);
        assert!((ms - naive_ms).abs() <= 0.03 * naive_ms, "{wars:?}: {ms} against {naive_ms}");
    }
}

#[test]
fn replicas_as_coordinators_agree_with_a_naive_model() {
    let any = |nodes| Coordinator::Any { nodes };
    check_naive((3, 1, 1), ReadsTo::All, Coordinator::Replica, 0.0, &[]);
    check_naive((5, 2, 3), ReadsTo::All, Coordinator::Replica, 0.0, &[]);
    check_naive((3, 2, 1), ReadsTo::Quorum, Coordinator::Replica, 0.0, &[]);
    check_naive((3, 1, 2), ReadsTo::All, Coordinator::Replica, 30.0, &[]);
    check_naive((4, 2, 2), ReadsTo::Quorum, any(9), 0.0, &[]);
    check_naive((3, 2, 1), ReadsTo::All, any(7), 6.0, &[]);
}

#[test]
fn replicas_that_share_regions_agree_with_a_naive_model() {
    let any = Coordinator::Any { nodes: 5 };
    let [mixed, spread, together]: [&[u16]; 3] = [&[0, 1, 0, 1, 2], &[2, 1, 0, 0, 1], &[1; 5]];
    check_naive((3, 1, 1), ReadsTo::All, Coordinator::Replica, 9.0, &[mixed]);
    check_naive((3, 1, 1), ReadsTo::All, Coordinator::Apart, 9.0, &[mixed, spread]);
    check_naive((3, 2, 1), ReadsTo::Quorum, Coordinator::Replica, 9.0, &[mixed, spread]);
    check_naive((3, 2, 1), ReadsTo::Quorum, any, 5.0, &[mixed, together]);
    check_naive((4, 1, 2), ReadsTo::All, any, 9.0, &[mixed, spread, together]);
}
