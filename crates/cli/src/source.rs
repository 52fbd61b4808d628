//! Where a run comes from: a built-in scenario or a file, with changes from the command line, or a link.

use std::fs;
use std::path::Path;

use ringside_lab::scenario::{read_json, set};
use ringside_lab::{BUILT_IN, BuiltIn, Instant, Lab, Scenario};
use serde_json::Value;

use crate::arguments::Run;

/// Why a task could not be done: a sentence for people that names the place.
pub(crate) type Problem = String;

/// Opens the run that the command line names, and gives the moment to run it to.
pub(crate) fn open(arguments: &Run) -> Result<(Lab, Instant), Problem> {
    let name = &arguments.scenario;
    let until = arguments.until.map(|until| Instant::ZERO + until);
    if let Some((_, link)) = name.split_once('#').filter(|_| !Path::new(name).exists()) {
        if arguments.seed.is_some() || !arguments.settings.is_empty() {
            return Err("a link holds its whole run: --seed and --set do not go with it".to_owned());
        }
        let (lab, moment) = Lab::open_link(link).map_err(|error| error.to_string())?;
        return Ok((lab, until.unwrap_or(moment)));
    }
    let scenario = Scenario::from_value(unread(name, &arguments.settings)?);
    let mut scenario = scenario.map_err(|error| format!("{name}: {error}"))?;
    scenario.seed = arguments.seed.unwrap_or(scenario.seed);
    let end = Instant::ZERO + scenario.duration;
    let lab = Lab::open(scenario).map_err(|error| format!("{name}: {error}"))?;
    Ok((lab, until.unwrap_or(end)))
}

/// Gives the scenario of a name or file with some settings, before it is checked.
pub(crate) fn unread(name: &str, settings: &[String]) -> Result<Value, Problem> {
    let mut scenario = read_json(&text(name)?).map_err(|error| format!("{name}: {error}"))?;
    for setting in settings {
        let (path, value) = setting.split_once('=').ok_or_else(|| {
            format!("--set {setting}: a setting is a field and its value, as cluster.r=1")
        })?;
        set(&mut scenario, path.trim(), value.trim())
            .map_err(|error| format!("--set {setting}: {error}"))?;
    }
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
