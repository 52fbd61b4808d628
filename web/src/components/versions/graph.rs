//! The graph of a key's versions, from each version to its successors.

use ringside_lab::Dot;
use ringside_lab::versions::Lineage;
use ringside_lab::words::list;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::compared::ComparedProps;
use super::describe;
use crate::graphics::version_graph::{Layout, Place};

/// The size of a version and the gaps between versions, in hundredths of the font size.
const WIDE: usize = 960;
const HIGH: usize = 430;
const GAP_X: usize = 300;
const GAP_Y: usize = 80;

/// The graph: one button per version, in columns by generation, with a line from each version to those that
/// replaced it.
#[component]
pub(super) fn VersionGraph(props: &ComparedProps) -> Html {
    let ComparedProps { lineage, compared, on_choose } = props;
    let layout = use_memo(lineage.clone(), |lineage| Layout::new(lineage));
    let room = use_node_ref();
    // The newest version stands last, and is scrolled into view.
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
        let class = classes!("versions-edge", lit.then_some("is-lit"));
        html! { <path {class} d={path(&layout, *edge)} marker-end="url(#versions-arrow)" /> }
    };
    let version = |place: usize| node(lineage, *compared, on_choose, layout.places[place], place);
    html! {
        <div ref={room} class="versions-room" tabindex="0" role="group"
            aria-label="Graph of the versions: a line leads from each to those that replaced it">
            <div class="versions-graph" style={size.clone()}>
                <svg style={size} viewBox={format!("0 0 {wide} {high}")} role="img"
                    aria-label={description(lineage)}>
                    <defs>
                        <marker id="versions-arrow" viewBox="0 0 10 10" refX="9" refY="5"
                            markerWidth="95" markerHeight="95" markerUnits="userSpaceOnUse"
                            orient="auto">
                            <path d="M0 0 10 5 0 10z" class="versions-tip" />
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
    let status = match (is_current, lineage.current.len(), held.is_empty()) {
        (true, 1, _) => "current",
        (true, ..) => "sibling",
        (false, _, true) => "on no disk",
        (false, _, false) => "replaced",
    };
    let class = classes!(
        "versions-node",
        is_current.then_some("is-current"),
        held.is_empty().then_some("is-gone"),
        version.value.is_none().then_some("is-delete")
    );
    let dot = version.dot;
    let on_click = on_choose.reform(move |_: MouseEvent| dot);
    let name = format!(
        "{}, {}, {status}, {}, held by {}",
        version.name(),
        describe::written(version),
        describe::ending(version.ending),
        if held.is_empty() { "no node".to_owned() } else { list(&held) }
    );
    html! {
        <li key={dot.to_string()} {style}>
            <button type="button" {class} aria-pressed={chosen.to_string()} aria-label={name.clone()}
                title={name} onclick={on_click}>
                <span class="versions-top">
                    <b class="versions-value">{ describe::value(version) }</b>
                    <span class="versions-dot">{ dot.to_string() }</span>
                </span>
                <span class="versions-writer">{ describe::written(version) }</span>
                <span class="versions-held">
                    <span class="versions-status">{ status }</span>
                    { for held.iter().map(|name| html! {
                        <span class={classes!("versions-holder", name.contains(' ').then_some("is-hint"))}>
                            { name }
                        </span>
                    }) }
                </span>
            </button>
        </li>
    }
}

/// Returns the upper left corner of a version.
const fn corner(place: Place) -> (usize, usize) {
    (place.column * (WIDE + GAP_X), place.row * (HIGH + GAP_Y))
}

/// Returns the path from a version to one that replaced it, around the versions in its way.
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

/// Writes a number of hundredths as a decimal.
fn hundredth(units: usize) -> String {
    format!("{}.{:02}", units / 100, units % 100)
}

/// Describes the lines for screen readers.
fn description(lineage: &Lineage) -> String {
    if lineage.edges.is_empty() {
        return "No version descends from another.".to_owned();
    }
    let sentence = |place: usize| {
        let from = lineage.edges.iter().filter(|edge| edge.1 == place);
        let names: Vec<String> = from.map(|edge| lineage.versions[edge.0].name()).collect();
        let name = lineage.versions[place].name();
        (!names.is_empty()).then(|| format!("{name} replaced {}.", list(&names)))
    };
    let sentences: Vec<String> = (0..lineage.versions.len()).filter_map(sentence).collect();
    sentences.join(" ")
}
