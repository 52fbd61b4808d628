//! Hit testing: the event drawn at a place in the picture.

use super::events::{is_shown, spot};
use super::lines::{in_view, path};
use super::scene::Subject;

/// The greatest distance of the pointer from an event's dot, in pixels.
const NEAR_DOT_PX: f64 = 6.0;
/// The greatest distance of the pointer from a message's line, in pixels.
const NEAR_LINE_PX: f64 = 7.0;

/// Finds the event drawn nearest to a place, or returns `None` if nothing is near.
///
/// Dots come before lines. A message's line leads to its sending or, if the journal no longer has the
/// sending, to the message's last event.
pub(crate) fn find(subject: &Subject<'_>, x: f64, y: f64) -> Option<usize> {
    let scale = &subject.scale;
    if x < scale.left || y < scale.top {
        return None;
    }
    dot(subject, x, y).or_else(|| line(subject, x, y))
}

fn dot(subject: &Subject<'_>, x: f64, y: f64) -> Option<usize> {
    let (from, to) = subject.window();
    let places = subject.diagram.between(from, to).filter(|place| {
        let event = &subject.diagram.events[*place];
        // Events that are not on their lane lie at the ends of lines, and are found with them.
        event.is_on_lane()
            && (subject.scale.x(event.at) - x).abs() <= NEAR_DOT_PX
            && is_shown(subject, event)
    });
    let away = |place: usize| {
        let [dot_x, dot_y] = spot(subject, place)?;
        let away = (dot_x - x).hypot(dot_y - y);
        (away <= NEAR_DOT_PX).then_some((away, place))
    };
    nearest(places.filter_map(away))
}

fn line(subject: &Subject<'_>, x: f64, y: f64) -> Option<usize> {
    let mut spots = Vec::new();
    let away = |line: &super::lines::Line| {
        let path = path(subject, line, &mut spots);
        let away = path.windows(2).map(|two| distance([x, y], two[0], two[1]));
        let away = away.min_by(f64::total_cmp)?;
        let message = &subject.diagram.messages[line.place];
        let event = message.sent_event().or_else(|| message.events().last())?;
        (away <= NEAR_LINE_PX).then_some((away, event))
    };
    nearest(in_view(subject).iter().filter_map(away))
}

fn nearest(found: impl Iterator<Item = (f64, usize)>) -> Option<usize> {
    found.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, place)| place)
}

/// Returns the distance of a place from the straight segment between two others.
fn distance(place: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let (right, down) = (to[0] - from[0], to[1] - from[1]);
    let square = right * right + down * down;
    let part = if square > 0.0 {
        (((place[0] - from[0]) * right + (place[1] - from[1]) * down) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (place[0] - from[0] - right * part).hypot(place[1] - from[1] - down * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_to_a_segment_is_that_to_its_nearest_point() {
        let away = |x, y| distance([x, y], [0.0, 0.0], [10.0, 0.0]);
        let close = |one: f64, other: f64| (one - other).abs() < 1e-12;
        assert!(close(away(5.0, 3.0), 3.0) && close(away(-4.0, 3.0), 5.0));
        assert!(close(away(13.0, -4.0), 5.0));
        assert!(close(distance([3.0, 4.0], [0.0, 0.0], [0.0, 0.0]), 5.0), "a segment of no length");
    }
}
