//! The writes of a key that last write wins has dropped, or would have dropped.

use std::rc::Rc;

use ringside_lab::settings::Order;
use ringside_lab::versions::{Dropped, Lineage};
use ringside_lab::words::list;
use yew::prelude::*;

use crate::format;

/// The props of `LastWriteWins`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The versions.
    pub(super) lineage: Rc<Lineage>,
}

/// The number and the list of the writes that last write wins has dropped, or would have dropped.
#[component]
pub(super) fn LastWriteWins(props: &Props) -> Html {
    let lineage = &props.lineage;
    let latest = &lineage.latest;
    let dropped: Vec<&Dropped> = latest.did_drop.iter().chain(&latest.would_drop).collect();
    html! {
        <section class="latest" aria-labelledby="latest-heading">
            <h3 id="latest-heading">
                { if latest.in_force { "Writes dropped by last write wins" } else { "Writes that last write wins would have dropped" } }
            </h3>
            <p>{ would_drop(lineage) }</p>
            <p>{ did_drop(lineage) }</p>
            <ul class="latest-dropped" tabindex="0" aria-label="Dropped writes">
                { for dropped.iter().map(|it| html! {
                    <li key={it.dot.to_string()}>
                        <b>{ it.value.clone().unwrap_or_else(|| "a delete".to_owned()) }</b>
                        <span class="versions-dot">{ it.dot.to_string() }</span>
                        <span class="latest-why">{ reason(it) }</span>
                    </li>
                }) }
            </ul>
        </section>
    }
}

fn writes(count: usize) -> String {
    format::count(count as u64, "write")
}

/// Counts the writes that last write wins would have dropped in the conflicts so far.
fn would_drop(lineage: &Lineage) -> String {
    let latest = &lineage.latest;
    if latest.conflicts == 0 {
        return match lineage.foremost.as_slice() {
            [] | [_] if latest.in_force => String::new(),
            [] | [_] => "No conflict so far: nothing would have been dropped.".to_owned(),
            places if latest.in_force => {
                let name = |place: &usize| lineage.versions[*place].name();
                let names: Vec<String> = places.iter().map(name).collect();
                let kept: Vec<String> = lineage.current.iter().map(name).collect();
                format!(
                    "{} were written without knowledge of each other. Once they meet, {} is kept and the others are dropped.",
                    list(&names),
                    list(&kept)
                )
            }
            _ => "No concurrent versions have met so far.".to_owned(),
        };
    }
    format!(
        "{} so far, among {}: last write wins would have dropped {} of them, {} acknowledged.",
        format::count(latest.conflicts as u64, "conflict"),
        writes(latest.writes),
        latest.would_drop.len(),
        latest.would_drop.iter().filter(|it| it.acknowledged).count()
    )
}

/// Counts the writes that were dropped.
fn did_drop(lineage: &Lineage) -> String {
    let dropped = &lineage.latest.did_drop;
    let acknowledged = dropped.iter().filter(|it| it.acknowledged).count();
    match dropped.len() {
        0 if lineage.latest.in_force => {
            "Last write wins is in force, and has dropped no unseen write to this key.".to_owned()
        }
        0 => String::new(),
        count => format!(
            "{} lost to a write whose writer had not seen it, {acknowledged} acknowledged{}.",
            writes(count),
            if lineage.order == Order::Plain {
                ": a plain version vector took that write for its successor"
            } else {
                ""
            }
        ),
    }
}

/// Describes how a dropped write had ended, when it was written, and which write replaced it.
fn reason(dropped: &Dropped) -> String {
    let ending = if dropped.acknowledged { "acknowledged, " } else { "" };
    match dropped.written {
        Some(at) => {
            format!("{ending}timestamp {}; replaced by {}", format::moment(at), dropped.by)
        }
        None => format!("{ending}replaced by {}", dropped.by),
    }
}
