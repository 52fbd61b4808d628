//! The table of a key's versions with their clocks and holders, and the comparison of two of them.

use ringside_lab::Dot;
use ringside_lab::versions::{Cell, Comparison, Holder, Lineage};
use ringside_lab::words::list;
use yew::prelude::*;

use super::compared::ComparedProps;
use super::describe;
use crate::components::widgets::TableSection;

/// The comparison of two versions, and a table with one row per version, newest first, and one column per
/// clock entry and per node that holds a version.
#[component]
pub(super) fn Clocks(props: &ComparedProps) -> Html {
    let ComparedProps { lineage, compared, on_choose } = props;
    let comparison = compared.and_then(|(a, b)| lineage.compare(a, b));
    let row = |place: usize| row(lineage, *compared, comparison.as_ref(), on_choose, place);
    html! {
        <TableSection name="clocks" title="Clocks and holders" label="Clocks of the versions"
            room="clocks-room" before={relation(lineage, *compared, comparison.as_ref())}>
            <caption class="visually-hidden">
                { "The clock of each version, newest first, and the nodes that hold it" }
            </caption>
            <colgroup>
                <col /><col span={lineage.actors.len().to_string()} />
                <col span={lineage.holders.len().to_string()} /><col />
            </colgroup>
            { head(lineage) }
            <tbody>{ for (0..lineage.versions.len()).rev().map(row) }</tbody>
        </TableSection>
    }
}

fn head(lineage: &Lineage) -> Html {
    html! {
        <thead>
            <tr class="clocks-over">
                <td />
                <th scope="colgroup" colspan={lineage.actors.len().to_string()}>{ "clock" }</th>
                <th scope="colgroup" colspan={lineage.holders.len().to_string()}>{ "held by" }</th>
                <td />
            </tr>
            <tr>
                <th scope="col">{ "Version" }</th>
                { for lineage.actors.iter().map(|actor| html! {
                    <th scope="col" class="clock-entry" title={format!("Writes numbered by {actor}")}>
                        { actor }
                    </th>
                }) }
                { for lineage.holders.iter().map(holder_head) }
                <th scope="col" class="clock-past">{ "Seen by its writer" }</th>
            </tr>
        </thead>
    }
}

fn holder_head(holder: &Holder) -> Html {
    let role = match (holder.rank, holder.up) {
        (Some(_), true) => "a replica of the key",
        (Some(_), false) => "a replica of the key, stopped",
        (None, true) => "not a replica of the key",
        (None, false) => "not a replica of the key, stopped",
    };
    let class = classes!("clock-holder", holder.rank.is_none().then_some("is-other"));
    html! {
        <th scope="col" {class} title={format!("{}: {role}", holder.node)}>
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
    let cell = |(column, cell): (usize, &Cell)| {
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
    let past = version.past.clone().unwrap_or_else(|| "unknown".to_owned());
    html! {
        <tr key={dot.to_string()} class={classes!(chosen.then_some("is-chosen"))}>
            <th scope="row">
                <button type="button" class="clock-choose" aria-pressed={chosen.to_string()}
                    aria-label={format!("Compare {}", version.name())}
                    onclick={on_choose.reform(move |_: MouseEvent| dot)}>
                    <b>{ describe::value(version) }</b>
                    <span class="versions-dot">{ dot.to_string() }</span>
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
                <span class="clock-hint" title={format!("A hint for {}", list(&hints))}>
                    <span class="visually-hidden">{ "kept " }</span>
                    { format!("for {}", hints.join(", ")) }
                </span>
            }
        </td>
    }
}

/// Renders how the two compared versions are related, and which clock entries decide it.
fn relation(
    lineage: &Lineage,
    compared: Option<(usize, usize)>,
    comparison: Option<&Comparison>,
) -> Html {
    let Some((comparison, (a, b))) = comparison.zip(compared) else {
        return html! { <p class="clocks-relation">{ "There is one version: nothing to compare." }</p> };
    };
    let (one, other) = (&lineage.versions[a], &lineage.versions[b]);
    html! {
        <p class="clocks-relation" role="status">
            <span class="clocks-pair">
                { format!("{} and {}: ", one.name(), other.name()) }
            </span>
            <b class="clocks-signs">{ &comparison.signs }</b>
            <span class="clocks-words">{ &comparison.words }</span>
        </p>
    }
}
