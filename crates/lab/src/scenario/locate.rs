//! The positions of fields in the text of a scenario file.

use std::ops::Range;

use serde_json::Value;

use crate::error::ScenarioError;

/// A step of a path, from a value to a value inside it.
#[derive(Debug, PartialEq)]
enum Step<'a> {
    Field(&'a str),
    Item(usize),
}

/// Parses a path such as `events[2].do.crash`.
fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (name, items) = part.split_once('[').map_or((part, ""), |(name, rest)| (name, rest));
        if !name.is_empty() {
            steps.push(Step::Field(name));
        }
        let items = items.split('[').filter_map(|item| item.trim_end_matches(']').parse().ok());
        steps.extend(items.map(Step::Item));
    }
    steps
}

/// A cursor over JSON text. In other text its positions have no meaning, but they stay within bounds.
struct Walk<'a> {
    text: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Skips a byte and the space around it, and returns `true`, or returns `false` if the byte is not there.
    fn pass(&mut self, byte: u8) -> bool {
        self.skip_space();
        let is_there = self.peek() == Some(byte);
        if is_there {
            self.at += 1;
            self.skip_space();
        }
        is_there
    }

    /// Skips a string, and returns its position without the quotation marks.
    fn string(&mut self) -> Range<usize> {
        let start = self.at + 1;
        self.at = start;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let end = self.at.min(self.text.len());
        self.at = (self.at + 1).min(self.text.len());
        start.min(end)..end
    }

    /// Skips a value with everything inside it, and returns its position.
    fn value(&mut self) -> Range<usize> {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string();
                    if depth == 0 {
                        return start..self.at;
                    }
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' if depth == 0 => break,
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        return start..self.at;
                    }
                }
                _ if depth == 0 && byte.is_ascii_whitespace() => break,
                _ => self.at += 1,
            }
        }
        start..self.at
    }

    /// Moves one step inwards, to the beginning of the value there. Returns the position at which its field
    /// or item begins, including the name of a field, or `None` if there is no such value.
    fn enter(&mut self, step: &Step<'_>) -> Option<usize> {
        let opens = if matches!(step, Step::Field(_)) { b'{' } else { b'[' };
        if !self.pass(opens) {
            return None;
        }
        let mut index = 0;
        while !matches!(self.peek()?, b'}' | b']') {
            let begins = self.at;
            let found = match step {
                Step::Item(wanted) => index == *wanted,
                Step::Field(wanted) => {
                    let name = self.string();
                    if !self.pass(b':') {
                        return None;
                    }
                    &self.text[name] == wanted.as_bytes()
                }
            };
            if found {
                return Some(begins);
            }
            self.value();
            index += 1;
            if !self.pass(b',') {
                return None;
            }
        }
        None
    }
}

/// Finds the position of the value at a path in the text of a file, or returns `None` if there is no such
/// value.
fn find(text: &str, path: &str) -> Option<Range<usize>> {
    let mut walk = Walk { text: text.as_bytes(), at: 0 };
    walk.skip_space();
    for step in steps(path) {
        walk.enter(&step)?;
    }
    Some(walk.value())
}

/// Returns the plain value at a path in the text of a file: a string without quotation marks, any other value
/// as JSON. `None` if there is no such value, or if it is an object or an array.
pub fn field(text: &str, path: &str) -> Option<String> {
    match serde_json::from_str(text.get(find(text, path)?)?).ok()? {
        Value::String(text) => Some(text),
        Value::Array(_) | Value::Object(_) => None,
        plain => Some(plain.to_string()),
    }
}

/// Replaces the value at a path in the text of a file, and leaves the rest unchanged.
///
/// A number, a Boolean or `null` is inserted as it is, unless `as_text` is set. Anything else is inserted as
/// a JSON string. Returns the new text, or `None` if there is no value at that path.
pub fn replace(text: &str, path: &str, value: &str, as_text: bool) -> Option<String> {
    let place = find(text, path)?;
    let is_plain = |value: &Value| value.is_number() || value.is_boolean() || value.is_null();
    let plain = serde_json::from_str::<Value>(value).ok().filter(|it| is_plain(it) && !as_text);
    let written =
        plain.map_or_else(|| Value::String(value.to_owned()).to_string(), |it| it.to_string());
    let (before, after) = (text.get(..place.start)?, text.get(place.end..)?);
    Some(format!("{before}{written}{after}"))
}

impl ScenarioError {
    /// Returns the line of the error in the text of a file, from 1 on: that of the invalid JSON, or that of
    /// the field or, if the field is missing, of the innermost value around it. `None` if the error is about
    /// the whole file.
    pub fn line(&self, text: &str) -> Option<usize> {
        if let Some(place) = self.path.strip_prefix("line ") {
            return place.split(',').next()?.parse().ok();
        }
        let mut walk = Walk { text: text.as_bytes(), at: 0 };
        walk.skip_space();
        let mut found = None;
        for step in steps(&self.path) {
            let Some(begins) = walk.enter(&step) else { break };
            found = Some(begins);
        }
        let before = text.get(..found?)?;
        Some(before.matches('\n').count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scenario::BUILT_IN;
    use crate::scenario::Scenario;

    /// Lists the path of every field, with the name of the field in quotation marks and its value.
    fn paths(at: &str, value: &Value, found: &mut Vec<(String, String, Value)>) {
        let inside =
            |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    found.push((inside(name), format!("\"{name}\""), value.clone()));
                    paths(&inside(name), value, found);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    paths(&format!("{at}[{index}]"), value, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_field_of_every_built_in_scenario_is_found_on_its_line() {
        for built_in in BUILT_IN {
            let text = built_in.scenario().expect("built in").to_json();
            let lines: Vec<&str> = text.lines().collect();
            let whole: Value = serde_json::from_str(&text).expect("JSON");
            let mut all = Vec::new();
            paths("", &whole, &mut all);
            assert!(all.len() > 40);
            for (path, name, value) in all {
                let range = find(&text, &path).unwrap_or_else(|| panic!("{path} is not found"));
                let found: Value = serde_json::from_str(&text[range]).expect("a whole value");
                assert_eq!(found, value, "{path}");
                let line = ScenarioError::new(&path, "").line(&text).expect("a line");
                assert!(lines[line - 1].contains(&name), "{path} is not on line {line}");
            }
        }
    }

    #[test]
    fn an_error_names_the_line_of_its_field() {
        let text = BUILT_IN[0].scenario().expect("built in").to_json();
        let bad = replace(&text, "cluster.w", "9", false).expect("there");
        let error = Scenario::parse(&bad).expect_err("too many");
        let line = error.line(&bad).expect("a field");
        assert!(bad.lines().nth(line - 1).expect("there").contains("\"w\": 9"), "{error}");

        let broken = text.replacen("\"seed\":", "\"seed\"", 1);
        let error = Scenario::parse(&broken).expect_err("not JSON");
        let line = error.line(&broken).expect("a line");
        assert!(broken.lines().nth(line - 1).expect("there").contains("\"seed\""), "{error}");

        // The line of a missing field is that of the innermost present value around it.
        let missing = ScenarioError::new("cluster.nowhere.at.all", "is missing");
        let line = missing.line(&text).expect("the cluster");
        assert!(text.lines().nth(line - 1).expect("there").contains("\"cluster\""));
        assert_eq!(ScenarioError::new("", "").line(&text), None);
    }

    #[test]
    fn a_value_is_read_and_replaced_in_place() {
        let text = "{\n  \"title\": \"a \\\"b\\\"\", \"cluster\": {\"r\": 2, \"on\": [1, {\"x\": null}]}\n}";
        assert_eq!(field(text, "title").as_deref(), Some("a \"b\""));
        assert_eq!(field(text, "cluster.r").as_deref(), Some("2"));
        assert_eq!(field(text, "cluster.on[1].x").as_deref(), Some("null"));
        assert_eq!(field(text, "cluster.on"), None);
        assert_eq!(field(text, "cluster.s"), None);
        let set = |path, value| replace(text, path, value, path == "title");
        assert_eq!(set("cluster.r", "3"), Some(text.replace("\"r\": 2", "\"r\": 3")));
        assert_eq!(set("cluster.r", "many"), Some(text.replace("\"r\": 2", "\"r\": \"many\"")));
        let number = text.replace("\"a \\\"b\\\"\"", "\"7\"");
        assert_eq!(set("title", "7"), Some(number), "a title stays text");
        assert_eq!(set("cluster.s", "3"), None);
        let mended = set("cluster.r", "many").and_then(|it| replace(&it, "cluster.r", "2", false));
        assert_eq!(mended.as_deref(), Some(text), "a mistyped value can be corrected");
    }

    proptest! {
        #[test]
        fn any_text_is_walked_along_any_path_without_a_panic(text: String, path: String) {
            let _ = (find(&text, &path), field(&text, &path), replace(&text, &path, "1", false));
            let _ = ScenarioError::new(path, "").line(&text);
        }

        #[test]
        fn almost_json_is_walked_without_a_panic(text in "[\\[\\]{}\":,\\\\ a0]{0,40}", path in "[a0.\\[\\]]{0,8}") {
            let _ = (field(&text, &path), replace(&text, &path, "1", false));
            let _ = ScenarioError::new(path, "").line(&text);
        }
    }
}
