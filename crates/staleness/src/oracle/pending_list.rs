//! A list of all pending writes, in the order of their acknowledgement.

/// In place of the index of a slot: there is none.
const NONE: u32 = u32::MAX;

/// A pending write as [`PendingList`] holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingEntry {
    /// The number of its key.
    pub(super) key: u32,
    /// Its number among the acknowledged writes of its key.
    pub(super) number: u64,
    /// The instant of its acknowledgement.
    pub(super) at: u64,
}

/// A doubly linked list of pending writes in a vector of slots: any entry is removed in constant time,
/// and its slot is used again.
#[derive(Clone, Debug)]
pub(super) struct PendingList {
    slots: Vec<Slot>,
    first: u32,
    last: u32,
    /// The first free slot. The free slots form a list by their `next`.
    free: u32,
    len: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    entry: PendingEntry,
    previous: u32,
    next: u32,
}

impl PendingList {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), first: NONE, last: NONE, free: NONE, len: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn first(&self) -> Option<PendingEntry> {
        self.slots.get(self.first as usize).map(|it| it.entry)
    }

    /// Appends an entry and returns the index of its slot.
    pub(super) fn push_back(&mut self, entry: PendingEntry) -> u32 {
        let slot = Slot { entry, previous: self.last, next: NONE };
        let index = self.free;
        let index = if let Some(free) = self.slots.get_mut(index as usize) {
            self.free = free.next;
            *free = slot;
            index
        } else {
            self.slots.push(slot);
            self.slots.len() as u32 - 1
        };
        self.set_next(self.last, index);
        self.last = index;
        self.len += 1;
        index
    }

    /// Removes and returns the entry in a slot.
    pub(super) fn remove(&mut self, index: u32) -> PendingEntry {
        let Slot { entry, previous, next } = self.slots[index as usize];
        self.set_next(previous, next);
        match self.slots.get_mut(next as usize) {
            Some(slot) => slot.previous = previous,
            None => self.last = previous,
        }
        self.slots[index as usize].next = self.free;
        self.free = index;
        self.len -= 1;
        entry
    }

    /// Links a slot, or the head of the list, to the slot after it.
    fn set_next(&mut self, index: u32, next: u32) {
        match self.slots.get_mut(index as usize) {
            Some(slot) => slot.next = next,
            None => self.first = next,
        }
    }
}
