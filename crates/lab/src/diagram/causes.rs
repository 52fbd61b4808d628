//! What could have had a part in what: Lamport's happened-before (1978).
//!
//! An event happened before another if it came earlier on the same lane, or sent what the other received, or
//! both by turns. The journal's order agrees with it, so that one pass back and one pass forth find all.

use super::Diagram;

/// The part that an event has in a chosen one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// None: neither could know of the other.
    Apart,
    /// It could have had a part in the chosen one.
    Cause,
    /// It is the chosen one.
    Chosen,
    /// The chosen one could have had a part in it.
    Consequence,
}

impl Diagram {
    /// Tells what part each event has in the one at this place.
    pub fn parts(&self, chosen: usize) -> Vec<Part> {
        let mut parts = vec![Part::Apart; self.events.len()];
        if chosen >= parts.len() {
            return parts;
        }
        let before = |place: usize| {
            let event = &self.events[place];
            event.before.into_iter().chain(event.way).map(|place| place as usize)
        };
        parts[chosen] = Part::Chosen;
        for place in (0..=chosen).rev() {
            if parts[place] != Part::Apart {
                before(place).for_each(|place| parts[place] = Part::Cause);
            }
        }
        for place in chosen + 1..parts.len() {
            let follows = |place| matches!(parts[place], Part::Chosen | Part::Consequence);
            if before(place).any(follows) {
                parts[place] = Part::Consequence;
            }
        }
        parts
    }
}
