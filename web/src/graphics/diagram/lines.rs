//! Messages as lines, bundled if there are too many.

use std::collections::BTreeMap;

use ringside_lab::diagram::{Fate, Message, PathPoint};

use super::highlight::Emphasis;
use super::picture::{Item, Paint, Picture, Stroke};
use super::scene::Subject;
use crate::format;
use crate::graphics::kinds::{Family, MessageStyle};

/// The greatest number of lines that are drawn one by one. Above it, lines that lie close together are
/// bundled.
pub(super) const MOST_LINES: usize = 1_200;
/// The distance, in pixels, within which lines are bundled at first.
const CLOSE_PX: f64 = 4.0;
/// The factor by which that distance grows until few enough lines are left.
const CLOSER: f64 = 4.0;
/// The greatest distance, in pixels, within which lines are bundled.
const FAR_PX: f64 = 64.0;
/// The greatest number of lines of which each has its kind's mark.
const MOST_MARKS: usize = 120;
/// The greatest number of lines of which each has an arrowhead and a width of its own. Above it, all but the
/// highlighted lines are as thin as possible, which a browser draws in a tenth of the time.
const MOST_HEADS: usize = 300;
/// The width of the thinnest lines, in quarters of a pixel.
const THINNEST: u8 = 4;

/// A message in view, with its line in the picture.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// The message's place in the diagram's list.
    pub(super) place: usize,
    pub(super) emphasis: Emphasis,
    /// The height of the sender's lane.
    pub(super) from_y: f64,
    /// The height of the receiver's lane.
    pub(super) to_y: f64,
    /// The number of messages that the line stands for.
    pub(super) count: u32,
}

/// Lists the messages in view, by place.
pub(super) fn in_view(subject: &Subject<'_>) -> Vec<Line> {
    let (from, to) = subject.window();
    let scale = &subject.scale;
    let mut lines = Vec::new();
    for (place, message) in subject.diagram.messages.iter().enumerate() {
        if !message.is_between(from, to) || subject.hides(message) {
            continue;
        }
        let lane = |end| subject.lanes.place(end).map(|lane| scale.y(lane));
        let (Some(from_y), Some(to_y)) = (lane(message.from), lane(message.to)) else { continue };
        if !scale.sees(from_y, to_y) {
            continue;
        }
        let mut emphasis = subject.highlight.message(subject.diagram, message);
        if emphasis == Emphasis::Plain && Some(message.cause) == subject.selected {
            emphasis = Emphasis::Strong;
        }
        lines.push(Line { place, emphasis, from_y, to_y, count: 1 });
    }
    lines
}

/// The key of a bundle: a number of its own for a strong line, else 0; the lanes; the family and the fill;
/// the emphasis; whether the messages were lost; and the cells in time where the lines begin and end.
type Bundle = (u64, [u16; 2], u8, Emphasis, bool, [i64; 2]);

/// Bundles lines that lie close together if there are more than [`MOST_LINES`], and returns a note about it.
/// Otherwise returns the lines as they are, and `None`.
pub(super) fn thin(subject: &Subject<'_>, lines: Vec<Line>) -> (Vec<Line>, Option<String>) {
    let shown = lines.len();
    if shown <= MOST_LINES {
        return (lines, None);
    }
    let mut close = CLOSE_PX;
    loop {
        let bundles = bundle(subject, &lines, close);
        if bundles.len() <= MOST_LINES || close >= FAR_PX {
            return finish(bundles, shown, close);
        }
        close *= CLOSER;
    }
}

fn finish(mut lines: Vec<Line>, shown: usize, close: f64) -> (Vec<Line>, Option<String>) {
    let all = lines.len();
    let mut note = format!(
        "{}: lines that lie within {close} pixels of each other are drawn as one, the thicker the more",
        format::count(shown as u64, "message"),
    );
    if all > MOST_LINES {
        // Highlighted lines are kept first, then the fullest bundles.
        lines.sort_by_key(|line| (std::cmp::Reverse((line.emphasis, line.count)), line.place));
        lines.truncate(MOST_LINES);
        lines.sort_by_key(|line| line.place);
        let few = format::thousands(MOST_LINES as u64);
        let all = format::thousands(all as u64);
        note = format!("{note}; of {all} such lines the fullest {few} are drawn");
    }
    (lines, Some(note + ". A narrower window shows each."))
}

fn bundle(subject: &Subject<'_>, lines: &[Line], close: f64) -> Vec<Line> {
    // Cells are fixed in time, so that lines don't change their cell while the window moves.
    let cell = (close * subject.scale.us_px).max(1.0);
    let bundle_of = |line: &Line| -> Bundle {
        let message = &subject.diagram.messages[line.place];
        let end = message.end().unwrap_or(subject.diagram.now);
        let start = message.sent.unwrap_or(end);
        let place = |at: ringside_lab::Instant| (at.as_us() as f64 / cell) as i64;
        let style = MessageStyle::of(message.kind);
        (
            // A strong line is never bundled.
            if line.emphasis == Emphasis::Strong { line.place as u64 + 1 } else { 0 },
            [line.from_y, line.to_y].map(|y| y.max(0.0) as u16),
            style.family as u8 * 2 + u8::from(style.filled),
            line.emphasis,
            matches!(message.fate, Fate::Lost(..)),
            [place(start), place(end)],
        )
    };
    let mut sorted: Vec<(Bundle, usize)> =
        lines.iter().enumerate().map(|(place, line)| (bundle_of(line), place)).collect();
    sorted.sort_unstable();
    let bundles = sorted.chunk_by(|(one, _), (other, _)| one == other);
    bundles.map(|bundle| Line { count: bundle.len() as u32, ..lines[bundle[0].1] }).collect()
}

/// Returns the points of a message's line in the picture.
pub(super) fn path(
    subject: &Subject<'_>,
    line: &Line,
    spots: &mut Vec<PathPoint>,
) -> Vec<[f64; 2]> {
    let message = &subject.diagram.messages[line.place];
    message.path(subject.diagram.now, spots);
    let scale = &subject.scale;
    let across = line.to_y - line.from_y;
    let place = |spot: &PathPoint| [scale.x(spot.at), line.from_y + across * spot.fraction];
    let mut path: Vec<[f64; 2]> = spots.iter().map(place).collect();
    if let [only] = path[..] {
        // The journal no longer has the sending: a stub shows the direction.
        let stub = 14.0;
        path.insert(0, [only[0] - stub, only[1] - across.signum() * stub.min(across.abs())]);
    } else if let Fate::Lost(..) = message.fate
        && let Some(last) = path.last_mut()
    {
        // A cross on the sender's own lane would hide other items there.
        let least = across.signum() * (across.abs() * 0.2).min(scale.lane * 0.5);
        if (last[1] - line.from_y).abs() < least.abs() {
            last[1] = line.from_y + least;
        }
    }
    path
}

/// The shapes of all messages, grouped by how they are drawn.
#[derive(Default)]
struct Gathered {
    strokes: BTreeMap<(Emphasis, u8, u8), Vec<[f64; 4]>>,
    /// Arrowheads: in the colours of the lines, but solid.
    solid: BTreeMap<(Emphasis, u8), Vec<[f64; 4]>>,
    waits: BTreeMap<(Emphasis, u8, u8), Vec<[f64; 4]>>,
    marks: Vec<(MessageStyle, Emphasis, [f64; 2])>,
    crosses: BTreeMap<Emphasis, Vec<[f64; 4]>>,
    open: BTreeMap<(Emphasis, u8), Vec<[f64; 2]>>,
    /// The ends of messages in flight if lines have no arrowheads: small squares.
    ends: BTreeMap<(Emphasis, u8), Vec<[f64; 4]>>,
    pauses: BTreeMap<Emphasis, Vec<[f64; 4]>>,
}

/// Draws the messages.
pub(super) fn draw(picture: &mut Picture, subject: &Subject<'_>, lines: &[Line]) {
    let mut gathered = Gathered::default();
    let mut spots = Vec::new();
    // The known time may be a small part of the window.
    let (from, to) = subject.window();
    let known = to.min(subject.diagram.now).since(from.max(subject.diagram.begins)).as_us() as f64;
    let part = known / to.since(from).as_us().max(1) as f64;
    let few = |most: usize| lines.len() as f64 <= most as f64 * part;
    let detail = (few(MOST_MARKS), few(MOST_HEADS));
    for line in lines {
        let path = path(subject, line, &mut spots);
        gathered.take(&subject.diagram.messages[line.place], line, &path, detail);
    }
    gathered.draw(picture);
}

impl Gathered {
    fn take(&mut self, message: &Message, line: &Line, path: &[[f64; 2]], detail: (bool, bool)) {
        let style = MessageStyle::of(message.kind);
        let family = style.family as u8;
        let (marks, heads) = (
            detail.0 || line.emphasis == Emphasis::Strong,
            detail.1 || line.emphasis > Emphasis::Plain,
        );
        // While a message waits, its line is level.
        let level = |two: &[[f64; 2]]| two.len() == 2 && (two[0][1] - two[1][1]).abs() < 1e-9;
        let (width, side_by_side) =
            if heads { (thickness(line, style), 1) } else { (THINNEST, thin_lines(line)) };
        for two in path.windows(2) {
            let segment = |aside: f64| [two[0][0] + aside, two[0][1], two[1][0] + aside, two[1][1]];
            if level(two) && path.len() > 2 {
                self.waits.entry((line.emphasis, family, width)).or_default().push(segment(0.0));
            } else {
                let strokes = self.strokes.entry((line.emphasis, family, width)).or_default();
                strokes.extend((0..side_by_side).map(|aside| segment(f64::from(aside))));
            }
        }
        let [.., before, last] = path else { return };
        match message.fate {
            Fate::Lost(..) => self.crosses.entry(line.emphasis).or_default().extend(cross(*last)),
            Fate::Open if message.is_held() => {
                self.pauses.entry(line.emphasis).or_default().extend(pause(*last));
            }
            Fate::Open if heads => {
                self.open.entry((line.emphasis, family)).or_default().push(*last);
            }
            Fate::Open => {
                let [x, y] = *last;
                let end = [x - 1.5, y - 1.5, 3.0, 3.0];
                self.ends.entry((line.emphasis, family)).or_default().push(end);
            }
            Fate::Delivered(_) if heads => {
                self.solid.entry((line.emphasis, family)).or_default().extend(head(*before, *last));
            }
            Fate::Delivered(_) => {}
        }
        let long = (last[0] - path[0][0]).abs() + (last[1] - path[0][1]).abs() > 44.0;
        if marks && long && line.emphasis != Emphasis::Dim {
            let two = if path.len() > 2 { [path[0], path[1]] } else { [*before, *last] };
            let between = |one: f64, other: f64| one + (other - one) * 0.45;
            let place = [between(two[0][0], two[1][0]), between(two[0][1], two[1][1])];
            self.marks.push((style, line.emphasis, place));
        }
    }

    fn draw(self, picture: &mut Picture) {
        let family = |place: u8| Family::ALL[usize::from(place)];
        for ((emphasis, place, width), lines) in self.strokes {
            let family = family(place);
            let width = f64::from(width) / 4.0;
            picture.lines(
                Stroke {
                    paint: Paint::Family(family),
                    width,
                    alpha: emphasis.alpha(),
                    dash: dash(family),
                },
                lines,
            );
        }
        for ((emphasis, place, width), lines) in self.waits {
            let paint = Paint::Family(family(place));
            let width = if width == THINNEST { 1.0 } else { 2.0 };
            picture
                .lines(Stroke { paint, width, alpha: emphasis.alpha(), dash: &[1.5, 3.0] }, lines);
        }
        for ((emphasis, place), lines) in self.solid {
            let paint = Paint::Family(family(place));
            picture.lines(Stroke { alpha: emphasis.alpha(), ..Stroke::solid(paint, 1.5) }, lines);
        }
        for ((emphasis, place), places) in self.open {
            let paint = Paint::Family(family(place));
            picture.rings(
                Stroke { alpha: emphasis.alpha(), ..Stroke::solid(paint, 1.75) },
                3.5,
                places,
            );
        }
        for ((emphasis, place), squares) in self.ends {
            picture.fill(Paint::Family(family(place)), emphasis.alpha(), squares);
        }
        for (emphasis, lines) in self.crosses {
            picture.lines(
                Stroke { alpha: emphasis.alpha(), ..Stroke::solid(Paint::Bad, 2.25) },
                lines,
            );
        }
        for (emphasis, lines) in self.pauses {
            picture
                .lines(Stroke { alpha: emphasis.alpha(), ..Stroke::solid(Paint::Ink, 2.5) }, lines);
        }
        for (style, emphasis, place) in self.marks {
            picture.items.push(Item::Marks(style, emphasis.alpha(), 3.8, vec![place]));
        }
    }
}

/// Returns a line's width in quarters of a pixel. Answers are thin, highlighted lines are thick, and a
/// bundle is thicker than a single line.
fn thickness(line: &Line, style: MessageStyle) -> u8 {
    let one = match line.emphasis {
        Emphasis::Strong => 11,
        Emphasis::Highlighted => 8,
        _ if style.filled => 6,
        _ => 5,
    };
    one + match line.count {
        1 => 0,
        2..=3 => 2,
        4..=9 => 5,
        _ => 9,
    }
}

/// Returns the number of thinnest lines that are drawn side by side for a line: 1 for a message, several for
/// a bundle.
const fn thin_lines(line: &Line) -> u8 {
    match line.count {
        1 => 1,
        2..=9 => 2,
        _ => 3,
    }
}

/// Returns a family's dash pattern, which no other family has; empty for a solid line.
pub(super) const fn dash(family: Family) -> &'static [f64] {
    match family {
        Family::Write => &[],
        Family::Client => &[8.0, 2.5],
        Family::Read => &[5.0, 3.0],
        Family::Repair => &[9.0, 3.0, 2.0, 3.0],
        Family::Hints => &[9.0, 3.0, 2.0, 3.0, 2.0, 3.0],
        Family::Gossip => &[1.5, 4.0],
        Family::Merkle => &[2.5, 2.5],
        Family::Streams => &[13.0, 4.0],
    }
}

fn cross([x, y]: [f64; 2]) -> [[f64; 4]; 2] {
    const ARM: f64 = 4.5;
    [[x - ARM, y - ARM, x + ARM, y + ARM], [x - ARM, y + ARM, x + ARM, y - ARM]]
}

fn pause([x, y]: [f64; 2]) -> [[f64; 4]; 2] {
    const HALF: f64 = 5.5;
    [[x + 2.0, y - HALF, x + 2.0, y + HALF], [x + 7.0, y - HALF, x + 7.0, y + HALF]]
}

/// Returns the two strokes of an arrowhead at the end of a line.
fn head(from: [f64; 2], to: [f64; 2]) -> [[f64; 4]; 2] {
    const LONG: f64 = 6.5;
    const WIDE: f64 = 2.9;
    let (right, down) = (to[0] - from[0], to[1] - from[1]);
    let length = right.hypot(down).max(1e-9);
    let (right, down) = (right / length, down / length);
    let back = [to[0] - right * LONG, to[1] - down * LONG];
    [
        [to[0], to[1], back[0] - down * WIDE, back[1] + right * WIDE],
        [to[0], to[1], back[0] + down * WIDE, back[1] - right * WIDE],
    ]
}
