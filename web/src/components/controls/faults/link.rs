//! One link, in one direction.

use ringside_lab::frame::Frame;
use ringside_lab::{Command, Duration, LinkImpairment, NodeId, Way};
use yew::prelude::*;

use super::command_button::Acts;
use crate::components::widgets::{Choice, DELAY, DetentSlider, LOSS, Select, duration};

/// Cut and mend, clog and unclog the link from one node to another, slow it and let it lose messages. The
/// two are the chosen nodes where there are two.
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
    let only = |holds: bool, command: Command| {
        if is_link && props.can(holds) { vec![command] } else { Vec::new() }
    };
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
                { props.button("Cut", only(!cut, Command::Cut(vec![way])),
                    "What is sent this way is lost", "it is cut, or no link") }
                { props.button("Mend", only(cut, Command::Mend(vec![way])),
                    "What is sent this way arrives again", "it is not cut") }
                { props.button("Clog", only(!clogged, Command::Clog(way)),
                    "What is sent this way waits", "it is clogged, or no link") }
                { props.button("Unclog", only(clogged, Command::Unclog(way)),
                    "What waits goes on", "it is not clogged") }
            </div>
            if is_link {
                { strain(props, way) }
            }
        </>
    }
}

/// Draws how much slower the link is and what it loses, and what takes both back.
fn strain(props: &Acts, Way { from, to }: Way) -> Html {
    let (frame, link) = (&props.snapshot.frame, (from, to));
    let LinkImpairment { slower, loss } = strain_of(frame, link);
    let usual_loss = usual_loss(frame, link);
    let strained = slower > Duration::ZERO || loss.is_some();
    let undo = vec![
        Command::SlowLink { from, to, by: Duration::ZERO },
        Command::LossyLink { from, to, share: None },
    ];
    let on_slower = {
        let acts = props.clone();
        Callback::from(move |ms| acts.act(Command::SlowLink { from, to, by: duration(ms) }))
    };
    let on_loss = {
        let acts = props.clone();
        Callback::from(move |share: f64| {
            let is_usual = share.to_bits() == usual_loss.to_bits();
            let share = (!is_usual).then_some(share);
            acts.act(Command::LossyLink { from, to, share });
        })
    };
    html! {
        <>
            <DetentSlider label="Slower by" scale={&DELAY} value={slower.as_ms()} on_set={on_slower} />
            <DetentSlider label="Loses" scale={&LOSS} value={loss.unwrap_or(usual_loss)} on_set={on_loss} />
            <div class="act-row">
                { props.button("As it was", if props.can(strained) { undo } else { Vec::new() },
                    "As fast as it was, and it loses no more", "it is neither slow nor lossy") }
            </div>
        </>
    }
}

/// Gives what was made of a link.
fn strain_of(frame: &Frame, link: (NodeId, NodeId)) -> LinkImpairment {
    let found = frame.strains.iter().find(|(strained, _)| *strained == link);
    found.map(|(_, strain)| *strain).unwrap_or_default()
}

/// Gives the share that a link loses of which nothing was made.
fn usual_loss(frame: &Frame, link: (NodeId, NodeId)) -> f64 {
    let own = frame.own_losses.iter().find(|(other, _)| *other == link);
    own.map_or(frame.loss, |(_, loss)| *loss)
}
