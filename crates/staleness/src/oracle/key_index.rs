//! A hash table from keys to numbers.

use super::StoreModel;

/// An empty slot.
const FREE: u32 = u32::MAX;
/// 2^64 divided by the golden ratio: its multiples are spread evenly.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// The numbers of keys, in the order of their first use: a table with linear probing, at least half of
/// whose slots are free.
#[derive(Clone, Debug)]
pub(super) struct KeyIndex<S: StoreModel> {
    keys: Vec<(u64, S::Key)>,
    slots: Vec<u32>,
}

impl<S: StoreModel> KeyIndex<S> {
    pub(super) fn new() -> Self {
        Self { keys: Vec::new(), slots: vec![FREE; 16] }
    }

    /// Lists the keys in the order of their numbers.
    pub(super) fn keys(&self) -> impl Iterator<Item = &S::Key> {
        self.keys.iter().map(|it| &it.1)
    }

    /// Returns the number of a key, and gives it the next one if it has none yet.
    pub(super) fn number(&mut self, key: &S::Key) -> u32 {
        let hash = S::hash(key);
        match self.find(hash, |known| known == key) {
            Ok(number) => number,
            Err(slot) => self.add(slot, hash, key.clone()),
        }
    }

    /// Finds the number of the key with this hash that `is_meant` accepts, or the free slot for it.
    fn find(&self, hash: u64, is_meant: impl Fn(&S::Key) -> bool) -> Result<u32, usize> {
        let last = self.slots.len() - 1;
        let mut slot = (hash.wrapping_mul(SPREAD) >> 32) as usize & last;
        while self.slots[slot] != FREE {
            let number = self.slots[slot];
            let (known, key) = &self.keys[number as usize];
            if *known == hash && is_meant(key) {
                return Ok(number);
            }
            slot = (slot + 1) & last;
        }
        Err(slot)
    }

    fn add(&mut self, slot: usize, hash: u64, key: S::Key) -> u32 {
        let number = self.keys.len() as u32;
        self.keys.push((hash, key));
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
