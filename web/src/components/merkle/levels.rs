//! The table of the compared hashes, level by level.

use ringside_lab::merkle::{ExchangeFrame, LevelFrame, TreeNode, TreesFrame};
use yew::prelude::*;

use super::layout::{covered, short};
use crate::components::widgets::TableSection;
use crate::format;

/// The most hashes of one level that are listed.
const MOST_HASHES: usize = 48;

/// Renders the compared hashes of the shown range, level by level.
pub(super) fn levels(frame: &ExchangeFrame) -> Html {
    let Some(trees) = &frame.trees else { return Html::default() };
    let [a, b] = frame.ends;
    html! {
        <TableSection name="tree-levels" title="Level by level" label="Hashes level by level">
            <thead>
                <tr>
                    <th scope="col">{ "Part" }</th>
                    <th scope="col">{ format!("{a}’s hash") }</th>
                    <th scope="col"><span class="visually-hidden">{ "Result" }</span></th>
                    <th scope="col">{ format!("{b}’s hash") }</th>
                    <th scope="col">{ "Below it" }</th>
                </tr>
            </thead>
            { for trees.levels.iter().map(|level| body(level, trees)) }
        </TableSection>
    }
}

fn body(level: &LevelFrame, trees: &TreesFrame) -> Html {
    let nodes = trees.nodes.iter().filter(|node| node.level == level.level);
    let left_out = (level.compared as usize).saturating_sub(MOST_HASHES);
    html! {
        <tbody key={level.level}>
            <tr class="tree-level">
                <th scope="rowgroup" colspan="5">{ title(level, trees.depth) }</th>
            </tr>
            { for nodes.take(MOST_HASHES).map(|node| row(node, trees.depth)) }
            if left_out > 0 {
                <tr><td colspan="5">{ format!("and {left_out} more") }</td></tr>
            }
        </tbody>
    }
}

fn title(level: &LevelFrame, depth: u8) -> String {
    let name = match level.level {
        0 => "Root".to_owned(),
        it if it == depth => format!("Level {it}, the leaves"),
        it => format!("Level {it}"),
    };
    let equal = level.compared - level.different;
    let result = format!("{equal} equal, {} different", level.different);
    match level.exchanged {
        Some((from, by, sent, at)) => format!(
            "{name}: sent by {from} at {}, compared by {by} at {}: {result}",
            format::moment(sent),
            format::moment(at),
        ),
        None => format!("{name}: {result}"),
    }
}

fn row(node: &TreeNode, depth: u8) -> Html {
    let differs = node.differs();
    let (class, sign, word) =
        if differs { ("is-lit", "\u{2260}", "different") } else { ("", "=", "equal") };
    let below = if !differs {
        format!("folded: {}", covered(node))
    } else if node.level == depth {
        let [a, b] = node.keys;
        format!("bucket of {a} and {b} keys")
    } else {
        "its two children".to_owned()
    };
    html! {
        <tr key={node.node} {class}>
            <th scope="row">{ part(node) }</th>
            <td class="tree-hash">{ short(node.hashes[0]) }</td>
            <td class="tree-sign">
                <span aria-hidden="true">{ sign }</span>
                <span class="visually-hidden">{ word }</span>
            </td>
            <td class="tree-hash">{ short(node.hashes[1]) }</td>
            <td>{ below }</td>
        </tr>
    }
}

/// Names a part of the range, as `3 of 8`.
fn part(node: &TreeNode) -> String {
    let all = 1_u32 << node.level;
    if all == 1 { "all".to_owned() } else { format!("{} of {all}", node.node - all + 1) }
}
