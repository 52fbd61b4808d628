//! The properties of the run that PBS does not model.

use std::rc::Rc;

use ringside_lab::instruments::ModelParameters;
use yew::prelude::*;

/// The props of `Caveats`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The model parameters of PBS, or `None` if it cannot predict the run.
    pub(super) model_parameters: Option<Rc<ModelParameters>>,
}

/// The list of caveats, folded behind a line that counts them.
#[component]
pub(super) fn Caveats(props: &Props) -> Html {
    let Some(model_parameters) = &props.model_parameters else { return Html::default() };
    let caveats = &model_parameters.caveats;
    if caveats.is_empty() {
        return html! {
            <p class="caveats">{ "The run is as PBS assumes: no repairs, no failures, independent delays." }</p>
        };
    }
    let count = match caveats.len() {
        1 => "PBS leaves out 1 property of this run".to_owned(),
        count => format!("PBS leaves out {count} properties of this run"),
    };
    html! {
        <details class="caveats">
            <summary>{ count }</summary>
            <ul>{ for caveats.iter().map(|caveat| html! { <li key={caveat.as_str()}>{ caveat }</li> }) }</ul>
        </details>
    }
}
