//! Read repair: a read sends replicas the versions that it found them to lack.

use smallvec::SmallVec;

use crate::NodeId;
use crate::settings::Order;
use crate::version::Siblings;

/// Replicas with the versions that each of them lacks.
pub(crate) type Repairs = SmallVec<[(NodeId, Siblings); 2]>;

/// Compares the versions of replicas with all that were found, and returns the versions that each
/// replica lacks.
///
/// `known` is updated to the versions that the replicas hold once they are repaired, so that a call
/// after a late answer returns only what that answer added (Dynamo, section 5: repair happens after
/// the reply, from late answers).
pub(crate) fn take(found: &Siblings, known: &mut [(NodeId, Siblings)], order: Order) -> Repairs {
    let mut repairs = Repairs::new();
    for (node, held) in known {
        let lacking = found.lacking(held, order);
        if !lacking.is_empty() {
            held.merge(&lacking, order);
            repairs.push((*node, lacking));
        }
    }
    repairs
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::version::{Actor, Context, Dot, Version};
    use crate::{Instant, Value};

    fn version(node: u16, counter: u64, past: &Siblings) -> Arc<Version> {
        let dot = Dot { actor: Actor { node: NodeId(node), generation: 0 }, counter };
        let (past, value) = (past.context(), Some(Value::new("v")));
        let written = Instant::ZERO;
        Arc::new(Version { dot, past, rank: 0, written, expires: None, value })
    }

    fn set(versions: &[&Arc<Version>]) -> Siblings {
        let mut set = Siblings::new();
        versions.iter().for_each(|&version| {
            set.merge(&Siblings::of(Arc::clone(version)), Order::Dotted);
        });
        set
    }

    #[test]
    fn each_replica_gets_exactly_what_it_lacks() {
        let old = version(0, 1, &Siblings::new());
        let new = version(0, 2, &set(&[&old]));
        let aside = version(1, 1, &Siblings::new());
        assert_eq!(new.past, {
            let mut seen = Context::new();
            seen.insert(old.dot);
            seen
        });
        let found = set(&[&new, &aside]);
        let mut known = vec![
            (NodeId(0), set(&[&new, &aside])),
            (NodeId(1), set(&[&old, &aside])),
            (NodeId(2), Siblings::new()),
        ];
        let repairs = take(&found, &mut known, Order::Dotted);
        let expected = [(NodeId(1), set(&[&new])), (NodeId(2), found.clone())];
        assert_eq!(repairs.to_vec(), expected);
        assert!(take(&found, &mut known, Order::Dotted).is_empty(), "no repair is sent twice");
    }
}
