//! A distribution of delays prepared for drawing: one draw gives one delay.

#![expect(
    clippy::inline_always,
    reason = "a trial is quick only as one piece: in calls it takes a sixth longer"
)]

use super::delay::{Delay, LONGEST_MS};
use super::log_tables::{LogTables, POWER_MAX, Power};

/// A [`Delay`] with its mixtures flattened and its tables computed.
///
/// Each delay takes one draw from (0, 1], and within a part of a mixture a smaller draw gives a longer
/// delay. Because each leg takes exactly one draw, the randomness of a leg does not depend on the families
/// of the others.
#[derive(Clone, Debug)]
pub(super) struct Sampler {
    parts: Vec<MixturePart>,
}

/// One part of the mixture.
#[derive(Clone, Debug)]
struct MixturePart {
    /// The greatest draw that belongs to this part.
    up_to: f64,
    /// The greatest draw that belongs to the previous part.
    from: f64,
    /// One over the width of the part, which scales its draws to (0, 1] again.
    stretch: f64,
    family: Family,
}

/// The function from a draw to a delay in milliseconds.
#[derive(Clone, Debug)]
enum Family {
    Linear {
        max_ms: f64,
        span_ms: f64,
    },
    Exponential {
        mean_ms: f64,
    },
    Pareto(Power),
    /// A Pareto tail so heavy that the tables lose precision.
    HeavyPareto {
        scale_ms: f64,
        power: f64,
    },
    /// Descending.
    Table(Vec<f64>),
}

impl Sampler {
    /// Prepares a distribution that [`Delay::check`] has passed.
    pub(super) fn new(delay: &Delay) -> Self {
        let mut flat = Vec::new();
        flatten(delay, 1.0, &mut flat);
        let mut from = 0.0;
        let mut parts = Vec::with_capacity(flat.len());
        for (weight, delay) in flat {
            let up_to = f64::min(from + weight, 1.0);
            // A part too light for any draw to hit it has no width and is left out.
            if up_to > from {
                parts.push(MixturePart {
                    up_to,
                    from,
                    stretch: 1.0 / (up_to - from),
                    family: family(delay),
                });
            }
            from = up_to;
        }
        if let [only] = &mut parts[..] {
            (only.from, only.stretch) = (0.0, 1.0);
        }
        Self { parts }
    }

    /// Returns the delay of a draw from (0, 1], in milliseconds.
    #[inline(always)]
    pub(super) fn sample_ms(&self, tables: &LogTables, draw: f64) -> f64 {
        if let [only] = &self.parts[..] {
            return only.family.sample_ms(tables, draw);
        }
        // Rounding may leave a sliver past the last part, which belongs to the last part.
        let found = self.parts.iter().find(|part| draw <= part.up_to).or(self.parts.last());
        found.map_or(0.0, |part| {
            part.family.sample_ms(tables, ((draw - part.from) * part.stretch).min(1.0))
        })
    }
}

impl Family {
    #[inline(always)]
    fn sample_ms(&self, tables: &LogTables, draw: f64) -> f64 {
        match self {
            Self::Linear { max_ms, span_ms } => max_ms - draw * span_ms,
            Self::Exponential { mean_ms } => mean_ms * tables.minus_ln(draw),
            Self::Pareto(power) => power.of(tables, draw).min(LONGEST_MS),
            Self::HeavyPareto { scale_ms, power } => {
                (scale_ms * libm::pow(draw, -power)).min(LONGEST_MS)
            }
            Self::Table(values) => {
                let index = (draw * values.len() as f64) as usize;
                values.get(index).or(values.last()).copied().unwrap_or(0.0)
            }
        }
    }
}

fn family(delay: &Delay) -> Family {
    match delay {
        Delay::Constant { ms } => Family::Linear { max_ms: *ms, span_ms: 0.0 },
        Delay::Uniform { min_ms, max_ms } => {
            Family::Linear { max_ms: *max_ms, span_ms: max_ms - min_ms }
        }
        Delay::Exponential { mean_ms } => Family::Exponential { mean_ms: *mean_ms },
        Delay::Pareto { scale_ms, shape } if 1.0 / shape <= POWER_MAX => {
            Family::Pareto(Power::new(*scale_ms, 1.0 / shape))
        }
        Delay::Pareto { scale_ms, shape } => {
            Family::HeavyPareto { scale_ms: *scale_ms, power: 1.0 / shape }
        }
        // `flatten` lists no mixtures.
        Delay::Mixture(_) => Family::Linear { max_ms: 0.0, span_ms: 0.0 },
        Delay::Table(values) => {
            let mut values = values.clone();
            values.sort_by(|a, b| b.total_cmp(a));
            Family::Table(values)
        }
    }
}

/// Lists the parts of nested mixtures with their shares, which sum to `share`.
fn flatten<'delay>(delay: &'delay Delay, share: f64, into: &mut Vec<(f64, &'delay Delay)>) {
    let Delay::Mixture(parts) = delay else {
        into.push((share, delay));
        return;
    };
    let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
    for (weight, part) in parts {
        flatten(part, share * (weight / total), into);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ringside_random::Seed;

    use super::*;

    /// Returns the share of delays above a bound.
    fn share_above(delay: &Delay, bound_ms: f64) -> f64 {
        let (tables, sampler) = (LogTables::new(), Sampler::new(delay));
        let mut draws = Seed::new(3).draws();
        let above = (0..400_000).filter(|_| sampler.sample_ms(&tables, draws.unit()) > bound_ms);
        above.count() as f64 / 400_000.0
    }

    #[test]
    fn sampled_tails_agree_with_the_formulas() {
        let exponential = Delay::Exponential { mean_ms: 5.0 };
        let pareto = Delay::Pareto { scale_ms: 2.0, shape: 1.5 };
        let mixture = Delay::Mixture(vec![(3.0, exponential.clone()), (1.0, pareto.clone())]);
        let nested =
            Delay::Mixture(vec![(1.0, mixture.clone()), (1.0, Delay::Constant { ms: 1.0 })]);
        let of_exponential = libm::exp(-10.0 / 5.0);
        let of_pareto = libm::pow(2.0 / 10.0, 1.5);
        let of_mixture = 0.75 * of_exponential + 0.25 * of_pareto;
        let expected = [
            (exponential, of_exponential),
            (pareto, of_pareto),
            (mixture, of_mixture),
            (nested, of_mixture / 2.0),
            (Delay::Pareto { scale_ms: 1e-3, shape: 0.2 }, libm::pow(1e-4, 0.2)),
            (Delay::Uniform { min_ms: 4.0, max_ms: 14.0 }, 0.4),
            (Delay::Table(vec![3.0, 30.0, 7.0, 11.0, 10.0]), 0.4),
            (Delay::Constant { ms: 10.0 }, 0.0),
        ];
        for (delay, share) in expected {
            assert!((delay.chance_above(10.0) - share).abs() < 1e-12, "{delay:?}");
            let sampled = share_above(&delay, 10.0);
            assert!((sampled - share).abs() < 0.003, "{delay:?}: {sampled} against {share}");
        }
    }

    #[test]
    fn a_part_that_no_draw_can_hit_is_left_out() {
        let light = Delay::Mixture(vec![
            (1.0, Delay::Constant { ms: 1.0 }),
            (1e-300, Delay::Constant { ms: 2.0 }),
        ]);
        assert!(share_above(&light, 1.0) == 0.0);
    }

    proptest! {
        #[test]
        fn every_draw_gives_a_delay(
            weights in prop::collection::vec(1e-9..1e9, 1..5),
            scale in 1e-9..1e9,
            shape in 1e-3..1e3,
            draw in 1_u64..=1 << 53,
        ) {
            let part = |weight: f64| (weight, Delay::Mixture(vec![
                (weight, Delay::Pareto { scale_ms: scale, shape }),
                (1.0, Delay::Exponential { mean_ms: scale }),
            ]));
            let delay = Delay::Mixture(weights.into_iter().map(part).collect());
            prop_assert_eq!(delay.check(), Ok(()));
            let draw = draw as f64 / (1_u64 << 53) as f64;
            let sample_ms = Sampler::new(&delay).sample_ms(&LogTables::new(), draw);
            prop_assert!(sample_ms >= 0.0 && sample_ms.is_finite(), "{}", sample_ms);
        }
    }
}
