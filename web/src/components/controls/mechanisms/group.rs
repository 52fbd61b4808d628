//! A group of mechanisms, which opens to show its controls.

use yew::prelude::*;

use super::handle::Desk;
use super::spec::Spec;
use crate::components::widgets::Switch;
use crate::state::Action;
use crate::state::disclosures::{Drawer, Group};

/// What a group shows.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Which group it is.
    pub(super) group: Group,
    /// What is in force.
    pub(super) desk: Desk,
    /// What it has done so far, in a line.
    pub(super) counters: AttrValue,
    /// Whether its controls are shown.
    pub(super) open: bool,
}

/// A group of mechanisms: its name, its switch where it has one, and what is in force; opened, what it
/// does and its controls.
#[component]
pub(super) fn MechanismGroup(props: &Props) -> Html {
    let Props { group, desk, counters, open } = props;
    let (group, open) = (*group, *open);
    let spec = Spec::of(group);
    let on_toggle = {
        let engine = desk.engine.clone();
        Callback::from(move |_: MouseEvent| {
            engine.dispatch(Action::ToggleDrawer(Drawer::Group(group)));
        })
    };
    let id = |part: &str| format!("mechanism-{}-{part}", group as u8);
    let summary = (spec.summary)(&desk.in_force);
    // What the switch does is said to those who listen, also while it is not shown.
    let sentence = if open { "sentence" } else { "visually-hidden" };
    html! {
        <section class={classes!("mechanism", open.then_some("is-open"))} aria-labelledby={id("name")}>
            <div class="mechanism-head">
                <header>
                    <h3 id={id("name")}>
                        <button type="button" class="mechanism-name" aria-expanded={open.to_string()}
                            aria-controls={id("body")} title={spec.sentence} onclick={on_toggle}>
                            { spec.title }
                        </button>
                    </h3>
                    { master(spec, desk, id("sentence")) }
                </header>
                <p class="mechanism-summary">{ summary }</p>
                if !counters.is_empty() {
                    <p class="mechanism-counters">{ counters }</p>
                }
            </div>
            <div id={id("body")} class="mechanism-body">
                <p id={id("sentence")} class={sentence}>{ spec.sentence }</p>
                if open {
                    { (spec.controls)(desk) }
                }
            </div>
        </section>
    }
}

/// The switch of a group that can be switched on and off as a whole.
fn master(spec: &'static Spec, desk: &Desk, described_by: String) -> Html {
    let Some(field) = spec.switch else { return Html::default() };
    let on = *field(&mut desk.settings().clone());
    let on_switch = desk.change(move |settings, on: bool| *field(settings) = on);
    html! { <Switch label={spec.title} {on} {on_switch} {described_by} /> }
}
