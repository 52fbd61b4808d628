//! The answers of the replicas to the selected operation.

use ringside_lab::frame::{Ask, OperationFrame, ReplicaProgress, Vote};
use ringside_lab::{Instant, Loss, Operation};
use yew::prelude::*;

use super::version_list::VersionList;
use crate::format;

/// The operation that the table shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The operation.
    pub(crate) operation: OperationFrame,
    /// The virtual time.
    pub(crate) now: Instant,
}

/// One row per replica that was asked: its answer, the time of the answer, and the versions in it.
#[component]
pub(crate) fn Votes(props: &Props) -> Html {
    let Props { operation, now } = props;
    let scale_us = span(operation, *now).as_us().max(1) as f64;
    let is_get = operation.operation == Operation::Get;
    let row = |replica: &ReplicaProgress| {
        let (class, word, at) = match (replica.ask, replica.vote) {
            (Ask::Hint, Vote::Waiting | Vote::Never) => ("is-late", "no vote".to_owned(), None),
            (_, vote) => vote_state(&vote),
        };
        let waiting = matches!(replica.vote, Vote::Waiting);
        let asked =
            replica.asked.map(|at| format!("asked {}", format::after(operation.invoked, at)));
        let reached = at.unwrap_or_else(|| end(operation, *now));
        let part = reached.since(operation.invoked).as_us() as f64 / scale_us;
        html! {
            <tr key={replica.node.0} {class} title={asked}>
                <th scope="row">
                    { replica.node.to_string() }
                    if replica.local { <span class="is-local">{ "itself" }</span> }
                </th>
                <td class="vote-word">
                    { word }
                    if let Some(ask) = asked_for(operation, replica) {
                        <span class="vote-ask">{ ask }</span>
                    }
                </td>
                <td class="vote-time">
                    <span class="vote-bar" style={format!("--part:{:.4}", part.min(1.0))} />
                    <span>
                        { match at {
                            Some(_) => format::after(operation.invoked, reached),
                            None if waiting => "\u{2026}".to_owned(),
                            None => "\u{2013}".to_owned(),
                        } }
                    </span>
                </td>
                if is_get {
                    <td>
                        if replica.ask == Ask::Digest && replica.digest.is_some() {
                            <span class="no-version">{ "its hash" }</span>
                        } else if at.is_some() && !matches!(replica.vote, Vote::Lost { .. }) {
                            <VersionList versions={replica.versions.clone()} />
                        }
                        if let Some(repaired) = replica.repaired {
                            <span class="is-repaired">
                                { format!("repaired {}", format::after(operation.invoked, repaired)) }
                            </span>
                        }
                    </td>
                }
            </tr>
        }
    };
    html! {
        <div class="votes-room">
        <table class={classes!("votes", is_get.then_some("of-get"))}>
            <caption class="visually-hidden">{ "The replicas that were asked" }</caption>
            <thead>
                <tr>
                    <th scope="col">{ "Replica" }</th>
                    <th scope="col">{ "Answer" }</th>
                    <th scope="col">{ "After" }</th>
                    if is_get { <th scope="col">{ "Version" }</th> }
                </tr>
            </thead>
            <tbody>{ for operation.replicas.iter().map(row) }</tbody>
        </table>
        </div>
    }
}

/// Returns the class, the word and the time of a vote.
fn vote_state(vote: &Vote) -> (&'static str, String, Option<Instant>) {
    match vote {
        Vote::Waiting => ("is-waiting", "waiting".to_owned(), None),
        Vote::Never => ("is-lost", "never".to_owned(), None),
        Vote::Counted(at) => ("is-counted", "counted".to_owned(), Some(*at)),
        Vote::Late(at) => ("is-late", "late".to_owned(), Some(*at)),
        Vote::Lost { at, why } => ("is-lost", format!("never: {}", loss_label(*why)), Some(*at)),
    }
}

/// Names the reason for which a message was lost, in two words that fit into a narrow cell.
const fn loss_label(why: Loss) -> &'static str {
    match why {
        Loss::Cut => "cut off",
        Loss::Chance => "lost",
        Loss::Down => "stopped",
        Loss::Dropped => "dropped",
        Loss::Full => "mailbox full",
    }
}

/// Names what a replica was asked for, if it could have been something else.
fn asked_for(operation: &OperationFrame, replica: &ReplicaProgress) -> Option<&'static str> {
    match replica.ask {
        Ask::Digest => Some("digest"),
        Ask::Both => Some("digest, then full"),
        Ask::Hint => Some("hint"),
        Ask::Versions if operation.replicas.iter().any(|it| it.ask != Ask::Versions) => {
            Some("full")
        }
        Ask::Versions | Ask::Write => None,
    }
}

/// Returns the moment up to which an operation without an answer has waited.
fn end(operation: &OperationFrame, now: Instant) -> Instant {
    operation.outcome.as_ref().map_or(now, |outcome| outcome.at)
}

/// Returns the time span that the bars share: up to the last answer.
fn span(operation: &OperationFrame, now: Instant) -> ringside_lab::Duration {
    let answers = operation.replicas.iter().filter_map(|replica| vote_state(&replica.vote).2);
    let last = answers.chain([end(operation, now)]).max().unwrap_or(now);
    last.since(operation.invoked)
}
