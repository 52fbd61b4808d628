//! Failure detection: phi accrual and plain timeouts.

use serde::{Deserialize, Serialize};

use crate::{Duration, Instant};

/// The rule by which a node suspects that a peer is down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Detection {
    /// By how unlikely the peer's silence is, given its previous heartbeats (Hayashibara et al.,
    /// "The phi accrual failure detector", SRDS 2004).
    PhiAccrual {
        /// The phi from which a peer is suspected: at 1, one suspicion in ten is wrong, at 2, one
        /// in a hundred, and so on.
        threshold: f64,
    },
    /// By the length of the peer's silence.
    Timeout {
        /// The silence from which a peer is suspected.
        after: Duration,
    },
}

/// The number of intervals that are remembered.
const WINDOW: u8 = 64;

/// The shortest interval that counts, in microseconds. Several heartbeats can arrive in one burst;
/// without this bound the least silence after it would look like a failure.
const INTERVAL_MIN_US: u64 = 1_000;

/// The longest interval that counts, as a multiple of the expected one. A peer that was away for an
/// hour does not on average send a heartbeat once in a minute. (Cassandra leaves such intervals
/// out, and then never learns that a peer's heartbeats come more slowly than expected.)
const INTERVAL_MAX_EXPECTED: u64 = 10;

/// The times at which a node received a peer's heartbeats.
#[derive(Clone, Debug)]
pub(crate) struct Heartbeats {
    last: Instant,
    /// The last intervals in microseconds, the oldest overwritten first.
    intervals: [u32; WINDOW as usize],
    count: u8,
    oldest: u8,
    /// The sum of the intervals in the window, in microseconds.
    sum: u64,
    longest: u32,
}

/// The statistics by which a node judges a peer: its last heartbeat, and how often heartbeats come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeartbeatStats {
    /// The time of the peer's last heartbeat, directly or by way of other nodes.
    pub last: Instant,
    /// The mean of the remembered intervals between heartbeats, in microseconds.
    pub mean_us: f64,
    /// The number of remembered intervals. The first one is the expected interval.
    pub intervals: u8,
}

impl HeartbeatStats {
    /// Returns phi at `now`, if no more heartbeats arrive: minus the decimal logarithm of the
    /// chance that a peer which is up is silent for that long.
    pub fn phi(&self, now: Instant) -> f64 {
        now.since(self.last).as_us() as f64 / (self.mean_us * std::f64::consts::LN_10)
    }
}

impl Heartbeats {
    /// Starts to track a peer. It counts as heard at `now`, and one heartbeat is expected in each
    /// `expected`, which stands as the first interval until the window has moved on.
    pub(crate) fn new(now: Instant, expected: Duration) -> Self {
        // Intervals are kept in 32 bits, up to 71 minutes, because a node remembers many for each
        // peer.
        let clamp = |us: u64| us.clamp(INTERVAL_MIN_US, u64::from(u32::MAX)) as u32;
        let first = clamp(expected.as_us());
        let mut intervals = [0; WINDOW as usize];
        intervals[0] = first;
        Self {
            last: now,
            intervals,
            count: 1,
            oldest: 0,
            sum: u64::from(first),
            longest: clamp(u64::from(first) * INTERVAL_MAX_EXPECTED),
        }
    }

    /// Records a heartbeat of the peer.
    pub(crate) fn record_heartbeat(&mut self, now: Instant) {
        let us = now.since(self.last).as_us().clamp(INTERVAL_MIN_US, u64::from(self.longest));
        self.last = self.last.max(now);
        let place = if self.count < WINDOW {
            self.count += 1;
            self.count - 1
        } else {
            let place = self.oldest;
            self.oldest = (place + 1) % WINDOW;
            place
        };
        let interval = &mut self.intervals[usize::from(place)];
        self.sum = self.sum - u64::from(*interval) + us;
        *interval = us as u32;
    }

    /// Returns the time of the last heartbeat.
    pub(crate) const fn last_heard(&self) -> Instant {
        self.last
    }

    /// Returns the statistics by which the peer is judged.
    pub(crate) fn stats(&self) -> HeartbeatStats {
        let mean_us = self.sum as f64 / f64::from(self.count);
        HeartbeatStats { last: self.last, mean_us, intervals: self.count }
    }

    /// Returns phi: minus the decimal logarithm of the chance that a peer which is up is silent for
    /// that long.
    ///
    /// Intervals are assumed to be exponentially distributed, as in Cassandra, so phi is the
    /// silence in mean intervals over ln 10.
    pub(crate) fn phi(&self, now: Instant) -> f64 {
        now.since(self.last).as_us() as f64 / self.us_per_phi()
    }

    /// Whether the peer is to be suspected.
    pub(crate) fn suspects(&self, detection: Detection, now: Instant) -> bool {
        now >= self.suspects_at(detection)
    }

    /// Returns the earliest instant at which the peer will be suspected if no more heartbeats
    /// arrive.
    pub(crate) fn suspects_at(&self, detection: Detection) -> Instant {
        let silence = match detection {
            Detection::Timeout { after } => after,
            // No silence reaches a threshold that is not a number. The cast saturates for all
            // others.
            Detection::PhiAccrual { threshold } if threshold.is_nan() => {
                Duration::from_us(u64::MAX)
            }
            Detection::PhiAccrual { threshold } => {
                Duration::from_us((threshold * self.us_per_phi()).ceil() as u64)
            }
        };
        self.last + silence
    }

    /// Returns the silence that raises phi by one, in microseconds.
    fn us_per_phi(&self) -> f64 {
        self.sum as f64 / f64::from(self.count) * std::f64::consts::LN_10
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(us: u64) -> Instant {
        Instant::from_us(us)
    }

    /// A history: the expected interval and the times between heartbeats, in microseconds.
    fn beats() -> impl Strategy<Value = (u64, Vec<u64>)> {
        let between = prop_oneof![0..3_000_u64, 0..3_000_000_u64, any::<u64>()];
        (0..5_000_000_u64, prop::collection::vec(between, 0..200))
    }

    fn listen(expected: u64, beats: &[u64]) -> Heartbeats {
        let mut now = Instant::ZERO;
        let mut heartbeats = Heartbeats::new(now, Duration::from_us(expected));
        for &between in beats {
            now = now + Duration::from_us(between);
            heartbeats.record_heartbeat(now);
        }
        heartbeats
    }

    fn detections() -> impl Strategy<Value = Detection> {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -3.0, 0.0, 1e300];
        let threshold = prop_oneof![0.0..20.0, prop::sample::select(odd.to_vec())];
        let after = prop_oneof![any::<u64>(), 0..20_000_000_u64];
        prop_oneof![
            threshold.prop_map(|threshold| Detection::PhiAccrual { threshold }),
            after.prop_map(|us| Detection::Timeout { after: Duration::from_us(us) }),
        ]
    }

    #[test]
    fn a_steady_peer_is_suspected_after_eighteen_beats() {
        let heartbeats = listen(1_000_000, &[1_000_000; 100]);
        let detection = Detection::PhiAccrual { threshold: 8.0 };
        let silence = heartbeats.suspects_at(detection).since(heartbeats.last_heard());
        assert_eq!(silence.as_us(), 18_420_681, "8 ln 10 seconds, rounded up");
    }

    #[test]
    fn an_outage_does_not_slow_the_next_suspicion_much() {
        let steady = listen(1_000_000, &[1_000_000; 100]);
        let mut back = steady.clone();
        back.record_heartbeat(steady.last_heard() + Duration::from_secs(3_600));
        let phi = |heartbeats: &Heartbeats| {
            heartbeats.phi(heartbeats.last_heard() + Duration::from_secs(10))
        };
        assert!(phi(&back) > 0.85 * phi(&steady), "{} and {}", phi(&back), phi(&steady));
    }

    #[test]
    fn a_burst_does_not_count_as_the_usual_interval() {
        let heartbeats = listen(1_000_000, &[0; 500]);
        let detection = Detection::PhiAccrual { threshold: 8.0 };
        assert!(!heartbeats.suspects(detection, heartbeats.last_heard() + Duration::from_ms(18)));
        assert!(heartbeats.suspects(detection, heartbeats.last_heard() + Duration::from_ms(19)));
    }

    proptest! {
        #[test]
        fn phi_is_the_silence_over_the_mean_of_the_window((expected, beats) in beats(), silence: u64) {
            let heartbeats = listen(expected, &beats);
            let expected = expected.max(1_000);
            let mut last = 0_u64;
            let heard = beats.iter().map(|&between| {
                let passed = last.saturating_add(between) - last;
                last += passed;
                passed.clamp(1_000, expected * 10)
            });
            let all: Vec<u64> = std::iter::once(expected).chain(heard).collect();
            let window = &all[all.len().saturating_sub(64)..];
            let mean = window.iter().sum::<u64>() as f64 / window.len() as f64;
            prop_assert_eq!(heartbeats.last_heard(), at(last));
            let now = at(last) + Duration::from_us(silence);
            let phi = now.since(at(last)).as_us() as f64 / (mean * std::f64::consts::LN_10);
            prop_assert!((heartbeats.phi(now) - phi).abs() <= phi * 1e-12);
            prop_assert!((heartbeats.stats().phi(now) - phi).abs() <= phi * 1e-12);
        }

        #[test]
        fn suspicion_begins_at_the_predicted_time(
            (expected, beats) in beats(),
            detection in detections(),
            silence in 0..60_000_000_u64,
        ) {
            let heartbeats = listen(expected, &beats);
            let predicted = heartbeats.suspects_at(detection);
            let last = heartbeats.last_heard();
            let near = [predicted.as_us().saturating_sub(1), predicted.as_us()].map(at);
            for now in [last + Duration::from_us(silence), last, near[0], near[1], at(u64::MAX)] {
                prop_assert_eq!(heartbeats.suspects(detection, now), now >= predicted);
            }
        }

        /// Up to the last bits of a float, a peer is suspected when phi is at the threshold.
        #[test]
        fn suspicion_follows_phi_and_silence(
            (expected, beats) in beats(),
            detection in detections(),
            silence in 0..60_000_000_u64,
        ) {
            let heartbeats = listen(expected, &beats);
            let now = heartbeats.last_heard() + Duration::from_us(silence);
            let suspects = heartbeats.suspects(detection, now);
            match detection {
                _ if now == at(u64::MAX) => {}
                Detection::Timeout { after } => prop_assert_eq!(suspects, silence >= after.as_us()),
                Detection::PhiAccrual { threshold } => {
                    let phi = heartbeats.phi(now);
                    prop_assert!(!suspects || phi >= threshold * (1.0 - 1e-12));
                    prop_assert!(suspects || phi < threshold * (1.0 + 1e-12) || threshold.is_nan());
                }
            }
        }
    }
}
