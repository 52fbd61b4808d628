//! Pictures of the open lens and of its charts.

use std::rc::Rc;

use ringside_lab::Scenario;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;

use crate::browser::files;
use crate::components::shell::LENS_BODY;
use crate::components::widgets::{Choice, Select};
use crate::engine::{Engine, use_run};
use crate::graphics::svg;
use crate::state::Notice;
use crate::state::lens::Lens;

/// The props of `Pictures`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The scenario of the shown run.
    pub(super) scenario: Rc<Scenario>,
    /// The open lens.
    pub(super) lens: Lens,
}

/// The choice of the lens or a chart, and one button per format.
#[component]
pub(super) fn Pictures(props: &Props) -> Html {
    let Props { scenario, lens } = props;
    let engine = use_run();
    let chosen = use_state(String::new);
    let shown = shown(*lens);
    let place = shown.iter().position(|(name, _)| *name == *chosen).unwrap_or_default();
    let choices = shown.iter().map(|(name, _)| Choice::new(name.clone(), name.clone()));
    let choices: Vec<Choice> = choices.collect();
    let Some((name, element)) = shown.get(place).cloned() else { return Html::default() };
    let on_choose = {
        let chosen = chosen.clone();
        Callback::from(move |name: String| chosen.set(name))
    };
    let save = |as_png: bool| {
        let (engine, scenario) = (engine.clone(), scenario.clone());
        let (name, element) = (name.clone(), element.clone());
        Callback::from(move |_: MouseEvent| {
            let slug = name.to_lowercase().replace(|it: char| !it.is_ascii_alphanumeric(), "-");
            let file = |ending: &str| files::name(&scenario, &format!("-{slug}.{ending}"));
            save_picture(
                engine.clone(),
                &element,
                as_png,
                file(if as_png { "png" } else { "svg" }),
            );
        })
    };
    html! {
        <div class="export-row">
            <Select label="Picture of" {choices} value={name.clone()} {on_choose} />
            <button type="button" onclick={save(true)}>{ "Save as PNG" }</button>
            <button type="button" onclick={save(false)}>{ "Save as SVG" }</button>
        </div>
    }
}

fn save_picture(engine: Engine, element: &Element, as_png: bool, name: String) {
    let svg = svg::svg(element);
    spawn_local(async move {
        let saved = if as_png {
            svg::png(&svg).await.is_some_and(|blob| files::save(&name, &blob))
        } else {
            files::save_text(&name, "image/svg+xml", &svg)
        };
        engine.say(if saved {
            Notice::done(format!("Saved {name}."))
        } else {
            Notice::refused("The browser can\u{2019}t make this picture.")
        });
    });
}

/// Lists the elements of which there can be a picture: the lens as a whole, and each of its charts.
fn shown(lens: Lens) -> Vec<(String, Element)> {
    let document = gloo::utils::document();
    let find = |selector: &str| document.query_selector(selector).ok().flatten();
    let whole = match lens {
        Lens::Ring => find(&format!("#{LENS_BODY} .stage-room")).map(|it| ("Ring".to_owned(), it)),
        other => find(&format!("#{LENS_BODY}")).map(|it| (other.name().to_owned(), it)),
    };
    let whole = whole.or_else(|| Some((lens.name().to_owned(), find(&format!("#{LENS_BODY}"))?)));
    let figures = document.query_selector_all(&format!("#{LENS_BODY} figure.chart")).ok();
    let figures = figures.iter().flat_map(|list| {
        (0..list.length()).filter_map(|place| list.item(place)?.dyn_into::<Element>().ok())
    });
    let titled = figures.filter_map(|figure| {
        let title = figure.query_selector("h3").ok().flatten()?.text_content()?;
        Some((format!("Chart: {title}"), figure))
    });
    whole.into_iter().chain(titled).collect()
}
