//! The versions lens as a whole.

use std::rc::Rc;

use ringside_lab::settings::Order;
use ringside_lab::versions::Lineage;
use ringside_lab::{Dot, NodeId};
use yew::prelude::*;

use super::clocks::Clocks;
use super::compared::compared;
use super::graph::VersionGraph;
use super::last_write_wins::LastWriteWins;
use super::resolve::Resolve;
use crate::engine::use_run;
use crate::format;
use crate::state::Action;
use crate::state::versions::{VersionsAction, VersionsState};

/// The props of `VersionsLens`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The versions, or `None` while no key is selected.
    pub(crate) lineage: Option<Rc<Lineage>>,
    /// The state of the lens.
    pub(crate) state: VersionsState,
    /// The node that the user sends requests to, or `None` for any replica.
    pub(crate) through: Option<NodeId>,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The graph of the versions, the siblings to resolve, the clocks, and what last write wins would drop.
#[component]
pub(crate) fn VersionsLens(props: &Props) -> Html {
    let Props { lineage, state, through, playing } = props;
    let engine = use_run();
    let on_choose = use_callback(engine, |dot: Dot, engine| {
        engine.dispatch(Action::Versions(VersionsAction::Choose(dot)));
    });
    let Some(lineage) = lineage else {
        return empty("Type a key to see its versions.");
    };
    if lineage.versions.is_empty() {
        return empty(&format!("“{}” has not been written yet. Put a value.", lineage.key));
    }
    let compared = compared(lineage, &state.chosen);
    let resolving = state.resolving.clone().filter(|it| it.key == lineage.key);
    html! {
        <section class="versions-lens lens-view" aria-labelledby="versions-heading">
            <header class="versions-head lens-head">
                <h2 id="versions-heading">{ format!("Versions of “{}”", lineage.key) }</h2>
                { agreement(lineage) }
            </header>
            <div class="lens-room versions-body" tabindex="-1">
                <VersionGraph lineage={lineage.clone()} {compared} on_choose={on_choose.clone()} />
                <Resolve lineage={lineage.clone()} {resolving} merged={state.merged.clone()}
                    through={*through} playing={*playing} />
                <Clocks lineage={lineage.clone()} {compared} {on_choose} />
                <LastWriteWins lineage={lineage.clone()} />
                <p class="versions-history">{ history(lineage) }</p>
            </div>
        </section>
    }
}

fn empty(text: &str) -> Html {
    html! {
        <section class="versions-lens lens-view" aria-labelledby="versions-heading">
            <header class="versions-head lens-head"><h2 id="versions-heading">{ "Versions" }</h2></header>
            <div class="lens-room versions-body"><p class="empty">{ text.to_owned() }</p></div>
        </section>
    }
}

/// Renders whether the replicas hold one version or siblings, and whether they agree.
fn agreement(lineage: &Lineage) -> Html {
    let replicas = lineage.holders.iter().filter(|it| it.rank.is_some());
    let agreed = replicas.clone().all(|it| it.holds == lineage.current);
    let siblings = lineage.current.len();
    let (class, text) = match (siblings, agreed) {
        (0, _) => ("is-apart", "no copy is left".to_owned()),
        (1, true) => ("is-agreed", "one version, on all replicas".to_owned()),
        (1, false) => ("is-apart", "one version will remain; replicas differ".to_owned()),
        (_, true) => ("is-apart", format!("{siblings} siblings, on all replicas")),
        (_, false) => ("is-apart", format!("{siblings} siblings; replicas differ")),
    };
    html! { <span class={classes!("verdict", class)}>{ text }</span> }
}

/// Describes where the known history begins, and which clocks the store uses.
fn history(lineage: &Lineage) -> String {
    let begins = match lineage.since {
        None => "The history of this key is known since the start of the run.".to_owned(),
        Some(at) => format!(
            "The history of this key is known since {}; of older versions only those are known that a disk still holds.",
            format::moment(at)
        ),
    };
    let left_out = match lineage.left_out {
        0 => String::new(),
        1 => " 1 earlier version is left out.".to_owned(),
        many => format!(" {} earlier versions are left out.", format::thousands(many as u64)),
    };
    let order = match lineage.order {
        Order::Dotted => "Dotted version vectors",
        Order::Plain => "Plain version vectors",
        Order::LastWriteWins => "Last write wins",
    };
    format!("{order} in force. {begins}{left_out}")
}
