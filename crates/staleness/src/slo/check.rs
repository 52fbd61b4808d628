//! Validation of SLOs: the bounds of every field.

use std::fmt;

use super::{AlertRule, Indicator, Lasting, Objective, Slo};

/// The shortest window, a minute: on the compressed timescale, 60 times shorter, it is a second.
const SHORTEST_MS: f64 = 60_000.0;
/// The longest window, 30 days.
const LONGEST_MS: f64 = 30.0 * 86_400_000.0;
/// The most objectives of an SLO.
const OBJECTIVES_MAX: usize = 16;

/// An invalid field of an SLO.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct SloError {
    /// The path of the field, as `objectives[1].warning.above`.
    pub path: String,
    /// The reason why it is invalid.
    pub reason: String,
}

impl SloError {
    fn new(path: &str, reason: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }

    /// Prefixes the path with that of the enclosing field.
    fn within(self, outer: impl fmt::Display) -> Self {
        Self { path: format!("{outer}.{}", self.path), ..self }
    }
}

impl Slo {
    /// Checks that every field is within its bounds.
    ///
    /// # Errors
    ///
    /// Names the first field that is not, with the reason.
    pub fn check(&self) -> Result<(), SloError> {
        if !(SHORTEST_MS..=LONGEST_MS).contains(&self.window_ms) {
            let reason = format!("{} ms is not from a minute to 30 days", self.window_ms);
            return Err(SloError::new("window_ms", reason));
        }
        if self.objectives.len() > OBJECTIVES_MAX {
            let reason = format!("{} are more than {OBJECTIVES_MAX}", self.objectives.len());
            return Err(SloError::new("objectives", reason));
        }
        for (number, objective) in self.objectives.iter().enumerate() {
            let check = objective.check(self.window_ms);
            check.map_err(|error| error.within(format_args!("objectives[{number}]")))?;
        }
        Ok(())
    }
}

impl Objective {
    fn check(&self, window_ms: f64) -> Result<(), SloError> {
        self.indicator.check()?;
        self.indicator.check_limit("target", self.target)?;
        if self.target <= 0.0 {
            return Err(SloError::new("target", "must be above 0, or no error has a budget"));
        }
        for (name, rule) in [("warning", &self.warning), ("page", &self.page)] {
            rule.check(self.indicator, window_ms).map_err(|error| error.within(name))?;
        }
        Ok(())
    }
}

impl Indicator {
    fn check(self) -> Result<(), SloError> {
        let (name, quantile) = match self {
            Self::StalenessAge { quantile } => ("staleness_age", quantile),
            Self::Convergence { quantile } => ("convergence", quantile),
            Self::StaleReadRate => return Ok(()),
        };
        if quantile > 0.0 && quantile < 1.0 {
            return Ok(());
        }
        let reason = format!("{quantile} is not above 0 and below 1");
        Err(SloError::new("quantile", reason).within(name).within("indicator"))
    }

    fn check_limit(self, path: &str, limit: f64) -> Result<(), SloError> {
        let (is_possible, bounds) = match self {
            Self::StaleReadRate => ((0.0..1.0).contains(&limit), "a share from 0 to below 1"),
            _ => ((0.0..=LONGEST_MS).contains(&limit), "milliseconds from 0 to 30 days"),
        };
        let reason = || format!("{limit} is out of bounds: it takes {bounds}");
        if is_possible { Ok(()) } else { Err(SloError::new(path, reason())) }
    }
}

impl AlertRule {
    fn check(&self, indicator: Indicator, window_ms: f64) -> Result<(), SloError> {
        indicator.check_limit("above", self.above)?;
        let (name, ms) = match self.lasting {
            Lasting::AtOnce => return Ok(()),
            Lasting::Within { ms } => ("within", ms),
            Lasting::Running { ms } => ("running", ms),
        };
        if ms > 0.0 && ms <= window_ms {
            return Ok(());
        }
        let reason = format!("{ms} ms is not above 0 and within the window of {window_ms} ms");
        Err(SloError::new("ms", reason).within(name).within("lasting"))
    }
}
