//! Event queue, in the order of virtual time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ringside_store::Instant;

/// A priority queue of events by their instants of virtual time; events at one instant come out in
/// the order in which they went in.
///
/// The heap holds small keys, and a slab beside it the events themselves, so that sifting moves 24
/// bytes whatever the size of an event:
///
/// ```text
///   heap   (at, order, slot)          slab   0 [ message ]
///            |            `---------------->  1 [ free    ]
///            earliest first                   2 [ wake-up ]
/// ```
#[derive(Clone, Debug)]
pub(crate) struct Queue<T> {
    heap: BinaryHeap<Reverse<(Instant, u64, u32)>>,
    /// The slab. The order number shows whether a key in the heap still refers to this entry.
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
    /// Adds an event at an instant.
    pub(crate) fn push(&mut self, at: Instant, event: T) {
        let order = self.pushed;
        self.pushed += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as u32
        });
        self.slots[slot as usize] = Some((order, event));
        self.heap.push(Reverse((at, order, slot)));
    }

    /// Removes the first event at `until` or before, and returns it with its instant.
    pub(crate) fn pop_until(&mut self, until: Instant) -> Option<(Instant, T)> {
        let at = self.next()?;
        if at > until {
            return None;
        }
        let Reverse((at, _, slot)) = self.heap.pop()?;
        self.free.push(slot);
        self.slots[slot as usize].take().map(|(_, event)| (at, event))
    }

    /// Returns the instant of the first event.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _, _))| *at)
    }

    /// Returns the queued events, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().flatten().map(|(_, event)| event)
    }

    /// Removes and returns the events that match, in the order in which they went in.
    pub(crate) fn take_where(&mut self, matches: impl Fn(&T) -> bool) -> Vec<T> {
        let mut taken = Vec::new();
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if slot.as_ref().is_some_and(|(_, event)| matches(event)) {
                self.free.push(index as u32);
                taken.extend(slot.take());
            }
        }
        taken.sort_unstable_by_key(|(order, _)| *order);
        // The heap's keys of the removed events must go at once: their slots may be reused.
        let orders: Vec<u64> = taken.iter().map(|(order, _)| *order).collect();
        self.heap.retain(|Reverse((_, order, _))| orders.binary_search(order).is_err());
        taken.into_iter().map(|(_, event)| event).collect()
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
        /// The naive model is a list that is searched linearly.
        #[test]
        fn the_queue_agrees_with_the_naive_model(steps in steps()) {
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
