//! Axes of a sweep: a varied field and its values.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most values of one field.
const MOST_VALUES: usize = 100_000;

/// A field of the scenario that a sweep varies, and the values that it takes, in order.
///
/// The text form is `FIELD=ITEM,ITEM...`. An item is one of:
///
/// - a range such as `1..3`, which is 1, 2 and 3;
/// - a range with a step such as `1..9..2`, which is every second number from 1 to 9;
/// - any single value that `--set` takes, such as `5ms` or `{"constant": "5ms"}`.
///
/// Commas inside brackets, braces and quotation marks do not separate items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// The path of the field, such as `cluster.r`.
    pub field: String,
    /// The values of the field, as `--set` takes them.
    pub values: Vec<String>,
}

/// The reason why a text is no varied field, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AxisError(String);

impl FromStr for Axis {
    type Err = AxisError;

    fn from_str(text: &str) -> Result<Self, AxisError> {
        let error = |reason: String| Err(AxisError(reason));
        let Some((field, items)) = text.split_once('=') else {
            return error(
                "a varied field is FIELD=VALUES, as cluster.r=1..3 or network.loss=0,0.1".into(),
            );
        };
        let field = field.trim().to_owned();
        if field == "seed" {
            return error("each combination has all seeds: --seeds says how many".into());
        }
        if field.is_empty() {
            return error("the field's name is missing before the =".into());
        }
        let mut values: Vec<String> = Vec::new();
        for item in items_of(items)? {
            let room = MOST_VALUES - values.len();
            match range(item)? {
                None => values.push(item.to_owned()),
                Some((first, last, step)) => {
                    let numbers = (first..=last).step_by(step);
                    values.extend(numbers.take(room.saturating_add(1)).map(|it| it.to_string()));
                }
            }
            if values.len() > MOST_VALUES {
                return error(format!("more than {MOST_VALUES} values"));
            }
        }
        let mut sorted: Vec<&String> = values.iter().collect();
        sorted.sort();
        if let Some([twice, _]) = sorted.array_windows().find(|[one, next]| one == next) {
            return error(format!("{twice} is there twice"));
        }
        Ok(Self { field, values })
    }
}

/// Splits a list at the commas outside of brackets, braces and quotation marks.
fn items_of(text: &str) -> Result<Vec<&str>, AxisError> {
    let (mut depth, mut quoted, mut escaped, mut start) = (0_u32, false, false, 0);
    let mut items = Vec::new();
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                items.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(text[start..].trim());
    if items.contains(&"") {
        return Err(AxisError("a value is missing: values have a comma between them".into()));
    }
    Ok(items)
}

/// Parses a range of whole numbers into its first and last number and its step, or returns `None` if the item
/// is a single value.
fn range(item: &str) -> Result<Option<(i64, i64, usize)>, AxisError> {
    if !item.contains("..") || item.starts_with(['"', '{', '[']) {
        return Ok(None);
    }
    let numbers: Vec<Option<i64>> = item.split("..").map(|it| it.trim().parse().ok()).collect();
    let (first, last, step) = match numbers[..] {
        [Some(first), Some(last)] => (first, last, 1),
        [Some(first), Some(last), Some(step)] => (first, last, step),
        _ => {
            return Err(AxisError(format!(
                "{item} is no range: it takes whole numbers, as 1..3 or 1..9..2; other values are \
                 listed, as 0,0.01,0.1"
            )));
        }
    };
    let step = usize::try_from(step).ok().filter(|step| *step > 0);
    let Some(step) = step else {
        return Err(AxisError(format!("{item}: the step is at least 1")));
    };
    if first > last {
        return Err(AxisError(format!("{item} is empty: {first} is above {last}")));
    }
    Ok(Some((first, last, step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        text.parse::<Axis>().unwrap_or_else(|error| panic!("{text}: {error}")).values
    }

    #[test]
    fn items_are_numbers_in_a_range_or_any_values() {
        assert_eq!(values("cluster.r=1..3"), ["1", "2", "3"]);
        assert_eq!(values("cluster.r=2..2"), ["2"]);
        assert_eq!(values("a=1..9..4"), ["1", "5", "9"]);
        assert_eq!(values("a=1..8..4"), ["1", "5"], "a range does not exceed its last number");
        assert_eq!(values("a=-1..1, 7"), ["-1", "0", "1", "7"]);
        assert_eq!(values("network.loss=0,0.01,0.1"), ["0", "0.01", "0.1"]);
        assert_eq!(values("load.on=true,false"), ["true", "false"]);
        assert_eq!(
            values(r#"network.latency={"uniform":{"min":"1ms","max":"2ms"}},{"constant":"5ms"}"#),
            [r#"{"uniform":{"min":"1ms","max":"2ms"}}"#, r#"{"constant":"5ms"}"#]
        );
        assert_eq!(values(r#"title="a, \"b..c\"",d"#), [r#""a, \"b..c\"""#, "d"]);
        assert_eq!(" cluster.r = 1".parse::<Axis>().expect("fine").field, "cluster.r");
    }

    #[test]
    fn an_error_explains_why_a_text_is_no_axis() {
        for (text, word) in [
            ("cluster.r", "FIELD=VALUES"),
            ("=1", "name is missing"),
            ("a=", "a value is missing"),
            ("a=1,,2", "a value is missing"),
            ("a=3..1", "3..1 is empty"),
            ("a=1..x", "1..x is no range"),
            ("a=0.1..0.5", "0.1..0.5 is no range"),
            ("a=1..2..3..4", "is no range"),
            ("a=1..9..0", "the step is at least 1"),
            ("a=1..9..-1", "the step is at least 1"),
            ("a=1..3,2", "2 is there twice"),
            ("a=1..9223372036854775807", "more than 100000 values"),
            ("a=-9223372036854775808..0..2", "more than 100000 values"),
            ("seed=1..3", "--seeds"),
        ] {
            let error = text.parse::<Axis>().expect_err(text).to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
