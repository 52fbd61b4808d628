//! Operations as bars on the lanes of clients and coordinators.

use ringside_lab::diagram::{Bar, BarEnd};
use ringside_lab::{End, Operation};

use super::light::Light;
use super::picture::{Align, Paint, Picture, Stroke, Words};
use super::scale::Scale;
use super::scene::Subject;
use crate::kinds::Family;

/// Draws the bars that the window shows.
pub(super) fn bars(picture: &mut Picture, subject: &Subject<'_>) {
    // A bar that is narrower than this right after another one would only be painted over it.
    const APART_PX: f64 = 1.0;
    let mut last: Vec<[f64; 3]> = vec![[f64::MIN; 3]; subject.lanes.len()];
    for bar in &subject.diagram.bars {
        let Some(lane) = subject.lanes.place(bar.host) else { continue };
        let Some(area) = area(subject, bar, lane) else { continue };
        let row = &mut last[lane][usize::from(bar.row.min(2))];
        let light = light(subject, bar);
        if area[0] + area[2] - *row < APART_PX && light <= Light::Plain {
            continue;
        }
        *row = area[0] + area[2];
        draw(picture, subject, bar, area, light);
    }
}

fn light(subject: &Subject<'_>, bar: &Bar) -> Light {
    match subject.lit.bar(subject.diagram, bar) {
        Light::Plain if Some(bar.request) == subject.in_hand => Light::Strong,
        light => light,
    }
}

/// Gives where a bar lies, by its left, top, width and height, where the window shows it.
pub(super) fn area(subject: &Subject<'_>, bar: &Bar, lane: usize) -> Option<[f64; 4]> {
    let scale = &subject.scale;
    let left = scale.x(bar.from);
    let right = scale.x(bar.end.at().unwrap_or(subject.diagram.now)).max(left + 1.0);
    let height = height(scale, bar);
    let middle = scale.y(lane);
    let away = f64::from(bar.row.div_ceil(2)) * (height + 2.0);
    let middle = if bar.row % 2 == 1 { middle - away } else { middle + away };
    let (top, bottom) = (middle - height / 2.0, middle + height / 2.0);
    let is_seen = right >= scale.left && left <= scale.room.width && scale.sees(top, bottom);
    is_seen.then(|| {
        let left = left.max(scale.left - 4.0);
        [left, top, right.min(scale.room.width + 4.0) - left, height]
    })
}

fn height(scale: &Scale, bar: &Bar) -> f64 {
    match bar.host {
        // Three of them fit into a lane.
        End::Client(_) => (scale.lane / 3.0 - 2.0).clamp(4.0, 18.0),
        End::Node(_) => (scale.lane * 0.2).clamp(3.0, 8.0),
    }
}

fn draw(
    picture: &mut Picture,
    subject: &Subject<'_>,
    bar: &Bar,
    [left, top, width, height]: [f64; 4],
    light: Light,
) {
    let paint = match bar.operation {
        Operation::Get => Paint::Family(Family::Read),
        Operation::Put | Operation::Delete => Paint::Family(Family::Write),
    };
    let alpha = light.alpha();
    picture.fill(Paint::Ground, 1.0, vec![[left, top, width, height]]);
    picture.fill(paint, 0.22 * alpha, vec![[left, top, width, height]]);
    let (right, bottom) = (left + width, top + height);
    let mut edges =
        vec![[left, top, right, top], [left, bottom, right, bottom], [left, top, left, bottom]];
    if bar.end != BarEnd::Open {
        edges.push([right, top, right, bottom]);
    }
    let thick = if light == Light::Strong { 2.5 } else { 1.25 };
    picture.lines(Stroke { alpha, ..Stroke::solid(paint, thick) }, edges);
    if let BarEnd::Failed(_) | BarEnd::Stopped(_) = bar.end {
        let arm = (height / 2.0).max(3.5);
        let middle = f64::midpoint(top, bottom);
        let cross = vec![
            [right - arm, middle - arm, right + arm, middle + arm],
            [right - arm, middle + arm, right + arm, middle - arm],
        ];
        picture.lines(Stroke { alpha, ..Stroke::solid(Paint::Bad, 2.25) }, cross);
    }
    let size = (height - 1.0).min(subject.size_px);
    let text = format!("{} {}", bar.operation, bar.key);
    let start = left.max(subject.scale.left) + 4.0;
    if size >= 8.5 && right - start > size * 0.58 * text.chars().count() as f64 {
        picture.words(Words {
            text,
            x: start,
            y: f64::midpoint(top, bottom),
            align: Align::Start,
            size,
            bold: false,
            paint: if light == Light::Dim { Paint::Soft } else { Paint::Ink },
        });
    }
}
