//! The less common faults, grouped by what they affect.

use yew::prelude::*;

use super::clock::ClockFaults;
use super::link::LinkFaults;
use super::members::MemberFaults;
use super::nodes::NodeFaults;
use super::random::RandomFaults;
use super::scope::FaultScope;

/// The less common faults, one section per kind of target.
#[component]
pub(super) fn MoreFaults(props: &FaultScope) -> Html {
    let scope = || props.clone();
    html! {
        <>
            { section("Slow and silent nodes", html! { <NodeFaults ..scope() /> }) }
            { section("A link, one way", html! { <LinkFaults ..scope() /> }) }
            { section("Membership", html! { <MemberFaults ..scope() /> }) }
            { section("Wall clocks", html! { <ClockFaults ..scope() /> }) }
            { section("At random", html! { <RandomFaults ..scope() /> }) }
        </>
    }
}

fn section(title: &'static str, children: Html) -> Html {
    html! {
        <section class="more-part" aria-label={title}>
            <h3>{ title }</h3>
            { children }
        </section>
    }
}
