//! The event queue: what is due, in the order of virtual time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ringside_store::Instant;

/// Things that are due at instants of virtual time; those due at one instant come out in the order in
/// which they went in.
///
/// The heap holds small keys, and a slab beside it the things themselves, so that sifting moves 24
/// bytes whatever is queued:
///
/// ```text
///   heap   (at, order, slot)          slab   0 [ message ]
///            |            `---------------->  1 [ free    ]
///            earliest first                   2 [ wake-up ]
/// ```
#[derive(Clone, Debug)]
pub(crate) struct Queue<T> {
    heap: BinaryHeap<Reverse<(Instant, u64, u32)>>,
    /// The slab. The order number tells whether a key in the heap still speaks of this entry.
    slots: Vec<Option<(u64, T)>>,
    free: Vec<u32>,
    pushed: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), slots: Vec::new(), free: Vec::new(), pushed: 0 }
    }
}

impl<T> Queue<T> {
    /// Adds a thing that is due at an instant.
    pub(crate) fn push(&mut self, at: Instant, due: T) {
        let order = self.pushed;
        self.pushed += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as u32
        });
        self.slots[slot as usize] = Some((order, due));
        self.heap.push(Reverse((at, order, slot)));
    }

    /// Takes out the first thing that is due at `until` or before, with its instant.
    pub(crate) fn pop_until(&mut self, until: Instant) -> Option<(Instant, T)> {
        let at = self.next()?;
        if at > until {
            return None;
        }
        let Reverse((at, _, slot)) = self.heap.pop()?;
        self.free.push(slot);
        self.slots[slot as usize].take().map(|(_, due)| (at, due))
    }

    /// Gives the instant of the first thing that is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _, _))| *at)
    }

    /// Lists what is queued, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().flatten().map(|(_, due)| due)
    }

    /// Takes out everything that fits, in the order in which it went in.
    pub(crate) fn take_where(&mut self, fits: impl Fn(&T) -> bool) -> Vec<T> {
        let mut taken = Vec::new();
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if slot.as_ref().is_some_and(|(_, due)| fits(due)) {
                self.free.push(index as u32);
                taken.extend(slot.take());
            }
        }
        taken.sort_unstable_by_key(|(order, _)| *order);
        // The heap's keys of what was taken must go at once: their slots may be used again.
        let orders: Vec<u64> = taken.iter().map(|(order, _)| *order).collect();
        self.heap.retain(|Reverse((_, order, _))| orders.binary_search(order).is_err());
        taken.into_iter().map(|(_, due)| due).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Push(u64),
        Pop(u64),
        TakeEven,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0..20_u64).prop_map(Step::Push),
            3 => (0..25_u64).prop_map(Step::Pop),
            1 => Just(Step::TakeEven),
        ];
        prop::collection::vec(step, 0..200)
    }

    proptest! {
        /// The naive model is a list that is searched from end to end.
        #[test]
        fn the_queue_agrees_with_a_list(steps in steps()) {
            let mut queue = Queue::default();
            let mut list: Vec<(u64, u64)> = Vec::new();
            for (number, step) in (0_u64..).zip(steps) {
                match step {
                    Step::Push(at) => {
                        queue.push(Instant::from_us(at), number);
                        list.push((at, number));
                    }
                    Step::Pop(until) => {
                        let first = list.iter().filter(|(at, _)| *at <= until).min().copied();
                        list.retain(|item| Some(*item) != first);
                        let expected = first.map(|(at, number)| (Instant::from_us(at), number));
                        prop_assert_eq!(queue.pop_until(Instant::from_us(until)), expected);
                    }
                    Step::TakeEven => {
                        let even = list.iter().map(|(_, number)| *number).filter(|n| n % 2 == 0);
                        let expected: Vec<u64> = even.collect();
                        list.retain(|(_, number)| number % 2 == 1);
                        prop_assert_eq!(queue.take_where(|number| number % 2 == 0), expected);
                    }
                }
                let next = list.iter().map(|(at, _)| Instant::from_us(*at)).min();
                prop_assert_eq!(queue.next(), next);
                prop_assert_eq!(queue.iter().count(), list.len());
            }
        }
    }
}
