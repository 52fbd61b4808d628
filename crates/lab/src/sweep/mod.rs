//! Sweeps: one scenario under many combinations of settings, each with many seeds.
//!
//! A *combination* is one value for each varied field. A *cell* is one combination with one seed: an
//! independent run, on any thread or machine. A *row* of the table is all cells of one combination.
//!
//! ```text
//!   cluster.r=1..2, two seeds            part files                 table
//!     r=1 seed 1   r=1 seed 2    ->    one line of counts and  ->   r=1  all its seeds
//!     r=2 seed 1   r=2 seed 2          histograms per cell          r=2  all its seeds
//! ```
//!
//! A part file contains only whole numbers, texts and the scenario, so that cells are read back exactly as
//! they were written. A table made from several parts is therefore byte for byte the table of the whole
//! sweep. This module does not deal with files, threads or terminals.

mod axis;
mod cell;
mod grid;
mod part;
mod plan;
mod predicted;
mod table;

pub use axis::{Axis, AxisError};
pub use cell::Cell;
pub use grid::{Grid, GridError};
pub use part::{Cells, PartError, Shard};
pub use plan::{Impossible, Plan, PlanError, Row, Sweep};
pub use predicted::{Figures, Predicted};
pub use table::{Field, Rows, Table};
