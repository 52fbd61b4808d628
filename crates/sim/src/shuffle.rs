//! Orders drawn by luck.

use ringside_random::Draws;

/// Puts things into an order drawn by luck, each order as likely as any (Fisher and Yates).
pub(crate) fn shuffle<T>(things: &mut [T], draws: &mut Draws) {
    for place in (1..things.len()).rev() {
        things.swap(place, draws.below(place as u64 + 1) as usize);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ringside_random::Seed;

    use super::*;

    #[test]
    fn every_order_is_as_likely() {
        let mut counts: BTreeMap<[u8; 3], u32> = BTreeMap::new();
        for seed in 0..6_000 {
            let mut things = [1, 2, 3];
            shuffle(&mut things, &mut Seed::new(seed).draws());
            *counts.entry(things).or_default() += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|count| (900..1_100).contains(count)), "{counts:?}");
    }
}
