//! Buttons that give commands, and which nodes they are about.

use std::rc::Rc;

use ringside_lab::frame::NodeFrame;
use ringside_lab::{Command, Duration, NodeId};
use yew::prelude::*;

use crate::engine::Engine;
use crate::format;
use crate::state::Snapshot;

/// What the parts of the panel act on.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Acts {
    /// Whose nodes they are.
    pub(super) engine: Engine,
    /// The chosen nodes.
    pub(super) chosen: Rc<Vec<NodeId>>,
    /// The latest picture.
    pub(super) snapshot: Rc<Snapshot>,
    /// How much later what is pressed is done; at once where there is none.
    pub(super) later: Option<Duration>,
}

impl Acts {
    /// Tells whether something can be done: whether it holds, or is done later, for nobody knows what will
    /// hold then.
    pub(super) const fn can(&self, holds: bool) -> bool {
        holds || self.later.is_some()
    }

    /// Does something now or when it is set to be done.
    pub(super) fn act(&self, command: Command) {
        self.engine.act_later(command, self.later);
    }

    /// Lists the chosen nodes for which something holds; all of them where it is done later.
    pub(super) fn chosen_that(&self, holds: impl Fn(&NodeFrame) -> bool) -> Vec<NodeId> {
        let nodes = self.snapshot.frame.nodes.iter();
        let fits = nodes.filter(|node| self.chosen.contains(&node.id) && self.can(holds(node)));
        fits.map(|node| node.id).collect()
    }

    /// Tells whether a node is in the ring or on its way into it.
    pub(super) fn is_member(&self, node: NodeId) -> bool {
        self.snapshot.dial.node(node).is_some()
    }

    /// Makes a button that gives these commands, or says why there are none to give.
    pub(super) fn button(
        &self,
        label: impl Into<AttrValue>,
        commands: Vec<Command>,
        does: &str,
        lacks: &str,
    ) -> Html {
        let label = label.into();
        let disabled = commands.is_empty();
        let title = match self.later {
            _ if disabled => format!("{label}: {lacks}"),
            Some(later) => format!("In {}: {does}", format::span(later)),
            None => does.to_owned(),
        };
        let acts = self.clone();
        let on_click = Callback::from(move |_: MouseEvent| {
            for command in &commands {
                acts.act(command.clone());
            }
        });
        html! {
            <button type="button" {disabled} {title} onclick={on_click}>{ label }</button>
        }
    }
}

/// Makes a command for each node.
pub(super) fn each(nodes: &[NodeId], command: impl Fn(NodeId) -> Command) -> Vec<Command> {
    nodes.iter().map(|node| command(*node)).collect()
}
