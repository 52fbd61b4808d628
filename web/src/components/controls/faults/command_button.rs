//! A button that sends commands to the cluster.

use ringside_lab::{Command, Duration, NodeId};
use yew::prelude::*;

use crate::engine::use_run;
use crate::format;

/// The commands of a button and its texts.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The text on the button.
    pub(super) label: AttrValue,
    /// The commands. The button is disabled if there are none.
    pub(super) commands: Vec<Command>,
    /// The effect of the commands, for the tooltip.
    pub(super) effect: AttrValue,
    /// The condition that enables the button, for the tooltip while it is disabled.
    #[prop_or_default]
    pub(super) requires: AttrValue,
    /// The delay of the commands; `None` applies them at once.
    pub(super) delay: Option<Duration>,
}

/// A button that sends commands to the cluster, at once or after a delay.
#[component]
pub(super) fn CommandButton(props: &Props) -> Html {
    let engine = use_run();
    let Props { label, effect, requires, .. } = props;
    let disabled = props.commands.is_empty();
    let title = match props.delay {
        _ if disabled => format!("{label}: {requires}"),
        Some(delay) => format!("In {}: {effect}", format::span(delay)),
        None => effect.to_string(),
    };
    let (commands, delay) = (props.commands.clone(), props.delay);
    let on_click = Callback::from(move |_: MouseEvent| {
        for command in &commands {
            engine.act_later(command.clone(), delay);
        }
    });
    html! {
        <button type="button" {disabled} {title} onclick={on_click}>{ label }</button>
    }
}

/// Returns one command per node.
pub(super) fn each(nodes: &[NodeId], command: impl Fn(NodeId) -> Command) -> Vec<Command> {
    nodes.iter().map(|node| command(*node)).collect()
}
