//! The faults behind the simple ones.

use yew::prelude::*;

use super::clock::ClockFaults;
use super::command_button::Acts;
use super::link::LinkFaults;
use super::members::member_acts;
use super::nodes::NodeFaults;
use super::random::RandomFaults;

/// Draws the faults behind the simple ones, by what they are done to.
pub(super) fn more_faults(acts: &Acts) -> Html {
    html! {
        <>
            { part("Slow and silent nodes", html! { <NodeFaults ..acts.clone() /> }) }
            { part("A link, one way", html! { <LinkFaults ..acts.clone() /> }) }
            { part("Who is in the cluster", member_acts(acts)) }
            { part("Wall clocks", html! { <ClockFaults ..acts.clone() /> }) }
            { part("At random", html! { <RandomFaults ..acts.clone() /> }) }
        </>
    }
}

fn part(title: &'static str, children: Html) -> Html {
    html! {
        <section class="more-part" aria-label={title}>
            <h3>{ title }</h3>
            { children }
        </section>
    }
}
