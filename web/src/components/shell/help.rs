//! The help: a dialog that lists the keys.

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};
use crate::keys::{Group, Row, rows};
use crate::state::lens::Lens;
use crate::state::shortcuts::Shortcuts;

/// The shortcut preferences.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The shortcuts in force.
    pub(crate) shortcuts: Shortcuts,
    /// Receives other preferences.
    pub(crate) on_shortcuts: Callback<Shortcuts>,
}

/// The id of the dialog.
const HELP_ID: &str = "help";

/// A button, and the dialog that it opens: the keys in groups, and the switch that WCAG 2.1.4 requires to turn
/// single keys off.
#[component]
pub(crate) fn Help(props: &Props) -> Html {
    let Shortcuts { on, remote } = props.shortcuts;
    let set = |shortcuts: Shortcuts| props.on_shortcuts.reform(move |_: Event| shortcuts);
    html! {
        <>
            <button type="button" class="icon-button help-button" aria-label="Keys" title="Keys (?)"
                aria-haspopup="dialog" onclick={Callback::from(|_: MouseEvent| show_help())}>
                { "?" }
            </button>
            <dialog id={HELP_ID} class="help" aria-labelledby="help-heading">
                <div class="dialog-header">
                    <h2 id="help-heading" tabindex="-1" autofocus=true>{ "Keys" }</h2>
                    <button type="button" class="icon-button" aria-label="Close the keys"
                        onclick={Callback::from(|_: MouseEvent| hide_help())}>
                        <Icon picture={Picture::Close} />
                    </button>
                </div>
                <div class="help-groups">
                    { for Group::ALL.into_iter().map(|it| group(it, on)) }
                </div>
                <div class="help-switches">
                    <label class="check">
                        <input type="checkbox" checked={on} onchange={set(Shortcuts { on: !on, remote })} />
                        { "Use single keys as shortcuts" }
                    </label>
                    <label class="check">
                        <input type="checkbox" checked={remote} disabled={!on}
                            onchange={set(Shortcuts { on, remote: !remote })} />
                        { "PgUp and PgDn step even where the page can scroll" }
                    </label>
                </div>
            </dialog>
        </>
    }
}

fn group(group: Group, on: bool) -> Html {
    let name = group.name();
    html! {
        <section key={name} aria-label={name}>
            <h3>{ name }</h3>
            <dl>
                { for rows(group).map(|row| row_of(row, on)) }
                if group == Group::View {
                    { for Lens::ALL.into_iter().map(|lens| lens_row(lens, on)) }
                }
            </dl>
        </section>
    }
}

fn row_of(row: &Row, on: bool) -> Html {
    let off = row.is_single() && !on;
    line(row.shown.iter().map(|key| (*key).to_owned()).collect(), row.does.to_owned(), off)
}

fn lens_row(lens: Lens, on: bool) -> Html {
    line(vec![lens.key().to_string()], format!("{}: {}", lens.name(), lens.words()), !on)
}

fn line(keys: Vec<String>, does: String, off: bool) -> Html {
    html! {
        <div class={classes!(off.then_some("is-off"))}>
            <dt>{ for keys.into_iter().map(|key| html! { <><kbd>{ key }</kbd>{ " " }</> }) }</dt>
            <dd>
                { does }
                if off {
                    { " (switched off)" }
                }
            </dd>
        </div>
    }
}

fn dialog() -> Option<HtmlDialogElement> {
    gloo::utils::document().get_element_by_id(HELP_ID)?.dyn_into().ok()
}

/// Opens the help.
pub(crate) fn show_help() {
    if let Some(dialog) = dialog().filter(|dialog| !dialog.open()) {
        // This fails only for a dialog that is open or not on the page.
        let _ = dialog.show_modal();
    }
}

fn hide_help() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}
