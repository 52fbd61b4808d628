//! The measured staleness curve: the share of fresh reads by the time since the newest write's commit.

use crate::pbs::Share;
use crate::report::CurvePoint;
use crate::units::ms;

/// The lower edges of the bins of a decade, in its tenths: the most rounded Renard series.
const EDGES: [u64; 10] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];
/// The number of decades: from 10 us to 1000 s.
const DECADES: u32 = 8;
/// The lower edge of the last bin, which has no upper one.
const LAST_US: u64 = 1_000_000_000;

/// The numbers of fresh reads and of all reads, by the time since the commit, in 82 bins.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    bins: Vec<CurveBin>,
    longest_us: u64,
}

/// The reads of one bin.
#[derive(Clone, Copy, Debug, Default)]
struct CurveBin {
    reads: u64,
    fresh: u64,
    sum_us: u128,
}

/// Lists the lower edges of the bins, in microseconds.
fn edges_us() -> impl Iterator<Item = u64> {
    let decades = (0..DECADES).flat_map(|decade| EDGES.map(|edge| edge * 10_u64.pow(decade)));
    std::iter::once(0).chain(decades).chain(std::iter::once(LAST_US))
}

/// Returns the bin of a time.
fn bin(us: u64) -> usize {
    let Some(decade) = us.checked_ilog10().and_then(|digits| digits.checked_sub(1)) else {
        return 0;
    };
    if decade >= DECADES {
        return 1 + DECADES as usize * EDGES.len();
    }
    let tenths = us / 10_u64.pow(decade);
    decade as usize * EDGES.len() + EDGES.partition_point(|edge| *edge <= tenths)
}

impl Curve {
    pub(super) fn new() -> Self {
        Self { bins: vec![CurveBin::default(); edges_us().count()], longest_us: 0 }
    }

    /// Counts a read that began `since_commit_us` after a commit.
    pub(super) fn record(&mut self, since_commit_us: u64, is_fresh: bool) {
        let bin = &mut self.bins[bin(since_commit_us)];
        bin.reads += 1;
        bin.fresh += u64::from(is_fresh);
        bin.sum_us += u128::from(since_commit_us);
        self.longest_us = self.longest_us.max(since_commit_us);
    }

    /// Lists the bins that have reads. The last one ends after the longest time counted.
    pub(super) fn points(&self) -> Vec<CurvePoint> {
        let ends_us = edges_us().skip(1).chain(std::iter::once(self.longest_us.saturating_add(1)));
        let bins = self.bins.iter().zip(edges_us().zip(ends_us));
        bins.filter(|(bin, _)| bin.reads > 0)
            .map(|(bin, (from_us, to_us))| CurvePoint {
                from_ms: ms(from_us),
                to_ms: ms(to_us),
                mean_ms: bin.sum_us as f64 / bin.reads as f64 / 1_000.0,
                reads: bin.reads,
                fresh: Share::of(bin.fresh, bin.reads),
            })
            .collect()
    }
}
