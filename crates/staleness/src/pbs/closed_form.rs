//! Closed forms of staleness in versions (Bailis et al., VLDB 2012, section 3).
//!
//! They assume that each quorum is drawn uniformly and independently from the replicas, and that writes
//! spread no further: they are bounds for a store that sends a write to all N (section 3.1).

/// Returns the chance that a read is more than `k` versions stale: that it misses each of the last `k`
/// writes (section 3.1, equation 2).
///
/// The chance is `(C(N-W, R) / C(N, R))^k`, for each write's set of W replicas misses the read's R with the
/// same chance; zero if R + W > N. With `k` = 1 it is the chance of not reading the last write
/// (equation 1).
///
/// ```
/// use ringside_staleness::pbs::k_staleness;
///
/// // N = 3, R = W = 1: a third of the reads return the newest version, most one of the newest five.
/// assert!((1.0 - k_staleness(3, 1, 1, 1) - 0.333).abs() < 0.001);
/// assert!((1.0 - k_staleness(3, 1, 1, 5) - 0.868).abs() < 0.001);
/// ```
pub fn k_staleness(n: u16, r: u16, w: u16, k: u32) -> f64 {
    libm::pow(miss(n, r, w), f64::from(k))
}

/// Returns the chance that a read returns an older version than the same client's previous read
/// (section 3.2, equation 3).
///
/// `writes_per_read` is the number of writes to the key between two reads of the client: the rate of
/// all clients' writes over the rate of this client's reads. The client has seen some version, and
/// goes back when it misses that one and all later ones: `1 + writes_per_read` writes.
pub fn monotonic_reads(n: u16, r: u16, w: u16, writes_per_read: f64) -> f64 {
    libm::pow(miss(n, r, w), 1.0 + writes_per_read.max(0.0))
}

/// Returns the chance that a read returns no newer version than the same client's previous read, though
/// there is one (section 3.2). `writes_per_read` is that of [`monotonic_reads`].
pub fn strict_monotonic_reads(n: u16, r: u16, w: u16, writes_per_read: f64) -> f64 {
    libm::pow(miss(n, r, w), writes_per_read.max(0.0))
}

/// Returns an upper bound of the chance that a read is more than `k` versions stale, `t` after the last of
/// them (section 3.5, equation 5), from the chance that a read is stale `t` after one write.
///
/// It is an upper bound because the earlier writes have had more time than `t`.
pub fn kt_staleness(stale_at_t: f64, k: u32) -> f64 {
    libm::pow(stale_at_t.clamp(0.0, 1.0), f64::from(k))
}

/// The chance that R replicas out of N miss W others: `C(N-W, R) / C(N, R)`, factor by factor.
fn miss(n: u16, r: u16, w: u16) -> f64 {
    let missing = n.saturating_sub(w);
    if r > missing {
        return 0.0;
    }
    (0..r).map(|chosen| f64::from(missing - chosen) / f64::from(n - chosen)).product()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn client_forms_agree_with_fractions() {
        assert!((monotonic_reads(3, 1, 1, 0.0) - 2.0 / 3.0).abs() < 1e-12);
        assert!((monotonic_reads(3, 1, 1, 2.0) - 8.0 / 27.0).abs() < 1e-12);
        assert!((strict_monotonic_reads(3, 1, 1, 2.0) - 4.0 / 9.0).abs() < 1e-12);
        assert!((strict_monotonic_reads(3, 1, 1, 0.0) - 1.0).abs() < 1e-12, "there is none newer");
        assert!((kt_staleness(0.1, 3) - 1e-3).abs() < 1e-12);
    }

    proptest! {
        /// Sets of R out of N are the bits of a number; those that miss the first W are counted.
        #[test]
        fn the_chance_of_a_miss_agrees_with_counting_all_sets(n in 1..12_u16, r in 1..12_u16, w in 1..12_u16) {
            prop_assume!(r <= n && w <= n);
            let sets = (0..1_u32 << n).filter(|set| set.count_ones() == u32::from(r));
            let (all, missing) = sets.fold((0, 0), |(all, missing), set| {
                (all + 1, missing + u32::from(set & ((1 << w) - 1) == 0))
            });
            let counted = f64::from(missing) / f64::from(all);
            prop_assert!((miss(n, r, w) - counted).abs() < 1e-12);
        }

        #[test]
        fn any_sizes_give_a_chance(n: u16, r: u16, w: u16, k: u32, rate: f64) {
            let chances = [k_staleness(n, r, w, k), monotonic_reads(n, r, w, rate)];
            prop_assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)), "{:?}", chances);
        }
    }
}
