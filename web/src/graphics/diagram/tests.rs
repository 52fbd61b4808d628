//! Tests of the whole picture, with runs that are busier than a picture can show.

use ringside_lab::diagram::Diagram;
use ringside_lab::{BuiltIn, Command, Instant, Lab};

use super::lanes::Lanes;
use super::lines::{MOST_LINES, in_view, path, thin};
use super::palette::Palette;
use super::picture::{Item, Words};
use super::scale::{Room, Scale};
use super::scene::{Subject, draw, summary};
use super::{find, svg};
use crate::graphics::kinds::{Family, FamilySet, MessageStyle};

const ROOM: Room = Room { width: 650.0, height: 340.0, scrolled: 0.0 };

/// Runs five nodes for three seconds with chaos, at `rate` operations per second.
fn busy(rate: u32) -> Diagram {
    let mut scenario = BuiltIn::find("healthy").expect("built in").scenario().expect("a scenario");
    scenario.load.rate = rate.into();
    let mut lab = Lab::open(scenario).expect("a run");
    lab.command(Command::Chaos(0.7)).expect("a dial");
    lab.advance_to(Instant::from_us(3_000_000));
    Diagram::new(&lab, None)
}

/// Fits the last `ms` milliseconds of a diagram into the room.
fn view(diagram: &Diagram, ms: u64) -> (Lanes, Scale) {
    let from = Instant::from_us(diagram.now.as_us().saturating_sub(ms * 1_000));
    let lanes = Lanes::new(diagram, from, diagram.now);
    let scale = Scale::new(ROOM, from.as_us() as f64, ms as f64 * 1_000.0, lanes.len());
    (lanes, scale)
}

#[test]
fn too_many_lines_are_bundled_and_every_message_is_counted() {
    let diagram = busy(600);
    let (lanes, scale) = view(&diagram, 3_000);
    let subject = Subject::new(&diagram, &lanes, scale, FamilySet::default());
    let shown = in_view(&subject);
    let all = shown.len();
    assert!(all > 2 * MOST_LINES, "{all}");
    let (drawn, note) = thin(&subject, shown);
    assert!(drawn.len() <= MOST_LINES);
    let note = note.expect("a note on the bundles");
    assert!(note.contains("drawn as one"), "{note}");
    let stand_for: u32 = drawn.iter().map(|line| line.count).sum();
    assert!(note.contains("the fullest") || stand_for as usize == all, "{stand_for} of {all}");
    // If all lines fit, each is drawn.
    let (lanes, scale) = view(&diagram, 60);
    let subject = Subject::new(&diagram, &lanes, scale, FamilySet::default());
    let (_, note) = summary(&subject);
    assert_eq!(note, None);
    assert!(in_view(&subject).iter().all(|line| line.count == 1));
}

#[test]
fn a_point_on_a_line_finds_a_message_there() {
    let diagram = busy(40);
    let (lanes, scale) = view(&diagram, 200);
    let subject = Subject::new(&diagram, &lanes, scale, FamilySet::default());
    let shown = in_view(&subject);
    assert!(shown.len() > 20, "{}", shown.len());
    let mut found = 0;
    for line in &shown {
        let path = path(&subject, line, &mut Vec::new());
        let (first, last) = (path[0], path[path.len() - 1]);
        let middle = [f64::midpoint(first[0], last[0]), f64::midpoint(first[1], last[1])];
        if path.len() != 2 || middle[0] < scale.left || (first[1] - last[1]).abs() < 30.0 {
            continue;
        }
        let place = find(&subject, middle[0], middle[1]).expect("a line at the point");
        let event = diagram.events[place];
        let own = event.message == Some(line.place as u32);
        // At a crossing, the other line may be as near.
        let beside =
            event.message.is_some_and(|other| shown.iter().any(|it| it.place == other as usize));
        assert!(own || beside || event.is_on_lane(), "{event:?}");
        found += usize::from(own);
    }
    assert!(found > 10, "{found}");
    assert_eq!(find(&subject, 2.0, 100.0), None, "a point on the names");
}

#[test]
fn a_hidden_family_is_not_drawn() {
    let diagram = busy(40);
    let (lanes, scale) = view(&diagram, 500);
    let hidden = FamilySet::default().toggled(Family::Write);
    let subject = Subject::new(&diagram, &lanes, scale, hidden);
    let is_write = |kind| MessageStyle::of(kind).family == Family::Write;
    let drawn = in_view(&subject);
    assert!(drawn.iter().all(|line| !is_write(diagram.messages[line.place].kind)));
    let all = Subject::new(&diagram, &lanes, scale, FamilySet::default());
    assert!(in_view(&all).iter().any(|line| is_write(diagram.messages[line.place].kind)));
    let hides = |place: &usize| {
        let message = diagram.events[*place].message;
        message.is_some_and(|message| is_write(diagram.messages[message as usize].kind))
    };
    let mut places = 0..diagram.events.len();
    assert!(places.any(|place| hides(&place)));
    assert!((0..diagram.events.len()).filter(hides).all(|place| !subject.shows(place)));
}

#[test]
fn the_svg_has_all_items_of_the_picture_and_only_finite_numbers() {
    let diagram = busy(60);
    let (lanes, scale) = view(&diagram, 400);
    let parts = diagram.causality(diagram.events.len() - 5);
    let mut subject = Subject::new(&diagram, &lanes, scale, FamilySet::default());
    subject.chosen = Some(diagram.events.len() - 5);
    let mut picture = draw(&subject.highlight(Some(&parts), None));
    let Some(Item::Words(Words { text, .. })) =
        picture.items.iter_mut().rev().find(|item| matches!(item, Item::Words(_)))
    else {
        panic!("no words in the picture");
    };
    *text = "<key> & \"more\"\n".to_owned();
    let palette = Palette::reading(|name| format!("[{name}]"));
    let text = svg(&picture, &palette);
    assert!(text.starts_with("<svg xmlns=") && text.ends_with("</svg>\n"));
    assert!(text.contains("&lt;key&gt; &amp; &quot;more&quot; </text>"), "{text}");
    assert!(!text.contains("NaN") && !text.contains("inf"));
    let words = picture.items.iter().filter(|item| matches!(item, Item::Words(_))).count();
    assert_eq!(text.matches("<text ").count(), words);
    let has_dashes =
        |item: &&Item| matches!(item, Item::Lines(stroke, _) if !stroke.dash.is_empty());
    let dashes = picture.items.iter().filter(has_dashes).count();
    assert_eq!(text.matches("stroke-dasharray").count(), dashes);
    assert!(dashes > 2 && text.contains("[--kind-read]") && text.contains("[--accent]"));
}
