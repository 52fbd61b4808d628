//! What a person breaks and mends.

use std::rc::Rc;

use ringside_lab::{Command, NodeFrame, NodeId};
use yew::prelude::*;

use super::panel::Panel;
use crate::engine::Engine;
use crate::state::Action;
use crate::words;

/// What the panel acts on.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whose nodes they are.
    pub(crate) engine: Engine,
    /// The chosen nodes.
    pub(crate) chosen: Rc<Vec<NodeId>>,
    /// All nodes.
    pub(crate) nodes: Vec<NodeFrame>,
    /// Whether any link is cut.
    pub(crate) cut: bool,
}

/// Buttons that act on the chosen nodes, and on the links between them and the others.
#[component]
pub(crate) fn FaultsPanel(props: &Props) -> Html {
    let Props { engine, chosen, nodes, cut } = props;
    let chosen_up: Vec<NodeId> = standing(nodes, chosen, true);
    let chosen_down: Vec<NodeId> = standing(nodes, chosen, false);
    let all = chosen.as_slice();
    let each = |label: &'static str,
                nodes: &[NodeId],
                reason: &'static str,
                act: fn(NodeId) -> Command| {
        let commands = nodes.iter().map(|node| act(*node)).collect();
        button(engine, label, commands, reason)
    };
    let can_part = !all.is_empty() && all.len() < nodes.len();
    let part = if can_part { vec![Command::Partition(all.to_vec())] } else { Vec::new() };
    let heal = if *cut { vec![Command::Heal] } else { Vec::new() };
    let clear = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.dispatch(Action::ClearNodes))
    };
    let aside = html! {
        if !all.is_empty() {
            <button type="button" class="quiet" onclick={clear}>{ "Clear choice" }</button>
        }
    };
    html! {
        <Panel name="faults" title="Faults" {aside}>
            <p class="chosen" aria-live="polite">
                if all.is_empty() {
                    { "Choose nodes on the ring first." }
                } else {
                    { "Chosen: " }<b>{ words::few_names(all, 12) }</b>
                }
            </p>
            <div class="fault-buttons">
                { each("Crash", &chosen_up, "choose a node that is up", Command::Crash) }
                { each("Restart", &chosen_down, "choose a node that is down", Command::Restart) }
                { each("Wipe", all, "choose a node", Command::Wipe) }
                { button(engine, "Partition", part, "choose some nodes, but not all") }
                { button(engine, "Heal", heal, "nothing is cut") }
            </div>
        </Panel>
    }
}

fn standing(nodes: &[NodeFrame], chosen: &[NodeId], up: bool) -> Vec<NodeId> {
    let fits = |node: &&NodeFrame| node.up == up && chosen.contains(&node.id);
    nodes.iter().filter(fits).map(|node| node.id).collect()
}

/// A button that gives commands, or the reason why there are none to give.
fn button(
    engine: &Engine,
    label: &'static str,
    commands: Vec<Command>,
    reason: &'static str,
) -> Html {
    let disabled = commands.is_empty();
    let title = disabled.then(|| format!("{label}: {reason}"));
    let engine = engine.clone();
    let on_click = Callback::from(move |_: MouseEvent| {
        for command in &commands {
            engine.act(command.clone());
        }
    });
    html! {
        <button type="button" {disabled} {title} onclick={on_click}>{ label }</button>
    }
}
