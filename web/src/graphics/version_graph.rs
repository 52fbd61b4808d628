//! The layout of a key's version graph: one column per generation, and rows for concurrent versions.

use ringside_lab::versions::Lineage;

/// The place of a version in the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The column, counted from zero.
    pub(crate) column: usize,
    /// The row, counted from zero.
    pub(crate) row: usize,
}

/// The layout of a version graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Layout {
    /// The place of each version, in the order of the versions.
    pub(crate) places: Vec<Place>,
    /// The number of columns.
    pub(crate) columns: usize,
    /// The number of rows.
    pub(crate) rows: usize,
}

impl Layout {
    /// Lays out the versions of a key. Each version is placed in the free row nearest to the mean row of its
    /// parents, so that a history without siblings is a straight line.
    pub(crate) fn new(lineage: &Lineage) -> Self {
        let generations: Vec<u16> = lineage.versions.iter().map(|it| it.generation).collect();
        Self::of(&generations, &lineage.edges)
    }

    fn of(generations: &[u16], edges: &[(usize, usize)]) -> Self {
        let mut places: Vec<Place> = Vec::with_capacity(generations.len());
        for (version, &generation) in generations.iter().enumerate() {
            let column = usize::from(generation);
            let taken: Vec<usize> =
                places.iter().filter(|place| place.column == column).map(|it| it.row).collect();
            let from = edges.iter().filter(|edge| edge.1 == version && edge.0 < places.len());
            let rows: Vec<usize> = from.map(|edge| places[edge.0].row).collect();
            let wanted = rows.iter().sum::<usize>() / rows.len().max(1);
            // Of more rows than are taken, at least one is free.
            let free = (0..=taken.len() + wanted).filter(|row| !taken.contains(row));
            let row = free.min_by_key(|row| row.abs_diff(wanted)).unwrap_or_default();
            places.push(Place { column, row });
        }
        let columns = places.iter().map(|place| place.column + 1).max().unwrap_or_default();
        let rows = places.iter().map(|place| place.row + 1).max().unwrap_or_default();
        Self { places, columns, rows }
    }

    /// Whether a version lies in a column between two places and in the row of either.
    pub(crate) fn is_blocked(&self, from: Place, to: Place) -> bool {
        let between = from.column + 1..to.column;
        self.places.iter().any(|place| {
            between.contains(&place.column) && (place.row == from.row || place.row == to.row)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(layout: &Layout) -> Vec<(usize, usize)> {
        layout.places.iter().map(|place| (place.column, place.row)).collect()
    }

    #[test]
    fn a_history_without_siblings_is_a_straight_line() {
        let layout = Layout::of(&[0, 1, 2], &[(0, 1), (1, 2)]);
        assert_eq!(rows(&layout), [(0, 0), (1, 0), (2, 0)]);
        assert_eq!((layout.columns, layout.rows), (3, 1));
    }

    #[test]
    fn siblings_are_in_different_rows_and_no_two_versions_share_a_place() {
        let layout = Layout::of(&[0, 1, 1, 2, 2], &[(0, 1), (0, 2), (1, 3), (2, 3), (2, 4)]);
        assert_eq!(rows(&layout), [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)]);
        let wide = Layout::of(&[0; 40], &[]);
        let mut places = rows(&wide);
        places.sort_unstable();
        places.dedup();
        assert_eq!((places.len(), wide.rows, wide.columns), (40, 40, 1));
    }

    #[test]
    fn a_version_in_the_way_of_an_edge_blocks_it() {
        let layout = Layout::of(&[0, 1, 2], &[(0, 1), (0, 2)]);
        let [from, _, to] = layout.places[..] else { panic!("three places") };
        assert!(layout.is_blocked(from, to));
        assert!(!layout.is_blocked(from, layout.places[1]));
    }
}
