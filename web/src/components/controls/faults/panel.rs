//! The panel of faults.

use std::rc::Rc;

use ringside_lab::{Command, Duration, NodeId};
use yew::prelude::*;

use super::command_button::{CommandButton, each};
use super::delay_select::DelaySelect;
use super::impaired_links::ImpairedLinks;
use super::more::MoreFaults;
use super::plans::Plans;
use super::scope::FaultScope;
use crate::components::widgets::Panel;
use crate::engine::use_run;
use crate::format;
use crate::state::disclosures::Disclosure;
use crate::state::{Action, Snapshot};

/// The nodes that the panel acts on, and whether all of it is shown.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The selected nodes.
    pub(crate) chosen: Rc<Vec<NodeId>>,
    /// The latest snapshot.
    pub(crate) snapshot: Rc<Snapshot>,
    /// Whether the less common faults are shown.
    pub(crate) more: bool,
}

/// Buttons that act on the selected nodes, and on the links between them and the others.
#[component]
pub(crate) fn FaultsPanel(props: &Props) -> Html {
    let engine = use_run();
    let Props { chosen, snapshot, more } = props;
    let delay = use_state(|| None::<Duration>);
    let scope = FaultScope { chosen: chosen.clone(), snapshot: snapshot.clone(), delay: *delay };
    let frame = &snapshot.frame;
    let dispatch = |action: fn() -> Action| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.dispatch(action()))
    };
    let on_delay = {
        let delay = delay.clone();
        Callback::from(move |chosen| delay.set(chosen))
    };
    let aside = html! {
        if !chosen.is_empty() {
            <button type="button" class="quiet" onclick={dispatch(|| Action::ClearNodes)}>
                { "Deselect all" }
            </button>
        }
    };
    html! {
        <Panel name="faults" title="Faults" {aside}>
            <p class="chosen" aria-live="polite">
                if chosen.is_empty() {
                    { "Select nodes on the ring first." }
                } else {
                    { "Selected: " }<b>{ format::first_few(chosen, 12) }</b>
                }
            </p>
            <div class="fault-buttons">
                { common_faults(&scope) }
                <button type="button" aria-expanded={more.to_string()} aria-controls="more-faults"
                    onclick={dispatch(|| Action::ToggleDisclosure(Disclosure::MoreFaults))}>
                    { "More faults" }
                </button>
            </div>
            <DelaySelect delay={*delay} on_set={on_delay} />
            <ImpairedLinks impairments={frame.impairments.clone()} />
            <Plans plans={frame.plans.clone()} planned={frame.planned} now={frame.now} />
            <div id="more-faults" class="more-faults">
                if *more {
                    <MoreFaults ..scope />
                }
            </div>
        </Panel>
    }
}

/// Renders the buttons of the common faults.
fn common_faults(scope: &FaultScope) -> Html {
    let (frame, all, delay) = (&scope.snapshot.frame, scope.chosen.as_slice(), scope.delay);
    let up = scope.chosen_where(|node| node.up);
    let down = scope.chosen_where(|node| !node.up);
    let can_part = !all.is_empty() && all.len() < frame.nodes.len();
    let partition = if can_part { vec![Command::Partition(all.to_vec())] } else { Vec::new() };
    let broken = !frame.cuts.is_empty() || !frame.clogs.is_empty() || !frame.impairments.is_empty();
    let heal = if scope.can(broken) { vec![Command::Heal] } else { Vec::new() };
    html! {
        <>
            <CommandButton label="Crash" {delay} commands={each(&up, Command::Crash)}
                effect="Stops the node: its memory is lost, its disk stays"
                requires="select a node that is up" />
            <CommandButton label="Restart" {delay} commands={each(&down, Command::Restart)}
                effect="Starts the node from its disk" requires="select a node that is down" />
            <CommandButton label="Wipe" {delay} commands={each(all, Command::Wipe)}
                effect="Stops the node and erases its disk" requires="select a node" />
            <CommandButton label="Partition" {delay} commands={partition}
                effect="Cuts the selected nodes off from the others"
                requires="select some nodes, but not all" />
            <CommandButton label="Heal" {delay} commands={heal} effect="Restores every link"
                requires="no link is cut, clogged, slow or lossy" />
        </>
    }
}
