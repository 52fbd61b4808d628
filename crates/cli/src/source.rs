//! Scenarios named on the command line: built-in ones and files, with the changes of `--set`.

use std::fs;

use ringside_lab::scenario::{read_json, set};
use ringside_lab::{BUILT_IN, BuiltIn};
use serde_json::Value;

use crate::problem::Problem;

/// Reads a built-in scenario or a file and applies some settings. The result is not checked yet.
pub(crate) fn read(name: &str, settings: &[String]) -> Result<Value, Problem> {
    let mut scenario = read_json(&text(name)?).map_err(|error| format!("{name}: {error}"))?;
    for setting in settings {
        let (path, value) = setting.split_once('=').ok_or_else(|| {
            format!("--set {setting}: a setting is a field and its value, such as cluster.r=1")
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
        format!("{name}: {error}; nor is it a built-in scenario, which are {}", names.join(", "))
    })
}
