//! Open-loop load: operations arrive at a rate, whether or not earlier ones have ended.

use ringside_random::{Draws, Popularity, PopularityError, Seed};
use ringside_store::{Duration, Key, Operation};
use serde::Serialize;

use crate::ClientId;

/// The parameters of a load.
///
/// Arrivals are a Poisson process. Each key belongs to one client, which alone writes it (as a
/// session owns its shopping cart), so that conflicts come from races and faults and not from
/// clients that overwrite each other blindly. Any client reads any key. Both can be changed: with
/// `shared_keys` any client writes any key, and `blind` puts have an empty context.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// The number of operations per second, over all clients.
    pub rate: f64,
    /// The share of operations that are gets, from 0 to 1.
    pub read_share: f64,
    /// The number of clients.
    pub clients: u16,
    /// The number of keys.
    pub keys: u32,
    /// The exponent of Zipf's law, by which keys are chosen; zero chooses them uniformly.
    pub exponent: f64,
    /// The share of the writes that are deletes, from 0 to 1.
    pub delete_share: f64,
    /// The share of the puts that are blind, from 0 to 1: their context is empty.
    pub blind: f64,
    /// Whether any client writes any key.
    pub shared_keys: bool,
    /// The time to live of the values of its puts, or `None` if they have none.
    pub ttl: Option<Duration>,
}

/// One arrival of the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) client: ClientId,
    pub(crate) operation: Operation,
    /// The number of the key.
    pub(crate) key: u32,
    /// Whether it is a put with an empty context.
    pub(crate) blind: bool,
}

/// A running load. An arrival is a pure function of the seed and its number.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    load: Load,
    popularity: Popularity,
    keys: Vec<Option<Key>>,
    seed: Seed,
}

impl Load {
    /// Returns the key of a number, from zero, the most popular first; its name is `k` and the
    /// number.
    pub fn key(number: u32) -> Key {
        Key::new(&format!("k{number}"))
    }
}

impl Arrivals {
    /// Creates the arrivals of a load.
    ///
    /// # Errors
    ///
    /// Refuses an impossible key count or exponent.
    pub(crate) fn new(load: Load, seed: Seed) -> Result<Self, PopularityError> {
        let popularity = if load.exponent == 0.0 {
            Popularity::uniform(load.keys)?
        } else {
            Popularity::zipf(load.keys, load.exponent)?
        };
        let keys = vec![None; load.keys as usize];
        Ok(Self { load, popularity, keys, seed })
    }

    pub(crate) const fn load(&self) -> &Load {
        &self.load
    }

    /// Returns the time from arrival number `ordinal - 1` to number `ordinal`.
    pub(crate) fn gap(&self, ordinal: u64) -> Duration {
        let mut draws = self.draws(ordinal);
        let seconds = -libm::log(draws.unit()) / self.load.rate;
        // At a rate near zero the gap is longer than any run; the cast saturates.
        Duration::from_us((seconds * 1e6 + 0.5) as u64)
    }

    /// Returns arrival number `ordinal`.
    pub(crate) fn arrival(&self, ordinal: u64) -> Arrival {
        let mut draws = self.draws(ordinal);
        let _gap = draws.unit();
        let reads = draws.happens(self.load.read_share);
        let reader = draws.below(u64::from(self.load.clients.max(1))) as u16;
        let key = self.popularity.sample(&mut draws);
        let owner = (key % u32::from(self.load.clients.max(1))) as u16;
        // Later additions draw last, so that they leave all other draws as they were.
        let deletes = draws.happens(self.load.delete_share);
        let blind = draws.happens(self.load.blind);
        let writer = if self.load.shared_keys { reader } else { owner };
        let (client, operation) = match (reads, deletes) {
            (true, _) => (reader, Operation::Get),
            (false, true) => (writer, Operation::Delete),
            (false, false) => (writer, Operation::Put),
        };
        let blind = blind && operation == Operation::Put;
        Arrival { client: ClientId(client + 1), operation, key, blind }
    }

    /// Returns the key of a number, cached.
    pub(crate) fn key(&mut self, number: u32) -> Key {
        let slot = &mut self.keys[number as usize];
        slot.get_or_insert_with(|| Load::key(number)).clone()
    }

    fn draws(&self, ordinal: u64) -> Draws {
        self.seed.child(ordinal).draws()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(rate: f64, read_share: f64) -> Arrivals {
        arrivals_of(load(rate, read_share))
    }

    fn load(rate: f64, read_share: f64) -> Load {
        Load {
            rate,
            read_share,
            clients: 4,
            keys: 10,
            exponent: 0.99,
            delete_share: 0.0,
            blind: 0.0,
            shared_keys: false,
            ttl: None,
        }
    }

    fn arrivals_of(load: Load) -> Arrivals {
        Arrivals::new(load, Seed::new(5)).expect("a possible load")
    }

    #[test]
    fn arrivals_have_the_rate_of_the_load() {
        let arrivals = arrivals(200.0, 0.5);
        let total: u64 = (0..200_000).map(|ordinal| arrivals.gap(ordinal).as_us()).sum();
        let rate = 200_000.0 / (total as f64 / 1e6);
        assert!((rate / 200.0 - 1.0).abs() < 0.01, "{rate} a second");
    }

    #[test]
    fn gets_take_their_share() {
        let arrivals = arrivals(1.0, 0.8);
        let gets = (0..10_000)
            .filter(|&ordinal| arrivals.arrival(ordinal).operation == Operation::Get)
            .count();
        assert!((7_800..8_200).contains(&gets), "{gets} of 10,000");
    }

    #[test]
    fn a_key_has_one_writer() {
        let arrivals = arrivals(1.0, 0.2);
        let mut writers = [None; 10];
        for ordinal in 0..5_000 {
            let arrival = arrivals.arrival(ordinal);
            if arrival.operation == Operation::Put {
                let writer = writers[arrival.key as usize].get_or_insert(arrival.client);
                assert_eq!(*writer, arrival.client, "key {}", arrival.key);
            }
        }
    }

    #[test]
    fn deletes_and_blind_puts_take_their_shares_and_change_no_other_draws() {
        let plain = arrivals(1.0, 0.5);
        let odd = arrivals_of(Load { delete_share: 0.2, blind: 0.5, ..load(1.0, 0.5) });
        let (mut writes, mut deletes, mut blind) = (0, 0, 0);
        for ordinal in 0..10_000 {
            let (one, other) = (plain.arrival(ordinal), odd.arrival(ordinal));
            assert_eq!((one.client, one.key), (other.client, other.key));
            assert_eq!(one.operation == Operation::Get, other.operation == Operation::Get);
            assert!(!one.blind && one.operation != Operation::Delete);
            writes += u32::from(one.operation == Operation::Put);
            deletes += u32::from(other.operation == Operation::Delete);
            blind += u32::from(other.blind);
            assert!(!other.blind || other.operation == Operation::Put);
        }
        let share = deletes * 100 / writes;
        let blindly = blind * 100 / (writes - deletes);
        assert!((17..23).contains(&share) && (46..54).contains(&blindly), "{share} {blindly}");
    }

    #[test]
    fn shared_keys_have_many_writers() {
        let shared = arrivals_of(Load { shared_keys: true, ..load(1.0, 0.0) });
        let mut writers = std::collections::BTreeSet::new();
        for ordinal in 0..1_000 {
            let arrival = shared.arrival(ordinal);
            if arrival.key == 0 {
                writers.insert(arrival.client);
            }
        }
        assert_eq!(writers.len(), 4);
    }

    #[test]
    fn a_change_of_the_rate_changes_nothing_but_times() {
        let (slow, fast) = (arrivals(1.0, 0.5), arrivals(100.0, 0.5));
        for ordinal in 0..100 {
            assert_eq!(slow.arrival(ordinal), fast.arrival(ordinal));
            let ratio = slow.gap(ordinal).as_us() as f64 / fast.gap(ordinal).as_us().max(1) as f64;
            assert!((90.0..110.0).contains(&ratio) || fast.gap(ordinal).as_us() < 50, "{ratio}");
        }
    }
}
