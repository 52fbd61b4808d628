//! `ringside scenarios`.

use ringside_lab::BUILT_IN;
use serde::Serialize;

use crate::arguments::Scenarios;
use crate::output::print;
use crate::problem::Problem;

#[derive(Serialize)]
struct Row {
    name: &'static str,
    group: &'static str,
    title: String,
    description: String,
}

/// Lists the built-in scenarios by group.
pub(crate) fn list(arguments: &Scenarios) -> Result<(), Problem> {
    let mut rows = Vec::new();
    for built_in in BUILT_IN {
        let scenario =
            built_in.scenario().map_err(|error| format!("{}: {error}", built_in.name))?;
        let (title, description) = (scenario.title, scenario.description);
        let (name, group) = (built_in.name, built_in.group);
        rows.push(Row { name, group, title, description });
    }
    if arguments.json {
        return print(&serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?);
    }
    let mut lines = Vec::new();
    for group in rows.chunk_by(|one, next| one.group == next.group) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(group.first().map(|row| row.group.to_owned()));
        lines.extend(group.iter().map(|row| format!("  {:<20}{}", row.name, row.title)));
    }
    print(&lines.join("\n"))
}
