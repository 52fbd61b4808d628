//! Parsing of scenarios, and changes of single fields before it.

use serde_json::Value;

use super::Scenario;
use super::migrate::migrate;
use crate::error::ScenarioError;

impl Scenario {
    /// Parses and checks a scenario from the text of its file.
    ///
    /// # Errors
    ///
    /// The line and column of invalid JSON, or the field at fault: an unknown or missing field, a value of
    /// the wrong type, or an invalid value.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        Self::from_value(read_json(text)?)
    }

    /// Reads and checks a scenario from parsed JSON, in the present format or an earlier one.
    ///
    /// # Errors
    ///
    /// The field at fault, as for [`Scenario::parse`].
    pub fn from_value(value: Value) -> Result<Self, ScenarioError> {
        let scenario: Self =
            serde_path_to_error::deserialize(migrate(value)?).map_err(|error| {
                let path = error.path().to_string();
                let path = if path == "." { String::new() } else { path };
                ScenarioError::new(path, error.into_inner())
            })?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Returns the scenario as the text of a file, which parses back to the same scenario.
    pub fn to_json(&self) -> String {
        // Every field has a JSON form: names are strings and no map has other keys.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Parses JSON.
///
/// # Errors
///
/// The line and column at which the text is no valid JSON.
pub fn read_json(text: &str) -> Result<Value, ScenarioError> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        ScenarioError::new(place, format!("not JSON: {reason}"))
    })
}

/// Sets one field of a scenario in its JSON form, by a path such as `cluster.r`.
///
/// An item of an array has its index as a name, such as `events.0.at`. `text` is parsed as JSON if it is
/// valid JSON, and taken as a string otherwise, so that `250ms` needs no quotation marks. Missing fields and
/// `null` on the path become objects. The value is checked only when the scenario is read.
///
/// # Errors
///
/// Refuses a path with an empty name, a path through a value that is neither an object nor an array, and an
/// index that is no number or past the end of its array. Objects may have been created on the path then.
pub fn set(scenario: &mut Value, path: &str, text: &str) -> Result<(), ScenarioError> {
    let mut place = scenario;
    for name in path.split('.') {
        let error = |reason: &str| ScenarioError::new(path, reason);
        if name.is_empty() {
            return Err(error("a path is made of names with a dot between them, as cluster.r"));
        }
        place = match place {
            Value::Object(fields) => fields.entry(name).or_insert(Value::Null),
            Value::Array(items) => {
                let index: usize = name.parse().map_err(|_| error("an array takes a number"))?;
                items.get_mut(index).ok_or_else(|| error("the array is shorter than that"))?
            }
            Value::Null => {
                *place = Value::Object(serde_json::Map::new());
                let Value::Object(fields) = place else { continue };
                fields.entry(name).or_insert(Value::Null)
            }
            _ => return Err(error(&format!("{name:?} can't be inside a plain value"))),
        };
    }
    *place = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    Ok(())
}
