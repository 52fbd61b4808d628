//! The table of an exchange's messages, with the content and the result of each.

use ringside_lab::MessageKind;
use ringside_lab::merkle::{ExchangeFrame, ExchangeMessage, Fate};
use yew::prelude::*;

use crate::components::widgets::TableSection;
use crate::format;

/// Renders the messages of an exchange, oldest first.
pub(super) fn messages(frame: &ExchangeFrame) -> Html {
    html! {
        <TableSection name="tree-messages" title="Messages" label="Messages of the exchange">
            <thead>
                <tr>
                    <th scope="col">{ "Link" }</th>
                    <th scope="col">{ "Content" }</th>
                    <th scope="col">{ "Bytes" }</th>
                    <th scope="col">{ "Sent" }</th>
                    <th scope="col">{ "Arrived" }</th>
                    <th scope="col">{ "Result" }</th>
                </tr>
            </thead>
            <tbody>{ for frame.messages.iter().enumerate().map(row) }</tbody>
        </TableSection>
    }
}

fn row((index, message): (usize, &ExchangeMessage)) -> Html {
    let arrived = match message.fate {
        Fate::UnderWay => "on its way".to_owned(),
        Fate::Arrived(at) => format::moment(at),
        Fate::Lost(at, _) => format!("lost at {}", format::moment(at)),
    };
    html! {
        <tr key={index}>
            <th scope="row">{ format!("{} \u{2192} {}", message.from, message.to) }</th>
            <td>{ content(message) }</td>
            <td class="is-number">{ format::thousands(message.payload.bytes) }</td>
            <td class="is-time">{ format::moment(message.sent) }</td>
            <td class="is-time">{ arrived }</td>
            <td>{ result(message) }</td>
        </tr>
    }
}

fn content(message: &ExchangeMessage) -> String {
    let payload = &message.payload;
    let count = |number: u32, noun: &str| format::count(u64::from(number), noun);
    match (message.kind, message.level) {
        (MessageKind::TreeHashes, Some(0)) => count(payload.hashes, "root"),
        (MessageKind::TreeHashes, Some(level)) => match payload.hashes {
            1 => format!("1 hash of level {level}"),
            hashes => format!("{hashes} hashes of level {level}"),
        },
        (MessageKind::TreeHashes, None) => "no hash: nothing differs".to_owned(),
        (MessageKind::TreeKeys, _) => format!("{} with digests", count(payload.keys, "key")),
        _ => {
            let items = format!("{} with versions", count(payload.items, "key"));
            if payload.wanted == 0 {
                items
            } else {
                format!("{items}, and asks for {}", count(payload.wanted, "key"))
            }
        }
    }
}

fn result(message: &ExchangeMessage) -> String {
    match (message.kind, message.found) {
        (_, None) | (MessageKind::TreeVersions, Some([0, 0])) => String::new(),
        (MessageKind::TreeHashes, _) if message.payload.hashes == 0 => {
            "end of the exchange".to_owned()
        }
        (MessageKind::TreeVersions, Some([0, changed])) => format!("{changed} changed"),
        (MessageKind::TreeVersions, Some([same, changed])) => {
            format!("{changed} changed, {same} already known")
        }
        (_, Some([same, different])) => format!("{same} equal, {different} different"),
    }
}
