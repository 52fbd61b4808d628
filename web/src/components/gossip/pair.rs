//! One node's belief about another, and its failure detection over time.

use std::rc::Rc;

use ringside_lab::gossip::PhiTrace;
use ringside_lab::gossip::{Belief, Beliefs, Truth};
use ringside_lab::{Detection, NodeId};
use yew::prelude::*;

use super::belief::{BeliefKind, age, error_words, heartbeat, truth_word};
use crate::components::staleness::{Chart, most_rows};
use crate::components::widgets::{Choice, Select};
use crate::format;
use crate::graphics::charts::{Table, phi_plot, phi_summary, phi_table};
use crate::state::theme::Theme;

/// The props of `Pair`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The beliefs.
    pub(super) beliefs: Rc<Beliefs>,
    /// The observer and the subject.
    pub(super) pair: Option<(NodeId, NodeId)>,
    /// The failure detector's suspicion over time.
    pub(super) phi_trace: Option<Rc<PhiTrace>>,
    /// The colours.
    pub(super) theme: Theme,
    /// Whether time runs.
    pub(super) playing: bool,
    /// Called with the observer and the subject that the user selects.
    pub(super) on_choose: Callback<(NodeId, NodeId)>,
}

/// The choice of an observer and a subject, the belief in sentences, and the chart of the suspicion.
#[component]
pub(super) fn Pair(props: &Props) -> Html {
    let table = use_state(|| false);
    let Props { beliefs, pair, phi_trace, .. } = props;
    let lists = lists(beliefs, *pair, &props.on_choose);
    let Some((observer, subject)) = *pair else {
        return html! {
            <section class="belief-pair" aria-labelledby="belief-pair-heading">
                <div class="belief-choice">
                    <h3 id="belief-pair-heading">{ "One node’s belief about another" }</h3>
                    { lists }
                </div>
                <p class="empty">
                    { "Select a cell to see how its observer judges the subject over time." }
                </p>
            </section>
        };
    };
    let sentences = sentences(beliefs, observer, subject);
    let on_table = {
        let table = table.clone();
        Callback::from(move |()| table.set(!*table))
    };
    let chart = phi_trace.as_ref().filter(|_| observer != subject).map(|phi_trace| {
        let plot = Rc::new(phi_plot(phi_trace));
        let rows = most_rows(props.playing);
        let contents = Rc::new(if *table { phi_table(phi_trace, rows) } else { Table::default() });
        let title = title(phi_trace.detection, observer, subject);
        html! {
            <Chart id="phi" {title} summary={phi_summary(phi_trace)} caption={caption(phi_trace)}
                empty="There is nothing to judge by: the observer is stopped, or gossip is off."
                theme={props.theme} table={*table} {plot} {contents} {on_table} />
        }
    });
    html! {
        <section class="belief-pair" aria-labelledby="belief-pair-heading">
            <div class="belief-choice">
                <h3 id="belief-pair-heading">{ format!("{observer} on {subject}") }</h3>
                { lists }
            </div>
            { chart.unwrap_or_default() }
            <p class="belief-sentences">{ sentences }</p>
        </section>
    }
}

fn lists(
    beliefs: &Beliefs,
    pair: Option<(NodeId, NodeId)>,
    on_choose: &Callback<(NodeId, NodeId)>,
) -> Html {
    let nodes: Vec<NodeId> = beliefs.truths.iter().map(|truth| truth.node).collect();
    let choices: Vec<Choice> =
        nodes.iter().map(|node| Choice::new(node.0.to_string(), node.to_string())).collect();
    let unset = pair.is_none().then(|| Choice::new("", "choose"));
    let choices: Vec<Choice> = unset.into_iter().chain(choices).collect();
    let [first, second, ..] = nodes[..] else { return Html::default() };
    // The first node that is selected is paired with another one.
    let other = move |node: NodeId| if node == first { second } else { first };
    let on_observer = {
        let (subject, on_choose) = (pair.map(|(_, subject)| subject), on_choose.clone());
        Callback::from(move |value: String| {
            if let Ok(observer) = value.parse().map(NodeId) {
                on_choose.emit((observer, subject.unwrap_or_else(|| other(observer))));
            }
        })
    };
    let on_subject = {
        let (observer, on_choose) = (pair.map(|(observer, _)| observer), on_choose.clone());
        Callback::from(move |value: String| {
            if let Ok(subject) = value.parse().map(NodeId) {
                on_choose.emit((observer.unwrap_or_else(|| other(subject)), subject));
            }
        })
    };
    let value = |node: Option<NodeId>| node.map_or(String::new(), |node| node.0.to_string());
    html! {
        <div class="belief-lists">
            <Select label="Observer" choices={choices.clone()} value={value(pair.map(|it| it.0))}
                on_choose={on_observer} />
            <Select label="Subject" {choices} value={value(pair.map(|it| it.1))}
                on_choose={on_subject} />
        </div>
    }
}

/// Describes what a node believes about another, and what is true, in sentences.
fn sentences(beliefs: &Beliefs, observer: NodeId, subject: NodeId) -> String {
    let Some(truth) = beliefs.truths.get(subject.index()) else { return String::new() };
    let row = beliefs.rows.get(observer.index()).and_then(Option::as_ref);
    let Some(belief) = row.and_then(|row| row.get(subject.index())) else {
        return BeliefKind::Nothing.sentence(observer, subject);
    };
    format!("{} {}", belief_words(belief, observer, subject), truth_words(belief, truth, subject))
}

fn belief_words(belief: &Belief, observer: NodeId, subject: NodeId) -> String {
    let heard = belief.life.map(|it| format!(" Its latest heartbeat is {}", heartbeat(it)));
    let heard = heard.map(|heard| match belief.age {
        Some(silent) => format!("{heard}, heard {} ago.", age(silent)),
        None => format!("{heard}."),
    });
    let heard = heard.unwrap_or_default();
    if observer == subject {
        return format!("This is {observer} itself.{heard}");
    }
    format!("{}{heard}", BeliefKind::of(belief).sentence(observer, subject))
}

fn truth_words(belief: &Belief, truth: &Truth, subject: NodeId) -> String {
    let is = format!("In truth {subject} is {}", truth_word(truth));
    let now = truth.life.map_or(String::new(), |it| format!(", at {}", heartbeat(it)));
    let wrong = belief.error.map(|error| format!("; the belief is {}", error_words(error)));
    format!("{is}{now}{}.", wrong.unwrap_or_default())
}

fn title(detection: Detection, observer: NodeId, subject: NodeId) -> String {
    match detection {
        Detection::PhiAccrual { .. } => format!("Phi of {subject} at {observer}"),
        Detection::Timeout { .. } => format!("Silence of {subject} at {observer}"),
    }
}

/// Describes what the failure detector bases its current judgement on.
fn caption(phi_trace: &PhiTrace) -> String {
    let PhiTrace { observer, subject, detection, now, .. } = phi_trace;
    let Some((Some(statistics), latest)) = phi_trace
        .beats
        .last()
        .map(|(_, statistics)| (*statistics, phi_trace.latest().unwrap_or_default()))
    else {
        return format!("{observer} does not judge {subject} now.");
    };
    let silent = format::length(now.since(statistics.last));
    match detection {
        Detection::PhiAccrual { threshold } => {
            let mean = format::length(ringside_lab::Duration::from_us(statistics.mean_us as u64));
            format!(
                "Silent for {silent}, and usually heard every {mean} (the mean of the last \
                 {}): phi is {latest:.1}, and the threshold {threshold}. If {subject} were up, a \
                 silence this long would have a chance of one in 10 to the power of phi.",
                format::count(u64::from(statistics.intervals), "interval"),
            )
        }
        Detection::Timeout { after } => {
            format!("Silent for {silent}, and suspected after {}.", format::span(*after))
        }
    }
}
