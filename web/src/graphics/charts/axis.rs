//! The axes of a chart: their scales, units and ticks.

use crate::format;

/// The distribution of values along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    /// Places proportional to the values.
    Linear,
    /// Places proportional to the logarithms of the values, which must be above zero.
    Log,
    /// Nearly linear up to this value and logarithmic beyond it, so that one axis shows both zero and
    /// values of several decades.
    FromZero(f64),
}

impl Scale {
    /// Returns the place of a value along the axis.
    pub(crate) fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.max(f64::MIN_POSITIVE).log10(),
            Self::FromZero(knee) => (1.0 + value.max(0.0) / knee).log10(),
        }
    }
}

/// A labelled value on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// The value.
    pub(crate) value: f64,
    /// The label.
    pub(crate) text: String,
}

/// The unit of values, which determines their format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A number of things.
    Count,
    /// A share of the whole.
    Share,
    /// A duration in milliseconds.
    Ms,
    /// An instant, in milliseconds of virtual time since the start of the run.
    Moment,
}

/// An axis: its name, its ends and its ticks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Axis {
    /// The axis's label with its unit, as `virtual time, s`.
    pub(crate) name: String,
    /// The distribution of its values.
    pub(crate) scale: Scale,
    /// The unit of its values.
    pub(crate) unit: Unit,
    /// The value at its beginning.
    pub(crate) from: f64,
    /// The value at its end.
    pub(crate) to: f64,
    /// The labelled values, ascending.
    pub(crate) ticks: Vec<Tick>,
}

/// The approximate number of ticks of an axis.
const TICKS: f64 = 4.0;

impl Axis {
    /// Builds an axis of counts from zero to at least `most`, with a step of at least one.
    pub(crate) fn counts(name: &str, most: f64) -> Self {
        let step = step(most.max(TICKS) / TICKS).max(1.0);
        let write = |value: f64| format!("{value}");
        Self::even(name, Unit::Count, (0.0, ends(most, step)), step, write)
    }

    /// Builds an axis of shares from zero to at least `most`, which ends at one at the latest.
    pub(crate) fn shares(name: &str, most: f64) -> Self {
        let step = step(most.max(1e-6) / TICKS);
        Self::even(name, Unit::Share, (0.0, ends(most, step).min(1.0)), step, format::percent)
    }

    /// Builds an axis of shares from at most `least` to one.
    pub(crate) fn shares_to_one(name: &str, least: f64) -> Self {
        let step = step((1.0 - least).max(1e-3) / (TICKS + 1.0));
        let from = ((least / step).floor() * step).max(0.0);
        Self::even(name, Unit::Share, (from, 1.0), step, format::percent)
    }

    /// Builds an axis of durations from zero to at least `most` milliseconds. Its ticks are in seconds if
    /// `most` is two seconds or more.
    pub(crate) fn ms(name: &str, most: f64) -> Self {
        let (unit, size) = if most >= 2_000.0 { ("s", 1e3) } else { ("ms", 1.0) };
        let step = step(most.max(1e-3) / TICKS);
        let write = |value: f64| shortest(value / size);
        let name = format!("{name}, {unit}");
        Self::even(&name, Unit::Ms, (0.0, ends(most, step)), step, write)
    }

    /// Builds a logarithmic axis of whole decades that contain the durations from `least` to `most`
    /// milliseconds.
    pub(crate) fn decades(name: &str, least: f64, most: f64) -> Self {
        let first = least.max(1e-3).log10().floor();
        let end = most.max(1e-3).log10().ceil().max(first + 1.0);
        let ticks = (first as i32..=end as i32).map(|power| {
            let value = 10_f64.powi(power);
            Tick { value, text: format::span_ms(value) }
        });
        Self {
            name: name.to_owned(),
            scale: Scale::Log,
            unit: Unit::Ms,
            from: 10_f64.powf(first),
            to: 10_f64.powf(end),
            ticks: ticks.collect(),
        }
    }

    /// Builds an axis of virtual time between two ends in milliseconds.
    pub(crate) fn virtual_time(from_ms: f64, to_ms: f64) -> Self {
        let length = (to_ms - from_ms).max(1.0);
        let (unit, size) = match to_ms {
            7_200_000.0.. => ("h", 3_600_000.0),
            180_000.0.. => ("min", 60_000.0),
            1_000.0.. => ("s", 1e3),
            _ => ("ms", 1.0),
        };
        let step = step(length / size / (TICKS + 1.0)) * size;
        let write = |value: f64| shortest(value / size);
        let name = format!("virtual time, {unit}");
        Self::even(&name, Unit::Moment, (from_ms, from_ms + length), step, write)
    }

    /// Builds an axis of durations from zero to at least `to_ms`, nearly linear up to `knee_ms` and
    /// logarithmic beyond it.
    pub(crate) fn from_zero(name: &str, knee_ms: f64, to_ms: f64) -> Self {
        let scale = Scale::FromZero(knee_ms);
        let to = to_ms.max(knee_ms);
        let min_gap = scale.place(to) / 9.0;
        let mut ticks = vec![Tick { value: 0.0, text: "0".to_owned() }];
        let mut last = 0.0;
        for value in ones_twos_fives(-2, 5).filter(|value| *value <= to) {
            if scale.place(value) - last >= min_gap {
                last = scale.place(value);
                ticks.push(Tick { value, text: format::span_ms(value) });
            }
        }
        Self { name: name.to_owned(), scale, unit: Unit::Ms, from: 0.0, to, ticks }
    }

    /// Builds a linear axis with a tick at each multiple of the step.
    fn even(
        name: &str,
        unit: Unit,
        (from, to): (f64, f64),
        step: f64,
        write: impl Fn(f64) -> String,
    ) -> Self {
        let first = (from / step - 1e-9).ceil() as i64;
        let last = (to / step + 1e-9).floor() as i64;
        let ticks = (first..=last).map(|number| {
            let value = number as f64 * step;
            Tick { value, text: write(value) }
        });
        let ticks = ticks.collect();
        Self { name: name.to_owned(), scale: Scale::Linear, unit, from, to, ticks }
    }

    /// Returns the places of the axis's ends.
    pub(crate) fn ends(&self) -> (f64, f64) {
        (self.scale.place(self.from), self.scale.place(self.to))
    }

    /// Formats a value for tables and sentences.
    pub(crate) fn written(&self, value: f64) -> String {
        written(self.unit, value)
    }
}

/// Formats a value for tables and sentences, in its unit.
pub(crate) fn written(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Count => shortest(value),
        Unit::Share => format::percent(value),
        Unit::Ms => format::length_ms(value),
        Unit::Moment => format::moment_ms(value),
    }
}

/// Returns 1, 2 and 5 times each power of ten, from the first exponent to the last.
fn ones_twos_fives(first: i32, last: i32) -> impl Iterator<Item = f64> {
    let decades = (first..=last).map(|power| 10_f64.powi(power));
    decades.flat_map(|decade| [decade, decade * 2.0, decade * 5.0])
}

/// Rounds a step up to 1, 2 or 5 times a power of ten.
fn step(least: f64) -> f64 {
    let decade = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|part| part * decade);
    steps.into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(decade * 10.0)
}

/// Returns the end of an axis from zero that contains `most`: a whole number of steps.
fn ends(most: f64, step: f64) -> f64 {
    (most / step - 1e-9).ceil().max(1.0) * step
}

/// Formats a number with as many decimals as its size needs, without trailing zeros.
fn shortest(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        0.1.. => 3,
        _ => 5,
    };
    let text = format!("{value:.decimals$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.text.as_str()).collect()
    }

    #[test]
    fn ticks_step_by_one_two_or_five() {
        assert_eq!(texts(&Axis::counts("", 3.0)), ["0", "1", "2", "3"]);
        assert_eq!(texts(&Axis::counts("", 47.0)), ["0", "20", "40", "60"]);
        assert_eq!(texts(&Axis::shares("", 0.001)), ["0%", "0.05%", "0.1%"]);
        assert_eq!(texts(&Axis::shares_to_one("", 0.93)), ["92%", "94%", "96%", "98%", "100%"]);
        assert_eq!(texts(&Axis::ms("", 430.0)), ["0", "200", "400", "600"]);
        assert_eq!(Axis::ms("age", 4_300.0).name, "age, s");
    }

    #[test]
    fn decades_contain_the_values_to_show() {
        let axis = Axis::decades("", 12.0, 3_200.0);
        assert_eq!(texts(&axis), ["10 ms", "100 ms", "1 s", "10 s"]);
        assert_eq!(texts(&Axis::decades("", 20_000.0, 2e6))[..3], ["10 s", "100 s", "1000 s"]);
        let one = Axis::decades("", 10.0, 10.0);
        assert!(one.from <= 10.0 && one.to > one.from);
    }

    #[test]
    fn virtual_time_is_in_a_unit_that_fits_its_end() {
        assert_eq!(Axis::virtual_time(0.0, 40_000.0).name, "virtual time, s");
        assert_eq!(texts(&Axis::virtual_time(0.0, 40_000.0)), ["0", "10", "20", "30", "40"]);
        assert_eq!(Axis::virtual_time(0.0, 600_000.0).name, "virtual time, min");
        assert_eq!(Axis::virtual_time(0.0, 86_400_000.0).name, "virtual time, h");
    }

    #[test]
    fn an_axis_from_zero_keeps_its_ticks_apart_and_in_order() {
        for (knee, to) in [(0.05, 4.0), (1.0, 100.0), (5.0, 60_000.0)] {
            let axis = Axis::from_zero("", knee, to);
            let (first, last) = axis.ends();
            let places: Vec<f64> = axis.ticks.iter().map(|it| axis.scale.place(it.value)).collect();
            assert!((3..=10).contains(&places.len()), "{axis:?}");
            let spaced =
                places.windows(2).all(|pair| pair[1] - pair[0] >= (last - first) / 9.0 - 1e-9);
            assert!(spaced, "{axis:?}");
        }
    }

    #[test]
    fn places_keep_the_order_of_values_and_zero_has_a_place() {
        for scale in [Scale::Linear, Scale::Log, Scale::FromZero(0.5)] {
            let places = [0.01, 1.0, 250.0].map(|value| scale.place(value));
            assert!(places[0] < places[1] && places[1] < places[2], "{scale:?}: {places:?}");
        }
        assert!(Scale::FromZero(0.5).place(0.0).abs() < 1e-12);
        assert!(Scale::Log.place(0.0).is_finite());
    }
}
