//! The picture of two trees: the roots at the sides, and between the leaves the result of the comparison.

use ringside_lab::merkle::ExchangeFrame;
use yew::prelude::*;

use super::layout::{PlacedNode, RowEnding, covered, place};
use crate::format;

/// The width of the picture and the height of a row, in SVG units.
const WIDTH: f64 = 640.0;
const ROW: f64 = 26.0;
/// The distance of the roots from the edge, and of the leaves from the middle.
const EDGE: f64 = 16.0;
const MIDDLE: f64 = 96.0;
/// The height of the head, with the names of both nodes.
const HEAD: f64 = 24.0;

/// Renders both trees of the shown range.
pub(super) fn picture(frame: &ExchangeFrame) -> Html {
    let Some(trees) = frame.trees.as_ref().filter(|trees| !trees.nodes.is_empty()) else {
        return html! {
            <p class="empty trees-empty">
                { "The roots are on their way: nothing in this range has been compared yet." }
            </p>
        };
    };
    let (placed, rows, left_out) = place(trees, frame);
    let height = HEAD + ROW * rows as f64 + 4.0;
    let step = (WIDTH / 2.0 - MIDDLE - EDGE) / f64::from(trees.depth.max(1));
    let x = |side: f64, level: u8| {
        let off = WIDTH / 2.0 - EDGE - f64::from(level) * step;
        WIDTH / 2.0 + side * off
    };
    let y = |it: &PlacedNode| HEAD + it.height * ROW;
    let half = |side: f64| {
        let edges = placed.iter().filter_map(|it| {
            let above = placed.iter().find(|other| other.node.node == it.node.node / 2)?;
            let class = if it.node.differs() { "tree-edge is-lit" } else { "tree-edge" };
            Some(html! {
                <line key={format!("e{}", it.node.node)} {class} x1={at(x(side, above.node.level))}
                    y1={at(y(above))} x2={at(x(side, it.node.level))} y2={at(y(it))} />
            })
        });
        let nodes =
            placed.iter().map(|it| node(it, x(side, it.node.level), y(it), side, trees.depth));
        html! { <g>{ for edges }{ for nodes }</g> }
    };
    let description = description(frame, &placed);
    let middle = placed.iter().filter_map(|it| {
        let end = it.end.as_ref()?;
        Some(html! { <g key={it.node.node}>{ ending(end, it, y(it)) }</g> })
    });
    html! {
        <>
            <div class="trees-room" tabindex="0" role="group" aria-label="Both trees">
                <svg class="trees" viewBox={format!("0 0 {WIDTH} {height}")} role="img" aria-label={description}>
                    <text class="tree-name" x="4" y="14">
                        { format!("{}’s tree", frame.ends[0]) }
                    </text>
                    <text class="tree-name" x={at(WIDTH - 4.0)} y="14" text-anchor="end">
                        { format!("{}’s tree", frame.ends[1]) }
                    </text>
                    { half(-1.0) }
                    { half(1.0) }
                    { for middle }
                </svg>
            </div>
            if left_out > 0 {
                <p class="empty">
                    { format!("{left_out} more parts are listed only in the table.") }
                </p>
            }
        </>
    }
}

fn node(it: &PlacedNode, x: f64, y: f64, side: f64, depth: u8) -> Html {
    let differs = it.node.differs();
    let (class, sign) = if differs { ("tree-node is-lit", "\u{2260}") } else { ("tree-node", "=") };
    // A folded subtree spreads towards the middle, as far as the leaves reach.
    let fold = (!differs && it.node.level < depth).then(|| {
        let reach = (WIDTH / 2.0 - MIDDLE - (x - WIDTH / 2.0).abs()).abs().min(22.0);
        let tip = x - side * (9.0 + reach);
        let points = format!("{x:.1},{y:.1} {tip:.1},{:.1} {tip:.1},{:.1}", y - 8.0, y + 8.0);
        html! { <polygon class="tree-fold" {points} /> }
    });
    html! {
        <g key={it.node.node} {class}>
            { fold.unwrap_or_default() }
            <circle cx={at(x)} cy={at(y)} r="8.5" />
            <text x={at(x)} y={at(y + 4.5)} text-anchor="middle">{ sign }</text>
        </g>
    }
}

fn ending(end: &RowEnding, it: &PlacedNode, y: f64) -> Html {
    let (class, text) = match end {
        RowEnding::Folded => ("tree-end", format!("= {}", covered(&it.node))),
        RowEnding::Unopened => ("tree-end is-lit", "\u{2260} not opened yet".to_owned()),
        RowEnding::Bucket(keys) if keys.is_empty() => {
            ("tree-end is-lit", "\u{2260} keys not compared yet".to_owned())
        }
        RowEnding::Bucket(keys) => ("tree-end is-lit", format!("\u{2260} {}", few(keys))),
    };
    html! {
        <text {class} x={at(WIDTH / 2.0)} y={at(y + 4.5)} text-anchor="middle">{ text }</text>
    }
}

/// Names the first keys and counts the others.
fn few(keys: &[String]) -> String {
    let short = |key: &String| -> String {
        let name: String = key.chars().take(12).collect();
        if name.len() < key.len() { format!("{name}…") } else { name }
    };
    match keys {
        [one] => short(one),
        [one, two] => format!("{}, {}", short(one), short(two)),
        [one, rest @ ..] => format!("{} and {} more", short(one), rest.len()),
        [] => String::new(),
    }
}

/// Describes the picture for screen readers.
fn description(frame: &ExchangeFrame, placed: &[PlacedNode]) -> String {
    let [a, b] = frame.ends;
    let parts = placed.iter().filter_map(|it| match it.end.as_ref()? {
        RowEnding::Folded => Some(format!("equal: {}", covered(&it.node))),
        RowEnding::Unopened => Some("different, not opened yet".to_owned()),
        RowEnding::Bucket(keys) if keys.is_empty() => Some("a bucket that differs".to_owned()),
        RowEnding::Bucket(keys) => Some(format!("a bucket that differs by {}", keys.join(", "))),
    });
    let parts: Vec<String> = parts.collect();
    let count = format::count(parts.len() as u64, "part");
    format!("The trees of {a} and {b}, {count}, clockwise: {}", parts.join("; "))
}

fn at(value: f64) -> String {
    format!("{value:.1}")
}
