//! The header of the page: the scenario, and the ways to share the run.

use std::rc::Rc;

use ringside_lab::{BUILT_IN, BuiltIn, Scenario};
use yew::prelude::*;

use super::help::Help;
use crate::browser::{address, preferences};
use crate::components::editor::{ScenarioEditor, SeedField};
use crate::components::export::{ExportDialog, copy_link};
use crate::components::widgets::{Choice, Icon, Picture, Select};
use crate::engine::{Engine, use_run};
use crate::state::shortcuts::Shortcuts;
use crate::state::theme::Theme;
use crate::state::view_params::ViewParams;
use crate::state::{Action, Notice, Origin};

/// The state that the header shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The origin of the run.
    pub(crate) origin: Origin,
    /// The scenario of the run.
    pub(crate) scenario: Rc<Scenario>,
    /// The colour theme.
    pub(crate) theme: Theme,
    /// The shortcut preferences.
    pub(crate) shortcuts: Shortcuts,
    /// Whether time runs.
    pub(crate) playing: bool,
    /// The parts of the page's state that a link carries.
    pub(crate) view_params: ViewParams,
}

/// The values of the choices that stand for a run from a link, and for a scenario of the user's own.
const LINKED: &str = "link";
const OWN: &str = "own";

/// The name of the page, the scenario and its seed, export, the theme and the help.
#[component]
pub(crate) fn Header(props: &Props) -> Html {
    let engine = use_run();
    let Props { origin, scenario, theme, shortcuts, playing, view_params } = props;
    let on_copy = {
        let (engine, view_params) = (engine.clone(), view_params.clone());
        Callback::from(move |_: MouseEvent| copy_link(engine.clone(), &view_params))
    };
    let on_theme = {
        let (engine, other) = (engine.clone(), theme.other());
        Callback::from(move |_: MouseEvent| {
            preferences::save_theme(other);
            engine.dispatch(Action::SetTheme(other));
        })
    };
    let on_seed = {
        let (engine, scenario, origin) = (engine.clone(), scenario.clone(), *origin);
        let playing = *playing;
        Callback::from(move |seed: u64| {
            engine.open(Scenario { seed, ..(*scenario).clone() }, origin, playing);
        })
    };
    let on_bad_seed = use_callback(engine.clone(), |typed: String, engine| {
        let most = u64::MAX;
        engine.say(Notice::refused(format!(
            "Seed: \u{201c}{typed}\u{201d} is no whole number from 0 to {most}."
        )));
    });
    let on_shortcuts = use_callback(engine.clone(), |on, engine| {
        engine.dispatch(Action::SetShortcuts(on));
    });
    let titles = use_memo((), |()| titles());
    let dark = *theme == Theme::Dark;
    html! {
        <header class="masthead">
            <h1>{ "Ringside" }</h1>
            <Select label="Scenario" choices={choices(*origin, scenario, &titles)} value={value(*origin)}
                on_choose={choose(&engine, *playing)} />
            <SeedField seed={scenario.seed} on_set={on_seed} on_refuse={on_bad_seed} />
            <p class="description" title={scenario.description.clone()}>{ &scenario.description }</p>
            <div class="masthead-buttons">
                <ScenarioEditor scenario={scenario.clone()} playing={*playing} />
                <button type="button" onclick={on_copy}>
                    <Icon picture={Picture::Link} /><span>{ "Copy link" }</span>
                </button>
                <ExportDialog scenario={scenario.clone()} view_params={view_params.clone()} />
                <button type="button" class="icon-button" aria-label="Dark colours" title="Dark colours"
                    aria-pressed={dark.to_string()} onclick={on_theme}>
                    <Icon picture={Picture::Theme} />
                </button>
                <Help shortcuts={*shortcuts} {on_shortcuts} />
            </div>
        </header>
    }
}

/// Lists the built-in scenarios with their titles.
fn titles() -> Vec<Choice> {
    let title = |built_in: BuiltIn| {
        let scenario = built_in.scenario().ok()?;
        Some(Choice::new(built_in.name, scenario.title))
    };
    BUILT_IN.into_iter().filter_map(title).collect()
}

/// Lists the built-in scenarios and, while one is open, the run of a link or a scenario of the user's own.
fn choices(origin: Origin, scenario: &Scenario, titles: &[Choice]) -> Vec<Choice> {
    let title = &scenario.title;
    let other = match origin {
        Origin::BuiltIn(_) => None,
        Origin::Link => Some(Choice::new(LINKED, format!("{title} (from a link)"))),
        Origin::Own => Some(Choice::new(OWN, format!("{title} (your own)"))),
    };
    titles.iter().cloned().chain(other).collect()
}

const fn value(origin: Origin) -> &'static str {
    match origin {
        Origin::BuiltIn(name) => name,
        Origin::Link => LINKED,
        Origin::Own => OWN,
    }
}

fn choose(engine: &Engine, playing: bool) -> Callback<String> {
    let engine = engine.clone();
    Callback::from(move |name: String| {
        let Some(built_in) = BuiltIn::find(&name) else { return };
        if let Ok(scenario) = built_in.scenario() {
            // Otherwise the address would still describe the previous run.
            address::set_fragment(None);
            engine.open(scenario, Origin::BuiltIn(built_in.name), playing);
        }
    })
}
