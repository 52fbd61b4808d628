//! Where the coordinators stand: which replica one is itself, and which are near.

#![expect(
    clippy::inline_always,
    reason = "a trial is quick only as one piece: in calls it takes a sixth longer"
)]

use ringside_random::{Draws, Seed};

use super::wars::{Coordinator, Wars};

/// The purposes that the luck of places is split by.
const PLACES: u64 = 1;
const COORDINATORS: u64 = 2;

/// Where a coordinator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CoordinatorSite {
    /// The replica that it is itself.
    pub(super) own: Option<usize>,
    /// The replicas that are near, a bit for each.
    near: u64,
}

impl CoordinatorSite {
    /// Tells whether a replica is near.
    #[inline(always)]
    pub(super) const fn is_near(self, replica: usize) -> bool {
        self.near >> replica & 1 == 1
    }
}

/// The places made ready for drawing.
#[derive(Clone, Debug)]
pub(super) struct Topology {
    n: u16,
    coordinator: Coordinator,
    /// How many nodes a coordinator is drawn from, the replicas first; none where it is no replica.
    drawn_from: Option<u16>,
    /// Whether it matters for the delays where a coordinator stands.
    matters: bool,
    /// The regions of the nodes in ring order, each up to its part of all keys.
    layouts: Vec<(f64, Vec<u16>)>,
    near: Seed,
    coordinators: Seed,
}

impl Topology {
    /// Prepares the places of a model whose legs have been checked.
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
            near: seed.child(PLACES),
            coordinators: seed.child(COORDINATORS),
        }
    }

    /// Draws the places of the writer's and of the reader's coordinator, where they matter.
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

    /// Draws the place of a coordinator to which one replica alone is near.
    #[inline(always)]
    fn with_one_near(&self, near: &mut Draws, coordinators: &mut Draws) -> CoordinatorSite {
        let n = u64::from(self.n);
        let near = near.below(n) as usize;
        let drawn = self.drawn_from.map(|nodes| coordinators.below(u64::from(nodes)));
        let own = drawn.filter(|&node| node < n).map(|node| node as usize);
        CoordinatorSite { own, near: 1 << own.unwrap_or(near) }
    }

    /// Gives the regions of the nodes, in ring order, around the key that a draw from (0, 1] chooses.
    fn regions(&self, draw: f64) -> &[u16] {
        // Rounding may leave a sliver past the last layout, which belongs to the last one.
        let place = self.layouts.partition_point(|(up_to, _)| *up_to < draw);
        let layout = self.layouts.get(place).or(self.layouts.last());
        layout.map_or(&[], |(_, regions)| regions)
    }

    /// Draws the place of a coordinator among nodes in these regions, of which the first N hold the key.
    fn among(&self, regions: &[u16], draws: &mut Draws) -> CoordinatorSite {
        let (n, nodes) = (usize::from(self.n), regions.len());
        let among = match self.coordinator {
            // Where every node holds the key, one that does not is elsewhere.
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

    /// Gives the places of many trials, N = 3.
    fn drawn(layouts: &[(f64, &[u16])], coordinator: Coordinator) -> Vec<[CoordinatorSite; 2]> {
        let layout = |(weight, regions): &(f64, &[u16])| Layout {
            weight: *weight,
            regions: regions.to_vec(),
        };
        let layouts = layouts.iter().map(layout).collect();
        let legs = Legs { remote_ms: 1.0, layouts, ..Legs::all(Delay::Constant { ms: 1.0 }) };
        let wars = Wars::new(3, 1, 1, ReadsTo::All, legs).expect("possible settings");
        let places = Topology::new(&wars.with_coordinator(coordinator), Seed::new(9));
        (0..30_000).map(|ordinal| places.draw(ordinal).expect("they matter")).collect()
    }

    /// Counts which part of the first places is such.
    fn part(drawn: &[[CoordinatorSite; 2]], is: impl Fn(CoordinatorSite) -> bool) -> f64 {
        drawn.iter().filter(|[place, _]| is(*place)).count() as f64 / drawn.len() as f64
    }

    #[test]
    fn who_is_near_hangs_on_the_regions() {
        let near = |place: CoordinatorSite| [0, 1, 2].map(|replica| place.is_near(replica));
        let regions: [(f64, &[u16]); 1] = [(1.0, &[0, 1, 0, 1, 2])];
        for [place, _] in drawn(&regions, Coordinator::Replica) {
            let own = place.own.expect("it is a replica");
            assert_eq!(
                near(place),
                if own == 1 { [false, true, false] } else { [true, false, true] }
            );
        }
        let any = drawn(&regions, Coordinator::Any { nodes: 5 });
        assert!((part(&any, |place| place.own.is_none()) - 0.4).abs() < 0.015);
        assert!((part(&any, |place| near(place) == [false; 3]) - 0.2).abs() < 0.015);
        let apart = drawn(&regions, Coordinator::Apart);
        assert!(apart.iter().flatten().all(|place| place.own.is_none()));
        assert!((part(&apart, |place| near(place) == [false, true, false]) - 0.5).abs() < 0.015);
        let none = drawn(&[(1.0, &[0, 0, 0])], Coordinator::Apart);
        assert!(none.iter().flatten().all(|place| near(*place) == [false; 3]));
    }

    #[test]
    fn layouts_are_drawn_by_their_weights_and_both_coordinators_see_the_same() {
        let layouts: [(f64, &[u16]); 2] = [(3.0, &[0, 0, 0]), (1.0, &[0, 1, 2])];
        let drawn = drawn(&layouts, Coordinator::Replica);
        let is_together = |place: CoordinatorSite| (0..3).all(|replica| place.is_near(replica));
        assert!((part(&drawn, is_together) - 0.75).abs() < 0.015);
        assert!(drawn.iter().all(|[writer, reader]| is_together(*writer) == is_together(*reader)));
    }
}
