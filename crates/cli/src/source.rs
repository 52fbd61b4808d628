//! Where a scenario comes from: a built-in one or a file, with changes from the command line.

use std::fs;

use ringside_lab::scenario::{read_json, set};
use ringside_lab::{BUILT_IN, BuiltIn, Scenario};

use crate::arguments::Run;

/// Why a task could not be done: a sentence for people that names the place.
pub(crate) type Problem = String;

/// Opens the scenario that the command line names, with its seed and settings.
pub(crate) fn open(arguments: &Run) -> Result<Scenario, Problem> {
    let name = &arguments.scenario;
    let in_scenario = |error| format!("{name}: {error}");
    let mut scenario = read_json(&text(name)?).map_err(in_scenario)?;
    for setting in &arguments.settings {
        let (path, value) = setting.split_once('=').ok_or_else(|| {
            format!("--set {setting}: a setting is a field and its value, as cluster.r=1")
        })?;
        set(&mut scenario, path.trim(), value.trim())
            .map_err(|error| format!("--set {setting}: {error}"))?;
    }
    let mut scenario = Scenario::from_value(scenario).map_err(in_scenario)?;
    scenario.seed = arguments.seed.unwrap_or(scenario.seed);
    Ok(scenario)
}

fn text(name: &str) -> Result<String, Problem> {
    if let Some(built_in) = BuiltIn::find(name) {
        return Ok(built_in.json.to_owned());
    }
    fs::read_to_string(name).map_err(|error| {
        let names: Vec<&str> = BUILT_IN.iter().map(|built_in| built_in.name).collect();
        format!(
            "{name}: {error}; it is no built-in scenario either, which are {}",
            names.join(", ")
        )
    })
}
