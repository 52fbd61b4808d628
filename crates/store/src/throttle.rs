//! Throttles: limits on the work done per second.

use crate::{Duration, Instant};

/// One token, in the millionths in which tokens are counted: at one token per second, one millionth
/// comes each microsecond, and nothing is lost to rounding.
const TOKEN: u64 = 1_000_000;

/// A second, after which any bucket is full.
const SECOND: Duration = Duration::from_secs(1);

/// A token bucket: it fills at a steady rate, holds the tokens of one second, and starts full.
#[derive(Clone, Debug)]
pub(crate) struct Throttle {
    per_second: u32,
    /// Millionths of a token in the bucket at `at`.
    level: u64,
    at: Instant,
}

impl Throttle {
    /// Creates a full bucket with `per_second` tokens a second; zero counts as one.
    pub(crate) fn new(per_second: u32, now: Instant) -> Self {
        let per_second = per_second.max(1);
        Self { per_second, level: capacity(per_second), at: now }
    }

    /// Changes the rate from now on. Tokens that a smaller bucket can't hold are lost.
    pub(crate) fn set_rate(&mut self, per_second: u32, now: Instant) {
        self.refill(now);
        self.per_second = per_second.max(1);
        self.level = self.level.min(capacity(self.per_second));
    }

    /// Takes up to `wanted` tokens and returns how many it took.
    pub(crate) fn take(&mut self, wanted: u32, now: Instant) -> u32 {
        self.refill(now);
        let taken = u64::from(wanted).min(self.level / TOKEN);
        self.level -= taken * TOKEN;
        taken as u32
    }

    /// Returns the earliest time at which a token is available: `now` if one is.
    pub(crate) fn next(&self, now: Instant) -> Instant {
        let missing = TOKEN.saturating_sub(self.level_at(now));
        now.max(self.at) + Duration::from_us(missing.div_ceil(u64::from(self.per_second)))
    }

    fn refill(&mut self, now: Instant) {
        self.level = self.level_at(now);
        self.at = self.at.max(now);
    }

    fn level_at(&self, now: Instant) -> u64 {
        let filling = now.since(self.at).min(SECOND).as_us();
        (self.level + filling * u64::from(self.per_second)).min(capacity(self.per_second))
    }
}

/// Returns the capacity of a bucket, in millionths of a token.
const fn capacity(per_second: u32) -> u64 {
    per_second as u64 * TOKEN
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(us: u64) -> Instant {
        Instant::from_us(us)
    }

    #[test]
    fn a_full_bucket_lasts_for_a_second_of_work() {
        let mut throttle = Throttle::new(4, at(50));
        assert_eq!(throttle.take(3, at(50)), 3);
        assert_eq!(throttle.take(3, at(50)), 1);
        assert_eq!(throttle.next(at(50)), at(250_050));
        assert_eq!(throttle.take(3, at(250_049)), 0);
        assert_eq!(throttle.take(3, at(250_050)), 1);
        assert_eq!(
            throttle.take(100, at(9_000_000)),
            4,
            "the bucket holds the tokens of one second"
        );
    }

    proptest! {
        /// The model advances time by one microsecond at a time.
        #[test]
        fn it_agrees_with_counting_each_microsecond(
            rate in 1..3_000_000_u32,
            steps in prop::collection::vec(
                (0..2_000_u64, 0..9_000_u32, prop::option::weighted(0.2, 1..3_000_000_u32)),
                1..20,
            ),
        ) {
            let (mut now, mut rate) = (0, rate);
            let mut throttle = Throttle::new(rate, at(now));
            let mut level = u64::from(rate) * 1_000_000;
            for (passes, wanted, new_rate) in steps {
                for _ in 0..passes {
                    level = (level + u64::from(rate)).min(u64::from(rate) * 1_000_000);
                }
                now += passes;
                if let Some(new_rate) = new_rate {
                    throttle.set_rate(new_rate, at(now));
                    rate = new_rate;
                    level = level.min(u64::from(rate) * 1_000_000);
                }
                let expected = u64::from(wanted).min(level / 1_000_000);
                level -= expected * 1_000_000;
                prop_assert_eq!(u64::from(throttle.take(wanted, at(now))), expected);
            }
        }

        #[test]
        fn no_interval_yields_more_than_a_burst_and_the_rate(
            rate in 1..2_000_u32,
            asked in prop::collection::vec((0..700_000_u64, 0..3_000_u32), 1..30),
        ) {
            let (mut now, mut throttle) = (7, Throttle::new(rate, at(7)));
            let given: Vec<(u64, u64)> = asked
                .into_iter()
                .map(|(passes, wanted)| {
                    now += passes;
                    (now, u64::from(throttle.take(wanted, at(now))))
                })
                .collect();
            for (first, &(from, _)) in given.iter().enumerate() {
                let mut sum = 0;
                for &(to, taken) in &given[first..] {
                    sum += taken;
                    let most = u64::from(rate) * 1_000_000 + (to - from) * u64::from(rate);
                    prop_assert!(sum * 1_000_000 <= most);
                }
            }
        }

        #[test]
        fn next_is_the_first_instant_with_a_token(
            rate: u32,
            start in 0..1_u64 << 63,
            wanted: u32,
            passes in 0..3_000_000_u64,
        ) {
            let mut throttle = Throttle::new(rate, at(start));
            throttle.take(wanted, at(start));
            let now = start + passes;
            let next = throttle.next(at(now));
            prop_assert!(next >= at(now));
            if next > at(now) {
                prop_assert_eq!(throttle.clone().take(1, at(next.as_us() - 1)), 0);
            }
            prop_assert_eq!(throttle.take(1, next), 1);
        }

        /// Time that runs backwards or ends does no harm: it yields no tokens and does not panic.
        #[test]
        fn any_instants_are_accepted(
            rate: u32,
            calls in prop::collection::vec((any::<u64>(), any::<u32>(), any::<bool>()), 0..20),
        ) {
            let mut throttle = Throttle::new(rate, at(u64::MAX));
            prop_assert_eq!(throttle.take(u32::MAX, at(0)), rate.max(1));
            prop_assert_eq!(throttle.take(u32::MAX, at(u64::MAX)), 0);
            prop_assert_eq!(throttle.next(at(0)), at(u64::MAX));
            let mut throttle = Throttle::new(rate, at(0));
            for (us, number, sets) in calls {
                if sets {
                    throttle.set_rate(number, at(us));
                }
                prop_assert!(throttle.next(at(us)) >= at(us));
                prop_assert!(throttle.take(number, at(us)) <= number);
            }
        }
    }
}
