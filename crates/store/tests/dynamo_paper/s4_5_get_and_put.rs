//! 4.5: any node takes a request; W nodes must write and R nodes must answer.

use proptest::prelude::*;
use ringside_store::MessageKind;

use crate::harness::{TestCluster, get, put, quorum};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Replies are delivered one by one: the client gets its response at the Rth or Wth, and not
    /// before.
    #[test]
    fn any_node_coordinates_and_answers_at_r_or_w(
        (n, r, w) in (1..=4_u16).prop_flat_map(|n| (Just(n), 1..=n, 1..=n)),
        node in 0..6_u16,
        key in "[a-z]{1,8}",
    ) {
        let mut cluster = TestCluster::new(6, quorum(n, r, w));
        let is_primary = u16::from(cluster.preference_list(&key).contains(&node));
        for (request, kind, needed) in
            [(put(&key, "v"), MessageKind::Write, w), (get(&key), MessageKind::Read, r)]
        {
            let id = cluster.begin(node, request);
            cluster.deliver_where(|envelope| envelope.message.kind() == kind);
            prop_assert_eq!(cluster.in_flight.len(), usize::from(n - is_primary), "all N are asked");
            let mut votes = is_primary;
            while votes < needed {
                prop_assert!(!cluster.replies.contains_key(&id), "{} of {}", votes, needed);
                cluster.deliver(0);
                votes += 1;
            }
            prop_assert!(cluster.replies[&id].is_ok());
            cluster.deliver_all();
            prop_assert_eq!(cluster.reply_counts[&id], 1);
        }
    }
}

/// "Setting W and R such that R + W > N yields a quorum-like system."
#[test]
fn a_read_set_and_a_write_set_overlap() {
    let mut cluster = TestCluster::new(3, quorum(3, 2, 2));
    cluster.ask(0, 1, put("k", "v"));
    cluster.lose(|envelope| envelope.to.0 == 2);
    cluster.deliver_all();
    cluster.ask(2, 2, get("k"));
    cluster.lose(|envelope| envelope.to.0 == 1);
    cluster.deliver_all();
    assert_eq!(cluster.values(2), ["v"]);
}
