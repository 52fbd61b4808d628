//! Descriptions of versions in words.

use ringside_lab::versions::{Lineage, LineageVersion, WriteEnding};

use crate::format;

/// Returns a version's value, or `deleted` for a tombstone.
pub(super) fn value(version: &LineageVersion) -> String {
    version.value.clone().unwrap_or_else(|| "deleted".to_owned())
}

/// Describes by which client and when a version was written.
pub(super) fn written(version: &LineageVersion) -> String {
    match (&version.writer, version.written) {
        (Some(writer), _) => {
            format!("{}, {}", format::client_name(writer.client), format::moment(writer.at))
        }
        (None, Some(at)) => format!("timestamp {}", format::moment(at)),
        (None, None) => "writer unknown".to_owned(),
    }
}

/// Describes how a write ended for its client.
pub(super) const fn ending(ending: WriteEnding) -> &'static str {
    match ending {
        WriteEnding::Acknowledged => "acknowledged",
        WriteEnding::Failed => "failed, but stored on the replicas that it reached",
        WriteEnding::Unknown => "not acknowledged yet",
    }
}

/// Lists the nodes that hold a version, as `A`, or `A for C` for a hint.
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
