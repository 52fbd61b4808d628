//! The whole picture: background, fault spans, lanes, operations, messages, events, axis and current time.

use ringside_lab::diagram::{Diagram, Event, EventKind, Message};
use ringside_lab::{Endpoint, Instant, NodeId, RequestId};

use super::highlight::Highlight;
use super::lanes::{Lanes, host_name};
use super::lines::{in_view, thin};
use super::picture::{Align, Paint, Picture, Stroke, Words};
use super::scale::Scale;
use super::{bars, events, fault_spans, lines};
use crate::format;
use crate::graphics::kinds::{FamilySet, MessageStyle};

/// The input of a picture: the data, the layout and the selection.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The events, messages and operations.
    pub(crate) diagram: &'a Diagram,
    /// The lanes of clients and nodes.
    pub(crate) lanes: &'a Lanes,
    /// The position of moments and lanes.
    pub(crate) scale: Scale,
    /// The families whose messages are hidden.
    pub(crate) hidden: FamilySet,
    /// The selected request, whose messages stand out.
    pub(crate) selected: Option<RequestId>,
    /// The chosen event, by its place in the diagram's list.
    pub(crate) chosen: Option<usize>,
    /// The highlighted part of the diagram.
    pub(super) highlight: Highlight<'a>,
    /// The nodes that a sentence on the page is about.
    pub(crate) highlighted_nodes: &'a [NodeId],
    /// The size of words, in CSS pixels.
    pub(crate) size_px: f64,
}

impl<'a> Subject<'a> {
    /// Highlights the causes and consequences of the chosen event or, if none is chosen, an explanation's
    /// evidence.
    pub(crate) fn highlight(
        mut self,
        parts: Option<&'a [ringside_lab::diagram::Causality]>,
        evidence: Option<&'a super::highlight::Evidence>,
    ) -> Self {
        self.highlight = match (self.chosen.zip(parts), evidence) {
            (Some((chosen, parts)), _) => Highlight::Cone(chosen, parts),
            (None, Some(evidence)) => Highlight::Evidence(evidence),
            (None, None) => Highlight::Nothing,
        };
        self
    }

    /// Builds a subject in which nothing is highlighted.
    pub(crate) const fn new(
        diagram: &'a Diagram,
        lanes: &'a Lanes,
        scale: Scale,
        hidden: FamilySet,
    ) -> Self {
        let (selected, chosen, highlight) = (None, None, Highlight::Nothing);
        Self {
            diagram,
            lanes,
            scale,
            hidden,
            selected,
            chosen,
            highlight,
            highlighted_nodes: &[],
            size_px: 12.0,
        }
    }

    /// Returns the first and the last moment of the window.
    pub(crate) fn window(&self) -> (Instant, Instant) {
        let moment = |us: f64| Instant::from_us(us.max(0.0) as u64);
        (moment(self.scale.from_us), moment(self.scale.until_us()))
    }

    /// Whether the event at a place in the diagram's list is shown and can be chosen.
    pub(crate) fn shows(&self, place: usize) -> bool {
        self.diagram.events.get(place).is_some_and(|event| self.shows_event(event))
    }

    /// Whether an event is shown and can be chosen.
    pub(crate) fn shows_event(&self, event: &Event) -> bool {
        events::is_shown(self, event)
    }

    /// Whether a message is hidden.
    pub(crate) fn hides(&self, message: &Message) -> bool {
        self.hidden.contains(MessageStyle::of(message.kind).family)
    }
}

/// Draws the picture.
pub(crate) fn draw(subject: &Subject<'_>) -> Picture {
    let room = subject.scale.room;
    let mut picture = Picture { size: (room.width, room.height), ..Picture::default() };
    picture.fill(Paint::Ground, 1.0, vec![[0.0, 0.0, room.width, room.height]]);
    before_journal(&mut picture, subject);
    let labels = fault_spans::shades(&mut picture, subject);
    tracks(&mut picture, subject);
    bars::bars(&mut picture, subject);
    let shown = in_view(subject);
    picture.title = title(subject, shown.len());
    let (shown, note) = thin(subject, shown);
    picture.note = note;
    lines::draw(&mut picture, subject, &shown);
    events::events(&mut picture, subject);
    fault_spans::write(&mut picture, labels);
    now(&mut picture, subject);
    names(&mut picture, subject);
    axis(&mut picture, subject);
    picture
}

/// Returns the picture's title and a note on messages left out or drawn together, or `None` if each is drawn.
pub(crate) fn summary(subject: &Subject<'_>) -> (String, Option<String>) {
    let shown = in_view(subject);
    let title = title(subject, shown.len());
    (title, thin(subject, shown).1)
}

fn title(subject: &Subject<'_>, messages: usize) -> String {
    let (from, to) = subject.window();
    let from = from.max(subject.diagram.begins);
    let to = to.min(subject.diagram.now).max(from);
    format!(
        "Space and time from {} to {}: {} and {}, {}",
        format::moment(from),
        format::moment(to),
        format::count(subject.lanes.clients() as u64, "client"),
        format::count(u64::from(subject.diagram.nodes), "node"),
        format::count(messages as u64, "message"),
    )
}

/// Draws the lines of the lanes, which are dashed after the current time.
fn tracks(picture: &mut Picture, subject: &Subject<'_>) {
    let scale = &subject.scale;
    let end = scale.x(subject.diagram.now).clamp(scale.left, scale.room.width);
    let (mut past, mut ahead) = (Vec::new(), Vec::new());
    for lane in 0..subject.lanes.len() {
        let y = scale.y(lane);
        if scale.sees(y, y) {
            past.push([scale.left, y, end, y]);
            ahead.push([end, y, scale.room.width, y]);
        }
    }
    picture.lines(Stroke::solid(Paint::Rule, 1.5), past);
    picture.lines(Stroke { dash: &[2.0, 4.0], ..Stroke::solid(Paint::Rule, 1.0) }, ahead);
    let border = scale.top + scale.lane * subject.lanes.clients() as f64 - scale.room.scrolled;
    if subject.lanes.clients() > 0 && scale.sees(border, border) {
        picture.lines(
            Stroke { alpha: 0.6, ..Stroke::solid(Paint::Soft, 1.0) },
            vec![[0.0, border, scale.room.width, border]],
        );
    }
}

/// Shades the part of the window before the journal begins.
fn before_journal(picture: &mut Picture, subject: &Subject<'_>) {
    let scale = &subject.scale;
    let begins = scale.x(subject.diagram.begins).min(scale.room.width);
    if begins <= scale.left {
        return;
    }
    let height = scale.room.height - scale.top;
    picture.fill(Paint::Sunken, 1.0, vec![[scale.left, scale.top, begins - scale.left, height]]);
    picture.lines(
        Stroke { dash: &[3.0, 3.0], ..Stroke::solid(Paint::Soft, 1.0) },
        vec![[begins, scale.top, begins, scale.room.height]],
    );
    let text = if subject.diagram.whole { "the run begins" } else { "the journal begins" };
    let size = subject.size_px * 0.9;
    if begins - scale.left > size * 0.6 * text.len() as f64 {
        picture.words(Words {
            text: text.to_owned(),
            x: begins - 4.0,
            y: scale.top + size * 0.8,
            align: Align::End,
            size,
            bold: false,
            paint: Paint::Soft,
        });
    }
}

/// Draws a line at the current time.
fn now(picture: &mut Picture, subject: &Subject<'_>) {
    let scale = &subject.scale;
    let x = scale.x(subject.diagram.now);
    if x >= scale.left && x <= scale.room.width {
        let dash: &[f64] = &[5.0, 4.0];
        let line = vec![[x, scale.top - 6.0, x, scale.room.height]];
        picture.lines(Stroke { dash, ..Stroke::solid(Paint::Accent, 1.75) }, line);
    }
}

/// Writes the names of the lanes, with frames around highlighted nodes.
fn names(picture: &mut Picture, subject: &Subject<'_>) {
    let scale = &subject.scale;
    picture.fill(Paint::Ground, 1.0, vec![[0.0, scale.top, scale.left - 1.0, scale.room.height]]);
    let size = subject.size_px.min(scale.lane * 0.72);
    let mut frames = Vec::new();
    for lane in 0..subject.lanes.len() {
        let y = scale.y(lane);
        let Some(end) = subject.lanes.end(lane).filter(|_| scale.sees(y - size, y + size)) else {
            continue;
        };
        let highlighted =
            matches!(end, Endpoint::Node(node) if subject.highlighted_nodes.contains(&node));
        if highlighted {
            frames.push([2.0, y - size * 0.85, scale.left - 8.0, size * 1.7]);
        }
        let is_node = matches!(end, Endpoint::Node(_));
        picture.words(Words {
            text: host_name(end),
            x: scale.left - 10.0,
            y,
            align: Align::End,
            size: if is_node { size * 1.1 } else { size },
            bold: is_node || highlighted,
            paint: if highlighted { Paint::Accent } else { Paint::Ink },
        });
    }
    let edges = frames.iter().flat_map(|[left, top, width, height]| {
        let (right, bottom) = (left + width, top + height);
        [
            [*left, *top, right, *top],
            [*left, bottom, right, bottom],
            [*left, *top, *left, bottom],
            [right, *top, right, bottom],
        ]
    });
    picture.lines(Stroke::solid(Paint::Accent, 2.0), edges.collect());
}

/// Draws the axis, with a flag at each intervention.
fn axis(picture: &mut Picture, subject: &Subject<'_>) {
    let (scale, size) = (&subject.scale, subject.size_px * 0.88);
    picture.fill(Paint::Ground, 1.0, vec![[0.0, 0.0, scale.room.width, scale.top - 1.0]]);
    picture.lines(
        Stroke::solid(Paint::Rule, 1.0),
        vec![[0.0, scale.top - 1.0, scale.room.width, scale.top - 1.0]],
    );
    let wide = size * 5.6;
    let step = step_us(scale.us_px * wide);
    let mut ticks = Vec::new();
    let mut at = (scale.from_us.max(0.0) / step).ceil() * step;
    let now = scale.x(subject.diagram.now);
    let now_shown = now >= scale.left && now <= scale.room.width;
    while at <= scale.until_us() {
        let x = scale.left + (at - scale.from_us) / scale.us_px;
        ticks.push([x, scale.top - 5.0, x, scale.top - 1.0]);
        let covered = now_shown && (x - now).abs() < wide * 0.5 + size;
        let cut = x - wide * 0.45 < 0.0 || x + wide * 0.45 > scale.room.width;
        if !covered && !cut {
            picture.words(Words {
                text: tick(at, step),
                x,
                y: scale.top * 0.42,
                align: Align::Middle,
                size,
                bold: false,
                paint: Paint::Soft,
            });
        }
        at += step;
    }
    picture.lines(Stroke::solid(Paint::Soft, 1.0), ticks);
    if now_shown {
        let near_edge = now + size * 1.4 > scale.room.width;
        picture.words(Words {
            text: "now".to_owned(),
            x: if near_edge { scale.room.width - 3.0 } else { now },
            y: scale.top * 0.42,
            align: if near_edge { Align::End } else { Align::Middle },
            size,
            bold: true,
            paint: Paint::Accent,
        });
    }
    let (from, to) = subject.window();
    let events = &subject.diagram.events[subject.diagram.between(from, to)];
    let acts = events.iter().filter(|event| event.kind == EventKind::Intervention);
    let places = acts.map(|event| scale.x(event.at)).filter(|x| *x >= scale.left);
    let flags = places.map(|x| [x - 1.5, scale.top - 9.0, 3.0, 8.0]);
    picture.fill(Paint::Bad, 1.0, flags.collect());
}

/// Returns the time between ticks: the least of 1, 2 and 5 times a power of ten that is `at_least` or more.
fn step_us(at_least: f64) -> f64 {
    let mut decade = 1.0;
    while decade * 10.0 <= at_least {
        decade *= 10.0;
    }
    let steps = [1.0, 2.0, 5.0, 10.0];
    let fits = steps.into_iter().map(|step| step * decade).find(|step| *step >= at_least);
    fits.unwrap_or(decade * 10.0)
}

/// Formats a tick's time, with no more digits than the ticks need.
fn tick(at_us: f64, step: f64) -> String {
    let seconds = at_us / 1e6;
    match step {
        step if step < 1e3 => format!("{seconds:.4} s"),
        step if step < 1e6 => format!("{seconds:.3} s"),
        _ => format!("{seconds:.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_far_enough_apart_for_their_labels() {
        let steps = [0.3, 1.0, 1.2, 2.1, 7.0, 99.0, 100.0, 4_900.0];
        let steps = steps.map(|least| step_us(least) as u64);
        assert_eq!(steps, [1, 1, 2, 5, 10, 100, 100, 5_000]);
        assert_eq!([tick(1_234_500.0, 500.0), tick(12e6, 2e3)], ["1.2345 s", "12.000 s"]);
        assert_eq!(tick(12e6, 1e6), "12 s");
    }
}
