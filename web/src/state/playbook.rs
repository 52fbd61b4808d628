//! The playbook: choices of N, R and W, with their effects.

use ringside_lab::Quorum;

/// The rows of the playbook as (N, R, W).
const ROWS: [(u16, u16, u16); 10] = [
    (3, 1, 1),
    (3, 1, 2),
    (3, 2, 1),
    (3, 2, 2),
    (3, 1, 3),
    (3, 3, 1),
    (3, 3, 3),
    (5, 3, 1),
    (5, 3, 3),
    (5, 4, 4),
];

/// Lists the rows; the row in force is added if it is none of them.
pub(crate) fn rows(in_force: Quorum) -> Vec<Quorum> {
    let mut rows: Vec<Quorum> =
        ROWS.into_iter().filter_map(|(n, r, w)| Quorum::new(n, r, w).ok()).collect();
    if !rows.contains(&in_force) {
        let place = rows.partition_point(|row| row.n() <= in_force.n());
        rows.insert(place, in_force);
    }
    rows
}

/// Describes what a choice does to staleness and latency.
pub(crate) fn effect(quorum: Quorum) -> String {
    let (n, r, w) = (quorum.n(), quorum.r(), quorum.w());
    let staleness = match quorum.overlap() {
        1.. if w == n => "every replica has the write before it succeeds",
        1.. => "a read set always meets the last write",
        0 => "a read set misses the last write in one arrangement",
        _ => "a read set misses the last write in many arrangements",
    };
    let reads = part("reads", r, n);
    let writes = part("writes", w, n);
    format!("{staleness}; {reads}, {writes}")
}

/// Describes the replicas that an operation waits for.
fn part(operations: &str, needed: u16, n: u16) -> String {
    match needed {
        1 => format!("{operations} wait for the fastest replica"),
        all if all == n => format!("{operations} wait for the slowest replica"),
        needed => format!("{operations} wait for {needed} of {n}"),
    }
}

/// Describes how many nodes may fail, such as `2 of 3`.
pub(crate) fn survives(quorum: Quorum, needed: u16) -> String {
    (quorum.n() - needed).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quorum(n: u16, r: u16, w: u16) -> Quorum {
        Quorum::new(n, r, w).expect("possible sizes")
    }

    #[test]
    fn the_quorum_in_force_has_a_row() {
        assert_eq!(rows(quorum(3, 2, 2)).len(), ROWS.len());
        let rows = rows(quorum(4, 2, 3));
        assert_eq!(rows.len(), ROWS.len() + 1);
        assert!(rows.windows(2).all(|pair| pair[0].n() <= pair[1].n()));
    }

    #[test]
    fn each_row_describes_its_effects() {
        assert_eq!(
            effect(quorum(3, 1, 3)),
            "every replica has the write before it succeeds; reads wait for the fastest replica, \
             writes wait for the slowest replica"
        );
        assert!(effect(quorum(3, 2, 1)).starts_with("a read set misses the last write in one"));
        assert!(effect(quorum(5, 3, 3)).contains("reads wait for 3 of 5"));
        assert_eq!(survives(quorum(5, 3, 1), 3), "2");
    }
}
