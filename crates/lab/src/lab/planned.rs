//! Plans: commands to be executed later in the run, and their serialised forms.

use ringside_store::Duration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::command::Command;

/// The number of [`Command::Plan`] at the beginning of a command's binary form.
const PLAN: u32 = 40;

/// A command to be executed later: `{"at": "12s", "do": {"crash": "A"}}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The time at which it is due, since the run began.
    pub at: Duration,
    /// The command. It can't be a plan.
    pub command: Box<Command>,
}

/// The form in files.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    at: Duration,
    #[serde(rename = "do")]
    command: Box<Command>,
}

impl Serialize for Planned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { at, command } = self.clone();
        if serializer.is_human_readable() {
            Written { at, command }.serialize(serializer)
        } else {
            let inner = postcard::to_allocvec(&*command).map_err(ser::Error::custom)?;
            (at, inner).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Planned {
    /// Reads a plan. Readers of text limit the depth of nesting themselves. A link could hold plans in
    /// plans until the stack of its reader overflows, so the kind of the planned command is checked before
    /// the command is read.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let Written { at, command } = Written::deserialize(deserializer)?;
            return Ok(Self { at, command });
        }
        let (at, inner) = <(Duration, Vec<u8>)>::deserialize(deserializer)?;
        let (kind, _) = postcard::take_from_bytes::<u32>(&inner).map_err(de::Error::custom)?;
        if kind == PLAN {
            return Err(de::Error::custom("a plan can't hold another one"));
        }
        let (command, rest) = postcard::take_from_bytes(&inner).map_err(de::Error::custom)?;
        if !rest.is_empty() {
            return Err(de::Error::custom("a plan is longer than what is planned"));
        }
        Ok(Self { at, command: Box::new(command) })
    }
}

#[cfg(test)]
mod tests {
    use ringside_store::NodeId;

    use super::*;

    fn plan(command: Command) -> Command {
        Command::Plan(Planned { at: Duration::from_ms(5), command: Box::new(command) })
    }

    #[test]
    fn a_plan_survives_packing_and_holds_no_other_plan() {
        let crash = plan(Command::Crash(NodeId(1)));
        let packed = postcard::to_allocvec(&crash).expect("it has a binary form");
        assert_eq!(packed.first().copied().map(u32::from), Some(PLAN));
        assert_eq!(postcard::from_bytes(&packed), Ok(crash.clone()));
        let nested = postcard::to_allocvec(&plan(crash)).expect("it has a binary form");
        assert!(postcard::from_bytes::<Command>(&nested).is_err());
    }

    #[test]
    fn nested_plans_do_not_overflow_the_stack() {
        // Each layer is the variant, the time, and the length of what is inside.
        let mut packed = postcard::to_allocvec(&Command::Heal).expect("it has a binary form");
        assert!(postcard::from_bytes::<Command>(&packed).is_ok());
        while packed.len() < 20_000 {
            let mut layer = postcard::to_allocvec(&(PLAN, 0_u64, packed.len())).expect("numbers");
            layer.extend(packed);
            packed = layer;
        }
        assert!(postcard::from_bytes::<Command>(&packed).is_err());
    }
}
