//! `ringside scenarios`.

use ringside_lab::BUILT_IN;
use serde::Serialize;

use crate::arguments::Scenarios;
use crate::output::print;
use crate::source::Problem;

#[derive(Serialize)]
struct Row {
    name: &'static str,
    title: String,
    description: String,
}

/// Lists the built-in scenarios.
pub(crate) fn list(arguments: &Scenarios) -> Result<(), Problem> {
    let mut rows = Vec::new();
    for built_in in BUILT_IN {
        let scenario =
            built_in.scenario().map_err(|error| format!("{}: {error}", built_in.name))?;
        let (title, description) = (scenario.title, scenario.description);
        rows.push(Row { name: built_in.name, title, description });
    }
    if arguments.json {
        return print(&serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?);
    }
    let lines: Vec<String> =
        rows.iter().map(|row| format!("{:<12}{}", row.name, row.title)).collect();
    print(&lines.join("\n"))
}
