//! 6.2: how evenly the strategies spread the load, and what a join costs each of them.

use ringside_store::{NodeId, Partitioning};

/// Figure 8: for the same amount of metadata, equal partitions balance best.
#[test]
fn equal_partitions_balance_better_than_random_tokens() {
    let efficiency = |how: Partitioning| how.ring((0..30).map(NodeId)).load_balance_efficiency(3);
    for tokens in [4_u16, 8, 16, 32] {
        let random = efficiency(Partitioning::RandomTokens { tokens });
        let equal =
            efficiency(Partitioning::EqualPartitions { partitions: u32::from(tokens) * 30 });
        assert!(equal > random, "{tokens} tokens per node: {random} against {equal}");
        assert!(equal > 0.9);
    }
}

/// "A node is in balance if its load deviates from the mean by less than 15%."
#[test]
fn with_equal_partitions_every_node_is_in_balance() {
    let ring = Partitioning::EqualPartitions { partitions: 1_024 }.ring((0..30).map(NodeId));
    let shares = ring.shares(3);
    let mean = 3.0 / 30.0;
    assert!(shares.iter().all(|(_, share)| (share - mean).abs() < 0.15 * mean), "{shares:?}");
}
