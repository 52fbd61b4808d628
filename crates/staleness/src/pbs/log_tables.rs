//! Logarithms and powers of draws by tables: the arithmetic that a prediction spends its time in.
//!
//! A million trials at N = 3 take twelve million logarithms or powers. A call of `libm::log` takes
//! two and a half times as long as the functions here, and one of `libm::pow` more than ten times. So
//! both are split into a lookup in a table and a short polynomial:
//!
//! ```text
//!   u  =  2^-octave * c[cell] * (1 + r),      c[cell] in the middle of one of 256 parts of [1, 2)
//!
//!   -ln(u)    =  octave * ln(2)  -  ln(c[cell])  -  ln(1 + r)         |r| <= 1/512
//!   u^-power  =  2^(octave * power)  *  c[cell]^-power  *  (1 + r)^-power
//! ```
//!
//! The tables are computed with `libm`, the rest is `+` and `*`: the same bits on every target.

#![expect(
    clippy::inline_always,
    reason = "a trial is quick only as one piece: in calls it takes a sixth longer"
)]

/// The number of cells in an octave: a power of two, so that a cell is some bits of the number.
const CELLS: usize = 256;
/// The number of octaves in the table of a power. A draw has 53 bits, so it lies within the first 54,
/// except for the one in 2^50 or fewer at the very start of a part of a mixture.
const OCTAVES: usize = 64;
/// The bits of a float below its exponent.
const MANTISSA_BITS: u32 = 52;

/// The greatest power for which [`Power`] is precise.
pub(super) const POWER_MAX: f64 = 4.0;

/// A draw, split into its octave, its cell and the remainder.
#[derive(Clone, Copy, Debug)]
pub(super) struct SplitDraw {
    octave: u32,
    cell: usize,
    /// The distance from the cell's middle, as a fraction of the middle.
    rest: f64,
}

/// The tables that all logarithms and powers share: the cells' middles, and their logarithms.
#[derive(Clone, Debug)]
pub(super) struct LogTables {
    /// One over the middle, and minus the logarithm of the middle.
    table: Box<[(f64, f64); CELLS]>,
}

/// Returns the middle of a cell, a number in [1, 2).
fn middle(cell: usize) -> f64 {
    1.0 + (cell as f64 + 0.5) / CELLS as f64
}

impl LogTables {
    /// Computes the tables.
    pub(super) fn new() -> Self {
        let of = |cell| (1.0 / middle(cell), -libm::log(middle(cell)));
        Self { table: Box::new(std::array::from_fn(of)) }
    }

    /// Splits a draw from (0, 1].
    #[inline(always)]
    pub(super) fn split(&self, draw: f64) -> SplitDraw {
        let bits = draw.to_bits();
        let octave = 1023_u32.wrapping_sub((bits >> MANTISSA_BITS) as u32);
        let fraction = bits & ((1 << MANTISSA_BITS) - 1);
        let cell = (fraction >> (MANTISSA_BITS - CELLS.ilog2())) as usize % CELLS;
        let significand = f64::from_bits(fraction | 1.0_f64.to_bits());
        SplitDraw { octave, cell, rest: significand * self.table[cell].0 - 1.0 }
    }

    /// Computes minus the natural logarithm of a draw, to within 10^-14.
    #[inline(always)]
    pub(super) fn minus_ln(&self, draw: f64) -> f64 {
        let SplitDraw { octave, cell, rest } = self.split(draw);
        let square = rest * rest;
        let series = (square * 0.5 - rest) + square * (square * 0.25 - rest * (1.0 / 3.0));
        // At a draw of 1, rounding may leave a hair below zero, and no delay is negative.
        (f64::from(octave) * std::f64::consts::LN_2 + self.table[cell].1 + series).max(0.0)
    }
}

/// The function `draw^-power` times a scale, for a fixed power.
#[derive(Clone, Debug)]
pub(super) struct Power {
    of_octave: Box<[f64; OCTAVES]>,
    of_cell: Box<[f64; CELLS]>,
    /// The coefficients of `rest` to the powers 1 to 5 in `(1 + rest)^-power`: the binomial series.
    series: [f64; 5],
}

impl Power {
    /// Computes the tables for a power from 0 to [`POWER_MAX`].
    pub(super) fn new(scale: f64, power: f64) -> Self {
        let mut coefficient = 1.0;
        let series = std::array::from_fn(|index| {
            coefficient *= -(power + index as f64) / (index as f64 + 1.0);
            coefficient
        });
        let of_octave = |octave| scale * libm::exp2(octave as f64 * power);
        let of_cell = |cell| libm::pow(middle(cell), -power);
        Self {
            of_octave: Box::new(std::array::from_fn(of_octave)),
            of_cell: Box::new(std::array::from_fn(of_cell)),
            series,
        }
    }

    /// Computes the power of a draw, to a relative precision of 10^-14.
    #[inline(always)]
    pub(super) fn of(&self, tables: &LogTables, draw: f64) -> f64 {
        let SplitDraw { octave, cell, rest } = tables.split(draw);
        let by = &self.series;
        let square = rest * rest;
        let series = 1.0
            + rest * by[0]
            + square * ((by[1] + rest * by[2]) + square * (by[3] + rest * by[4]));
        self.of_octave[(octave as usize).min(OCTAVES - 1)] * self.of_cell[cell] * series
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ringside_random::Seed;

    use super::*;

    #[test]
    fn the_smallest_and_the_largest_draw_are_precise() {
        let tables = LogTables::new();
        assert!(tables.minus_ln(1.0).abs() < 1e-15);
        let smallest = libm::exp2(-54.0);
        assert!((tables.minus_ln(smallest) - 54.0 * std::f64::consts::LN_2).abs() < 1e-13);
        assert!((Power::new(2.0, 1.0).of(&tables, 1.0) - 2.0).abs() < 1e-14);
        assert!((Power::new(1.0, 1.0).of(&tables, smallest) * smallest - 1.0).abs() < 1e-14);
    }

    proptest! {
        #[test]
        fn logarithms_and_powers_agree_with_libm(seed: u64, power in 0.0..=POWER_MAX) {
            let (tables, table) = (LogTables::new(), Power::new(1.0, power));
            let mut draws = Seed::new(seed).draws();
            for _ in 0..100 {
                let draw = draws.unit();
                let (fast, slow) = (tables.minus_ln(draw), -libm::log(draw));
                prop_assert!((fast - slow).abs() < 1e-14 * (1.0 + slow), "ln {draw}: {fast} {slow}");
                let (fast, slow) = (table.of(&tables, draw), libm::pow(draw, -power));
                prop_assert!((fast / slow - 1.0).abs() < 2e-14, "{draw}^-{power}: {fast} {slow}");
            }
        }
    }
}
