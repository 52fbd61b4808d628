//! The bytes of an exchange, beside those of a full comparison.

use ringside_lab::merkle::ExchangeFrame;
use yew::prelude::*;

use crate::format;

/// Renders the bytes of an exchange beside those of sending all keys.
pub(super) fn bytes(frame: &ExchangeFrame) -> Html {
    let it = frame.bytes;
    let most = it.moved.max(it.full).max(1);
    let bar = |name: &'static str, bytes: u64, class: &'static str| {
        let part = bytes as f64 / most as f64;
        html! {
            <tr key={name}>
                <th scope="row">{ name }</th>
                <td class="is-number">{ format::thousands(bytes) }</td>
                <td class="bytes-bar" aria-hidden="true">
                    <span {class} style={format!("--part: {part:.4}")} />
                </td>
            </tr>
        }
    };
    let moved = frame.exchange.is_some();
    html! {
        <section class="tree-bytes" aria-labelledby="tree-bytes-heading">
            <h3 id="tree-bytes-heading">{ "Bytes" }</h3>
            <table>
                <thead class="visually-hidden">
                    <tr><th scope="col">{ "Method" }</th><th scope="col">{ "Bytes" }</th><td></td></tr>
                </thead>
                <tbody>
                    if moved { { bar("moved by this exchange", it.moved, "is-moved") } }
                    { bar("all keys with digests", it.listed, "is-full") }
                    { bar("all keys with all versions", it.full, "is-full") }
                </tbody>
            </table>
            <p class="bytes-summary">{ summary(frame) }</p>
            <details>
                <summary>{ "How this is counted" }</summary>
                <p>{ explanation(frame) }</p>
            </details>
        </section>
    }
}

fn summary(frame: &ExchangeFrame) -> String {
    let it = frame.bytes;
    let keys = format::count(it.keys, "key");
    if frame.exchange.is_none() {
        return format!("{keys} in these ranges. Looking at the trees moves nothing.");
    }
    if it.full == 0 {
        return "Neither replica holds a key in these ranges.".to_owned();
    }
    let share = it.moved as f64 / it.full as f64;
    if share <= 1.0 {
        format!("{} of the bytes of sending all {keys} once.", format::percent(share))
    } else {
        format!(
            "{share:.1} times the bytes of sending all {keys} once: the keys are so few and small, or \
             so many differ, that the hashes cost more than they save."
        )
    }
}

fn explanation(frame: &ExchangeFrame) -> String {
    let when = format::moment(frame.bytes.counted);
    format!(
        "The store counts the bytes of a plain encoding: 13 for the envelope of a message, 16 for a range, \
         12 for a hash with its number, 8 for a digest, and for a version its value, 12 for its dot and \
         for each entry of its clock, and 24 for its rank and times; a key takes the length of its name. \
         “Moved” is the sum of all messages sent, answers included. A full comparison sends every key of \
         the ranges once, from the replica that holds more, as counted at {when}."
    )
}
