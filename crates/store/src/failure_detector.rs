//! Who is down: what a peer's silence says.

use serde::{Deserialize, Serialize};

use crate::{Duration, Instant};

/// How a node judges that a peer is down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Detection {
    /// By how unlikely its silence is, seen how often it was heard before (Hayashibara et al., "The
    /// phi accrual failure detector", SRDS 2004).
    PhiAccrual {
        /// The phi from which on a peer is suspected: at 1 one suspicion in ten is wrong, at 2 one
        /// in a hundred, and so on.
        threshold: f64,
    },
    /// By how long it is silent.
    Timeout {
        /// The silence from which on a peer is suspected.
        after: Duration,
    },
}

/// The number of intervals that a judgement remembers.
const WINDOW: u8 = 64;

/// The shortest interval that counts, in microseconds. Several beats can arrive in one burst, and
/// would otherwise make the least silence after it look fatal.
const SHORTEST_US: u64 = 1_000;

/// The longest interval that counts, in expected ones. A peer that was away for an hour does not on
/// average beat once in a minute. (Cassandra leaves such intervals out, and then never learns that a
/// peer beats more slowly than was expected.)
const LONGEST_EXPECTED: u64 = 10;

/// What a node remembers of when it heard of a peer.
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

/// What a node judges a peer by: when it heard of it last, and how often it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hearing {
    /// When something new was heard of the peer last, from whomever.
    pub last: Instant,
    /// The mean of the remembered intervals between what was heard, in microseconds.
    pub mean_us: f64,
    /// How many intervals are remembered; the first one is what was expected.
    pub intervals: u8,
}

impl Hearing {
    /// Gives phi at a time, as long as nothing more is heard: minus the decimal logarithm of the chance
    /// that a living peer is silent for so long.
    pub fn phi(&self, now: Instant) -> f64 {
        now.since(self.last).as_us() as f64 / (self.mean_us * std::f64::consts::LN_10)
    }
}

impl Heartbeats {
    /// Begins to listen to a peer that counts as heard now, and from which a beat is expected once
    /// in `expected`. That stands as the first interval until the window has moved on.
    pub(crate) fn new(now: Instant, expected: Duration) -> Self {
        // Intervals are kept in 32 bits, up to 71 minutes: a node remembers many for each peer.
        let clamp = |us: u64| us.clamp(SHORTEST_US, u64::from(u32::MAX)) as u32;
        let first = clamp(expected.as_us());
        let mut intervals = [0; WINDOW as usize];
        intervals[0] = first;
        Self {
            last: now,
            intervals,
            count: 1,
            oldest: 0,
            sum: u64::from(first),
            longest: clamp(u64::from(first) * LONGEST_EXPECTED),
        }
    }

    /// Notes that the peer was heard.
    pub(crate) fn heard(&mut self, now: Instant) {
        let us = now.since(self.last).as_us().clamp(SHORTEST_US, u64::from(self.longest));
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

    /// Gives when the peer was heard last.
    pub(crate) const fn last_heard(&self) -> Instant {
        self.last
    }

    /// Gives what the peer is judged by.
    pub(crate) fn hearing(&self) -> Hearing {
        let mean_us = self.sum as f64 / f64::from(self.count);
        Hearing { last: self.last, mean_us, intervals: self.count }
    }

    /// Gives phi: minus the decimal logarithm of the chance that a living peer is silent for so long.
    ///
    /// Intervals are taken as exponential, as Cassandra takes them, so phi is the silence in mean
    /// intervals over ln 10.
    pub(crate) fn phi(&self, now: Instant) -> f64 {
        now.since(self.last).as_us() as f64 / self.us_per_phi()
    }

    /// Tells whether the peer is to be taken for down.
    pub(crate) fn suspects(&self, detection: Detection, now: Instant) -> bool {
        now >= self.suspects_at(detection)
    }

    /// Gives the earliest instant at which the peer will be suspected if nothing more is heard.
    pub(crate) fn suspects_at(&self, detection: Detection) -> Instant {
        let silence = match detection {
            Detection::Timeout { after } => after,
            // What is no number is reached by none. The cast keeps to the ends for all the others.
            Detection::PhiAccrual { threshold } if threshold.is_nan() => {
                Duration::from_us(u64::MAX)
            }
            Detection::PhiAccrual { threshold } => {
                Duration::from_us((threshold * self.us_per_phi()).ceil() as u64)
            }
        };
        self.last + silence
    }

    /// Gives the silence that raises phi by one, in microseconds.
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

    /// A history: the expected interval and the times between beats, in microseconds.
    fn beats() -> impl Strategy<Value = (u64, Vec<u64>)> {
        let between = prop_oneof![0..3_000_u64, 0..3_000_000_u64, any::<u64>()];
        (0..5_000_000_u64, prop::collection::vec(between, 0..200))
    }

    fn listen(expected: u64, beats: &[u64]) -> Heartbeats {
        let mut now = Instant::ZERO;
        let mut heartbeats = Heartbeats::new(now, Duration::from_us(expected));
        for &between in beats {
            now = now + Duration::from_us(between);
            heartbeats.heard(now);
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
        back.heard(steady.last_heard() + Duration::from_secs(3_600));
        let phi = |heartbeats: &Heartbeats| {
            heartbeats.phi(heartbeats.last_heard() + Duration::from_secs(10))
        };
        assert!(phi(&back) > 0.85 * phi(&steady), "{} and {}", phi(&back), phi(&steady));
    }

    #[test]
    fn a_burst_is_not_taken_for_the_usual_pace() {
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
            prop_assert!((heartbeats.hearing().phi(now) - phi).abs() <= phi * 1e-12);
        }

        #[test]
        fn suspicion_begins_when_it_was_foretold(
            (expected, beats) in beats(),
            detection in detections(),
            silence in 0..60_000_000_u64,
        ) {
            let heartbeats = listen(expected, &beats);
            let foretold = heartbeats.suspects_at(detection);
            let last = heartbeats.last_heard();
            let near = [foretold.as_us().saturating_sub(1), foretold.as_us()].map(at);
            for now in [last + Duration::from_us(silence), last, near[0], near[1], at(u64::MAX)] {
                prop_assert_eq!(heartbeats.suspects(detection, now), now >= foretold);
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
