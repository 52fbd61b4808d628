//! Events as dots on their lanes.

use ringside_lab::diagram::Event;

use super::highlight::Emphasis;
use super::picture::{Paint, Picture, Stroke};
use super::scene::Subject;

/// The least distance between dots on a lane: closer dots can't be distinguished.
const APART_PX: f64 = 3.0;

/// Whether an event is shown. An event of a message in a hidden family is not.
pub(super) fn is_shown(subject: &Subject<'_>, event: &Event) -> bool {
    let message = event.message.map(|place| &subject.diagram.messages[place as usize]);
    !message.is_some_and(|message| subject.hides(message))
}

/// Draws the events that the window shows, and the chosen one with a ring.
pub(super) fn events(picture: &mut Picture, subject: &Subject<'_>) {
    let diagram = subject.diagram;
    let (from, to) = subject.window();
    let mut last = vec![[f64::MIN; 2]; subject.lanes.len()];
    let mut dots: [Vec<[f64; 4]>; 3] = Default::default();
    for place in diagram.between(from, to) {
        let event = &diagram.events[place];
        let Some(lane) = event.host.and_then(|host| subject.lanes.place(host)) else { continue };
        if !event.is_on_lane() || !is_shown(subject, event) {
            continue;
        }
        let (x, y) = (subject.scale.x(event.at), subject.scale.y(lane));
        let emphasis = subject.highlight.event(diagram, place);
        let (layer, half) = match emphasis {
            Emphasis::Dim => (0, 1.1),
            Emphasis::Plain => (1, 1.4),
            Emphasis::Highlighted | Emphasis::Strong => (2, 2.0),
        };
        let beside = &mut last[lane][usize::from(layer == 2)];
        if x - *beside < APART_PX || !subject.scale.sees(y, y) {
            continue;
        }
        *beside = x;
        dots[layer].push([x - half, y - half, half * 2.0, half * 2.0]);
    }
    let [dim, plain, highlighted] = dots;
    picture.fill(Paint::Soft, 0.4, dim);
    picture.fill(Paint::Soft, 1.0, plain);
    picture.fill(Paint::Ink, 1.0, highlighted);
    if let Some(chosen) = subject.chosen.and_then(|place| spot(subject, place)) {
        picture.rings(Stroke::solid(Paint::Ground, 5.0), 8.0, vec![chosen]);
        picture.rings(Stroke::solid(Paint::Accent, 2.75), 8.0, vec![chosen]);
    }
}

/// Returns an event's place in the picture: on its lane, or at the end of its message's line.
pub(super) fn spot(subject: &Subject<'_>, place: usize) -> Option<[f64; 2]> {
    let event = subject.diagram.events.get(place)?;
    let host = event.host.and_then(|host| subject.lanes.place(host));
    let Some(lane) = host else {
        // An event of the whole cluster is marked on the axis.
        return Some([subject.scale.x(event.at), subject.scale.top - 5.0]);
    };
    if !event.is_on_lane()
        && let Some(message) = event.message
    {
        let shown = super::lines::in_view(subject);
        let way = shown.iter().find(|line| line.place == message as usize)?;
        let path = super::lines::path(subject, way, &mut Vec::new());
        return path.last().copied();
    }
    Some([subject.scale.x(event.at), subject.scale.y(lane)])
}
