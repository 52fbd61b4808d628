//! Migration of scenario files from earlier formats.

use serde_json::{Map, Value, json};

use crate::error::ScenarioError;

/// Migrates a scenario of an earlier format to the present one. Any other value is returned unchanged.
///
/// # Errors
///
/// The field of the earlier format whose value was never valid, and the reason.
pub(super) fn migrate(mut scenario: Value) -> Result<Value, ScenarioError> {
    if let Value::Object(fields) = &mut scenario
        && fields.get("format") == Some(&json!(1))
    {
        from_1(fields)?;
    }
    Ok(scenario)
}

/// Migrates from format 1, which had `cluster.read_repair`, on or off, and no section `store`.
fn from_1(scenario: &mut Map<String, Value>) -> Result<(), ScenarioError> {
    scenario.insert("format".to_owned(), json!(2));
    let Some(Value::Object(cluster)) = scenario.get_mut("cluster") else { return Ok(()) };
    let repairs = match cluster.remove("read_repair") {
        Some(Value::Bool(repairs)) => repairs,
        Some(_) => {
            return Err(ScenarioError::new("cluster.read_repair", "must be true or false"));
        }
        // Format 1 always had this field. A file without it was written between the two formats, and gets the
        // default.
        None => return Ok(()),
    };
    let mode = if repairs { "asynchronous" } else { "off" };
    // A `store` section can only come from a field that was set by hand, so it takes precedence.
    let store = scenario.entry("store").or_insert_with(|| json!({}));
    if let Value::Object(store) = store {
        store.entry("read_repair").or_insert_with(|| json!(mode));
    }
    Ok(())
}
