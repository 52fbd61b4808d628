//! The versions of the key in hand, as a view in the place of the ring.

use std::rc::Rc;

use ringside_lab::Dot;
use ringside_lab::settings::Order;
use ringside_lab::versions::Lineage;
use yew::prelude::*;

use super::clocks::Clocks;
use super::graph::VersionGraph;
use super::last_write_wins::LastWriteWins;
use super::resolve::Resolve;
use crate::engine::use_run;
use crate::format;
use crate::state::Action;
use crate::state::versions::{VersionsAction, VersionsState};

/// What the view shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The versions; none while no key is in hand.
    pub(crate) lineage: Option<Rc<Lineage>>,
    /// What is done with them.
    pub(crate) state: VersionsState,
    /// The node that the person asks through; any where there is none.
    pub(crate) through: Option<ringside_lab::NodeId>,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The graph of the versions, siblings to resolve, the clocks, and what the latest write would have left.
#[component]
pub(crate) fn VersionsLens(props: &Props) -> Html {
    let Props { lineage, state, through, playing } = props;
    let on_choose = use_callback(use_run(), |dot: Dot, engine| {
        engine.dispatch(Action::Versions(VersionsAction::Choose(dot)));
    });
    let Some(lineage) = lineage else {
        return empty("Type a key to see its versions.");
    };
    if lineage.versions.is_empty() {
        return empty(&format!("Nobody has written “{}” yet. Put something.", lineage.key));
    }
    let compared = compared(lineage, &state.chosen);
    let resolving = state.resolving.clone().filter(|it| it.key == lineage.key);
    html! {
        <section class="lineage lens-view" aria-labelledby="lineage-heading">
            <header class="lineage-head lens-head">
                <h2 id="lineage-heading">{ format!("Versions of “{}”", lineage.key) }</h2>
                { standing(lineage) }
            </header>
            <div class="lens-room lineage-body" tabindex="-1">
                <VersionGraph lineage={lineage.clone()} {compared} on_choose={on_choose.clone()} />
                <Resolve lineage={lineage.clone()} {resolving} merged={state.merged.clone()}
                    through={*through} playing={*playing} />
                <Clocks lineage={lineage.clone()} {compared} {on_choose} />
                <LastWriteWins lineage={lineage.clone()} />
                <p class="lineage-since">{ since(lineage) }</p>
            </div>
        </section>
    }
}

fn empty(text: &str) -> Html {
    html! {
        <section class="lineage lens-view" aria-labelledby="lineage-heading">
            <header class="lineage-head lens-head"><h2 id="lineage-heading">{ "Versions" }</h2></header>
            <div class="lens-room lineage-body"><p class="empty">{ text.to_owned() }</p></div>
        </section>
    }
}

/// Says whether the key has one version now or several.
fn standing(lineage: &Lineage) -> Html {
    let replicas = lineage.holders.iter().filter(|it| it.rank.is_some());
    let agreed = replicas.clone().all(|it| it.holds == lineage.current);
    let siblings = lineage.current.len();
    let (class, text) = match (siblings, agreed) {
        (0, _) => ("is-apart", "no copy is left".to_owned()),
        (1, true) => ("is-agreed", "one version, on all replicas".to_owned()),
        (1, false) => ("is-apart", "one version will be left; replicas differ".to_owned()),
        (_, true) => ("is-apart", format!("{siblings} siblings, on all replicas")),
        (_, false) => ("is-apart", format!("{siblings} siblings; replicas differ")),
    };
    html! { <span class={classes!("verdict", class)}>{ text }</span> }
}

/// Gives the two versions that are compared: those that were chosen, or else siblings, or the newest and
/// what it replaced.
fn compared(lineage: &Lineage, chosen: &[Dot]) -> Option<(usize, usize)> {
    let places: Vec<usize> = chosen.iter().filter_map(|dot| lineage.find(*dot)).collect();
    let last = lineage.versions.len().checked_sub(1)?;
    let before = |place: usize| lineage.edges.iter().rev().find(|it| it.1 == place).map(|it| it.0);
    match (places.as_slice(), lineage.current.as_slice(), lineage.foremost.as_slice()) {
        ([first, second], _, _) | ([], [first, second, ..], _) | ([], _, [first, second, ..]) => {
            Some((*first, *second))
        }
        ([one], _, _) => {
            let other = lineage.current.iter().rev().find(|place| *place != one).copied();
            Some((*one, other.or_else(|| before(*one)).or_else(|| last.checked_sub(1))?))
        }
        _ => Some((last, before(last).or_else(|| last.checked_sub(1))?)),
    }
}

/// Says where the history begins, and by which rule the store goes.
fn since(lineage: &Lineage) -> String {
    let begins = match lineage.since {
        None => "Everything since the start of the run is known.".to_owned(),
        Some(at) => format!(
            "What happened to this key is known since {}; what is older is what the disks still hold.",
            format::exact_seconds(at)
        ),
    };
    let left_out = match lineage.left_out {
        0 => String::new(),
        1 => " 1 earlier version is left out.".to_owned(),
        many => format!(" {} earlier versions are left out.", format::count(many as u64)),
    };
    let order = match lineage.order {
        Order::Dotted => "Dotted version vectors",
        Order::Plain => "Plain version vectors",
        Order::LastWriteWins => "Last write wins",
    };
    format!("{order} in force. {begins}{left_out}")
}
