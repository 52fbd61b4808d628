//! The positions of the coordinators among the replicas: which replica one is itself, and which are near.

#![expect(
    clippy::inline_always,
    reason = "a trial is quick only as one piece: in calls it takes a sixth longer"
)]

use ringside_random::{Draws, Seed};

use super::wars::{Coordinator, Wars};

/// The purposes of the random streams; the legs have [another](super::trial).
const NEAR: u64 = 1;
const COORDINATORS: u64 = 2;

/// The position of a coordinator among the replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CoordinatorSite {
    /// The replica that it is itself, if any.
    pub(super) own: Option<usize>,
    /// The near replicas, one bit for each.
    near: u64,
}

impl CoordinatorSite {
    /// Whether a replica is near.
    #[inline(always)]
    pub(super) const fn is_near(self, replica: usize) -> bool {
        self.near >> replica & 1 == 1
    }
}

/// The distribution of coordinators, prepared for drawing.
#[derive(Clone, Debug)]
pub(super) struct Topology {
    n: u16,
    coordinator: Coordinator,
    /// The number of nodes that a coordinator is drawn from, the replicas first; `None` if it is no replica.
    drawn_from: Option<u16>,
    /// Whether delays depend on the coordinators' positions.
    matters: bool,
    /// The regions of the nodes in ring order, by the cumulative share of keys.
    layouts: Vec<(f64, Vec<u16>)>,
    near: Seed,
    coordinators: Seed,
}

impl Topology {
    /// Prepares a model whose legs have been checked.
    pub(super) fn new(wars: &Wars, seed: Seed) -> Self {
        let (legs, n) = (wars.legs(), wars.n());
        let total: f64 = legs.layouts.iter().map(|layout| layout.weight).sum();
        let mut up_to = 0.0;
        let layouts = legs.layouts.iter().map(|layout| {
            up_to += layout.weight / total;
            (up_to, layout.regions.clone())
        });
        let drawn_from = wars.coordinator().drawn_from(n);
        Self {
            n,
            coordinator: wars.coordinator(),
            drawn_from,
            matters: legs.remote_ms > 0.0 || drawn_from.is_some(),
            layouts: layouts.collect(),
            near: seed.child(NEAR),
            coordinators: seed.child(COORDINATORS),
        }
    }

    /// Draws the positions of the writer's and of the reader's coordinator, or returns `None` if delays do
    /// not depend on them.
    #[inline(always)]
    pub(super) fn draw(&self, ordinal: u32) -> Option<[CoordinatorSite; 2]> {
        self.matters.then(|| {
            let mut near = self.near.child(u64::from(ordinal)).draws();
            let mut coordinators = self.coordinators.child(u64::from(ordinal)).draws();
            if self.layouts.is_empty() {
                [(); 2].map(|()| self.with_one_near(&mut near, &mut coordinators))
            } else {
                let regions = self.regions(near.unit());
                [(); 2].map(|()| self.among(regions, &mut coordinators))
            }
        })
    }

    /// Draws the position of a coordinator to which only one replica is near.
    #[inline(always)]
    fn with_one_near(&self, near: &mut Draws, coordinators: &mut Draws) -> CoordinatorSite {
        let n = u64::from(self.n);
        let near = near.below(n) as usize;
        let drawn = self.drawn_from.map(|nodes| coordinators.below(u64::from(nodes)));
        let own = drawn.filter(|&node| node < n).map(|node| node as usize);
        CoordinatorSite { own, near: 1 << own.unwrap_or(near) }
    }

    /// Returns the regions of the nodes, in ring order, around the key that a draw from (0, 1] chooses.
    fn regions(&self, draw: f64) -> &[u16] {
        // Rounding may leave a sliver past the last layout, which belongs to the last one.
        let index = self.layouts.partition_point(|(up_to, _)| *up_to < draw);
        let layout = self.layouts.get(index).or(self.layouts.last());
        layout.map_or(&[], |(_, regions)| regions)
    }

    /// Draws the position of a coordinator among nodes in these regions, of which the first N hold the key.
    fn among(&self, regions: &[u16], draws: &mut Draws) -> CoordinatorSite {
        let (n, nodes) = (usize::from(self.n), regions.len());
        let among = match self.coordinator {
            // If every node holds the key, a node that does not is outside all regions.
            Coordinator::Apart => n..nodes.max(n + 1),
            Coordinator::Replica => 0..n,
            Coordinator::Any { .. } => 0..nodes,
        };
        let index = among.start + draws.below(among.len() as u64) as usize;
        let region = regions.get(index);
        let is_near = |it: &u16| Some(it) == region;
        let near =
            regions.iter().take(n).rev().fold(0, |near, it| near << 1 | u64::from(is_near(it)));
        CoordinatorSite { own: Some(index).filter(|&index| index < n), near }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pbs::{Delay, Layout, Legs, ReadsTo};

    /// Draws the positions of many trials, N = 3.
    fn drawn(layouts: &[(f64, &[u16])], coordinator: Coordinator) -> Vec<[CoordinatorSite; 2]> {
        let layout = |(weight, regions): &(f64, &[u16])| Layout {
            weight: *weight,
            regions: regions.to_vec(),
        };
        let layouts = layouts.iter().map(layout).collect();
        let legs = Legs { remote_ms: 1.0, layouts, ..Legs::all(Delay::Constant { ms: 1.0 }) };
        let wars = Wars::new(3, 1, 1, ReadsTo::All, legs).expect("possible settings");
        let topology = Topology::new(&wars.with_coordinator(coordinator), Seed::new(9));
        (0..30_000).map(|ordinal| topology.draw(ordinal).expect("they matter")).collect()
    }

    /// Returns the share of the writers' positions that meet a condition.
    fn share(drawn: &[[CoordinatorSite; 2]], is: impl Fn(CoordinatorSite) -> bool) -> f64 {
        drawn.iter().filter(|[site, _]| is(*site)).count() as f64 / drawn.len() as f64
    }

    #[test]
    fn replicas_in_the_coordinators_region_are_near() {
        let near = |site: CoordinatorSite| [0, 1, 2].map(|replica| site.is_near(replica));
        let regions: [(f64, &[u16]); 1] = [(1.0, &[0, 1, 0, 1, 2])];
        for [site, _] in drawn(&regions, Coordinator::Replica) {
            let own = site.own.expect("it is a replica");
            assert_eq!(
                near(site),
                if own == 1 { [false, true, false] } else { [true, false, true] }
            );
        }
        let any = drawn(&regions, Coordinator::Any { nodes: 5 });
        assert!((share(&any, |site| site.own.is_none()) - 0.4).abs() < 0.015);
        assert!((share(&any, |site| near(site) == [false; 3]) - 0.2).abs() < 0.015);
        let apart = drawn(&regions, Coordinator::Apart);
        assert!(apart.iter().flatten().all(|site| site.own.is_none()));
        assert!((share(&apart, |site| near(site) == [false, true, false]) - 0.5).abs() < 0.015);
        let none = drawn(&[(1.0, &[0, 0, 0])], Coordinator::Apart);
        assert!(none.iter().flatten().all(|site| near(*site) == [false; 3]));
    }

    #[test]
    fn layouts_are_drawn_by_weight_and_shared_by_both_coordinators() {
        let layouts: [(f64, &[u16]); 2] = [(3.0, &[0, 0, 0]), (1.0, &[0, 1, 2])];
        let drawn = drawn(&layouts, Coordinator::Replica);
        let is_together = |site: CoordinatorSite| (0..3).all(|replica| site.is_near(replica));
        assert!((share(&drawn, is_together) - 0.75).abs() < 0.015);
        assert!(drawn.iter().all(|[writer, reader]| is_together(*writer) == is_together(*reader)));
    }
}
