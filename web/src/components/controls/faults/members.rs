//! Controls that change the membership of the cluster.

use ringside_lab::{Command, NodeId};
use yew::prelude::*;

use super::command_button::{CommandButton, each};
use super::scope::FaultScope;
use crate::format;

/// Buttons to join, leave and remove. A node that joins is a selected one that is not in the ring, or else a
/// new node with the next name; the others act on the selected members.
#[component]
pub(super) fn MemberFaults(props: &FaultScope) -> Html {
    let frame = &props.snapshot.frame;
    let (members, departed): (Vec<NodeId>, Vec<NodeId>) =
        props.chosen.iter().partition(|node| props.is_member(**node));
    let joining =
        if departed.is_empty() { vec![NodeId(frame.nodes.len() as u16)] } else { departed };
    let remove = each(&members, |node| Command::Remove { node, by: None });
    let delay = props.delay;
    html! {
        <>
            if !frame.settings.gossip.on {
                <p class="sentence">{ "Membership spreads by gossip, which is off: see Mechanisms." }</p>
            }
            <div class="act-row">
                <CommandButton label={format!("Join {}", format::first_few(&joining, 3))} {delay}
                    commands={each(&joining, Command::Join)}
                    effect="The node takes its ranges of the ring, and their keys are sent to it" />
                <CommandButton label="Leave" {delay} commands={each(&members, Command::Leave)}
                    effect="The node hands its keys over and leaves the ring"
                    requires="select a node that is in the ring" />
                <CommandButton label="Remove" {delay} commands={remove}
                    effect="The other nodes learn that this node is gone for good"
                    requires="select a node that is in the ring" />
            </div>
        </>
    }
}
