//! The ring as tables: the contents of the picture as text.

use std::rc::Rc;

use ringside_lab::frame::NodeFrame;
use ringside_lab::ring::{Agreement, FetchFrame, KeyPoint, RingNode};
use yew::prelude::*;

use super::key_points::described;
use super::node_button::{state, suspected_by};
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::ring::RingPicture;
use crate::state::{Action, Snapshot};

/// The state that the tables show.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The latest snapshot.
    pub(crate) snapshot: Rc<Snapshot>,
    /// The keys, ranges and flows on the ring.
    pub(crate) picture: Rc<RingPicture>,
}

/// The number of names that a cell lists.
const NAMED: usize = 6;

/// A table of the nodes; one of the ranges that are being streamed, if there are any; and one of the keys whose
/// replicas disagree and the busiest of the others.
#[component]
pub(crate) fn RingTable(props: &Props) -> Html {
    let engine = use_run();
    let RingPicture { frame, .. } = &*props.picture;
    let nodes = &props.snapshot.frame.nodes;
    let node = |node: &NodeFrame| {
        let ring = frame.nodes.iter().find(|it| it.id == node.id).copied();
        node_row(node, ring, &suspected_by(&props.snapshot.frame, node.id))
    };
    let mut keys: Vec<&KeyPoint> = frame.keys.iter().collect();
    keys.sort_by_key(|key| (std::cmp::Reverse(key.agreement), std::cmp::Reverse(key.asked)));
    html! {
        <div class="ring-table" tabindex="0" role="region" aria-label="The ring as a table">
            <table>
                <caption>{ "Nodes" }</caption>
                <thead><tr>
                    { heads(&["Node", "State", "Keys", "Share of the ring", "Hints held", "Debt: keys behind", "Suspected by"]) }
                </tr></thead>
                <tbody>{ for nodes.iter().map(node) }</tbody>
            </table>
            if !frame.fetches.is_empty() {
                <table>
                    <caption>{ "Ranges being handed over" }</caption>
                    <thead><tr>{ heads(&["To", "From", "Begins at", "Part of the ring", "Done"]) }</tr></thead>
                    <tbody>{ for frame.fetches.iter().take(MOST_FETCHES).map(fetch_row) }</tbody>
                </table>
            }
            <table>
                <caption>{ keys_caption(&props.picture) }</caption>
                <thead><tr>{ heads(&["Key", "Replicas", "Place", "Asked for"]) }</tr></thead>
                <tbody>{ for keys.into_iter().map(|key| key_row(&engine, key)) }</tbody>
            </table>
        </div>
    }
}

/// The number of ranges that are listed.
const MOST_FETCHES: usize = 60;

fn heads(names: &[&'static str]) -> Html {
    html! { <>{ for names.iter().map(|name| html! { <th key={*name} scope="col">{ *name }</th> }) }</> }
}

fn node_row(
    node: &NodeFrame,
    ring: Option<RingNode>,
    suspected_by: &[ringside_lab::NodeId],
) -> Html {
    let (class, word) = state(node);
    // The word for a node that is well is the number of its keys.
    let standing = if class.is_none() { "up".to_owned() } else { word };
    let held: u32 = node.hints.iter().map(|(_, held)| held).sum();
    let hints = if held == 0 {
        "none".to_owned()
    } else {
        let targets: Vec<_> = node.hints.iter().map(|(target, _)| *target).collect();
        format!("{held} for {}", format::first_few(&targets, NAMED))
    };
    let debt = ring.map_or(0, |ring| ring.debt);
    let by = if suspected_by.is_empty() {
        "no node".to_owned()
    } else {
        format::first_few(suspected_by, NAMED)
    };
    html! {
        <tr key={node.id.0}>
            <th scope="row">{ node.id.to_string() }</th>
            <td>{ standing }</td>
            <td>{ format::thousands(u64::from(node.keys)) }</td>
            <td>{ format!("{:.1}\u{a0}%", ring.map_or(0.0, |ring| ring.share * 100.0)) }</td>
            <td>{ hints }</td>
            <td>{ format::thousands(u64::from(debt)) }</td>
            <td>{ by }</td>
        </tr>
    }
}

fn fetch_row(fetch: &FetchFrame) -> Html {
    let from = fetch.from.map_or_else(|| "waits".to_owned(), |node| node.to_string());
    html! {
        <tr key={format!("{}-{}", fetch.to, fetch.start)}>
            <th scope="row">{ fetch.to.to_string() }</th>
            <td>{ from }</td>
            <td>{ format::percent(fetch.start) }</td>
            <td>{ format::percent(fetch.end - fetch.start) }</td>
            <td>{ format!("{:.0}\u{a0}%", fetch.done * 100.0) }</td>
        </tr>
    }
}

fn keys_caption(picture: &RingPicture) -> String {
    let (shown, held) = (picture.frame.keys.len() as u64, picture.frame.held);
    if shown < held {
        format!("Keys: {} of {}", format::thousands(shown), format::thousands(held))
    } else {
        "Keys".to_owned()
    }
}

fn key_row(engine: &Engine, key: &KeyPoint) -> Html {
    let on_select = {
        let (engine, key) = (engine.clone(), key.key.clone());
        Callback::from(move |_: MouseEvent| engine.dispatch(Action::SetKey(key.clone())))
    };
    let class = match key.agreement {
        Agreement::Full => "is-agreed",
        Agreement::Behind => "is-behind",
        Agreement::Apart => "is-apart",
    };
    let words = described(key);
    let agreement = words.strip_prefix(&format!("{}: ", key.key)).unwrap_or(&words).to_owned();
    html! {
        <tr key={key.key.clone()} {class}>
            <th scope="row">
                <button type="button" class="quiet" title="Select this key" onclick={on_select}>{ &key.key }</button>
            </th>
            <td>{ agreement }</td>
            <td>{ format::percent(key.place) }</td>
            <td>{ format::thousands(u64::from(key.asked)) }</td>
        </tr>
    }
}
