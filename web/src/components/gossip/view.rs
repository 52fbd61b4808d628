//! The gossip lens as a whole.

use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::gossip::Beliefs;
use yew::prelude::*;

use super::belief::BeliefKind;
use super::matrix::{DENSE, Matrix, ROOMY};
use super::pair::Pair;
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::Action;
use crate::state::gossip::{GossipAction, GossipFrame, GossipState};
use crate::state::theme::Theme;

/// The props of `GossipLens`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The latest frame, or `None` just after the lens was opened.
    pub(crate) frame: Option<Rc<GossipFrame>>,
    /// The state of the lens.
    pub(crate) state: GossipState,
    /// The colours.
    pub(crate) theme: Theme,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The matrix of beliefs, and the failure detection of the selected pair.
#[component]
pub(crate) fn GossipLens(props: &Props) -> Html {
    let Props { frame, state, theme, playing } = props;
    let engine = use_run();
    let on_choose =
        use_callback(engine.clone(), |(observer, subject): (NodeId, NodeId), engine| {
            engine.dispatch(Action::Gossip(GossipAction::Choose(observer, subject)));
        });
    let body = frame.as_ref().map(|frame| {
        let beliefs = frame.beliefs.clone();
        let listed = Rc::new(listed(&beliefs, state.errors_only));
        let listed_nodes = listed.len();
        html! {
            <>
                { head(&engine, &beliefs, state.errors_only) }
                if listed.is_empty() {
                    <p class="empty">{ "No belief is wrong: there is nothing to list." }</p>
                } else {
                    <Matrix beliefs={beliefs.clone()} {listed} pair={state.pair}
                        on_choose={on_choose.clone()} />
                }
                <Pair {beliefs} pair={state.pair} phi_trace={frame.phi_trace.clone()}
                    theme={*theme} playing={*playing} {on_choose} />
                { legend(listed_nodes) }
            </>
        }
    });
    html! {
        <section class="gossip lens-view" aria-labelledby="gossip-heading">
            <header class="lens-head">
                <h2 id="gossip-heading">{ "Gossip: what each node believes about the others" }</h2>
            </header>
            <div class="lens-room" tabindex="0" role="group" aria-label="Beliefs">
                { body.unwrap_or_default() }
            </div>
        </section>
    }
}

/// Returns the indices of the nodes that are listed.
fn listed(beliefs: &Beliefs, errors_only: bool) -> Vec<usize> {
    let is_wrong = |observer: usize, subject: usize| {
        let row = beliefs.rows[observer].as_ref();
        observer != subject && row.is_some_and(|row| row[subject].error.is_some())
    };
    let all = 0..beliefs.truths.len();
    let is_listed = |node: &usize| {
        !errors_only || all.clone().any(|other| is_wrong(*node, other) || is_wrong(other, *node))
    };
    all.clone().filter(is_listed).collect()
}

fn head(engine: &Engine, beliefs: &Beliefs, errors_only: bool) -> Html {
    let (all, wrong) = beliefs.counted();
    let sentence = if !beliefs.on {
        "Gossip is off: no node learns which nodes join, leave or are down, and each believes that all others are up."
            .to_owned()
    } else if wrong == 0 {
        format!("All {} are true.", format::count(u64::from(all), "belief"))
    } else {
        let are = if wrong == 1 { "is" } else { "are" };
        format!(
            "{} of {} {are} wrong.",
            format::thousands(u64::from(wrong)),
            format::count(u64::from(all), "belief")
        )
    };
    let on_switch = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.set(|settings| settings.gossip.on = true))
    };
    let on_errors = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| {
            engine.dispatch(Action::Gossip(GossipAction::SetErrorsOnly(!errors_only)));
        })
    };
    html! {
        <div class="lens-lead">
            <p class="lens-sentence" role="status">{ sentence }</p>
            if !beliefs.on {
                <button type="button" class="primary" onclick={on_switch}>
                    { "Switch gossip on" }
                </button>
            }
            <button type="button" class="lens-filter" aria-pressed={errors_only.to_string()}
                onclick={on_errors}>
                { "Only errors" }
            </button>
        </div>
    }
}

fn legend(nodes: usize) -> Html {
    html! {
        <div class="beliefs-legend">
            <p id="beliefs-how">
                { "Each row shows what one node believes, each column is about one node. The arrow keys move, Enter selects." }
                if nodes <= ROOMY {
                    { " In a cell, inc is the incarnation and hb the heartbeat." }
                }
                if nodes >= DENSE {
                    { " Light means up, dark means suspect; striped or dotted means wrong." }
                }
            </p>
            <ul aria-label="Signs">
                { for BeliefKind::ALL.map(|kind| html! {
                    <li key={kind.word()}>
                        <span class={classes!("belief-key", kind.class())} aria-hidden="true">
                            { kind.sign() }
                        </span>
                        { kind.word() }
                    </li>
                }) }
                <li>
                    <span class="belief-key is-wrong" aria-hidden="true"></span>
                    { "framed: wrong" }
                </li>
            </ul>
        </div>
    }
}
