//! Minimisation of a contradiction by delta debugging (Zeller and Hildebrandt, "Simplifying and
//! Isolating Failure-Inducing Input", 2002).

use std::ops::Range;

/// Removes items, in halves, quarters and so on down to single ones, as long as the rest is still broken.
/// In the end no single item can be removed.
///
/// `without` removes a range, and whatever makes no sense without it. Removing the oldest items first or
/// the newest first can end at different sets; the smaller one is returned.
pub(crate) fn shrink<T: Clone>(
    all: &[T],
    without: impl Fn(&[T], Range<usize>) -> Vec<T>,
    mut broken: impl FnMut(&[T]) -> bool,
) -> Vec<T> {
    let oldest_first = pass(all.to_vec(), true, &without, &mut broken);
    let newest_first = pass(all.to_vec(), false, &without, &mut broken);
    if newest_first.len() < oldest_first.len() { newest_first } else { oldest_first }
}

fn pass<T: Clone>(
    mut kept: Vec<T>,
    oldest_first: bool,
    without: &impl Fn(&[T], Range<usize>) -> Vec<T>,
    broken: &mut impl FnMut(&[T]) -> bool,
) -> Vec<T> {
    let mut size = kept.len().div_ceil(2);
    while size > 0 {
        let before = kept.len();
        let mut at = 0;
        while at < kept.len() {
            let end = (at + size).min(kept.len());
            let range = if oldest_first { at..end } else { kept.len() - end..kept.len() - at };
            let rest = without(&kept, range);
            if rest.len() < kept.len() && broken(&rest) {
                kept = rest;
            } else {
                at += size;
            }
        }
        // Items that went together with a removed one may have shifted others past `at`: try again.
        let again = size == 1 && kept.len() < before;
        size = if again { 1 } else { size / 2 };
    }
    kept
}
