//! The clocks of a key's versions as columns, and what decides between two of them.

use std::rc::Rc;

use ringside_lab::Dot;
use ringside_lab::versions::{Comparison, Holder, Lineage};
use yew::prelude::*;

use super::describe;

/// What the table shows.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The versions.
    pub(super) lineage: Rc<Lineage>,
    /// The two that are compared.
    pub(super) compared: Option<(usize, usize)>,
    /// Chooses a version to compare.
    pub(super) on_choose: Callback<Dot>,
}

/// A row a version, newest first: a column an entry of its clock, and a column a node that holds it. Under
/// it, how the two chosen ones stand to each other.
#[component]
pub(super) fn Clocks(props: &Props) -> Html {
    let Props { lineage, compared, on_choose } = props;
    let comparison = compared.and_then(|(a, b)| lineage.compare(a, b));
    let row = |place: usize| row(lineage, *compared, comparison.as_ref(), on_choose, place);
    html! {
        <section class="clocks" aria-labelledby="clocks-heading">
            <h3 id="clocks-heading">{ "Clocks, and who holds what" }</h3>
            { decided(lineage, *compared, comparison.as_ref()) }
            <div class="clocks-room" tabindex="0" role="group" aria-label="Clocks of the versions">
                <table>
                    <caption class="visually-hidden">
                        { "The clock of each version, newest first, and the nodes that hold it" }
                    </caption>
                    <colgroup>
                        <col /><col span={lineage.actors.len().to_string()} />
                        <col span={lineage.holders.len().to_string()} /><col />
                    </colgroup>
                    <thead>
                        <tr class="clocks-over">
                            <td />
                            <th scope="colgroup" colspan={lineage.actors.len().to_string()}>{ "clock" }</th>
                            <th scope="colgroup" colspan={lineage.holders.len().to_string()}>{ "held on" }</th>
                            <td />
                        </tr>
                        <tr>
                            <th scope="col">{ "Version" }</th>
                            { for lineage.actors.iter().map(|actor| html! {
                                <th scope="col" class="clock-entry" title={format!("Writes that {actor} named")}>
                                    { actor }
                                </th>
                            }) }
                            { for lineage.holders.iter().map(holder_head) }
                            <th scope="col" class="clock-past">{ "Its writer had seen" }</th>
                        </tr>
                    </thead>
                    <tbody>{ for (0..lineage.versions.len()).rev().map(row) }</tbody>
                </table>
            </div>
        </section>
    }
}

fn holder_head(holder: &Holder) -> Html {
    let standing = match (holder.rank, holder.up) {
        (Some(_), true) => "a replica of the key",
        (Some(_), false) => "a replica of the key, stopped",
        (None, true) => "no replica of the key",
        (None, false) => "no replica of the key, stopped",
    };
    let class = classes!("clock-holder", holder.rank.is_none().then_some("is-other"));
    html! {
        <th scope="col" {class} title={format!("{}: {standing}", holder.node)}>
            <span class="visually-hidden">{ "on " }</span>{ holder.node.to_string() }
            if !holder.up { <span class="clock-down">{ "down" }</span> }
        </th>
    }
}

fn row(
    lineage: &Lineage,
    compared: Option<(usize, usize)>,
    comparison: Option<&Comparison>,
    on_choose: &Callback<Dot>,
    place: usize,
) -> Html {
    let version = &lineage.versions[place];
    let chosen = compared.is_some_and(|(a, b)| a == place || b == place);
    let dot = version.dot;
    let cell = |(column, cell): (usize, &ringside_lab::versions::Cell)| {
        let decides = comparison.filter(|_| chosen);
        let decides = decides.and_then(|it| it.deciding.iter().find(|(other, _)| *other == column));
        let more = decides.is_some_and(|(_, winner)| *winner == place);
        let class = classes!(
            "clock-entry",
            decides.map(|_| "is-deciding"),
            more.then_some("is-more"),
            (cell.upto == 0 && cell.beyond.is_empty()).then_some("is-none")
        );
        html! {
            <td {class}>
                { cell.to_string() }
                if more { <span class="clock-more"><span class="visually-hidden">{ " decides" }</span></span> }
            </td>
        }
    };
    let past = version.past.clone().unwrap_or_else(|| "not known".to_owned());
    html! {
        <tr key={dot.to_string()} class={classes!(chosen.then_some("is-chosen"))}>
            <th scope="row">
                <button type="button" class="clock-choose" aria-pressed={chosen.to_string()}
                    aria-label={format!("Compare {}", version.name())}
                    onclick={on_choose.reform(move |_: MouseEvent| dot)}>
                    <b>{ describe::value(version) }</b>
                    <span class="lineage-dot">{ dot.to_string() }</span>
                    if version.expired { <span class="clock-note">{ "expired" }</span> }
                </button>
            </th>
            { for version.cells.iter().enumerate().map(cell) }
            { for lineage.holders.iter().map(|holder| held(holder, place)) }
            <td class="clock-past">{ past }</td>
        </tr>
    }
}

fn held(holder: &Holder, place: usize) -> Html {
    let hints: Vec<String> = (holder.hints.iter())
        .filter(|hint| hint.holds.contains(&place))
        .map(|hint| hint.target.to_string())
        .collect();
    html! {
        <td class="clock-holder">
            if holder.holds.contains(&place) {
                <span class="clock-held"><span class="visually-hidden">{ "held" }</span></span>
            }
            if !hints.is_empty() {
                <span class="clock-hint" title={format!("A hint for {}", describe::list(&hints))}>
                    <span class="visually-hidden">{ "kept " }</span>
                    { format!("for {}", hints.join(", ")) }
                </span>
            }
        </td>
    }
}

/// Says how the two chosen versions stand to each other.
fn decided(
    lineage: &Lineage,
    compared: Option<(usize, usize)>,
    comparison: Option<&Comparison>,
) -> Html {
    let Some((told, (a, b))) = comparison.zip(compared) else {
        return html! { <p class="clocks-told">{ "There is one version: nothing to compare." }</p> };
    };
    let (one, other) = (&lineage.versions[a], &lineage.versions[b]);
    html! {
        <p class="clocks-told" role="status">
            <span class="clocks-pair">
                { format!("{} and {}: ", one.name(), other.name()) }
            </span>
            <b class="clocks-signs">{ &told.signs }</b>
            <span class="clocks-words">{ &told.words }</span>
        </p>
    }
}
