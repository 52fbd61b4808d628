//! Potential causality between events: Lamport's happened-before (1978).
//!
//! An event happened before another if it is earlier on the same lane, or sent the message that the other
//! received, or by a chain of both. The journal's order agrees with this order, so one pass backward and one
//! pass forward find all causes and consequences.

use super::Diagram;

/// The causal relation of an event to the chosen one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Causality {
    /// Neither could know of the other: they are concurrent.
    Unrelated,
    /// It happened before the chosen one.
    Cause,
    /// It is the chosen one.
    Chosen,
    /// The chosen one happened before it.
    Consequence,
}

impl Diagram {
    /// Returns the causal relation of each event to the one at the place `chosen`.
    pub fn causality(&self, chosen: usize) -> Vec<Causality> {
        let mut causality = vec![Causality::Unrelated; self.events.len()];
        if chosen >= causality.len() {
            return causality;
        }
        let before = |place: usize| {
            let event = &self.events[place];
            event
                .lane_previous
                .into_iter()
                .chain(event.message_previous)
                .map(|place| place as usize)
        };
        causality[chosen] = Causality::Chosen;
        for place in (0..=chosen).rev() {
            if causality[place] != Causality::Unrelated {
                before(place).for_each(|place| causality[place] = Causality::Cause);
            }
        }
        for place in chosen + 1..causality.len() {
            let follows =
                |place| matches!(causality[place], Causality::Chosen | Causality::Consequence);
            if before(place).any(follows) {
                causality[place] = Causality::Consequence;
            }
        }
        causality
    }
}
