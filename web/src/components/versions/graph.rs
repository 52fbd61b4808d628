//! The graph of a key's versions: which descends from which.

use std::rc::Rc;

use ringside_lab::Dot;
use ringside_lab::versions::Lineage;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::describe;
use crate::graphics::version_graph::{Layout, Place};

/// The sizes of a version and of the room between, in units of a hundredth of the type's size.
const WIDE: usize = 960;
const HIGH: usize = 430;
const GAP_X: usize = 300;
const GAP_Y: usize = 80;

/// What the graph shows.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The versions.
    pub(super) lineage: Rc<Lineage>,
    /// The two that are compared.
    pub(super) compared: Option<(usize, usize)>,
    /// Chooses a version to compare.
    pub(super) on_choose: Callback<Dot>,
}

/// A button a version, in columns by generation; a line leads from each to what replaced it.
#[component]
pub(super) fn VersionGraph(props: &Props) -> Html {
    let Props { lineage, compared, on_choose } = props;
    let layout = use_memo(lineage.clone(), |lineage| Layout::new(lineage));
    let room = use_node_ref();
    // What is newest stands last, and is to be in sight.
    use_effect_with((room.clone(), layout.columns), |(room, _)| {
        if let Some(room) = room.cast::<HtmlElement>() {
            room.set_scroll_left(room.scroll_width());
        }
    });
    let wide = layout.columns * (WIDE + GAP_X) - GAP_X;
    let high = layout.rows * (HIGH + GAP_Y) - GAP_Y;
    let size = format!("width:{}rem;height:{}rem", hundredth(wide), hundredth(high));
    let edge = |edge: &(usize, usize)| {
        let lit = compared.is_some_and(|(a, b)| *edge == (a, b) || *edge == (b, a));
        let class = classes!("lineage-edge", lit.then_some("is-lit"));
        html! { <path {class} d={path(&layout, *edge)} marker-end="url(#lineage-arrow)" /> }
    };
    let version = |place: usize| node(lineage, *compared, on_choose, layout.places[place], place);
    html! {
        <div ref={room} class="lineage-room" tabindex="0" role="group"
            aria-label="Graph of the versions: each leads to what replaced it">
            <div class="lineage-graph" style={size.clone()}>
                <svg style={size} viewBox={format!("0 0 {wide} {high}")} role="img"
                    aria-label={described(lineage)}>
                    <defs>
                        <marker id="lineage-arrow" viewBox="0 0 10 10" refX="9" refY="5"
                            markerWidth="95" markerHeight="95" markerUnits="userSpaceOnUse"
                            orient="auto">
                            <path d="M0 0 10 5 0 10z" class="lineage-tip" />
                        </marker>
                    </defs>
                    { for lineage.edges.iter().map(edge) }
                </svg>
                <ul>{ for (0..lineage.versions.len()).map(version) }</ul>
            </div>
        </div>
    }
}

fn node(
    lineage: &Lineage,
    compared: Option<(usize, usize)>,
    on_choose: &Callback<Dot>,
    place: Place,
    number: usize,
) -> Html {
    let version = &lineage.versions[number];
    let (x, y) = corner(place);
    let style = format!(
        "left:{}rem;top:{}rem;width:{}rem;height:{}rem",
        hundredth(x),
        hundredth(y),
        hundredth(WIDE),
        hundredth(HIGH)
    );
    let chosen = compared.is_some_and(|(a, b)| a == number || b == number);
    let is_current = lineage.current.contains(&number);
    let held = describe::held_by(lineage, number);
    let standing = match (is_current, lineage.current.len(), held.is_empty()) {
        (true, 1, _) => "current",
        (true, ..) => "sibling",
        (false, _, true) => "on no disk",
        (false, _, false) => "replaced",
    };
    let class = classes!(
        "lineage-version",
        is_current.then_some("is-current"),
        held.is_empty().then_some("is-gone"),
        version.value.is_none().then_some("is-delete")
    );
    let dot = version.dot;
    let on_click = on_choose.reform(move |_: MouseEvent| dot);
    let name = format!(
        "{}, {}, {standing}, {}, held by {}",
        version.name(),
        describe::written(version),
        describe::ending(version.ending),
        if held.is_empty() { "nobody".to_owned() } else { describe::list(&held) }
    );
    html! {
        <li key={dot.to_string()} {style}>
            <button type="button" {class} aria-pressed={chosen.to_string()} aria-label={name.clone()}
                title={name} onclick={on_click}>
                <span class="lineage-top">
                    <b class="lineage-value">{ describe::value(version) }</b>
                    <span class="lineage-dot">{ dot.to_string() }</span>
                </span>
                <span class="lineage-who">{ describe::written(version) }</span>
                <span class="lineage-held">
                    <span class="lineage-standing">{ standing }</span>
                    { for held.iter().map(|name| html! {
                        <span class={classes!("lineage-holder", name.contains(' ').then_some("is-hint"))}>
                            { name }
                        </span>
                    }) }
                </span>
            </button>
        </li>
    }
}

/// Gives the upper left corner of a version.
const fn corner(place: Place) -> (usize, usize) {
    (place.column * (WIDE + GAP_X), place.row * (HIGH + GAP_Y))
}

/// Draws the line from a version to what replaced it, around what stands in its way.
fn path(layout: &Layout, (older, newer): (usize, usize)) -> String {
    let (from, to) = (layout.places[older], layout.places[newer]);
    let ((x0, y0), (x1, y1)) = (corner(from), corner(to));
    let (x0, y0, y1) = (x0 + WIDE, y0 + HIGH / 2, y1 + HIGH / 2);
    let reach = (GAP_X * 6) / 10;
    if layout.is_blocked(from, to) {
        // Through the gap under the upper row.
        let gap = (from.row.min(to.row) + 1) * (HIGH + GAP_Y) - GAP_Y / 2;
        let (left, right) = (x0 + GAP_X, x1.saturating_sub(GAP_X));
        return format!(
            "M{x0} {y0}C{} {y0} {} {gap} {left} {gap}L{right} {gap}C{} {gap} {} {y1} {x1} {y1}",
            x0 + reach,
            left.saturating_sub(reach),
            right + reach,
            x1.saturating_sub(reach)
        );
    }
    format!("M{x0} {y0}C{} {y0} {} {y1} {x1} {y1}", x0 + reach, x1.saturating_sub(reach))
}

/// Writes a number of hundredths.
fn hundredth(units: usize) -> String {
    format!("{}.{:02}", units / 100, units % 100)
}

/// Says what the lines show to those who can't see them.
fn described(lineage: &Lineage) -> String {
    if lineage.edges.is_empty() {
        return "No version descends from another.".to_owned();
    }
    let sentence = |place: usize| {
        let from = lineage.edges.iter().filter(|edge| edge.1 == place);
        let names: Vec<String> = from.map(|edge| lineage.versions[edge.0].name()).collect();
        let name = lineage.versions[place].name();
        (!names.is_empty()).then(|| format!("{name} replaced {}.", describe::list(&names)))
    };
    let sentences: Vec<String> = (0..lineage.versions.len()).filter_map(sentence).collect();
    sentences.join(" ")
}
