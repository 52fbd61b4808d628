//! The view of gossip, in the place of the ring.

use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::gossip::Beliefs;
use yew::prelude::*;

use super::belief::BeliefKind;
use super::matrix::{DENSE, Matrix};
use super::pair::Pair;
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::Action;
use crate::state::gossip::{GossipAction, GossipFrame, GossipState};
use crate::state::theme::Theme;

/// What the view shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// What was seen; none for an instant after the view was opened.
    pub(crate) frame: Option<Rc<GossipFrame>>,
    /// What is set.
    pub(crate) state: GossipState,
    /// The colours.
    pub(crate) theme: Theme,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The matrix, and what one node judges another by.
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
                    <p class="empty">{ "Nobody errs: there is nothing to list." }</p>
                } else {
                    <Matrix beliefs={beliefs.clone()} {listed} pair={state.pair}
                        on_choose={on_choose.clone()} />
                }
                <Pair {beliefs} pair={state.pair} pulse={frame.pulse.clone()}
                    theme={*theme} playing={*playing} {on_choose} />
                { legend(listed_nodes >= DENSE) }
            </>
        }
    });
    html! {
        <section class="gossip lens-view" aria-labelledby="gossip-heading">
            <header class="lens-head">
                <h2 id="gossip-heading">{ "Gossip: who believes what of whom" }</h2>
            </header>
            <div class="lens-room" tabindex="0" role="group" aria-label="Beliefs">
                { body.unwrap_or_default() }
            </div>
        </section>
    }
}

/// Lists the nodes that are to be shown.
fn listed(beliefs: &Beliefs, errors_only: bool) -> Vec<usize> {
    let errs = |observer: usize, subject: usize| {
        let row = beliefs.rows[observer].as_ref();
        observer != subject && row.is_some_and(|row| row[subject].error.is_some())
    };
    let all = 0..beliefs.truths.len();
    let is_listed = |node: &usize| {
        !errors_only || all.clone().any(|other| errs(*node, other) || errs(other, *node))
    };
    all.clone().filter(is_listed).collect()
}

fn head(engine: &Engine, beliefs: &Beliefs, errors_only: bool) -> Html {
    let (all, wrong) = beliefs.counted();
    let sentence = if !beliefs.on {
        "Gossip is off: nobody learns who comes, goes or is down, and every node takes all others for up."
            .to_owned()
    } else if wrong == 0 {
        format!("All {} agree with what is true.", format::counted(u64::from(all), "belief"))
    } else {
        let are = if wrong == 1 { "is" } else { "are" };
        format!(
            "{} of {} {are} not true.",
            format::count(u64::from(wrong)),
            format::counted(u64::from(all), "belief")
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

fn legend(dense: bool) -> Html {
    html! {
        <div class="beliefs-legend">
            <p id="beliefs-how">
                { "A row is what its node believes, a column is about one node. Arrow keys move, Enter chooses." }
                if dense {
                    { " Light is up, dark is suspect; striped or dotted is not true." }
                }
            </p>
            <ul aria-label="Signs">
                { for BeliefKind::ALL.map(|sight| html! {
                    <li key={sight.word()}>
                        <span class={classes!("belief-key", sight.class())} aria-hidden="true">
                            { sight.sign() }
                        </span>
                        { sight.word() }
                    </li>
                }) }
                <li>
                    <span class="belief-key is-wrong" aria-hidden="true"></span>
                    { "framed: not true" }
                </li>
            </ul>
        </div>
    }
}
