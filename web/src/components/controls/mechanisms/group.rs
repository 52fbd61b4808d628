//! A group of mechanisms that opens to show its controls.

use yew::prelude::*;

use super::catalog::spec_of;
use super::handle::SettingsHandle;
use super::spec::Spec;
use crate::components::widgets::Switch;
use crate::state::Action;
use crate::state::disclosures::{Disclosure, Group};

/// The group, and its state.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The group.
    pub(super) group: Group,
    /// The settings in force, and the way to change them.
    pub(super) handle: SettingsHandle,
    /// The counters of what the group has done so far, in a line.
    pub(super) counters: AttrValue,
    /// Whether the controls are shown.
    pub(super) open: bool,
}

/// A group of mechanisms: its name, its master switch and a summary; when open, also its purpose and its
/// controls.
#[component]
pub(super) fn MechanismGroup(props: &Props) -> Html {
    let Props { group, handle, counters, open } = props;
    let (group, open) = (*group, *open);
    let spec = spec_of(group);
    let on_toggle = {
        let engine = handle.engine.clone();
        Callback::from(move |_: MouseEvent| {
            engine.dispatch(Action::ToggleDisclosure(Disclosure::Group(group)));
        })
    };
    let id = |part: &str| format!("mechanism-{}-{part}", group as u8);
    let summary = (spec.summary)(&handle.in_force);
    // The sentence describes the switch to screen readers, also while the group is closed.
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
                    { master_switch(spec, handle, id("sentence")) }
                </header>
                <p class="mechanism-summary">{ summary }</p>
                if !counters.is_empty() {
                    <p class="mechanism-counters">{ counters }</p>
                }
            </div>
            <div id={id("body")} class="mechanism-body">
                <p id={id("sentence")} class={sentence}>{ spec.sentence }</p>
                if open {
                    { (spec.controls)(handle) }
                }
            </div>
        </section>
    }
}

/// Renders the switch of a group that can be switched on and off as a whole.
fn master_switch(spec: &'static Spec, handle: &SettingsHandle, described_by: String) -> Html {
    let Some(field) = spec.switch else { return Html::default() };
    let on = *field(&mut handle.settings().clone());
    let on_switch = handle.change(move |settings, on: bool| *field(settings) = on);
    html! { <Switch label={spec.title} {on} {on_switch} {described_by} /> }
}
