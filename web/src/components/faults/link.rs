//! One link, in one direction.

use ringside_lab::{Command, NodeId, Way};
use yew::prelude::*;

use super::acts::Acts;
use crate::components::fields::{Choice, Select};

/// Cut and mend, clog and unclog the link from one node to another. The two are the chosen nodes
/// where there are two.
#[component]
pub(super) fn LinkFaults(props: &Acts) -> Html {
    let picked = use_state(|| (None::<NodeId>, None::<NodeId>));
    {
        let picked = picked.clone();
        use_effect_with(props.chosen.clone(), move |_| picked.set((None, None)));
    }
    let members = props.snapshot.dial.members();
    let usual = match (props.chosen.as_slice(), members) {
        ([from, to], _) | (_, [from, to, ..]) => (*from, *to),
        _ => return html! { <p class="sentence">{ "There is no link in this cluster." }</p> },
    };
    let way = Way { from: picked.0.unwrap_or(usual.0), to: picked.1.unwrap_or(usual.1) };
    let choices: Vec<Choice> =
        members.iter().map(|node| Choice::new(node.to_string(), node.to_string())).collect();
    let pick = |set: fn(&mut (Option<NodeId>, Option<NodeId>), NodeId)| {
        let picked = picked.clone();
        Callback::from(move |name: String| {
            let mut next = *picked;
            if let Ok(node) = name.parse() {
                set(&mut next, node);
                picked.set(next);
            }
        })
    };
    let link = (way.from, way.to);
    let is_link = way.from != way.to;
    let frame = &props.snapshot.frame;
    let (cut, clogged) = (frame.cuts.contains(&link), frame.clogs.contains(&link));
    let only = |holds: bool, command: Command| if holds { vec![command] } else { Vec::new() };
    html! {
        <>
            <div class="link-ends">
                <Select label="From" choices={choices.clone()} value={way.from.to_string()}
                    on_choose={pick(|ends, node| ends.0 = Some(node))} />
                <span aria-hidden="true">{ "\u{2192}" }</span>
                <Select label="To" {choices} value={way.to.to_string()}
                    on_choose={pick(|ends, node| ends.1 = Some(node))} />
            </div>
            <div class="act-row">
                { props.button("Cut", only(is_link && !cut, Command::Cut(vec![way])),
                    "What is sent this way is lost", "it is cut, or no link") }
                { props.button("Mend", only(cut, Command::Mend(vec![way])),
                    "What is sent this way arrives again", "it is not cut") }
                { props.button("Clog", only(is_link && !clogged, Command::Clog(way)),
                    "What is sent this way waits", "it is clogged, or no link") }
                { props.button("Unclog", only(clogged, Command::Unclog(way)),
                    "What waits goes on", "it is not clogged") }
            </div>
        </>
    }
}
