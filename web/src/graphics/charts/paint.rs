//! The painter of plots on a canvas.
//!
//! Plotters lays the values out and draws everything between the axes. Text is written on the canvas
//! directly: plotters would measure each label by inserting it into the document, which makes the browser
//! repeat its layout twenty times per chart.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, Color, DashedLineSeries, DrawingArea,
    IntoDrawingArea, LineSeries, PathElement, Polygon, ShapeStyle,
};
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

use super::labels::{Anchor, Words};
use super::palette::Palette;
use super::plot::{Line, Mark, Plot, Stroke};

/// The chart context of plotters.
type Chart<'a> = ChartContext<'a, CanvasBackend, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The result of painting. An error is the browser's, and leaves the chart partly painted.
type Painted = Result<(), Box<dyn std::error::Error>>;

/// Fits a canvas to its place on the page and to the device's pixels, and paints a plot on it.
pub(crate) fn paint(canvas: &HtmlCanvasElement, plot: &Plot) {
    let density = gloo::utils::window().device_pixel_ratio().max(1.0);
    let pixels = |css: i32| (f64::from(css) * density).round() as u32;
    let (width, height) = (pixels(canvas.client_width()), pixels(canvas.client_height()));
    if width == 0 || height == 0 {
        return;
    }
    // Setting a size clears the canvas, even to the size that it has.
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let (Some(palette), Some(backend)) =
        (Palette::of(canvas), CanvasBackend::with_canvas_object(canvas.clone()))
    else {
        return;
    };
    let Some(words) = Words::on(canvas, &palette, density) else { return };
    words.clear(width, height);
    let painter = Painter { plot, palette: &palette, words: &words, density };
    let _ = painter.paint(&backend.into_drawing_area());
}

struct Painter<'a> {
    plot: &'a Plot,
    palette: &'a Palette,
    words: &'a Words,
    density: f64,
}

impl Painter<'_> {
    fn paint(&self, area: &DrawingArea<CanvasBackend, Shift>) -> Painted {
        let plot = self.plot;
        let (left, right) = self.margins();
        let line = self.words.height();
        let mut chart = ChartBuilder::on(area)
            .margin_left(left)
            .margin_right(right)
            .margin_top((line * 1.5) as i32)
            .margin_bottom((line * 2.7) as i32)
            .build_cartesian_2d(range(plot.across.ends()), range(plot.up.ends()))?;
        self.grid(&mut chart)?;
        self.band(&mut chart)?;
        self.limits(&mut chart)?;
        self.cursor(&mut chart)?;
        for line in &plot.lines {
            self.line(&mut chart, line)?;
        }
        for mark in &plot.marks {
            self.mark(&mut chart, mark)?;
        }
        self.axes(&chart);
        self.names(&chart);
        Ok(())
    }

    /// Returns the margins in device pixels: on the left for the ticks, on the right for the lines' names.
    fn margins(&self) -> (i32, i32) {
        let widest = |texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|text| self.words.width(text)).fold(0.0, f64::max)
        };
        let ticks = widest(&mut self.plot.up.ticks.iter().map(|tick| tick.text.as_str()));
        let names = widest(&mut self.drawn().map(|line| line.name));
        let gap = 8.0 * self.density;
        let end = self.plot.across.ticks.last().map_or(0.0, |tick| self.words.width(&tick.text));
        ((ticks + gap) as i32, (names + gap).max(end / 2.0) as i32)
    }

    /// Returns the lines that are drawn: those that have a value and are not only in the table.
    fn drawn(&self) -> impl Iterator<Item = &Line> {
        let shown = |line: &&Line| {
            line.stroke != Stroke::TableOnly && line.values.iter().any(Option::is_some)
        };
        self.plot.lines.iter().filter(shown)
    }

    /// Returns the place of a value in the chart, clamped to the vertical axis.
    fn place(&self, at: f64, value: f64) -> (f64, f64) {
        let (least, most) = self.plot.up.ends();
        (self.plot.across.scale.place(at), self.plot.up.scale.place(value).clamp(least, most))
    }

    /// Converts CSS pixels to device pixels, at least one.
    fn width(&self, pixels: f64) -> u32 {
        (pixels * self.density).round().max(1.0) as u32
    }

    fn length(&self, pixels: f64) -> i32 {
        self.width(pixels).cast_signed()
    }

    fn grid(&self, chart: &mut Chart<'_>) -> Painted {
        let (first, last) = self.plot.across.ends();
        let style = self.palette.rule.stroke_width(self.width(1.0));
        let rules = self.plot.up.ticks.iter().map(|tick| {
            let height = self.plot.up.scale.place(tick.value);
            PathElement::new(vec![(first, height), (last, height)], style)
        });
        chart.draw_series(rules)?;
        Ok(())
    }

    fn band(&self, chart: &mut Chart<'_>) -> Painted {
        let (plot, Some(line)) = (self.plot, self.plot.lines.first()) else { return Ok(()) };
        if plot.band.is_empty() {
            return Ok(());
        }
        let ends = plot.places.iter().zip(&plot.band);
        let low = ends.clone().map(|(at, (low, _))| self.place(*at, *low));
        let high = ends.rev().map(|(at, (_, high))| self.place(*at, *high));
        let corners: Vec<(f64, f64)> = low.chain(high).collect();
        let style = self.palette.ink(line.ink).mix(0.25).filled();
        chart.draw_series([Polygon::new(corners, style)])?;
        Ok(())
    }

    fn limits(&self, chart: &mut Chart<'_>) -> Painted {
        let (first, last) = self.plot.across.ends();
        let style = self.palette.limit.stroke_width(self.width(1.25));
        let (dash, gap) = (self.length(2.0), self.length(4.0));
        for limit in &self.plot.limits {
            if limit.value <= self.plot.up.to {
                let height = self.place(0.0, limit.value).1;
                let line = [(first, height), (last, height)];
                chart.draw_series(DashedLineSeries::new(line, dash, gap, style))?;
            }
        }
        Ok(())
    }

    fn cursor(&self, chart: &mut Chart<'_>) -> Painted {
        let Some(at) = self.plot.cursor else { return Ok(()) };
        let (least, most) = self.plot.up.ends();
        let at = self.plot.across.scale.place(at);
        let style = self.palette.limit.stroke_width(self.width(1.0));
        chart.draw_series([PathElement::new(vec![(at, least), (at, most)], style)])?;
        Ok(())
    }

    /// Draws a line in pieces, interrupted where values are missing.
    fn line(&self, chart: &mut Chart<'_>, line: &Line) -> Painted {
        let style = self.palette.ink(line.ink).stroke_width(self.width(2.0));
        let known = self.plot.places.iter().zip(&line.values);
        let places: Vec<Option<(f64, f64)>> =
            known.map(|(at, value)| Some(self.place(*at, (*value)?))).collect();
        for piece in places.split(Option::is_none) {
            self.piece(chart, piece.iter().filter_map(|place| *place), line.stroke, style)?;
        }
        Ok(())
    }

    fn piece(
        &self,
        chart: &mut Chart<'_>,
        places: impl Iterator<Item = (f64, f64)>,
        stroke: Stroke,
        style: ShapeStyle,
    ) -> Painted {
        let places: Vec<(f64, f64)> = places.collect();
        let (dash, gap) = match stroke {
            Stroke::TableOnly => return Ok(()),
            Stroke::Solid => (0, 0),
            Stroke::Dashed => (self.length(7.0), self.length(4.0)),
            Stroke::Dotted => (self.length(2.0), self.length(3.0)),
        };
        if let [place] = places[..] {
            chart.draw_series([Circle::new(place, self.width(2.0), style.filled())])?;
        } else if dash > 0 {
            chart.draw_series(DashedLineSeries::new(places, dash, gap, style))?;
        } else {
            chart.draw_series(LineSeries::new(places, style))?;
        }
        Ok(())
    }

    /// Draws a measured point and its interval, hollow and thin if the point rests on few reads. Of a point
    /// below the axis only the interval is drawn.
    fn mark(&self, chart: &mut Chart<'_>, mark: &Mark) -> Painted {
        let colour = self.palette.marks;
        let style = colour.stroke_width(self.width(if mark.faint { 1.0 } else { 2.0 }));
        let ends = vec![self.place(mark.at, mark.low), self.place(mark.at, mark.high)];
        chart.draw_series([PathElement::new(ends, style)])?;
        if mark.value >= self.plot.up.from {
            let point = self.place(mark.at, mark.value);
            let filled = if mark.faint { style } else { colour.filled() };
            let size = self.width(if mark.faint { 2.5 } else { 3.5 });
            chart.draw_series([Circle::new(point, size, filled)])?;
        }
        Ok(())
    }

    /// Writes the ticks and names of the axes.
    fn axes(&self, chart: &Chart<'_>) {
        let (plot, words) = (self.plot, self.words);
        let (first, least) = (plot.across.ends().0, plot.up.ends().0);
        let gap = 5.0 * self.density;
        for tick in &plot.up.ticks {
            let (x, y) = pixels(chart, (first, plot.up.scale.place(tick.value)));
            words.write(&tick.text, x - gap, y, Anchor::Right);
        }
        let mut end = f64::NEG_INFINITY;
        for tick in &plot.across.ticks {
            let (x, y) = pixels(chart, (plot.across.scale.place(tick.value), least));
            let half = words.width(&tick.text) / 2.0;
            if x - half > end + gap {
                words.write(&tick.text, x, y + words.height() * 0.8, Anchor::Middle);
                end = x + half;
            }
        }
        let (right, bottom) = pixels(chart, (plot.across.ends().1, least));
        words.write(&plot.across.name, right, bottom + words.height() * 2.0, Anchor::Right);
        words.write(&plot.up.name, gap, words.height() * 0.6, Anchor::Left);
    }

    /// Writes each line's name at its end and each threshold's name above it.
    fn names(&self, chart: &Chart<'_>) {
        let plot = self.plot;
        let gap = 5.0 * self.density;
        let (first, most) = (plot.across.ends().0, plot.up.ends().1);
        let (mut x, mut last_y) = (0.0, f64::NEG_INFINITY);
        for limit in &plot.limits {
            let shown = limit.value <= plot.up.to;
            let height = if shown { self.place(0.0, limit.value).1 } else { most };
            let (left, y) = pixels(chart, (first, height));
            let (text, y) = if shown {
                (limit.name.clone(), y - self.words.height() * 0.5)
            } else {
                (format!("\u{2191} {}", limit.name), y + self.words.height() * 0.6)
            };
            // The names of thresholds that are close to each other stand side by side.
            x = if (y - last_y).abs() < self.words.height() { x + gap * 3.0 } else { left + gap };
            self.words.write(&text, x, y, Anchor::Left);
            x += self.words.width(&text);
            last_y = y;
        }
        let mut names: Vec<(f64, f64, &Line)> = self
            .drawn()
            .filter_map(|line| {
                let (at, value) = plot.places.iter().zip(&line.values).rev().find_map(|it| {
                    let (at, Some(value)) = it else { return None };
                    Some((*at, *value))
                })?;
                let (x, y) = pixels(chart, self.place(at, value));
                Some((x, y, line))
            })
            .collect();
        names.sort_by(|(_, one, _), (_, other, _)| one.total_cmp(other));
        let bottom = pixels(chart, (first, plot.up.ends().0)).1;
        let heights = apart(names.iter().map(|(_, y, _)| *y), self.words.height(), bottom);
        for ((x, _, line), y) in names.iter().zip(heights) {
            let ink = self.palette.ink(line.ink);
            self.words.write_in(line.name, x + gap, y, Anchor::Left, ink);
        }
    }
}

fn range((from, to): (f64, f64)) -> std::ops::Range<f64> {
    from..to
}

/// Returns a place of the chart in device pixels of the canvas.
fn pixels(chart: &Chart<'_>, place: (f64, f64)) -> (f64, f64) {
    let (x, y) = chart.backend_coord(&place);
    (f64::from(x), f64::from(y))
}

/// Moves ascending heights apart, so that labels as high as `line` do not overlap and none lies below
/// `bottom`.
fn apart(heights: impl Iterator<Item = f64>, line: f64, bottom: f64) -> Vec<f64> {
    let mut apart: Vec<f64> = Vec::new();
    for height in heights {
        let least = apart.last().map_or(f64::NEG_INFINITY, |last| last + line);
        apart.push(height.max(least));
    }
    let mut most = bottom;
    for height in apart.iter_mut().rev() {
        *height = height.min(most);
        most = *height - line;
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_overlap() {
        let heights = apart([10.0, 11.0, 40.0, 95.0, 96.0].into_iter(), 10.0, 100.0);
        assert_eq!(heights, [10.0, 20.0, 40.0, 90.0, 100.0]);
        assert!(apart([].into_iter(), 10.0, 100.0).is_empty());
    }
}
