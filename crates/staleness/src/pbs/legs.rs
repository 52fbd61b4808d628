//! The delays of an operation's four legs, and the production systems that the paper measured.

use std::fmt;
use std::str::FromStr;

use ringside_random::LatencyError;
use serde::{Deserialize, Serialize};

use super::delay::{Delay, DelayError};

/// The delays of the four legs of WARS (Bailis et al., VLDB 2012, section 4.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Legs {
    /// A write from the coordinator to a replica, until the replica would answer with it.
    pub w: Delay,
    /// The acknowledgement back to the coordinator.
    pub a: Delay,
    /// A read from the coordinator to a replica.
    pub r: Delay,
    /// The answer back to the coordinator.
    pub s: Delay,
    /// The additional one-way delay to and from remote replicas, in milliseconds; zero if all are near.
    /// Without layouts one replica is local to the coordinator and all others are remote; the local
    /// replicas of the write and of the read are drawn independently for each trial.
    #[serde(default)]
    pub remote_ms: f64,
    /// The regions of the nodes, by the arc of the ring that a key lies in.
    #[serde(default)]
    pub layouts: Vec<Layout>,
}

/// The regions of a cluster's nodes in the ring's order from a key on. A replica is near to the
/// coordinators in its own region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The share of keys with this layout, relative to the other layouts' weights.
    pub weight: f64,
    /// The region of each node in ring order from the key on. The first N hold it.
    pub regions: Vec<u16>,
}

impl Legs {
    /// Returns four equal legs, with all replicas near.
    pub fn all(delay: Delay) -> Self {
        Self::slow_writes(delay.clone(), delay)
    }

    /// Returns legs with equal A, R and S, and another W: the form of all the paper's fits. All replicas
    /// are near.
    pub fn slow_writes(w: Delay, ars: Delay) -> Self {
        Self { w, a: ars.clone(), r: ars.clone(), s: ars, remote_ms: 0.0, layouts: Vec::new() }
    }

    /// Checks that all four can be drawn from.
    ///
    /// # Errors
    ///
    /// Names the field at fault (`w`, `a`, `r`, `s`, `remote_ms` or `layouts`), with the impossible number
    /// and the reason.
    pub fn check(&self) -> Result<(), (&'static str, DelayError)> {
        let remote = Delay::Constant { ms: self.remote_ms };
        let fields = [
            ("w", &self.w),
            ("a", &self.a),
            ("r", &self.r),
            ("s", &self.s),
            ("remote_ms", &remote),
        ];
        fields
            .into_iter()
            .try_for_each(|(name, delay)| delay.check().map_err(|error| (name, error)))?;
        let total: f64 = self.layouts.iter().map(|layout| layout.weight).sum();
        let weights = self.layouts.iter().map(|layout| layout.weight).chain(
            // Weights that are finite one by one may have an infinite sum.
            (!self.layouts.is_empty()).then_some(total),
        );
        let mut wrong = weights.filter(|weight| !(*weight > 0.0 && weight.is_finite()));
        wrong.next().map_or(Ok(()), |value| {
            Err(("layouts", LatencyError::NotPositive { field: "weight", value }.into()))
        })
    }
}

/// A production system whose delays the paper fitted (section 5.5, table 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// `LinkedIn`'s Voldemort on solid-state disks.
    #[serde(rename = "LNKD-SSD")]
    LnkdSsd,
    /// `LinkedIn`'s Voldemort on spinning disks: slow writes of infinite variance.
    #[serde(rename = "LNKD-DISK")]
    LnkdDisk,
    /// Yammer's Riak.
    #[serde(rename = "YMMR")]
    Ymmr,
    /// LNKD-DISK with each replica in another data centre, 75 ms away one way.
    #[serde(rename = "WAN")]
    Wan,
}

/// The error for a name that no preset has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no preset; there are {names}", names = Preset::ALL.map(Preset::name).join(", "))]
pub struct UnknownPreset(String);

impl FromStr for Preset {
    type Err = UnknownPreset;

    /// Finds a preset by its name, regardless of case.
    fn from_str(name: &str) -> Result<Self, UnknownPreset> {
        let found = Self::ALL.into_iter().find(|preset| preset.name().eq_ignore_ascii_case(name));
        found.ok_or_else(|| UnknownPreset(name.chars().take(40).collect()))
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Preset {
    /// All presets, in the paper's order.
    pub const ALL: [Self; 4] = [Self::LnkdSsd, Self::LnkdDisk, Self::Ymmr, Self::Wan];

    /// Returns the paper's name for the system.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LnkdSsd => "LNKD-SSD",
            Self::LnkdDisk => "LNKD-DISK",
            Self::Ymmr => "YMMR",
            Self::Wan => "WAN",
        }
    }

    /// Returns the fitted delays of the four legs.
    pub fn legs(self) -> Legs {
        let solid_state = || body_and_tail(0.9122, (0.235, 10.0), 1.66);
        let spinning = || body_and_tail(0.38, (1.05, 1.51), 0.183);
        match self {
            Self::LnkdSsd => Legs::all(solid_state()),
            Self::LnkdDisk => Legs::slow_writes(spinning(), solid_state()),
            Self::Ymmr => Legs::slow_writes(
                body_and_tail(0.939, (3.0, 3.35), 0.0028),
                body_and_tail(0.982, (1.5, 3.8), 0.0217),
            ),
            Self::Wan => Legs { remote_ms: 75.0, ..Legs::slow_writes(spinning(), solid_state()) },
        }
    }
}

/// Returns the mixture of the paper's fits: with the share `of_body` a Pareto of (`x_m` in milliseconds,
/// alpha), and for the rest an exponential of `rate` per millisecond.
fn body_and_tail(of_body: f64, (scale_ms, shape): (f64, f64), rate: f64) -> Delay {
    Delay::Mixture(vec![
        (of_body, Delay::Pareto { scale_ms, shape }),
        (1.0 - of_body, Delay::Exponential { mean_ms: 1.0 / rate }),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_found_by_name_and_can_be_drawn_from() {
        for preset in Preset::ALL {
            assert_eq!(preset.name().to_lowercase().parse(), Ok(preset));
            assert_eq!(preset.legs().check(), Ok(()));
        }
        let error = "SSD".parse::<Preset>().expect_err("no preset").to_string();
        assert_eq!(error, "\"SSD\" is no preset; there are LNKD-SSD, LNKD-DISK, YMMR, WAN");
    }

    #[test]
    fn an_impossible_leg_is_named() {
        let legs = Legs { remote_ms: -1.0, ..Preset::Ymmr.legs() };
        assert!(matches!(legs.check(), Err(("remote_ms", DelayError::NotADelay { .. }))));
        let legs = Legs { r: Delay::Table(vec![]), ..Preset::Ymmr.legs() };
        assert_eq!(legs.check(), Err(("r", DelayError::EmptyTable)));
        for weights in [[1.0, 0.0], [1.0, f64::NAN], [f64::MAX; 2]] {
            let layouts = weights.map(|weight| Layout { weight, regions: vec![0, 1, 2] }).into();
            let legs = Legs { layouts, ..Preset::Ymmr.legs() };
            let Err(("layouts", DelayError::Latency(LatencyError::NotPositive { .. }))) =
                legs.check()
            else {
                panic!("{weights:?} are no weights")
            };
        }
    }

    #[test]
    fn legs_are_read_from_json() {
        let text = r#"{"w": {"mixture": [[0.5, {"pareto": {"scale_ms": 1, "shape": 2}}],
            [0.5, {"exponential": {"mean_ms": 3}}]]}, "a": {"constant": {"ms": 1}},
            "r": {"uniform": {"min_ms": 0, "max_ms": 2}}, "s": {"table": [1, 2, 3]}}"#;
        let legs: Legs = serde_json::from_str(text).expect("legs");
        assert_eq!(legs.check(), Ok(()));
        assert!((legs.w.mean_ms() - 2.5).abs() < 1e-12);
        assert!((legs.remote_ms).abs() < 1e-12);
    }
}
