//! The keys that differ, with their versions at both ends.

use ringside_lab::merkle::{DifferingFrame, ExchangeFrame};
use yew::prelude::*;

use crate::components::operation::Versions;
use crate::format;

/// Lists the keys that were found to differ.
pub(super) fn keys(frame: &ExchangeFrame) -> Html {
    let [a, b] = frame.ends;
    let standing = frame.exchange.is_none();
    let found = frame.exchange.as_ref().map_or(frame.keys.len(), |line| line.differing as usize);
    let left_out = found.saturating_sub(frame.keys.len());
    let range = frame.trees.as_ref().map(|trees| trees.index);
    let is_here = |key: &&DifferingFrame| Some(key.range) == range;
    let here = frame.keys.iter().filter(is_here);
    let elsewhere = frame.keys.iter().filter(|key| !is_here(key));
    let count = here.clone().count();
    let elsewhere_too = frame.keys.len() > count;
    let here = here.map(|key| row(key, true, standing));
    let rows = here.chain(elsewhere.map(|key| row(key, false, standing)));
    html! {
        <section class="tree-keys" aria-labelledby="tree-keys-heading">
            <h3 id="tree-keys-heading">
                { "Keys that differ" }
                if elsewhere_too {
                    <span class="tree-aside">{ format!(", {count} of {found} in this range") }</span>
                }
            </h3>
            if frame.keys.is_empty() {
                <p class="empty">{ none(frame) }</p>
            } else {
                <div class="lens-table" tabindex="0" role="group" aria-label="Keys that differ">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ "Key" }</th>
                            <th scope="col">{ format!("{a} held") }</th>
                            <th scope="col">{ format!("{b} held") }</th>
                            if !standing { <th scope="col">{ "Then" }</th> }
                        </tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
                </div>
            }
            if left_out > 0 {
                <p class="empty">{ format!("and {left_out} more, of which no record is kept.") }</p>
            }
            if frame.left > 0 {
                <p class="empty">
                    { format!("{} left for a later exchange: no more may be sent in a second.",
                        format::counted(u64::from(frame.left), "key was")) }
                </p>
            }
        </section>
    }
}

fn none(frame: &ExchangeFrame) -> &'static str {
    match &frame.exchange {
        Some(line) if line.ended.is_none() => "None was found yet.",
        _ => "None: both hold the same of all ranges.",
    }
}

fn row(key: &DifferingFrame, here: bool, standing: bool) -> Html {
    let then = if key.brought.is_empty() {
        if key.held[0] == key.held[1] { "alike by then: a write came in between" } else { "" }
            .to_owned()
    } else {
        let each = key.brought.iter().map(|(to, at, changed)| {
            let came = if *changed { "brought to" } else { "known already at" };
            format!("{came} {to} at {}", format::exact_seconds(*at))
        });
        each.collect::<Vec<_>>().join(", ")
    };
    html! {
        <tr key={key.key.clone()} class={here.then_some("is-lit")}>
            <th scope="row">{ &key.key }</th>
            <td><Versions versions={key.held[0].clone()} /></td>
            <td><Versions versions={key.held[1].clone()} /></td>
            if !standing { <td>{ then }</td> }
        </tr>
    }
}
