//! A titled part of the page.

use yew::prelude::*;

/// What a panel holds.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// A name that is unique on the page, for its class and its heading's id.
    pub(crate) name: AttrValue,
    /// Its heading.
    pub(crate) title: AttrValue,
    /// What stands beside the heading.
    #[prop_or_default]
    pub(crate) aside: Html,
    /// What is in it.
    pub(crate) children: Html,
}

/// A titled part of the page.
#[component]
pub(crate) fn Panel(props: &Props) -> Html {
    let heading = format!("{}-heading", props.name);
    html! {
        <section class={classes!("panel", props.name.to_string())} aria-labelledby={heading.clone()}>
            <header class="panel-header">
                <h2 id={heading}>{ &props.title }</h2>
                { props.aside.clone() }
            </header>
            { props.children.clone() }
        </section>
    }
}
