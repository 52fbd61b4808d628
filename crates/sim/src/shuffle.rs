//! Fisher-Yates shuffle by a stream of draws.

use ringside_random::Draws;

/// Shuffles items; every order is equally likely (Fisher and Yates).
pub(crate) fn shuffle<T>(items: &mut [T], draws: &mut Draws) {
    for index in (1..items.len()).rev() {
        items.swap(index, draws.below(index as u64 + 1) as usize);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ringside_random::Seed;

    use super::*;

    #[test]
    fn every_order_is_equally_likely() {
        let mut counts: BTreeMap<[u8; 3], u32> = BTreeMap::new();
        for seed in 0..6_000 {
            let mut items = [1, 2, 3];
            shuffle(&mut items, &mut Seed::new(seed).draws());
            *counts.entry(items).or_default() += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|count| (900..1_100).contains(count)), "{counts:?}");
    }
}
