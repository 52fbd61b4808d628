//! Grids of a sweep: all combinations of the varied fields' values.

use serde_json::Value;

use super::axis::Axis;
use crate::error::ScenarioError;
use crate::scenario::set;

/// The most combinations of a sweep.
const MOST: u32 = 100_000;

/// All combinations of the values of some fields.
///
/// The combinations are in the order of the fields: the first field varies slowest. Without fields there is
/// one combination, which changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    axes: Vec<Axis>,
    combinations: u32,
}

/// The reason why varied fields make no grid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GridError {
    /// A field is varied twice.
    #[error("{0} is varied twice: give its values in one list")]
    Twice(String),
    /// A field has no values.
    #[error("{0} has no values")]
    Empty(String),
    /// There are more than 100,000 combinations.
    #[error("there are more than {MOST} combinations")]
    TooMany,
}

impl Grid {
    /// Makes the grid of some fields.
    ///
    /// # Errors
    ///
    /// Refuses a field that is varied twice or has no values, and more than 100,000 combinations.
    pub fn new(axes: Vec<Axis>) -> Result<Self, GridError> {
        let mut combinations = 1_u32;
        for (index, axis) in axes.iter().enumerate() {
            if axes[..index].iter().any(|other| other.field == axis.field) {
                return Err(GridError::Twice(axis.field.clone()));
            }
            if axis.values.is_empty() {
                return Err(GridError::Empty(axis.field.clone()));
            }
            let values = u32::try_from(axis.values.len()).ok();
            let product = values.and_then(|values| combinations.checked_mul(values));
            combinations = product.filter(|it| *it <= MOST).ok_or(GridError::TooMany)?;
        }
        Ok(Self { axes, combinations })
    }

    /// Lists the varied fields.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Returns the number of combinations. They are numbered from zero.
    pub const fn combinations(&self) -> u32 {
        self.combinations
    }

    /// Lists the values of a combination, in the order of the fields.
    pub fn values(&self, combination: u32) -> Vec<&str> {
        let mut rest = combination as usize;
        let mut values: Vec<&str> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            values.push(&axis.values[rest % axis.values.len()]);
            rest /= axis.values.len();
        }
        values.reverse();
        values
    }

    /// Describes a combination, such as `cluster.r=1 cluster.w=2`.
    pub fn words(&self, combination: u32) -> String {
        let fields = self.axes.iter().map(|axis| axis.field.as_str());
        let settings =
            fields.zip(self.values(combination)).map(|(it, value)| format!("{it}={value}"));
        let words = settings.collect::<Vec<_>>().join(" ");
        if words.is_empty() { "the scenario as it is".into() } else { words }
    }

    /// Sets the fields of a scenario in its JSON form to the values of a combination.
    ///
    /// # Errors
    ///
    /// The field whose path can't be followed, and the reason.
    pub(super) fn apply(
        &self,
        scenario: &mut Value,
        combination: u32,
    ) -> Result<(), ScenarioError> {
        let fields = self.axes.iter().zip(self.values(combination));
        fields.into_iter().try_for_each(|(axis, value)| set(scenario, &axis.field, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(axes: &[&str]) -> Result<Grid, GridError> {
        Grid::new(axes.iter().map(|text| text.parse().expect("an axis")).collect())
    }

    #[test]
    fn the_first_field_varies_slowest() {
        let grid = grid(&["cluster.r=1..2", "network.loss=0,0.1,0.2"]).expect("a grid");
        let words: Vec<_> = (0..grid.combinations()).map(|it| grid.words(it)).collect();
        assert_eq!(
            words,
            [
                "cluster.r=1 network.loss=0",
                "cluster.r=1 network.loss=0.1",
                "cluster.r=1 network.loss=0.2",
                "cluster.r=2 network.loss=0",
                "cluster.r=2 network.loss=0.1",
                "cluster.r=2 network.loss=0.2",
            ]
        );
    }

    #[test]
    fn a_grid_without_fields_has_one_combination() {
        let grid = grid(&[]).expect("a grid");
        assert_eq!((grid.combinations(), grid.words(0)), (1, "the scenario as it is".into()));
    }

    #[test]
    fn invalid_grids_are_refused() {
        let twice = grid(&["a=1", "b=1", "a=2"]);
        assert_eq!(twice, Err(GridError::Twice("a".into())));
        assert_eq!(grid(&["a=1..1000", "b=1..101"]), Err(GridError::TooMany));
        let huge = ["a=1..90000", "b=1..90000", "c=1..90000", "d=1..90000"];
        assert_eq!(grid(&huge), Err(GridError::TooMany));
        let empty = Axis { field: "a".into(), values: Vec::new() };
        assert_eq!(Grid::new(vec![empty]), Err(GridError::Empty("a".into())));
    }
}
