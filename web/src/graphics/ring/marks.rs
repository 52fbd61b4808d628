//! Marks beside the band: keys, and ranges that are streamed between nodes.

use std::fmt::Write;

use ringside_lab::ring::{Agreement, FetchFrame};

use super::dial::Point;
use super::{BAND_INNER, BAND_OUTER, SVG, arc_path};

/// The radius of the circle on which keys are marked.
pub(crate) const KEYS: f64 = BAND_INNER - 0.028;

/// The radius of the lane that shows streamed ranges.
const LANE: f64 = BAND_OUTER + 0.014;

/// Returns half the size of a key's mark, which is small if the replicas agree.
const fn half(agreement: Agreement) -> f64 {
    match agreement {
        Agreement::Full => 0.0105,
        Agreement::Behind => 0.02,
        Agreement::Apart => 0.019,
    }
}

/// Appends a key's mark to an SVG path: a dot if its replicas agree, a triangle if one is behind, and two
/// halves of a diamond if versions conflict.
pub(crate) fn push_key(path: &mut String, place: f64, agreement: Agreement, scale: f64) {
    let Point { x, y } = Point::polar(place, KEYS);
    let (x, y, half) = (x * SVG, y * SVG, half(agreement) * SVG * scale);
    // Writing to a string cannot fail.
    let _ = match agreement {
        Agreement::Full => write!(
            path,
            "M{:.2} {y:.2}a{half:.2} {half:.2} 0 1 0 {d:.2} 0a{half:.2} {half:.2} 0 1 0 -{d:.2} 0Z",
            x - half,
            d = half * 2.0
        ),
        Agreement::Behind => write!(
            path,
            "M{x:.2} {:.2}l{half:.2} {d:.2}h-{w:.2}Z",
            y - half,
            d = half * 1.8,
            w = half * 2.0
        ),
        Agreement::Apart => {
            let (gap, arm) = (half * 0.22, half * 1.15);
            write!(
                path,
                "M{:.2} {:.2}v{h:.2}l-{half:.2} -{arm:.2}ZM{:.2} {:.2}v{h:.2}l{half:.2} -{arm:.2}Z",
                x - gap,
                y - arm,
                x + gap,
                y - arm,
                h = arm * 2.0
            )
        }
    };
}

/// Returns the SVG paths of the part of a range that is still to be fetched and of the fetched part. A path
/// is empty if its part is.
pub(crate) fn fetch_paths(fetch: &FetchFrame) -> [String; 2] {
    let reached = fetch.start + (fetch.end - fetch.start) * fetch.done;
    let path =
        |from: f64, to: f64| if to > from { arc_path(from, to, LANE) } else { String::new() };
    [path(reached, fetch.end), path(fetch.start, reached)]
}

/// Returns the place in the lane at the middle of a range.
pub(crate) fn fetch_place(fetch: &FetchFrame) -> Point {
    Point::polar(f64::midpoint(fetch.start, fetch.end), LANE)
}

#[cfg(test)]
mod tests {
    use ringside_lab::NodeId;

    use super::*;

    #[test]
    fn each_agreement_has_a_shape_of_its_own() {
        let shape = |agreement| {
            let mut path = String::new();
            push_key(&mut path, 0.1, agreement, 1.0);
            path.chars().filter(char::is_ascii_alphabetic).collect::<String>()
        };
        let shapes = [Agreement::Full, Agreement::Behind, Agreement::Apart].map(shape);
        assert_eq!(shapes, ["MaaZ", "MlhZ", "MvlZMvlZ"]);
    }

    #[test]
    fn the_fetched_and_the_remaining_part_make_up_the_range() {
        let fetch = |done| FetchFrame { to: NodeId(0), from: None, start: 0.9, end: 1.1, done };
        let [left, fetched] = fetch_paths(&fetch(0.0));
        assert!(
            fetched.is_empty() && left.starts_with(&format!("M{}", Point::polar(0.9, LANE).svg()))
        );
        let [left, fetched] = fetch_paths(&fetch(0.5));
        assert!(fetched.ends_with(&Point::polar(1.0, LANE).svg()));
        assert!(left.starts_with(&format!("M{}", Point::polar(1.0, LANE).svg())));
        let [left, _] = fetch_paths(&fetch(1.0));
        assert!(left.is_empty());
        assert!(fetch_place(&fetch(0.0)).distance(Point::polar(0.0, LANE)) < 1e-9);
    }
}
