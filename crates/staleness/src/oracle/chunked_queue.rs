//! A queue whose clones share what does not change any more.

use std::collections::VecDeque;
use std::sync::Arc;

/// A queue of small things. Each `ROOM` that follow each other lie in a chunk, and once a chunk is full
/// the clones of the queue share it: who keeps many moments of a run keeps its past once.
#[derive(Clone, Debug)]
pub(super) struct ChunkedQueue<T, const ROOM: usize> {
    full: VecDeque<Arc<[T]>>,
    /// The newest things, never none while there are any.
    open: Vec<T>,
    /// How many of the oldest chunk's things have been taken.
    taken: usize,
}

impl<T: Copy, const ROOM: usize> ChunkedQueue<T, ROOM> {
    pub(super) const fn new() -> Self {
        Self { full: VecDeque::new(), open: Vec::new(), taken: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.full.len() * ROOM + self.open.len() - self.taken
    }

    /// Gives the thing that so many older ones are before.
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        let place = index + self.taken;
        match self.full.get(place / ROOM) {
            Some(chunk) => chunk.get(place % ROOM),
            None => self.open.get(place - self.full.len() * ROOM),
        }
    }

    /// Gives the newest thing.
    pub(super) fn back(&self) -> Option<&T> {
        self.open.last()
    }

    /// Lists all, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).rev().filter_map(|index| self.get(index))
    }

    pub(super) fn push_back(&mut self, thing: T) {
        if self.open.len() == ROOM {
            self.full.push_back(Arc::from(self.open.as_slice()));
            self.open.clear();
        }
        self.open.push(thing);
    }

    /// Takes the oldest thing.
    pub(super) fn pop_front(&mut self) -> Option<T> {
        let oldest = *self.get(0)?;
        self.taken += 1;
        if self.taken == self.full.front().map_or(self.open.len(), |chunk| chunk.len()) {
            if self.full.pop_front().is_none() {
                self.open.clear();
            }
            self.taken = 0;
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
        fn it_is_a_queue(pushes in prop::collection::vec(prop::bool::weighted(0.6), 0..200)) {
            let (mut shelf, mut queue) = (ChunkedQueue::<u32, 4>::new(), VecDeque::new());
            for (number, push) in (0..).zip(pushes) {
                if push {
                    shelf.push_back(number);
                    queue.push_back(number);
                } else {
                    prop_assert_eq!(shelf.pop_front(), queue.pop_front());
                }
                prop_assert_eq!(shelf.len(), queue.len());
                prop_assert_eq!(shelf.back(), queue.back());
                prop_assert!(shelf.newest_first().eq(queue.iter().rev()));
                prop_assert_eq!(shelf.get(queue.len()), None);
            }
        }
    }

    #[test]
    fn clones_share_what_is_full_and_go_on_apart() {
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
