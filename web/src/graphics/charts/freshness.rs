//! The staleness curve: the chance that a read is fresh, by the time from a write's commit to its start.

use ringside_lab::instruments::CurvePoint;
use ringside_predictor::Forecast;

use super::axis::Axis;
use super::plot::{Ink, Line, Mark, Plot, Stroke, Table};
use crate::format;

/// The selectable times of the staleness curve, in milliseconds: zero, and 1, 2 and 5 in each decade
/// from a hundredth of a millisecond to ten seconds.
pub(crate) static READ_OUT_MS: [f64; 20] = [
    0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0,
    1e3, 2e3, 5e3, 1e4,
];

/// The least number of reads for which a measured point is drawn as reliable.
const MANY: u64 = 30;

/// The staleness curve, predicted and measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Freshness<'a> {
    /// The forecast of PBS, or `None` if there is none yet or none is possible.
    pub(crate) predicted: Option<&'a Forecast>,
    /// The points that the oracle measured.
    pub(crate) measured: &'a [CurvePoint],
}

/// Returns the times of the forecast in milliseconds, ascending. They are dense enough to interpolate the
/// chance of a fresh read between them.
pub(crate) fn times_ms() -> Vec<f64> {
    let fine = (-48..=96).map(|step| 10_f64.powf(f64::from(step) / 24.0));
    let mut times: Vec<f64> = fine.chain(READ_OUT_MS).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

impl Freshness<'_> {
    /// Whether the curve has neither a forecast nor a measured point.
    pub(crate) fn is_empty(&self) -> bool {
        self.predicted.is_none() && self.measured.is_empty()
    }

    /// Returns the predicted chance of a fresh read at a time, interpolated linearly between the times of the
    /// forecast; `None` without a forecast or after its last time.
    pub(crate) fn predicted_at(&self, ms: f64) -> Option<f64> {
        let fresh = &self.predicted?.fresh;
        let next = fresh.partition_point(|(at, _)| *at < ms);
        let (at, share) = fresh.get(next)?;
        let Some((before, earlier)) = next.checked_sub(1).and_then(|place| fresh.get(place)) else {
            return Some(share.value);
        };
        let part = (ms - before) / (at - before);
        Some(earlier.value + (share.value - earlier.value) * part)
    }

    /// Returns the measured point whose range of times contains `ms`.
    pub(crate) fn measured_at(&self, ms: f64) -> Option<&CurvePoint> {
        self.measured.iter().find(|point| (point.from_ms..point.to_ms).contains(&ms))
    }

    /// Returns the root mean square difference between prediction and measurement over all reads, as a share.
    /// `None` if no read was measured or a point has no prediction.
    pub(crate) fn apart(&self) -> Option<f64> {
        let mut reads = 0.0;
        let mut squares = 0.0;
        for point in self.measured {
            let difference = point.fresh.value - self.predicted_at(point.mean_ms)?;
            reads += point.reads as f64;
            squares += point.reads as f64 * difference * difference;
        }
        (reads > 0.0).then(|| (squares / reads).sqrt())
    }

    /// Describes the curve at a time, in a sentence.
    pub(crate) fn sentence(&self, ms: f64) -> String {
        let start = if ms > 0.0 {
            format!("A read that starts {} after a write is acknowledged", format::span_ms(ms))
        } else {
            "A read that starts the moment that a write is acknowledged".to_owned()
        };
        let predicted = self.predicted_at(ms).map(chance);
        match (self.measured_at(ms).map(cases), predicted) {
            (Some(cases), Some(predicted)) => {
                format!("{start} saw it in {cases}; PBS predicts {predicted}.")
            }
            (Some(cases), None) => format!("{start} saw it in {cases}."),
            (None, Some(predicted)) => {
                format!(
                    "{start} sees it in {predicted} of the cases, PBS predicts; none was seen there yet."
                )
            }
            (None, None) => format!("{start}: nothing is predicted, and none was seen yet."),
        }
    }

    /// Builds the plot, with a cursor at a time in milliseconds.
    pub(crate) fn plot(&self, cursor_ms: f64) -> Plot {
        let to_ms = self.last_ms(cursor_ms);
        let known = self.predicted.map(|it| it.fresh.as_slice()).unwrap_or_default();
        let shown = known.partition_point(|(at, _)| *at <= to_ms * 1.001);
        let known = &known[..shown];
        let low = known.iter().map(|(_, share)| share.value);
        let sure = self.measured.iter().filter(|it| it.reads >= MANY);
        let low = low.chain(sure.map(|it| it.fresh.value)).fold(1.0, f64::min);
        let marks = self.measured.iter().map(|point| Mark {
            at: point.mean_ms,
            value: point.fresh.value,
            low: point.fresh.low,
            high: point.fresh.high,
            faint: point.reads < MANY,
        });
        let line = Line {
            name: "PBS",
            ink: Ink::Blue,
            stroke: Stroke::Solid,
            values: known.iter().map(|(_, share)| Some(share.value)).collect(),
        };
        let across =
            Axis::from_zero("time since the last acknowledged write", self.knee_ms(), to_ms);
        let up = Axis::shares_to_one("reads that are fresh", low.min(0.9));
        let places = known.iter().map(|(at, _)| *at).collect();
        let plot = Plot::of_lines(across, up, places, vec![line]);
        Plot {
            band: known.iter().map(|(_, share)| (share.low, share.high)).collect(),
            marks: marks.filter(|mark| mark.at <= to_ms).collect(),
            marks_name: "measured",
            cursor: Some(cursor_ms),
            ..plot
        }
    }

    /// Builds the table: one row per measured point, or one per selectable time if no point was measured.
    pub(crate) fn table(&self) -> Table {
        let predicted = |ms: f64| self.predicted_at(ms).map_or_else(nothing, chance);
        let heads = ["since the write", "PBS", "measured", "interval", "reads"];
        let heads = heads.map(str::to_owned).into();
        let rows = if self.measured.is_empty() {
            let row = |ms: &f64| {
                vec![format::span_ms(*ms), predicted(*ms), nothing(), nothing(), nothing()]
            };
            READ_OUT_MS.iter().map(row).collect()
        } else {
            let row = |point: &CurvePoint| {
                vec![
                    format::length_ms(point.mean_ms),
                    predicted(point.mean_ms),
                    chance(point.fresh.value),
                    format!("{} to {}", chance(point.fresh.low), chance(point.fresh.high)),
                    point.reads.to_string(),
                ]
            };
            self.measured.iter().map(row).collect()
        };
        Table { heads, rows, left_out: 0 }
    }

    /// Returns the end of the time axis in milliseconds: after the time at which 99.9% of the reads are
    /// predicted fresh, the time by which nine tenths of the measured reads began, and the cursor. The end is
    /// at least 10 ms, and at most the last time of the forecast, or 10 s without a forecast.
    fn last_ms(&self, cursor_ms: f64) -> f64 {
        let settled = self.predicted.and_then(|it| {
            let (ms, _) = it.fresh.iter().find(|(_, share)| share.value >= 0.999)?;
            Some(ms * 1.5)
        });
        let all: u64 = self.measured.iter().map(|point| point.reads).sum();
        let most = self.measured.iter().scan(0, |reads, point| {
            let began = *reads * 10 < all * 9;
            *reads += point.reads;
            began.then_some(point.to_ms)
        });
        let last = self.predicted.and_then(|it| Some(it.fresh.last()?.0)).unwrap_or(1e4);
        let shown = most.last().unwrap_or(0.0).max(settled.unwrap_or(0.0));
        shown.max(cursor_ms * 1.2).clamp(10.0, last)
    }

    /// Returns the time in milliseconds up to which the time axis is nearly linear: a quarter of the time in
    /// which the predicted chance of a stale read halves.
    fn knee_ms(&self) -> f64 {
        let fresh = self.predicted.map(|it| it.fresh.as_slice()).unwrap_or_default();
        let Some((_, at_once)) = fresh.first() else { return 1.0 };
        let half = f64::midpoint(at_once.value, 1.0);
        let knee = fresh.iter().find(|(_, share)| share.value >= half);
        knee.map_or(1.0, |(ms, _)| ms / 4.0).clamp(0.05, 1e3)
    }
}

/// Returns the table cell for a missing value.
fn nothing() -> String {
    "\u{2013}".to_owned()
}

/// Formats a chance as a percentage with one decimal, since more would be noise.
fn chance(share: f64) -> String {
    format::percent((share * 1e3).round() / 1e3)
}

/// Formats the share of fresh reads of a measured point, as a count if the reads are too few for a
/// percentage.
fn cases(point: &CurvePoint) -> String {
    let reads = point.reads;
    if reads < MANY {
        let fresh = (point.fresh.value * reads as f64).round();
        return format!("{fresh} of {reads} case{}", if reads == 1 { "" } else { "s" });
    }
    format!("{} of {reads} cases", chance(point.fresh.value))
}

#[cfg(test)]
mod tests {
    use ringside_lab::pbs::Share;

    use super::*;

    fn share(value: f64) -> Share {
        Share { value, low: value - 0.01, high: value + 0.01 }
    }

    fn forecast() -> Forecast {
        let at = |ms: f64| (ms, share(1.0 - 0.5 * (-ms / 10.0).exp()));
        Forecast { fresh: times_ms().into_iter().map(at).collect(), ..Forecast::default() }
    }

    fn point(from_ms: f64, value: f64) -> CurvePoint {
        let to_ms = from_ms * 2.0;
        CurvePoint { from_ms, to_ms, mean_ms: from_ms * 1.5, reads: 40, fresh: share(value) }
    }

    #[test]
    fn forecast_times_are_dense_and_contain_all_selectable_times() {
        let times = times_ms();
        assert!(times.len() < 250 && times[0] < 1e-9);
        assert!(READ_OUT_MS.iter().all(|ms| times.contains(ms)));
        assert!(times.windows(2).skip(1).all(|pair| pair[0] < pair[1] && pair[1] / pair[0] < 1.11));
    }

    #[test]
    fn chances_are_interpolated_between_the_forecast_times() {
        let forecast = forecast();
        let curve = Freshness { predicted: Some(&forecast), measured: &[] };
        for ms in [0.0, 0.7, 3.3, 61.0] {
            let chance = curve.predicted_at(ms).expect("a chance");
            assert!((chance - (1.0 - 0.5 * (-ms / 10.0_f64).exp())).abs() < 2e-4, "{ms}: {chance}");
        }
        assert_eq!(curve.predicted_at(1e9), None);
    }

    #[test]
    fn the_sentence_describes_the_measured_and_the_predicted_chance() {
        let (forecast, measured) = (forecast(), [point(4.0, 0.7)]);
        let sentence = |predicted, measured, ms| Freshness { predicted, measured }.sentence(ms);
        assert_eq!(
            sentence(Some(&forecast), &measured, 5.0),
            "A read that starts 5 ms after a write is acknowledged saw it in 70% of 40 cases; PBS \
             predicts 69.7%."
        );
        let few = [CurvePoint { reads: 4, fresh: share(0.75), ..measured[0] }];
        assert!(sentence(None, &few, 5.0).ends_with("saw it in 3 of 4 cases."));
        assert!(sentence(Some(&forecast), &measured, 100.0).ends_with("none was seen there yet."));
        assert!(sentence(None, &measured, 5.0).ends_with("saw it in 70% of 40 cases."));
        assert!(sentence(None, &[], 0.0).starts_with("A read that starts the moment"));
    }

    #[test]
    fn the_difference_is_weighted_by_reads() {
        let forecast = forecast();
        let exact = |from_ms: f64| {
            let curve = Freshness { predicted: Some(&forecast), measured: &[] };
            point(from_ms, curve.predicted_at(from_ms * 1.5).expect("a chance"))
        };
        let mut measured = [exact(1.0), exact(8.0)];
        let apart = |measured: &[CurvePoint]| {
            Freshness { predicted: Some(&forecast), measured }.apart().expect("a difference")
        };
        assert!(apart(&measured) < 1e-12);
        measured[0].fresh.value += 0.02;
        assert!((apart(&measured) - 0.02 / 2.0_f64.sqrt()).abs() < 1e-9);
        assert_eq!(Freshness { predicted: Some(&forecast), measured: &[] }.apart(), None);
    }

    #[test]
    fn the_plot_ends_after_nearly_all_reads_are_fresh() {
        let (forecast, measured) = (forecast(), [point(4.0, 0.7)]);
        let curve = Freshness { predicted: Some(&forecast), measured: &measured };
        let plot = curve.plot(5.0);
        assert!((100.0..400.0).contains(&plot.across.to), "{:?}", plot.across);
        assert!(plot.up.from <= 0.5 && plot.marks.len() == 1);
        assert_eq!(plot.places.len(), plot.band.len());
        let empty = Freshness { predicted: None, measured: &[] };
        assert!(empty.is_empty() && empty.plot(0.0).is_empty());
    }
}
