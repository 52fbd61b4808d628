//! A titled section with a table.

use yew::prelude::*;

/// The headings of the section, and what stands in it.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The section's class, which is unique on the page: the id of the heading is made of it.
    pub(crate) name: AttrValue,
    /// The heading.
    pub(crate) title: AttrValue,
    /// An addition to the heading.
    #[prop_or_default]
    pub(crate) aside: Html,
    /// The name of the table's room, for screen readers.
    pub(crate) label: AttrValue,
    /// The class of the table's room, which scrolls by itself.
    #[prop_or(AttrValue::Static("lens-table"))]
    pub(crate) room: AttrValue,
    /// The sentence that stands in the table's place while the table has no rows.
    #[prop_or_default]
    pub(crate) empty: Option<AttrValue>,
    /// The content between the heading and the table.
    #[prop_or_default]
    pub(crate) before: Html,
    /// The content below the table.
    #[prop_or_default]
    pub(crate) after: Html,
    /// The content of the table: its caption, head and rows.
    pub(crate) children: Html,
}

/// A titled section with a table, which scrolls in a room of its own.
#[component]
pub(crate) fn TableSection(props: &Props) -> Html {
    let heading = format!("{}-heading", props.name);
    html! {
        <section class={props.name.to_string()} aria-labelledby={heading.clone()}>
            <h3 id={heading}>{ &props.title }{ props.aside.clone() }</h3>
            { props.before.clone() }
            if let Some(empty) = &props.empty {
                <p class="empty">{ empty }</p>
            } else {
                <div class={props.room.to_string()} tabindex="0" role="group" aria-label={&props.label}>
                    <table>{ props.children.clone() }</table>
                </div>
            }
            { props.after.clone() }
        </section>
    }
}
