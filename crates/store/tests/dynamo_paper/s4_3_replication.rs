//! 4.3: each key is on the N distinct nodes of its preference list.

use std::collections::BTreeSet;

use ringside_store::Key;

use crate::harness::{TestCluster, put, quorum};

#[test]
fn a_key_is_on_the_distinct_nodes_of_its_list_and_on_no_other() {
    let mut cluster = TestCluster::new(6, quorum(3, 2, 2));
    for number in 0..60_u16 {
        let key = format!("key {number}");
        cluster.complete(number % 6, put(&key, "v"));
        let list: BTreeSet<u16> = cluster.preference_list(&key).into_iter().collect();
        assert_eq!(list.len(), 3, "physical nodes are distinct, wherever their tokens lie");
        let holds = |id: &u16| cluster.node(*id).disk().get(&Key::new(&key)).is_some();
        assert_eq!((0..6).filter(holds).collect::<BTreeSet<u16>>(), list);
    }
}
