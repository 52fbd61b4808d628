//! Operations as bars on the lanes of clients and coordinators.

use std::collections::BTreeMap;

use ringside_lab::diagram::{Bar, BarEnd};
use ringside_lab::{Endpoint, Operation};

use super::highlight::Emphasis;
use super::picture::{Align, Paint, Picture, Stroke, Words};
use super::scale::Scale;
use super::scene::Subject;
use crate::graphics::kinds::Family;

/// The shapes of all bars, grouped by how they are drawn.
#[derive(Default)]
struct Gathered {
    grounds: Vec<[f64; 4]>,
    fills: BTreeMap<(Emphasis, bool), Vec<[f64; 4]>>,
    edges: BTreeMap<(Emphasis, bool), Vec<[f64; 4]>>,
    crosses: BTreeMap<Emphasis, Vec<[f64; 4]>>,
    words: Vec<Words>,
}

/// Draws the bars that the window shows.
pub(super) fn bars(picture: &mut Picture, subject: &Subject<'_>) {
    // A bar that ends less than this to the right of the previous bar on its row is skipped.
    const APART_PX: f64 = 1.0;
    let mut gathered = Gathered::default();
    let mut last: Vec<[f64; 3]> = vec![[f64::MIN; 3]; subject.lanes.len()];
    for bar in &subject.diagram.bars {
        let Some(lane) = subject.lanes.place(bar.host) else { continue };
        let Some(area) = area(subject, bar, lane) else { continue };
        let row = &mut last[lane][usize::from(bar.row.min(2))];
        let emphasis = emphasis(subject, bar);
        if area[0] + area[2] - *row < APART_PX && emphasis <= Emphasis::Plain {
            continue;
        }
        *row = area[0] + area[2];
        gathered.take(subject, bar, area, emphasis);
    }
    gathered.draw(picture);
}

fn emphasis(subject: &Subject<'_>, bar: &Bar) -> Emphasis {
    match subject.highlight.bar(subject.diagram, bar) {
        Emphasis::Plain if Some(bar.request) == subject.selected => Emphasis::Strong,
        emphasis => emphasis,
    }
}

/// Returns a bar's left, top, width and height, or `None` if the bar is out of view.
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
        // Three bars fit into a lane.
        Endpoint::Client(_) => (scale.lane / 3.0 - 2.0).clamp(4.0, 18.0),
        Endpoint::Node(_) => (scale.lane * 0.2).clamp(3.0, 8.0),
    }
}

impl Gathered {
    fn take(&mut self, subject: &Subject<'_>, bar: &Bar, area: [f64; 4], emphasis: Emphasis) {
        let [left, top, width, height] = area;
        let reads = bar.operation == Operation::Get;
        self.grounds.push(area);
        self.fills.entry((emphasis, reads)).or_default().push(area);
        let (right, bottom) = (left + width, top + height);
        let edges = self.edges.entry((emphasis, reads)).or_default();
        edges.extend([
            [left, top, right, top],
            [left, bottom, right, bottom],
            [left, top, left, bottom],
        ]);
        if bar.end != BarEnd::Open {
            edges.push([right, top, right, bottom]);
        }
        if let BarEnd::Failed(_) | BarEnd::Stopped(_) = bar.end {
            let arm = (height / 2.0).max(3.5);
            let middle = f64::midpoint(top, bottom);
            self.crosses.entry(emphasis).or_default().extend([
                [right - arm, middle - arm, right + arm, middle + arm],
                [right - arm, middle + arm, right + arm, middle - arm],
            ]);
        }
        let size = (height - 1.0).min(subject.size_px);
        let start = left.max(subject.scale.left) + 4.0;
        let letters =
            bar.key.chars().count() + if bar.operation == Operation::Delete { 7 } else { 4 };
        if size >= 8.5 && right - start > size * 0.58 * letters as f64 {
            self.words.push(Words {
                text: format!("{} {}", bar.operation, bar.key),
                x: start,
                y: f64::midpoint(top, bottom),
                align: Align::Start,
                size,
                bold: false,
                paint: if emphasis == Emphasis::Dim { Paint::Soft } else { Paint::Ink },
            });
        }
    }

    fn draw(self, picture: &mut Picture) {
        let paint = |reads| Paint::Family(if reads { Family::Read } else { Family::Write });
        picture.fill(Paint::Ground, 1.0, self.grounds);
        for ((emphasis, reads), areas) in self.fills {
            picture.fill(paint(reads), 0.22 * emphasis.alpha(), areas);
        }
        for ((emphasis, reads), edges) in self.edges {
            let width = if emphasis == Emphasis::Strong { 2.5 } else { 1.25 };
            let stroke = Stroke::solid(paint(reads), width);
            picture.lines(Stroke { alpha: emphasis.alpha(), ..stroke }, edges);
        }
        for (emphasis, crosses) in self.crosses {
            let stroke = Stroke::solid(Paint::Bad, 2.25);
            picture.lines(Stroke { alpha: emphasis.alpha(), ..stroke }, crosses);
        }
        self.words.into_iter().for_each(|words| picture.words(words));
    }
}
