//! Controls of one link in one direction.

use ringside_lab::frame::Frame;
use ringside_lab::{Command, DirectedLink, Duration, LinkImpairment, NodeId};
use yew::prelude::*;

use super::command_button::CommandButton;
use super::scope::FaultScope;
use crate::components::widgets::{Choice, DELAY, DetentSlider, LOSS, Select, duration};
use crate::engine::{Engine, use_run};

/// Controls that cut, clog, slow and impair the link from one node to another, and undo it. The ends are the
/// selected nodes if two are selected.
#[component]
pub(super) fn LinkFaults(props: &FaultScope) -> Html {
    let engine = use_run();
    let picked = use_state(|| (None::<NodeId>, None::<NodeId>));
    {
        let picked = picked.clone();
        use_effect_with(props.chosen.clone(), move |_| picked.set((None, None)));
    }
    let members = props.snapshot.dial.members();
    let default_ends = match (props.chosen.as_slice(), members) {
        ([from, to], _) | (_, [from, to, ..]) => (*from, *to),
        _ => return html! { <p class="sentence">{ "This cluster has no links." }</p> },
    };
    let way = DirectedLink {
        from: picked.0.unwrap_or(default_ends.0),
        to: picked.1.unwrap_or(default_ends.1),
    };
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
    let (is_link, delay) = (way.from != way.to, props.delay);
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
                <CommandButton label="Cut" {delay} commands={only(!cut, Command::Cut(vec![way]))}
                    effect="Messages in this direction are lost"
                    requires="the link is cut already, or is no link" />
                <CommandButton label="Mend" {delay} commands={only(cut, Command::Mend(vec![way]))}
                    effect="Messages in this direction arrive again" requires="the link is not cut" />
                <CommandButton label="Clog" {delay} commands={only(!clogged, Command::Clog(way))}
                    effect="Messages in this direction wait"
                    requires="the link is clogged already, or is no link" />
                <CommandButton label="Unclog" {delay} commands={only(clogged, Command::Unclog(way))}
                    effect="Waiting messages continue" requires="the link is not clogged" />
            </div>
            if is_link {
                { impairment(&engine, props, way) }
            }
        </>
    }
}

/// Renders how much slower the link is and how much it loses, and the button that undoes both.
fn impairment(
    engine: &Engine,
    scope: &FaultScope,
    DirectedLink { from, to }: DirectedLink,
) -> Html {
    let (frame, link, delay) = (&scope.snapshot.frame, (from, to), scope.delay);
    let LinkImpairment { slower, loss } = impairment_of(frame, link);
    let default_loss = default_loss(frame, link);
    let impaired = slower > Duration::ZERO || loss.is_some();
    let undo = vec![
        Command::SlowLink { from, to, by: Duration::ZERO },
        Command::LossyLink { from, to, share: None },
    ];
    let on_slower = {
        let engine = engine.clone();
        Callback::from(move |ms| {
            engine.act_later(Command::SlowLink { from, to, by: duration(ms) }, delay);
        })
    };
    let on_loss = {
        let engine = engine.clone();
        Callback::from(move |share: f64| {
            let is_default = share.to_bits() == default_loss.to_bits();
            let share = (!is_default).then_some(share);
            engine.act_later(Command::LossyLink { from, to, share }, delay);
        })
    };
    html! {
        <>
            <DetentSlider label="Slower by" scale={&DELAY} value={slower.as_ms()} on_set={on_slower} />
            <DetentSlider label="Loses" scale={&LOSS} value={loss.unwrap_or(default_loss)} on_set={on_loss} />
            <div class="act-row">
                <CommandButton label="Restore link" {delay}
                    commands={if scope.can(impaired) { undo } else { Vec::new() }}
                    effect="The link is as fast and as reliable as before"
                    requires="the link is neither slow nor lossy" />
            </div>
        </>
    }
}

/// Returns the impairment of a link; none by default.
fn impairment_of(frame: &Frame, link: (NodeId, NodeId)) -> LinkImpairment {
    let found = frame.impairments.iter().find(|(impaired, _)| *impaired == link);
    found.map(|(_, impairment)| *impairment).unwrap_or_default()
}

/// Returns the share of messages that a link loses without an impairment.
fn default_loss(frame: &Frame, link: (NodeId, NodeId)) -> f64 {
    let own = frame.own_losses.iter().find(|(other, _)| *other == link);
    own.map_or(frame.loss, |(_, loss)| *loss)
}
