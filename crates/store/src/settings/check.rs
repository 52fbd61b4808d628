//! Bounds of the settings.

use std::fmt;

use super::Settings;
use crate::Duration;
use crate::failure_detector::Detection;

/// The error of a setting that no node can run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// The field, such as `hints.window`.
    pub field: &'static str,
    /// The bound, such as `must be longer than no time at all`.
    pub reason: &'static str,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

impl std::error::Error for SettingsError {}

/// The deepest Merkle tree: 4,096 buckets per range.
const DEPTH_MAX: u8 = 12;
/// The longest time that a setting may hold.
const DURATION_MAX: Duration = Duration::from_secs(1_000 * 86_400);
/// The shortest period of a background mechanism. With a shorter one the node would do nothing
/// else.
const PERIOD_MIN: Duration = Duration::from_ms(1);

impl Settings {
    /// Checks every field's bounds.
    ///
    /// # Errors
    ///
    /// Returns the first field that is out of bounds, and its bound.
    pub fn check(&self) -> Result<(), SettingsError> {
        let Self { versions, quorum, hints, anti_entropy, gossip, streaming, deletes, .. } = self;
        let truncation = versions.truncation;
        let holds = |holds: bool, field, reason| {
            if holds { Ok(()) } else { Err(SettingsError { field, reason }) }
        };
        let period = |duration, field| {
            let fits = (PERIOD_MIN..=DURATION_MAX).contains(&duration);
            holds(fits, field, "must be 1ms at least, and 1000d at most")
        };
        let count = |number: u32, field| holds(number > 0, field, "must be 1 at least");
        holds(
            truncation.is_none_or(|it| it.entries > 0),
            "versions.truncation.entries",
            "must be 1 at least: a clock names its own writer",
        )?;
        holds(
            truncation.is_none_or(|it| it.age <= DURATION_MAX),
            "versions.truncation.age",
            "must be 1000d at most",
        )?;
        holds(
            quorum.speculation.is_none_or(|it| (0.0..1.0).contains(&it)),
            "quorum.speculation",
            "is a quantile: 0 at least and below 1",
        )?;
        holds(
            quorum.most_in_progress.is_none_or(|it| it > 0),
            "quorum.most_in_progress",
            "must be 1 at least, or null for any number",
        )?;
        period(hints.window, "hints.window")?;
        count(hints.most_per_target, "hints.most_per_target")?;
        period(hints.period, "hints.period")?;
        count(hints.keys_per_second, "hints.keys_per_second")?;
        period(anti_entropy.period, "anti_entropy.period")?;
        count(u32::from(anti_entropy.concurrency), "anti_entropy.concurrency")?;
        count(anti_entropy.keys_per_second, "anti_entropy.keys_per_second")?;
        holds(anti_entropy.depth <= DEPTH_MAX, "anti_entropy.depth", "must be 12 at most")?;
        period(gossip.period, "gossip.period")?;
        match gossip.detection {
            Detection::PhiAccrual { threshold } => holds(
                (0.1..=100.0).contains(&threshold),
                "gossip.detection.phi_accrual.threshold",
                "must be 0.1 at least, and 100 at most",
            )?,
            Detection::Timeout { after } => period(after, "gossip.detection.timeout.after")?,
        }
        count(streaming.keys_per_second, "streaming.keys_per_second")?;
        count(u32::from(streaming.keys_per_message), "streaming.keys_per_message")?;
        deletes.grace.map_or(Ok(()), |it| period(it, "deletes.grace"))?;
        deletes.default_ttl.map_or(Ok(()), |it| period(it, "deletes.default_ttl"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Truncation;

    /// A change that puts one field out of bounds.
    type Change = fn(&mut Settings);

    #[test]
    fn the_default_settings_are_valid() {
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn each_field_at_fault_is_named() {
        let truncation = |entries, age| Some(Truncation { entries, age });
        let faults: [(&str, Change); 22] = [
            ("versions.truncation.entries", |it| {
                it.versions.truncation = Some(Truncation { entries: 0, age: Duration::ZERO });
            }),
            ("versions.truncation.age", |it| {
                it.versions.truncation =
                    Some(Truncation { entries: 1, age: Duration::from_us(u64::MAX) });
            }),
            ("quorum.speculation", |it| it.quorum.speculation = Some(1.0)),
            ("quorum.speculation", |it| it.quorum.speculation = Some(f64::NAN)),
            ("quorum.most_in_progress", |it| it.quorum.most_in_progress = Some(0)),
            ("hints.window", |it| it.hints.window = Duration::ZERO),
            ("hints.most_per_target", |it| it.hints.most_per_target = 0),
            ("hints.period", |it| it.hints.period = Duration::from_us(999)),
            ("hints.keys_per_second", |it| it.hints.keys_per_second = 0),
            ("anti_entropy.period", |it| it.anti_entropy.period = Duration::ZERO),
            ("anti_entropy.concurrency", |it| it.anti_entropy.concurrency = 0),
            ("anti_entropy.keys_per_second", |it| it.anti_entropy.keys_per_second = 0),
            ("anti_entropy.depth", |it| it.anti_entropy.depth = 13),
            ("gossip.period", |it| it.gossip.period = Duration::from_us(u64::MAX)),
            ("gossip.detection.phi_accrual.threshold", |it| {
                it.gossip.detection = Detection::PhiAccrual { threshold: f64::NAN };
            }),
            ("gossip.detection.phi_accrual.threshold", |it| {
                it.gossip.detection = Detection::PhiAccrual { threshold: 0.0 };
            }),
            ("gossip.detection.timeout.after", |it| {
                it.gossip.detection = Detection::Timeout { after: Duration::ZERO };
            }),
            ("streaming.keys_per_second", |it| it.streaming.keys_per_second = 0),
            ("streaming.keys_per_message", |it| it.streaming.keys_per_message = 0),
            ("deletes.grace", |it| it.deletes.grace = Some(Duration::ZERO)),
            ("deletes.default_ttl", |it| it.deletes.default_ttl = Some(Duration::ZERO)),
            ("deletes.default_ttl", |it| {
                it.deletes.default_ttl = Some(Duration::from_us(u64::MAX));
            }),
        ];
        for (field, change) in faults {
            let mut settings = Settings::default();
            change(&mut settings);
            assert_eq!(settings.check().map_err(|error| error.field), Err(field));
        }
        let mut ends = Settings::default();
        ends.versions.truncation = truncation(1, DURATION_MAX);
        ends.quorum.speculation = Some(0.0);
        ends.anti_entropy.depth = DEPTH_MAX;
        ends.hints.period = PERIOD_MIN;
        assert_eq!(ends.check(), Ok(()), "the bounds themselves are valid");
    }
}
