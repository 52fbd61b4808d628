//! What could have had a part in what: Lamport's happened-before (1978).
//!
//! An event happened before another if it came earlier on the same lane, or sent what the other received, or
//! both by turns. The journal's order agrees with it, so that one pass back and one pass forth find all.

use super::Diagram;

/// The part that an event has in a chosen one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Causality {
    /// None: neither could know of the other.
    Unrelated,
    /// It could have had a part in the chosen one.
    Cause,
    /// It is the chosen one.
    Chosen,
    /// The chosen one could have had a part in it.
    Consequence,
}

impl Diagram {
    /// Tells what part each event has in the one at this place.
    pub fn causality(&self, chosen: usize) -> Vec<Causality> {
        let mut parts = vec![Causality::Unrelated; self.events.len()];
        if chosen >= parts.len() {
            return parts;
        }
        let before = |place: usize| {
            let event = &self.events[place];
            event
                .lane_previous
                .into_iter()
                .chain(event.message_previous)
                .map(|place| place as usize)
        };
        parts[chosen] = Causality::Chosen;
        for place in (0..=chosen).rev() {
            if parts[place] != Causality::Unrelated {
                before(place).for_each(|place| parts[place] = Causality::Cause);
            }
        }
        for place in chosen + 1..parts.len() {
            let follows =
                |place| matches!(parts[place], Causality::Chosen | Causality::Consequence);
            if before(place).any(follows) {
                parts[place] = Causality::Consequence;
            }
        }
        parts
    }
}
