//! What a person breaks and mends.

use std::rc::Rc;

use ringside_lab::{Command, Duration, NodeId};
use yew::prelude::*;

use super::command_button::{Acts, each};
use super::more::more_faults;
use super::plans::Plans;
use super::strained::Strained;
use super::when::When;
use crate::components::widgets::Panel;
use crate::engine::Engine;
use crate::format;
use crate::state::disclosures::Drawer;
use crate::state::{Action, Snapshot};

/// What the panel acts on, and whether all of it is shown.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whose nodes they are.
    pub(crate) engine: Engine,
    /// The chosen nodes.
    pub(crate) chosen: Rc<Vec<NodeId>>,
    /// The latest picture.
    pub(crate) snapshot: Rc<Snapshot>,
    /// Whether the faults behind the simple ones are shown.
    pub(crate) more: bool,
}

/// Buttons that act on the chosen nodes, and on the links between them and the others.
#[component]
pub(crate) fn FaultsPanel(props: &Props) -> Html {
    let Props { engine, chosen, snapshot, more } = props;
    let later = use_state(|| None::<Duration>);
    let acts = Acts {
        engine: engine.clone(),
        chosen: chosen.clone(),
        snapshot: snapshot.clone(),
        later: *later,
    };
    let frame = &snapshot.frame;
    let all = chosen.as_slice();
    let up = acts.chosen_that(|node| node.up);
    let down = acts.chosen_that(|node| !node.up);
    let can_part = !all.is_empty() && all.len() < frame.nodes.len();
    let part = if can_part { vec![Command::Partition(all.to_vec())] } else { Vec::new() };
    let broken = !frame.cuts.is_empty() || !frame.clogs.is_empty() || !frame.strains.is_empty();
    let heal = if acts.can(broken) { vec![Command::Heal] } else { Vec::new() };
    let dispatch = |action: fn() -> Action| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.dispatch(action()))
    };
    let on_later = {
        let later = later.clone();
        Callback::from(move |chosen| later.set(chosen))
    };
    let aside = html! {
        if !all.is_empty() {
            <button type="button" class="quiet" onclick={dispatch(|| Action::ClearNodes)}>
                { "Clear choice" }
            </button>
        }
    };
    html! {
        <Panel name="faults" title="Faults" {aside}>
            <p class="chosen" aria-live="polite">
                if all.is_empty() {
                    { "Choose nodes on the ring first." }
                } else {
                    { "Chosen: " }<b>{ format::few_names(all, 12) }</b>
                }
            </p>
            <div class="fault-buttons">
                { acts.button("Crash", each(&up, Command::Crash),
                    "Stops it: memory is lost, the disk stays", "choose a node that is up") }
                { acts.button("Restart", each(&down, Command::Restart),
                    "Starts it on its disk", "choose a node that is down") }
                { acts.button("Wipe", each(all, Command::Wipe),
                    "Stops it, and loses its disk as well", "choose a node") }
                { acts.button("Partition", part,
                    "Cuts the chosen nodes off from the others", "choose some nodes, but not all") }
                { acts.button("Heal", heal, "Makes every link whole",
                    "nothing is cut, clogged, slow or lossy") }
                <button type="button" aria-expanded={more.to_string()} aria-controls="more-faults"
                    onclick={dispatch(|| Action::ToggleDrawer(Drawer::MoreFaults))}>
                    { "More faults" }
                </button>
            </div>
            <When later={*later} on_set={on_later} />
            <Strained strains={frame.strains.clone()} />
            <Plans engine={engine.clone()} plans={frame.plans.clone()} planned={frame.planned}
                now={frame.now} />
            <div id="more-faults" class="more-faults">
                if *more {
                    { more_faults(&acts) }
                }
            </div>
        </Panel>
    }
}
