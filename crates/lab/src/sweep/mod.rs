//! Sweeps: one scenario under many combinations of settings, each with many seeds.
//!
//! A *combination* is one value for each varied field. A *cell* is one combination with one seed: a
//! run of its own, which any thread or machine may do. A *row* of the table is all cells of one
//! combination.
//!
//! ```text
//!   cluster.r=1..2, two seeds            part files                 table
//!     r=1 seed 1   r=1 seed 2    ->    a line of counts and    ->   r=1  all its seeds
//!     r=2 seed 1   r=2 seed 2          histograms a cell            r=2  all its seeds
//! ```
//!
//! Nothing but whole numbers, texts and the scenario is written down between a cell and the table: what
//! is read back is what was written, and a table of parts is byte for byte that of the whole. Here is
//! all of a sweep that is not about files, threads and terminals.

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
