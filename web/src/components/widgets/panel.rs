//! A titled panel.

use yew::prelude::*;

/// The heading and the contents of the panel.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// A name that is unique on the page, for the class of the panel and the id of its heading.
    pub(crate) name: AttrValue,
    /// The heading.
    pub(crate) title: AttrValue,
    /// The content beside the heading.
    #[prop_or_default]
    pub(crate) aside: Html,
    /// The contents.
    pub(crate) children: Html,
}

/// A titled panel of the page.
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
