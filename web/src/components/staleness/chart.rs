//! A chart that is painted on a canvas, with the same numbers as a table behind a button.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, IntersectionObserver, IntersectionObserverEntry};
use yew::prelude::*;

use crate::browser::resize_observer::Resizing;
use crate::graphics::charts::{Plot, Table, paint};
use crate::state::theme::Theme;

/// The props of `Chart`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The id, unique on the page.
    pub(crate) id: AttrValue,
    /// The title.
    pub(crate) title: AttrValue,
    /// The plot that is painted.
    pub(crate) plot: Rc<Plot>,
    /// The same numbers as a table.
    pub(crate) contents: Rc<Table>,
    /// A sentence below the chart.
    pub(crate) caption: AttrValue,
    /// The description of the picture for screen readers.
    pub(crate) summary: AttrValue,
    /// The sentence that stands in the place of an empty plot.
    pub(crate) empty: AttrValue,
    /// The colours.
    pub(crate) theme: Theme,
    /// The index among the charts, which are painted one after the other.
    #[prop_or_default]
    pub(crate) place: u32,
    /// Whether the table is shown instead of the picture.
    pub(crate) table: bool,
    /// Called to switch between the picture and the table.
    pub(crate) on_table: Callback<()>,
    /// The content below the picture.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// The delay between the paintings of two charts, which spreads them over several animation frames.
const APART_MS: u32 = 24;

/// The most rows of a table while time runs: no more than can be read, because each is rendered.
const ROWS_WHILE_PLAYING: usize = 40;

/// Returns the most rows that a chart's table has.
pub(crate) const fn most_rows(playing: bool) -> usize {
    if playing { ROWS_WHILE_PLAYING } else { usize::MAX }
}

/// A figure with a title, a picture or a table, and a sentence.
#[component]
pub(crate) fn Chart(props: &Props) -> Html {
    let Props { id, title, plot, contents, caption, table, .. } = props;
    let heading = format!("{id}-title");
    let body = if plot.is_empty() {
        html! { <p class="empty chart-empty">{ &props.empty }</p> }
    } else if *table {
        table_of(title, contents)
    } else {
        html! {
            <ChartCanvas plot={plot.clone()} theme={props.theme} place={props.place}
                summary={format!("{title}: {}", props.summary)} />
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

fn table_of(title: &str, contents: &Table) -> Html {
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
                    <tr>{ for contents.heads.iter().map(|head| html! { <th scope="col">{ head }</th> }) }</tr>
                </thead>
                <tbody>{ for contents.rows.iter().map(row) }</tbody>
            </table>
            if contents.left_out > 0 {
                <p class="empty">
                    { format!("and {} earlier rows; pause to list them all.", contents.left_out) }
                </p>
            }
        </div>
    }
}

/// The props of `ChartCanvas`.
#[derive(PartialEq, Properties)]
struct ChartCanvasProps {
    plot: Rc<Plot>,
    theme: Theme,
    place: u32,
    summary: AttrValue,
}

/// The canvas, which is painted again when the plot, the colours or its size change, while it is in view.
#[component]
fn ChartCanvas(props: &ChartCanvasProps) -> Html {
    let canvas = use_node_ref();
    let visibility = use_visibility(&canvas);
    let dependencies = (canvas.clone(), props.plot.clone(), props.theme, props.place, visibility);
    use_effect_with(dependencies, |(canvas, plot, _, place, visibility)| {
        let painting = visibility.in_view.then(|| {
            let (canvas, plot) = (canvas.clone(), plot.clone());
            Timeout::new(place * APART_MS, move || {
                if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                    paint(&canvas, &plot);
                }
            })
        });
        move || drop(painting)
    });
    html! { <canvas ref={canvas} role="img" aria-label={&props.summary} /> }
}

/// Whether and how large a canvas is visible.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Visibility {
    /// Whether any part of it is in view.
    in_view: bool,
    /// Its width and height, in CSS pixels.
    size: (i32, i32),
}

/// Watches the size of a canvas, and whether it is scrolled out of view.
#[hook]
fn use_visibility(canvas: &NodeRef) -> Visibility {
    let visibility = use_state(Visibility::default);
    let setter = visibility.setter();
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
        let on_intersect =
            Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
                let entry = entries.pop().dyn_into::<IntersectionObserverEntry>();
                if let Ok(entry) = entry {
                    let mut latest = latest.borrow_mut();
                    latest.in_view = entry.is_intersecting();
                    setter.set(*latest);
                }
            });
        let resizing = Resizing::watch(element.as_ref(), on_resize);
        let observer = IntersectionObserver::new(on_intersect.as_ref().unchecked_ref()).ok();
        if let Some(element) = &element {
            observer.iter().for_each(|it| it.observe(element));
        }
        move || {
            observer.iter().for_each(IntersectionObserver::disconnect);
            drop((resizing, on_intersect));
        }
    });
    *visibility
}
