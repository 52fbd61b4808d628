//! Who is in the cluster.

use ringside_lab::{Command, NodeId};
use yew::prelude::*;

use super::command_button::{Acts, each};
use crate::format;

/// Draws join, leave and remove. A new node takes the next name; the others are the chosen ones.
pub(super) fn member_acts(acts: &Acts) -> Html {
    let frame = &acts.snapshot.frame;
    let (members, gone): (Vec<NodeId>, Vec<NodeId>) =
        acts.chosen.iter().partition(|node| acts.is_member(**node));
    let joining = if gone.is_empty() { vec![NodeId(frame.nodes.len() as u16)] } else { gone };
    let remove = each(&members, |node| Command::Remove { node, by: None });
    html! {
        <>
            if !frame.settings.gossip.on {
                <p class="sentence">{ "Such news spreads by gossip, which is off: see Mechanisms." }</p>
            }
            <div class="act-row">
                { acts.button(format!("Join {}", format::few_names(&joining, 3)),
                    each(&joining, Command::Join), "It takes its part of the ring, and is sent its keys", "") }
                { acts.button("Leave", each(&members, Command::Leave),
                    "It hands its keys over, and goes", "choose a node that is in the ring") }
                { acts.button("Remove", remove,
                    "The others are told that it is gone for good", "choose a node that is in the ring") }
            </div>
        </>
    }
}
