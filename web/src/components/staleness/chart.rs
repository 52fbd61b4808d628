//! A chart: painted on a canvas, with its table behind a button.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, IntersectionObserver, IntersectionObserverEntry};
use yew::prelude::*;

use crate::browser::resize_observer::Resizing;
use crate::graphics::charts::{Plot, Sheet, paint};
use crate::state::theme::Theme;

/// What a chart shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// What tells it from the others.
    pub(crate) id: AttrValue,
    /// Its title.
    pub(crate) title: AttrValue,
    /// What is painted.
    pub(crate) plot: Rc<Plot>,
    /// The same numbers as a table.
    pub(crate) sheet: Rc<Sheet>,
    /// What it says, in a sentence.
    pub(crate) caption: AttrValue,
    /// What its picture says to those who can't see it.
    pub(crate) said: AttrValue,
    /// What to do where it has nothing to show.
    pub(crate) empty: AttrValue,
    /// The colours.
    pub(crate) theme: Theme,
    /// Its place among the charts, which are painted one after the other.
    #[prop_or_default]
    pub(crate) place: u32,
    /// Whether its table is shown.
    pub(crate) table: bool,
    /// Shows its table, or its picture again.
    pub(crate) on_table: Callback<()>,
    /// What stands below the picture.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// How much later than the one before each chart is painted, so that no frame has to bear them all.
const APART_MS: u32 = 24;

/// A figure with a title, a picture or its table, and a sentence.
#[component]
pub(crate) fn Chart(props: &Props) -> Html {
    let Props { id, title, plot, sheet, caption, table, .. } = props;
    let heading = format!("{id}-title");
    let body = if plot.is_empty() {
        html! { <p class="empty chart-empty">{ &props.empty }</p> }
    } else if *table {
        table_of(title, sheet)
    } else {
        html! {
            <ChartCanvas plot={plot.clone()} theme={props.theme} place={props.place}
                said={format!("{title}: {}", props.said)} />
        }
    };
    html! {
        <figure class="chart" aria-labelledby={heading.clone()}>
            <header class="chart-head">
                <h3 id={heading}>{ title }</h3>
                if !plot.is_empty() {
                    <button type="button" class="quiet" aria-label={format!("Table of {title}")}
                        aria-pressed={table.to_string()} onclick={props.on_table.reform(|_| ())}>
                        { "Table" }
                    </button>
                }
            </header>
            { body }
            { props.children.clone() }
            <figcaption>{ caption }</figcaption>
        </figure>
    }
}

fn table_of(title: &str, sheet: &Sheet) -> Html {
    let row = |row: &Vec<String>| {
        let mut cells = row.iter();
        let head = cells.next();
        html! {
            <tr key={head.cloned().unwrap_or_default()}>
                <th scope="row">{ head }</th>
                { for cells.map(|cell| html! { <td>{ cell }</td> }) }
            </tr>
        }
    };
    html! {
        <div class="chart-table" tabindex="0" role="region" aria-label={format!("{title}, as a table")}>
            <table>
                <caption class="visually-hidden">{ title }</caption>
                <thead>
                    <tr>{ for sheet.heads.iter().map(|head| html! { <th scope="col">{ head }</th> }) }</tr>
                </thead>
                <tbody>{ for sheet.rows.iter().map(row) }</tbody>
            </table>
            if sheet.left_out > 0 {
                <p class="empty">
                    { format!("and {} before; all are listed while time stands still.", sheet.left_out) }
                </p>
            }
        </div>
    }
}

/// What the picture shows.
#[derive(PartialEq, Properties)]
struct ChartCanvasProps {
    plot: Rc<Plot>,
    theme: Theme,
    place: u32,
    said: AttrValue,
}

/// The canvas. It is painted anew when what it shows has changed, while it is in sight.
#[component]
fn ChartCanvas(props: &ChartCanvasProps) -> Html {
    let canvas = use_node_ref();
    let view = use_visibility(&canvas);
    let dependencies = (canvas.clone(), props.plot.clone(), props.theme, props.place, view);
    use_effect_with(dependencies, |(canvas, plot, _, place, view)| {
        let painting = view.in_sight.then(|| {
            let (canvas, plot) = (canvas.clone(), plot.clone());
            Timeout::new(place * APART_MS, move || {
                if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                    paint(&canvas, &plot);
                }
            })
        });
        move || drop(painting)
    });
    html! { <canvas ref={canvas} role="img" aria-label={&props.said} /> }
}

/// How a canvas is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Visibility {
    /// Whether any of it is.
    in_sight: bool,
    /// Its width and height.
    size: (i32, i32),
}

/// Watches how a canvas is seen: its size, and whether it was scrolled away.
#[hook]
fn use_visibility(canvas: &NodeRef) -> Visibility {
    let view = use_state(Visibility::default);
    let setter = view.setter();
    let latest = use_mut_ref(Visibility::default);
    use_effect_with(canvas.clone(), move |canvas| {
        let element = canvas.cast::<Element>();
        let on_resize = {
            let (latest, setter, element) = (latest.clone(), setter.clone(), element.clone());
            move || {
                if let Some(element) = &element {
                    let mut latest = latest.borrow_mut();
                    latest.size = (element.client_width(), element.client_height());
                    setter.set(*latest);
                }
            }
        };
        let on_sight = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let entry = entries.pop().dyn_into::<IntersectionObserverEntry>();
            if let Ok(entry) = entry {
                let mut latest = latest.borrow_mut();
                latest.in_sight = entry.is_intersecting();
                setter.set(*latest);
            }
        });
        let resizing = Resizing::watch(element.as_ref(), on_resize);
        let sights = IntersectionObserver::new(on_sight.as_ref().unchecked_ref()).ok();
        if let Some(element) = &element {
            sights.iter().for_each(|it| it.observe(element));
        }
        move || {
            sights.iter().for_each(IntersectionObserver::disconnect);
            drop((resizing, on_sight));
        }
    });
    *view
}
