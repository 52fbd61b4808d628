//! The table of the keys that differ, with their versions at both replicas.

use ringside_lab::merkle::{DifferingFrame, ExchangeFrame};
use yew::prelude::*;

use crate::components::operation::VersionList;
use crate::components::widgets::TableSection;
use crate::format;

/// Renders the keys that were found to differ, those of the shown range first.
pub(super) fn keys(frame: &ExchangeFrame) -> Html {
    let [a, b] = frame.ends;
    let is_exchange = frame.exchange.is_some();
    let found = frame.exchange.as_ref().map_or(frame.keys.len(), |line| line.differing as usize);
    let range = frame.trees.as_ref().map(|trees| trees.index);
    let is_here = |key: &&DifferingFrame| Some(key.range) == range;
    let here = frame.keys.iter().filter(is_here);
    let elsewhere = frame.keys.iter().filter(|key| !is_here(key));
    let count = here.clone().count();
    let aside = (frame.keys.len() > count).then(|| {
        html! { <span class="tree-aside">{ format!(", {count} of {found} in this range") }</span> }
    });
    let here = here.map(|key| row(key, true, is_exchange));
    let rows = here.chain(elsewhere.map(|key| row(key, false, is_exchange)));
    let empty = frame.keys.is_empty().then(|| AttrValue::Static(none(frame)));
    html! {
        <TableSection name="tree-keys" title="Keys that differ" label="Keys that differ"
            aside={aside.unwrap_or_default()} {empty} after={left_out(frame, found)}>
            <thead>
                <tr>
                    <th scope="col">{ "Key" }</th>
                    <th scope="col">{ format!("{a} held") }</th>
                    <th scope="col">{ format!("{b} held") }</th>
                    if is_exchange { <th scope="col">{ "Afterwards" }</th> }
                </tr>
            </thead>
            <tbody>{ for rows }</tbody>
        </TableSection>
    }
}

fn none(frame: &ExchangeFrame) -> &'static str {
    match &frame.exchange {
        Some(line) if line.ended.is_none() => "No difference has been found yet.",
        _ => "None: both replicas hold the same keys and versions in all ranges.",
    }
}

/// Renders how many keys are not listed, and how many are left for a later exchange.
fn left_out(frame: &ExchangeFrame, found: usize) -> Html {
    let left_out = found.saturating_sub(frame.keys.len());
    html! {
        <>
            if left_out > 0 {
                <p class="empty">{ format!("and {left_out} more, which are not recorded.") }</p>
            }
            if frame.left > 0 {
                <p class="empty">
                    { format!("Left for a later exchange by the limit per second: {}.",
                        format::count(u64::from(frame.left), "key")) }
                </p>
            }
        </>
    }
}

fn row(key: &DifferingFrame, here: bool, is_exchange: bool) -> Html {
    let afterwards = if key.brought.is_empty() {
        if key.held[0] == key.held[1] { "equal by then: a write came in between" } else { "" }
            .to_owned()
    } else {
        let each = key.brought.iter().map(|(to, at, changed)| {
            let what = if *changed { "brought to" } else { "already known at" };
            format!("{what} {to} at {}", format::moment(*at))
        });
        each.collect::<Vec<_>>().join(", ")
    };
    html! {
        <tr key={key.key.clone()} class={here.then_some("is-lit")}>
            <th scope="row">{ &key.key }</th>
            <td><VersionList versions={key.held[0].clone()} /></td>
            <td><VersionList versions={key.held[1].clone()} /></td>
            if is_exchange { <td>{ afterwards }</td> }
        </tr>
    }
}
