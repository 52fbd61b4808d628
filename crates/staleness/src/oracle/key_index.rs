//! The numbers of keys, in the order in which they were first named.

use super::Store;

/// A slot that no key is in.
const FREE: u32 = u32::MAX;
/// 2^64 divided by the golden ratio: its multiples are spread evenly.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// The numbers of keys, in the order in which they were first named: a table of slots, half of them free
/// at least, in which a key is at its place or in the next slots after it.
#[derive(Clone, Debug)]
pub(super) struct KeyIndex<S: Store> {
    keys: Vec<(u64, S::Key)>,
    slots: Vec<u32>,
}

impl<S: Store> KeyIndex<S> {
    pub(super) fn new() -> Self {
        Self { keys: Vec::new(), slots: vec![FREE; 16] }
    }

    /// Lists the keys in the order of their numbers.
    pub(super) fn keys(&self) -> impl Iterator<Item = &S::Key> {
        self.keys.iter().map(|it| &it.1)
    }

    /// Gives the number of a key, which is new where it is as large as the number of keys was.
    pub(super) fn number(&mut self, key: &S::Key) -> u32 {
        let place = S::place(key);
        match self.find(place, |known| known == key) {
            Ok(number) => number,
            Err(slot) => self.add(slot, place, key.clone()),
        }
    }

    /// Finds the key of a place that is meant, or the free slot for it.
    fn find(&self, place: u64, is_meant: impl Fn(&S::Key) -> bool) -> Result<u32, usize> {
        let last = self.slots.len() - 1;
        let mut slot = (place.wrapping_mul(SPREAD) >> 32) as usize & last;
        while self.slots[slot] != FREE {
            let number = self.slots[slot];
            let (known, key) = &self.keys[number as usize];
            if *known == place && is_meant(key) {
                return Ok(number);
            }
            slot = (slot + 1) & last;
        }
        Err(slot)
    }

    fn add(&mut self, slot: usize, place: u64, key: S::Key) -> u32 {
        let number = self.keys.len() as u32;
        self.keys.push((place, key));
        self.slots[slot] = number;
        if self.keys.len() * 2 > self.slots.len() {
            self.slots = vec![FREE; self.slots.len() * 2];
            for number in 0..self.keys.len() {
                if let Err(free) = self.find(self.keys[number].0, |_| false) {
                    self.slots[free] = number as u32;
                }
            }
        }
        number
    }
}
