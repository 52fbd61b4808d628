//! Shading of fault spans, with one pattern per kind so that colour is not the only cue.

use ringside_lab::diagram::{FaultKind, FaultSpan};

use super::highlight::Highlight;
use super::picture::{Align, Paint, Picture, Stroke, Words};
use super::scale::Scale;
use super::scene::Subject;

/// Draws the spans in view and returns their labels, which are written over everything else.
pub(super) fn shades(picture: &mut Picture, subject: &Subject<'_>) -> Vec<Words> {
    let shades = subject.diagram.fault_spans.iter();
    shades.filter_map(|shade| one(picture, subject, shade)).collect()
}

/// Writes the spans' labels, each on its own background.
pub(super) fn write(picture: &mut Picture, words: Vec<Words>) {
    for words in words {
        let width = width(&words.text, words.size) + 6.0;
        let height = words.size * 1.3;
        let area = [words.x - 3.0, words.y - height / 2.0, width, height];
        picture.fill(Paint::Ground, 0.9, vec![area]);
        picture.words(words);
    }
}

/// Estimates the width of a text, in pixels.
fn width(text: &str, size: f64) -> f64 {
    size * 0.58 * text.chars().count() as f64
}

fn one(picture: &mut Picture, subject: &Subject<'_>, shade: &FaultSpan) -> Option<Words> {
    let scale = &subject.scale;
    let left = scale.x(shade.from).max(scale.left);
    let right = scale.x(shade.to.unwrap_or(subject.diagram.now)).min(scale.room.width);
    if right <= left {
        return None;
    }
    let (ground, paint, alpha) = colours(shade.kind);
    let highlighted = subject.highlight.shade(shade);
    let is_plain = matches!(subject.highlight, Highlight::Nothing);
    let alpha = if is_plain || highlighted { alpha } else { alpha * 0.4 };
    let (mut fills, mut lines, mut edges) = (Vec::new(), Vec::new(), Vec::new());
    let mut words = None;
    for node in &shade.nodes {
        let Some(lane) = subject.lanes.place(ringside_lab::Endpoint::Node(*node)) else { continue };
        let (top, bottom) = (scale.y(lane) - scale.lane / 2.0, scale.y(lane) + scale.lane / 2.0);
        if !scale.sees(top, bottom) {
            continue;
        }
        let inset = 1.5;
        let area = [left, top + inset, right, bottom - inset];
        fills.push([left, area[1], right - left, area[3] - area[1]]);
        pattern(shade.kind, area, scale, &mut lines);
        edges.extend([[left, area[1], left, area[3]], [right, area[1], right, area[3]]]);
        if highlighted {
            edges.extend([[left, area[1], right, area[1]], [left, area[3], right, area[3]]]);
        }
        words.get_or_insert(area[1]);
    }
    picture.fill(ground, if alpha < 0.3 { 0.4 } else { 0.9 }, fills);
    picture.lines(Stroke { alpha, ..Stroke::solid(paint, 1.0) }, lines);
    let edge = Stroke::solid(paint, if highlighted { 2.5 } else { 1.5 });
    picture.lines(Stroke { alpha: alpha.max(0.5), ..edge }, edges);
    let size = subject.size_px * 0.85;
    let fits = right - left > width(&shade.words, size) + 8.0;
    let top = words.filter(|_| fits && scale.lane > 2.2 * size)?;
    Some(Words {
        text: shade.words.clone(),
        x: left + 5.0,
        y: top + size * 0.7,
        align: Align::Start,
        size,
        bold: true,
        paint,
    })
}

/// Returns a kind's background, the colour of its pattern, and the pattern's opacity.
const fn colours(kind: FaultKind) -> (Paint, Paint, f64) {
    match kind {
        FaultKind::Down => (Paint::Sunken, Paint::Ink, 0.45),
        FaultKind::Paused => (Paint::Sunken, Paint::Soft, 0.55),
        FaultKind::Slow => (Paint::WarmSoft, Paint::Soft, 0.4),
        FaultKind::Cut => (Paint::BadSoft, Paint::Bad, 0.42),
        FaultKind::Clogged => (Paint::WarmSoft, Paint::Warn, 0.5),
        FaultKind::Lossy => (Paint::BadSoft, Paint::Bad, 0.4),
    }
}

/// Draws a kind's pattern into an area, which is given by its left, top, right and bottom. The pattern is
/// anchored in time, so that it moves with the lanes.
fn pattern(kind: FaultKind, area: [f64; 4], scale: &Scale, lines: &mut Vec<[f64; 4]>) {
    let origin = scale.left - scale.from_us / scale.us_px;
    match kind {
        FaultKind::Down => slanted(area, origin, 6.0, false, lines),
        FaultKind::Cut => slanted(area, origin, 9.0, true, lines),
        FaultKind::Paused => upright(area, origin, 6.0, lines),
        FaultKind::Slow => level(area, 5.0, lines),
        FaultKind::Lossy => {
            slanted(area, origin, 12.0, true, lines);
            slanted(area, origin, 12.0, false, lines);
        }
        FaultKind::Clogged => {
            upright(area, origin, 9.0, lines);
            level(area, 6.0, lines);
        }
    }
}

/// Returns the first place at or after `edge` that is a whole number of steps from `origin`.
fn first(edge: f64, origin: f64, step: f64) -> f64 {
    edge + (origin - edge).rem_euclid(step)
}

fn slanted(
    [left, top, right, bottom]: [f64; 4],
    origin: f64,
    step: f64,
    falls: bool,
    lines: &mut Vec<[f64; 4]>,
) {
    let high = bottom - top;
    // Each line runs from x = `foot` at one horizontal edge to `foot + high` at the other.
    let mut foot = first(left - high, origin, step);
    while foot < right {
        let start = foot.max(left);
        let end = (foot + high).min(right);
        let (before, after) = (start - foot, end - foot);
        if falls {
            lines.push([start, top + before, end, top + after]);
        } else {
            lines.push([start, bottom - before, end, bottom - after]);
        }
        foot += step;
    }
}

fn upright(
    [left, top, right, bottom]: [f64; 4],
    origin: f64,
    step: f64,
    lines: &mut Vec<[f64; 4]>,
) {
    let mut x = first(left, origin, step);
    while x < right {
        lines.push([x, top, x, bottom]);
        x += step;
    }
}

fn level([left, top, right, bottom]: [f64; 4], step: f64, lines: &mut Vec<[f64; 4]>) {
    let mut y = top + step / 2.0;
    while y < bottom {
        lines.push([left, y, right, y]);
        y += step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stay_in_their_area_and_differ() {
        let area = [10.0, 5.0, 90.0, 35.0];
        let room = super::super::Room { width: 300.0, height: 200.0, scrolled: 0.0 };
        let scale = Scale::new(room, 1_234.5, 100_000.0, 4);
        let mut seen: Vec<Vec<[f64; 4]>> = Vec::new();
        for kind in FaultKind::ALL {
            let mut lines = Vec::new();
            pattern(kind, area, &scale, &mut lines);
            assert!(lines.len() > 3, "{kind:?}");
            for [x, y, to_x, to_y] in &lines {
                for (x, y) in [(x, y), (to_x, to_y)] {
                    assert!((area[0] - 1e-9..=area[2] + 1e-9).contains(x), "{kind:?} {x}");
                    assert!((area[1] - 1e-9..=area[3] + 1e-9).contains(y), "{kind:?} {y}");
                }
            }
            assert!(!seen.contains(&lines), "{kind:?} has the pattern of another kind");
            seen.push(lines);
        }
    }
}
