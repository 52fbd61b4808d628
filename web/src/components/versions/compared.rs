//! The two versions of a key that are compared.

use std::rc::Rc;

use ringside_lab::Dot;
use ringside_lab::versions::Lineage;
use yew::prelude::*;

/// The props of a component that shows a key's versions and compares two of them.
#[derive(PartialEq, Properties)]
pub(super) struct ComparedProps {
    /// The versions.
    pub(super) lineage: Rc<Lineage>,
    /// The indices of the two versions that are compared, or `None` if there is only one.
    pub(super) compared: Option<(usize, usize)>,
    /// Called with the version that the user selects for the comparison.
    pub(super) on_choose: Callback<Dot>,
}

/// Returns the indices of the two versions that are compared: the selected ones, or else two siblings, or
/// else the newest version and its predecessor.
pub(super) fn compared(lineage: &Lineage, chosen: &[Dot]) -> Option<(usize, usize)> {
    let chosen: Vec<usize> = chosen.iter().filter_map(|dot| lineage.find(*dot)).collect();
    let last = lineage.versions.len().checked_sub(1)?;
    let predecessor =
        |index: usize| lineage.edges.iter().rev().find(|it| it.1 == index).map(|it| it.0);
    match (chosen.as_slice(), lineage.current.as_slice(), lineage.foremost.as_slice()) {
        ([first, second], _, _) | ([], [first, second, ..], _) | ([], _, [first, second, ..]) => {
            Some((*first, *second))
        }
        ([one], _, _) => {
            let other = lineage.current.iter().rev().find(|index| *index != one).copied();
            Some((*one, other.or_else(|| predecessor(*one)).or_else(|| last.checked_sub(1))?))
        }
        _ => Some((last, predecessor(last).or_else(|| last.checked_sub(1))?)),
    }
}
