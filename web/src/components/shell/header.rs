//! The head of the page: what runs, and how to share it.

use std::rc::Rc;

use ringside_lab::{BUILT_IN, BuiltIn, Scenario};
use yew::prelude::*;

use super::help::Help;
use crate::browser::address;
use crate::browser::address::Looked;
use crate::components::editor::{ScenarioEditor, SeedField};
use crate::components::export::{TakeAway, copy_link};
use crate::components::widgets::{Choice, Icon, Picture, Select};
use crate::engine::Engine;
use crate::shortcuts::Shortcuts;
use crate::state::theme::Theme;
use crate::state::{Action, Notice, Origin};

/// What the head shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The run behind the page.
    pub(crate) engine: Engine,
    /// Where the run came from.
    pub(crate) origin: Origin,
    /// Its scenario.
    pub(crate) scenario: Rc<Scenario>,
    /// The colours.
    pub(crate) theme: Theme,
    /// Which keys do something.
    pub(crate) shortcuts: Shortcuts,
    /// Whether time runs.
    pub(crate) playing: bool,
    /// How the run is looked at.
    pub(crate) looked: Looked,
}

/// The values of the choices that stand for a run from a link, and for one of the person's own.
const LINKED: &str = "link";
const OWN: &str = "own";

/// The name of the page, the scenario and its seed, the link, the colours and the help.
#[component]
pub(crate) fn Header(props: &Props) -> Html {
    let Props { engine, origin, scenario, theme, shortcuts, playing, looked } = props;
    let on_copy = {
        let (engine, looked) = (engine.clone(), looked.clone());
        Callback::from(move |_: MouseEvent| copy_link(engine.clone(), &looked))
    };
    let on_theme = {
        let (engine, other) = (engine.clone(), theme.other());
        Callback::from(move |_: MouseEvent| {
            other.keep();
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
                on_choose={choose(engine, *playing)} />
            <SeedField seed={scenario.seed} on_set={on_seed} on_refuse={on_bad_seed} />
            <p class="description" title={scenario.description.clone()}>{ &scenario.description }</p>
            <div class="masthead-buttons">
                <ScenarioEditor engine={engine.clone()} scenario={scenario.clone()} playing={*playing} />
                <button type="button" onclick={on_copy}>
                    <Icon picture={Picture::Link} /><span>{ "Copy link" }</span>
                </button>
                <TakeAway engine={engine.clone()} scenario={scenario.clone()} looked={looked.clone()} />
                <button type="button" class="icon-button" aria-label="Dark colours" title="Dark colours"
                    aria-pressed={dark.to_string()} onclick={on_theme}>
                    <Icon picture={Picture::Theme} />
                </button>
                <Help shortcuts={*shortcuts} {on_shortcuts} />
            </div>
        </header>
    }
}

/// Reads the titles of the built-in scenarios from their files.
fn titles() -> Vec<Choice> {
    let title = |built_in: BuiltIn| {
        let scenario = built_in.scenario().ok()?;
        Some(Choice::new(built_in.name, scenario.title))
    };
    BUILT_IN.into_iter().filter_map(title).collect()
}

/// Lists the built-in scenarios and, while one is open, the run of a link or one of the person's own.
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
            // The address would otherwise go on naming the run that was left.
            address::set_fragment(None);
            engine.open(scenario, Origin::BuiltIn(built_in.name), playing);
        }
    })
}
