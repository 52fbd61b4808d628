//! A choice between named values, as lists and segments show it.

use yew::prelude::*;

/// One of the values to choose from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    /// The value, which identifies the choice.
    pub(crate) value: AttrValue,
    /// The text on the page.
    pub(crate) text: AttrValue,
}

impl Choice {
    /// Returns a choice with this value and text.
    pub(crate) fn new(value: impl Into<AttrValue>, text: impl Into<AttrValue>) -> Self {
        Self { value: value.into(), text: text.into() }
    }
}

/// The choices, and the current one.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The label, which is unique on the page for segments.
    pub(crate) label: AttrValue,
    /// The choices.
    pub(crate) choices: Vec<Choice>,
    /// The value of the current choice.
    pub(crate) value: AttrValue,
    /// The id of the element that describes the effect.
    #[prop_or_default]
    pub(crate) described_by: Option<AttrValue>,
    /// Receives the value of another choice.
    pub(crate) on_choose: Callback<String>,
}
