//! The delays of the messages of writes and reads, in the form of scenario files.

use std::fmt;

use ringside_random::Latency;
use ringside_sim::{Legs as SimLegs, MAX_NODES, Regions};
use ringside_staleness::pbs;
use ringside_staleness::pbs::{Delay, Preset};
use ringside_store::Duration;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer, de};

use super::bounds::{Check, between, not_too_long};
use super::latency::LatencyModel;
use crate::error::ScenarioError;

/// The number of regions of the preset WAN: one for each of the paper's three replicas.
const REGIONS_OF_WAN: u16 = 3;

/// The delays of the four legs of WARS: `"LNKD-DISK"`, or `{"w": {"exponential": {"mean": "20ms"}}}`.
// Files have a name or an object, and shared links the number of the variant. With `remote`, the derived
// code, which is for shared links, becomes functions that the implementations below call.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize)]
#[serde(remote = "Self")]
pub enum Legs {
    /// The delays of a production system as fitted by the PBS paper, in full precision. WAN also puts the
    /// nodes into three regions, 75 ms apart, unless the scenario names regions itself.
    Preset(Preset),
    /// A model for each leg.
    Own(LegModels),
}

/// A model for each leg. Messages of a leg without a model take as long as other messages between nodes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LegModels {
    /// The delay of a write from its coordinator to a replica.
    pub w: Option<LatencyModel>,
    /// The delay of an acknowledgement from a replica to the coordinator.
    pub a: Option<LatencyModel>,
    /// The delay of a read from its coordinator to a replica.
    pub r: Option<LatencyModel>,
    /// The delay of an answer from a replica to the coordinator.
    pub s: Option<LatencyModel>,
}

impl Legs {
    /// Returns the simulator's form of the legs.
    ///
    /// # Errors
    ///
    /// The leg that is invalid, and the reason.
    pub(crate) fn to_sim(&self) -> Result<SimLegs, ScenarioError> {
        match self {
            Self::Preset(preset) => Ok(of_preset(&preset.legs())),
            Self::Own(models) => models.to_sim(),
        }
    }

    /// Returns the regions of the preset, or `None` if it has none or the legs are no preset.
    pub fn regions(&self) -> Option<Regions> {
        let Self::Preset(preset) = self else { return None };
        let apart = Duration::from_us((preset.legs().remote_ms * 1e3).round() as u64);
        (apart > Duration::ZERO).then_some(Regions { count: REGIONS_OF_WAN, apart })
    }
}

impl LegModels {
    fn to_sim(&self) -> Result<SimLegs, ScenarioError> {
        let leg = |name: &str, model: &Option<LatencyModel>| {
            let latency = model.as_ref().map(LatencyModel::to_latency).transpose();
            latency.map_err(|error| error.within(name))
        };
        Ok(SimLegs {
            w: leg("w", &self.w)?,
            a: leg("a", &self.a)?,
            r: leg("r", &self.r)?,
            s: leg("s", &self.s)?,
        })
    }
}

fn of_preset(legs: &pbs::Legs) -> SimLegs {
    let leg = |delay: &Delay| -> Option<Latency> { delay.to_latency() };
    SimLegs { w: leg(&legs.w), a: leg(&legs.a), r: leg(&legs.r), s: leg(&legs.s) }
}

/// Returns the simulator's form of legs. Without legs, their messages take as long as other messages.
pub(crate) fn to_sim(legs: Option<&Legs>) -> Result<SimLegs, ScenarioError> {
    legs.map_or(Ok(SimLegs::default()), Legs::to_sim)
}

/// Returns the regions in force: the named ones, or else those of the legs' preset.
pub(crate) fn regions_in_force(legs: Option<&Legs>, named: Option<Regions>) -> Option<Regions> {
    named.or_else(|| legs.and_then(Legs::regions))
}

pub(crate) fn check_regions(regions: Option<Regions>) -> Check {
    let Some(Regions { count, apart }) = regions else { return Ok(()) };
    between("count", count, 1..=MAX_NODES)?;
    not_too_long("apart", apart)
}

impl Serialize for Legs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            _ if !serializer.is_human_readable() => Self::serialize(self, serializer),
            Self::Preset(preset) => serializer.collect_str(preset),
            Self::Own(models) => models.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Legs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(NameOrModels)
        } else {
            Self::deserialize(deserializer)
        }
    }
}

/// A visitor that accepts a preset's name or an object with models.
struct NameOrModels;

impl<'de> Visitor<'de> for NameOrModels {
    type Value = Legs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a preset, as \"LNKD-DISK\", or the legs w, a, r and s")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Legs, E> {
        name.parse().map(Legs::Preset).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Legs, A::Error> {
        Deserialize::deserialize(MapAccessDeserializer::new(map)).map(Legs::Own)
    }
}
