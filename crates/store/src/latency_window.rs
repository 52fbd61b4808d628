//! Latencies of recent answers.

use crate::Duration;

/// The number of answers that are remembered.
const WINDOW: usize = 128;

/// The number of answers below which quantiles are unknown.
const SAMPLES_MIN: usize = 8;

/// The latencies of the last 128 answers.
///
/// They are kept in order of arrival and in order of size, because a query after each answer should
/// not have to sort. Latencies are in whole microseconds up to 71 minutes; longer ones count as
/// that.
#[derive(Clone, Debug, Default)]
pub(crate) struct LatencyWindow {
    /// In order of arrival, from `oldest` around to just before it.
    arrived: Vec<u32>,
    oldest: usize,
    sorted: Vec<u32>,
}

impl LatencyWindow {
    /// Creates a window without answers.
    pub(crate) const fn new() -> Self {
        Self { arrived: Vec::new(), oldest: 0, sorted: Vec::new() }
    }

    /// Adds an answer's latency, and drops the oldest if the window is full.
    pub(crate) fn record(&mut self, latency: Duration) {
        let us = u32::try_from(latency.as_us()).unwrap_or(u32::MAX);
        if self.arrived.len() < WINDOW {
            self.arrived.push(us);
        } else {
            let gone = std::mem::replace(&mut self.arrived[self.oldest], us);
            self.oldest = (self.oldest + 1) % WINDOW;
            let place = self.sorted.partition_point(|&other| other < gone);
            self.sorted.remove(place);
        }
        let place = self.sorted.partition_point(|&other| other < us);
        self.sorted.insert(place, us);
    }

    /// Returns the latency that a fraction `q` (0 to 1) of the answers did not exceed, by nearest
    /// rank, or `None` if there were fewer than 8 answers.
    pub(crate) fn quantile(&self, q: f64) -> Option<Duration> {
        if self.sorted.len() < SAMPLES_MIN {
            return None;
        }
        // Slightly less, because 0.07 of 100 is 7.000000000000001 in floats, and its rank is 7.
        let rank = (q * self.sorted.len() as f64 - 1e-9).ceil() as usize;
        let index = rank.clamp(1, self.sorted.len()) - 1;
        self.sorted.get(index).map(|&us| Duration::from_us(u64::from(us)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_need_eight_answers() {
        let mut window = LatencyWindow::new();
        for us in [30, 10, 20, 40, 70, 60, 50] {
            window.record(Duration::from_us(us));
            assert_eq!(window.quantile(0.5), None);
        }
        window.record(Duration::from_us(u64::MAX));
        let quantile = |q: f64| window.quantile(q).map(Duration::as_us);
        assert_eq!(quantile(0.5), Some(40));
        assert_eq!(quantile(0.51), Some(50));
        assert_eq!(quantile(1.0), Some(u64::from(u32::MAX)));
        assert_eq!([0.0, -7.0, f64::NAN].map(quantile), [Some(10); 3]);
        assert_eq!(quantile(f64::INFINITY), quantile(1.0));
    }

    proptest! {
        #[test]
        fn quantiles_agree_with_sorting_the_last_answers(
            latencies in prop::collection::vec(prop_oneof![0..20_u64, 0..5_000_000_u64], 8..400),
            permille in 0..=1_000_usize,
        ) {
            let mut window = LatencyWindow::new();
            latencies.iter().for_each(|&us| window.record(Duration::from_us(us)));
            let mut last = latencies[latencies.len().saturating_sub(128)..].to_vec();
            last.sort_unstable();
            let rank = (permille * last.len()).div_ceil(1_000).max(1);
            let found = window.quantile(permille as f64 / 1_000.0).map(Duration::as_us);
            prop_assert_eq!(found, Some(last[rank - 1]));
        }
    }
}
