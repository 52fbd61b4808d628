//! A chunked queue whose clones share full chunks.

use std::collections::VecDeque;
use std::sync::Arc;

/// A queue of small items in chunks of `CHUNK_LEN`. Clones share the full chunks, so that the checkpoints
/// of a run hold its past only once.
#[derive(Clone, Debug)]
pub(super) struct ChunkedQueue<T, const CHUNK_LEN: usize> {
    full: VecDeque<Arc<[T]>>,
    /// The newest items: not empty unless the queue is.
    open: Vec<T>,
    /// The number of popped items of the oldest chunk.
    popped: usize,
}

impl<T: Copy, const CHUNK_LEN: usize> ChunkedQueue<T, CHUNK_LEN> {
    pub(super) const fn new() -> Self {
        Self { full: VecDeque::new(), open: Vec::new(), popped: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.full.len() * CHUNK_LEN + self.open.len() - self.popped
    }

    /// Returns the item at an index, counted from the oldest.
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        let index = index + self.popped;
        match self.full.get(index / CHUNK_LEN) {
            Some(chunk) => chunk.get(index % CHUNK_LEN),
            None => self.open.get(index - self.full.len() * CHUNK_LEN),
        }
    }

    /// Returns the newest item.
    pub(super) fn back(&self) -> Option<&T> {
        self.open.last()
    }

    /// Lists all items, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).rev().filter_map(|index| self.get(index))
    }

    pub(super) fn push_back(&mut self, item: T) {
        if self.open.len() == CHUNK_LEN {
            self.full.push_back(Arc::from(self.open.as_slice()));
            self.open.clear();
        }
        self.open.push(item);
    }

    /// Removes and returns the oldest item.
    pub(super) fn pop_front(&mut self) -> Option<T> {
        let oldest = *self.get(0)?;
        self.popped += 1;
        if self.popped == self.full.front().map_or(self.open.len(), |chunk| chunk.len()) {
            if self.full.pop_front().is_none() {
                self.open.clear();
            }
            self.popped = 0;
        }
        Some(oldest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_plain_queue(pushes in prop::collection::vec(prop::bool::weighted(0.6), 0..200)) {
            let (mut chunked, mut queue) = (ChunkedQueue::<u32, 4>::new(), VecDeque::new());
            for (number, push) in (0..).zip(pushes) {
                if push {
                    chunked.push_back(number);
                    queue.push_back(number);
                } else {
                    prop_assert_eq!(chunked.pop_front(), queue.pop_front());
                }
                prop_assert_eq!(chunked.len(), queue.len());
                prop_assert_eq!(chunked.back(), queue.back());
                prop_assert!(chunked.newest_first().eq(queue.iter().rev()));
                prop_assert_eq!(chunked.get(queue.len()), None);
            }
        }
    }

    #[test]
    fn clones_share_full_chunks_and_then_differ() {
        let mut one = ChunkedQueue::<u32, 4>::new();
        (0..6).for_each(|number| one.push_back(number));
        let mut other = one.clone();
        assert!(Arc::ptr_eq(&one.full[0], &other.full[0]));
        one.push_back(6);
        other.push_back(7);
        assert_eq!(one.pop_front(), Some(0));
        assert_eq!(one.newest_first().copied().collect::<Vec<_>>(), [6, 5, 4, 3, 2, 1]);
        assert_eq!(other.newest_first().copied().collect::<Vec<_>>(), [7, 5, 4, 3, 2, 1, 0]);
    }
}
