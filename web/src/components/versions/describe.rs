//! How versions are named on the page.

use ringside_lab::versions::{Lineage, LineageVersion, WriteEnding, Writer};

use crate::format;

/// Gives a version's value, or says that it is a delete.
pub(super) fn value(version: &LineageVersion) -> String {
    version.value.clone().unwrap_or_else(|| "deleted".to_owned())
}

/// Names who wrote a version.
pub(super) fn who(writer: &Writer) -> String {
    match writer.client.node() {
        Some(node) => format!("you at {node}"),
        None => format::client(writer.client),
    }
}

/// Says who wrote a version and when.
pub(super) fn written(version: &LineageVersion) -> String {
    match (&version.writer, version.written) {
        (Some(writer), _) => {
            format!("{}, {}", who(writer), format::exact_seconds(writer.at))
        }
        (None, Some(at)) => format!("by its clock at {}", format::exact_seconds(at)),
        (None, None) => "not known by whom".to_owned(),
    }
}

/// Says how a write ended for its client.
pub(super) const fn ending(ending: WriteEnding) -> &'static str {
    match ending {
        WriteEnding::Acknowledged => "acknowledged",
        WriteEnding::Failed => "failed, but stored where it got to",
        WriteEnding::Unknown => "not acknowledged yet",
    }
}

/// Lists who holds a version, each with the one it keeps it for where it is a hint.
pub(super) fn held_by(lineage: &Lineage, place: usize) -> Vec<String> {
    let mut held = Vec::new();
    for holder in &lineage.holders {
        if holder.holds.contains(&place) {
            held.push(holder.node.to_string());
        }
        for hint in holder.hints.iter().filter(|hint| hint.holds.contains(&place)) {
            held.push(format!("{} for {}", holder.node, hint.target));
        }
    }
    held
}

/// Joins names, as `red (A1), blue (B1) and green (C1)`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
