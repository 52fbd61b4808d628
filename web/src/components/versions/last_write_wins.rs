//! What the latest write alone would have left of a key's versions, or has.

use std::rc::Rc;

use ringside_lab::settings::Order;
use ringside_lab::versions::{Dropped, Lineage};
use yew::prelude::*;

use super::describe;
use crate::format;

/// What is told.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The versions.
    pub(super) lineage: Rc<Lineage>,
}

/// How many writes the latest write alone would have dropped, or has, and which.
#[component]
pub(super) fn LastWriteWins(props: &Props) -> Html {
    let lineage = &props.lineage;
    let latest = &lineage.latest;
    let dropped: Vec<&Dropped> = latest.did_drop.iter().chain(&latest.would_drop).collect();
    html! {
        <section class="latest" aria-labelledby="latest-heading">
            <h3 id="latest-heading">
                { if latest.in_force { "What last write wins has dropped" } else { "What last write wins would have dropped" } }
            </h3>
            <p>{ would(lineage) }</p>
            <p>{ did(lineage) }</p>
            <ul class="latest-dropped" tabindex="0" aria-label="Writes that are dropped">
                { for dropped.iter().map(|it| html! {
                    <li key={it.dot.to_string()}>
                        <b>{ it.value.clone().unwrap_or_else(|| "a delete".to_owned()) }</b>
                        <span class="lineage-dot">{ it.dot.to_string() }</span>
                        <span class="latest-why">{ why(it) }</span>
                    </li>
                }) }
            </ul>
        </section>
    }
}

fn writes(count: usize) -> String {
    format::counted(count as u64, "write")
}

/// Counts what would have been dropped of the conflicts that there were.
fn would(lineage: &Lineage) -> String {
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
                    "{} were written without knowledge of each other. Once they meet, {} stays and all else is dropped.",
                    describe::list(&names),
                    describe::list(&kept)
                )
            }
            _ => "No two versions have met so far that neither replaces the other.".to_owned(),
        };
    }
    format!(
        "{} so far, of {}: last write wins would have dropped {} of them, {} acknowledged.",
        format::counted(latest.conflicts as u64, "conflict"),
        writes(latest.writes),
        latest.would_drop.len(),
        latest.would_drop.iter().filter(|it| it.acknowledged).count()
    )
}

/// Counts what was dropped.
fn did(lineage: &Lineage) -> String {
    let dropped = &lineage.latest.did_drop;
    let acknowledged = dropped.iter().filter(|it| it.acknowledged).count();
    match dropped.len() {
        0 if lineage.latest.in_force => {
            "It is in force, and has dropped no write to this key unseen.".to_owned()
        }
        0 => String::new(),
        count => format!(
            "{} gave way to a write whose writer had not seen it, {acknowledged} acknowledged{}.",
            writes(count),
            if lineage.order == Order::Plain {
                ": a plain vector took that one for its successor"
            } else {
                ""
            }
        ),
    }
}

fn why(dropped: &Dropped) -> String {
    let ending = if dropped.acknowledged { "acknowledged, " } else { "" };
    match dropped.written {
        Some(at) => {
            format!(
                "{ending}by its clock at {}; {} took its place",
                format::exact_seconds(at),
                dropped.by
            )
        }
        None => format!("{ending}{} took its place", dropped.by),
    }
}
