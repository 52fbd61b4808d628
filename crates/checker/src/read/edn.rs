//! A reader of EDN, as far as histories use it.

use std::collections::{BTreeMap, BTreeSet};

use super::ReadError;
use super::events::Builder;
use crate::Datum;

/// The greatest depth of nested data: the reader recurses, and the call stack is limited.
const DEPTH_MAX: u32 = 100;

/// Reads the events of a text: maps one after the other, or in vectors or lists.
pub(super) fn read(text: &str, builder: &mut Builder) -> Result<(), ReadError> {
    let mut reader = Reader { text, at: 0, line: 1 };
    // The expected closing brackets, with the lines of the opening ones.
    let mut open: Vec<(char, u32)> = Vec::new();
    loop {
        reader.skip(0)?;
        let line = reader.line;
        match reader.peek() {
            None => break,
            Some(bracket @ ('[' | '(')) => {
                reader.take();
                open.push((closing(bracket), line));
            }
            Some(bracket @ (']' | ')')) => {
                if open.pop().is_none_or(|(expected, _)| expected != bracket) {
                    return Err(reader.error(format!("this {bracket} closes nothing")));
                }
                reader.take();
            }
            Some('#') if !reader.rest().starts_with("#{") => reader.skip_tag(),
            Some(_) => {
                let datum = reader.datum(0)?;
                builder.event(line, datum)?;
            }
        }
    }
    match open.pop() {
        Some((_, line)) => Err(ReadError { line, problem: "this is never closed".to_owned() }),
        None => Ok(()),
    }
}

const fn closing(bracket: char) -> char {
    match bracket {
        '[' => ']',
        '(' => ')',
        _ => '}',
    }
}

/// Whether a letter ends a word. A comma is whitespace in EDN.
fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, ',' | ';' | '"' | '(' | ')' | '[' | ']' | '{' | '}')
}

struct Reader<'text> {
    text: &'text str,
    at: usize,
    line: u32,
}

impl<'text> Reader<'text> {
    fn error(&self, problem: impl Into<String>) -> ReadError {
        ReadError { line: self.line, problem: problem.into() }
    }

    fn rest(&self) -> &'text str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        self.line += u32::from(letter == '\n');
        Some(letter)
    }

    /// Skips whitespace, comments and discarded data.
    fn skip(&mut self, depth: u32) -> Result<(), ReadError> {
        loop {
            match self.peek() {
                Some(letter) if letter.is_whitespace() || letter == ',' => _ = self.take(),
                Some(';') => while !matches!(self.take(), None | Some('\n')) {},
                Some('#') if self.rest().starts_with("#_") => {
                    self.at += 2;
                    self.datum(depth + 1)?;
                }
                _ => return Ok(()),
            }
        }
    }

    fn take_word(&mut self) -> &'text str {
        let rest = self.rest();
        let end = rest.find(ends_word).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Skips a tag: the type of the datum that follows does not matter here.
    fn skip_tag(&mut self) {
        self.take();
        self.take_word();
    }

    /// Reads the next datum, which must exist.
    fn datum(&mut self, depth: u32) -> Result<Datum, ReadError> {
        if depth > DEPTH_MAX {
            return Err(self.error("this is nested too deep"));
        }
        self.skip(depth)?;
        let line = self.line;
        match self.peek() {
            None => Err(self.error("the file ends where a value is expected")),
            Some('"') => self.string(),
            Some('\\') => Ok(Datum::Word(self.character())),
            Some(bracket @ ('[' | '(')) => Ok(Datum::List(self.list(bracket, depth)?)),
            Some('{') => {
                let list = self.list('{', depth)?;
                let mut map = BTreeMap::new();
                let mut data = list.into_iter();
                while let Some(key) = data.next() {
                    let Some(value) = data.next() else {
                        let problem = format!("the map that begins here has no value for {key}");
                        return Err(ReadError { line, problem });
                    };
                    map.insert(key, value);
                }
                Ok(Datum::Map(map))
            }
            Some('#') if self.rest().starts_with("#{") => {
                self.take();
                Ok(Datum::Set(BTreeSet::from_iter(self.list('{', depth)?)))
            }
            Some('#') => {
                self.skip_tag();
                self.datum(depth + 1)
            }
            Some('^') => {
                self.take();
                self.datum(depth + 1)?;
                self.datum(depth + 1)
            }
            Some(bracket @ (']' | ')' | '}')) => {
                Err(self.error(format!("there is a {bracket} where a value is expected")))
            }
            Some(_) => Ok(word(self.take_word())),
        }
    }

    /// Reads the data between a bracket and its counterpart.
    fn list(&mut self, bracket: char, depth: u32) -> Result<Vec<Datum>, ReadError> {
        let line = self.line;
        self.take();
        let mut list = Vec::new();
        loop {
            self.skip(depth)?;
            match self.peek() {
                None => {
                    let problem = format!("the {bracket} here is never closed");
                    return Err(ReadError { line, problem });
                }
                Some(letter) if letter == closing(bracket) => {
                    self.take();
                    return Ok(list);
                }
                Some(_) => list.push(self.datum(depth + 1)?),
            }
        }
    }

    fn string(&mut self) -> Result<Datum, ReadError> {
        let line = self.line;
        self.take();
        let mut text = String::new();
        loop {
            let letter = match self.take() {
                Some('"') => return Ok(Datum::Text(text)),
                Some('\\') => match self.take() {
                    Some('n') => Some('\n'),
                    Some('t') => Some('\t'),
                    Some('r') => Some('\r'),
                    Some('u') => Some(self.code_point()?),
                    other => other,
                },
                other => other,
            };
            let Some(letter) = letter else {
                return Err(ReadError { line, problem: "the string here is never closed".into() });
            };
            text.push(letter);
        }
    }

    /// Reads the four digits of an escaped character.
    fn code_point(&mut self) -> Result<char, ReadError> {
        let digits = self.rest().get(..4);
        let letter =
            digits.and_then(|it| u32::from_str_radix(it, 16).ok()).and_then(char::from_u32);
        let letter =
            letter.ok_or_else(|| self.error("\\u needs the four digits of a character"))?;
        self.at += 4;
        Ok(letter)
    }

    /// Reads a character, as `\a`, `\newline` or `\(`.
    fn character(&mut self) -> String {
        let mut name: String = self.take().into_iter().chain(self.take()).collect();
        name += self.take_word();
        name
    }
}

/// Converts a word to a datum. An integer may have Clojure's suffix `N`.
fn word(word: &str) -> Datum {
    match word {
        "nil" => Datum::Nil,
        "true" => Datum::Bool(true),
        "false" => Datum::Bool(false),
        _ => {
            let number = word.strip_suffix('N').unwrap_or(word).parse();
            number.map_or_else(|_| Datum::Word(word.to_owned()), Datum::Int)
        }
    }
}
