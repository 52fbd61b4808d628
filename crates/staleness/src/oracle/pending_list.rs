//! All pending writes, in the order of their acknowledgement.

/// In place of a place: there is none.
const NONE: u32 = u32::MAX;

/// A pending write, as the order knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingEntry {
    /// The number of its key, and its own among its key's acknowledged writes.
    pub(super) key: u32,
    pub(super) number: u64,
    /// When it was acknowledged.
    pub(super) at: u64,
}

/// All pending writes, in the order of their acknowledgement: a list, each of which knows its neighbours,
/// so that any one can leave at once. Places are used again.
#[derive(Clone, Debug)]
pub(super) struct PendingList {
    links: Vec<Slot>,
    first: u32,
    last: u32,
    /// The first place that is free; each knows the next one.
    free: u32,
    len: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    is: PendingEntry,
    before: u32,
    after: u32,
}

impl PendingList {
    pub(super) const fn new() -> Self {
        Self { links: Vec::new(), first: NONE, last: NONE, free: NONE, len: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn first(&self) -> Option<PendingEntry> {
        self.links.get(self.first as usize).map(|it| it.is)
    }

    /// Adds a write at the end; gives its place.
    pub(super) fn add(&mut self, is: PendingEntry) -> u32 {
        let link = Slot { is, before: self.last, after: NONE };
        let place = self.free;
        let place = if let Some(free) = self.links.get_mut(place as usize) {
            self.free = free.after;
            *free = link;
            place
        } else {
            self.links.push(link);
            self.links.len() as u32 - 1
        };
        self.set_after(self.last, place);
        self.last = place;
        self.len += 1;
        place
    }

    /// Takes out the write at a place.
    pub(super) fn take(&mut self, place: u32) -> PendingEntry {
        let Slot { is, before, after } = self.links[place as usize];
        self.set_after(before, after);
        match self.links.get_mut(after as usize) {
            Some(next) => next.before = before,
            None => self.last = before,
        }
        self.links[place as usize].after = self.free;
        self.free = place;
        self.len -= 1;
        is
    }

    fn set_after(&mut self, before: u32, after: u32) {
        match self.links.get_mut(before as usize) {
            Some(previous) => previous.after = after,
            None => self.first = after,
        }
    }
}
