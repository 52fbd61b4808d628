//! The plan of a seed: a cluster, its settings, its load, and the faults.

use std::collections::BTreeMap;

use ringside_random::{Draws, Latency, Seed};
use ringside_sim::{
    Channels, ClockSkew, Cluster, ClusterError, Config, CoordinatorChoice, Legs, Load, Service,
};
use ringside_store::settings::{
    AntiEntropy, Ask, Deletes, Gossip, Hints, Holder, Order, QuorumRules, ReadRepair, Settings,
    Streaming, Truncation, Versions,
};
use ringside_store::{Detection, Duration, Instant, NodeId, Partitioning, Quorum};

/// The purposes of a plan's draws.
mod purpose {
    pub(super) const PLAN: u64 = 0x5741_524D;
    pub(super) const CLUSTER: u64 = 1;
    pub(super) const SETTINGS: u64 = 2;
    pub(super) const LOAD: u64 = 3;
    pub(super) const STEPS: u64 = 4;
    pub(super) const RUN: u64 = 5;
}

/// One change of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanStep {
    /// A node crashes.
    Crash(NodeId),
    /// A node restarts.
    Restart(NodeId),
    /// A node crashes and loses its disk.
    Wipe(NodeId),
    /// A node pauses, as in a garbage collection.
    Pause(NodeId),
    /// A node resumes.
    Resume(NodeId),
    /// The network splits.
    Partition(Vec<NodeId>),
    /// One link is cut in one direction.
    Cut(NodeId, NodeId),
    /// All links are healed.
    Heal,
    /// A node joins.
    Join(NodeId),
    /// A node leaves.
    Leave(NodeId),
    /// A node is removed by an administrator.
    Remove(NodeId),
    /// Random faults of this intensity begin.
    Chaos(f64),
    /// A wall clock jumps.
    Clock(NodeId, ClockSkew),
}

/// The plan of a seed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The initial configuration of the cluster.
    pub config: Config,
    /// The changes, in order of time.
    pub steps: Vec<(Instant, PlanStep)>,
    /// The end of the faults.
    pub end: Instant,
}

impl PlanStep {
    /// Applies the change.
    ///
    /// # Errors
    ///
    /// If the cluster's state does not allow it; nothing has changed then.
    pub fn apply(&self, cluster: &mut Cluster) -> Result<(), ClusterError> {
        match self {
            Self::Crash(node) => cluster.crash(*node),
            Self::Restart(node) => cluster.restart(*node),
            Self::Wipe(node) => cluster.wipe(*node),
            Self::Pause(node) => cluster.pause(*node),
            Self::Resume(node) => cluster.resume(*node),
            Self::Partition(side) => cluster.partition(side),
            Self::Cut(from, to) => cluster.cut(&[(*from, *to)]),
            Self::Heal => {
                cluster.heal();
                Ok(())
            }
            Self::Join(node) => cluster.join(*node),
            Self::Leave(node) => cluster.leave(*node),
            Self::Remove(node) => cluster.remove(*node, None),
            Self::Chaos(intensity) => {
                cluster.set_chaos(*intensity);
                Ok(())
            }
            Self::Clock(node, skew) => cluster.set_clock(*node, *skew),
        }
    }
}

impl Plan {
    /// Draws the plan of a seed.
    pub fn draw(seed: u64) -> Self {
        let seed = Seed::new(seed).child(purpose::PLAN);
        let settings = settings(&mut seed.child(purpose::SETTINGS).draws());
        let mut config = cluster(&mut seed.child(purpose::CLUSTER).draws(), settings);
        config.seed = seed.child(purpose::RUN).draws().bits();
        config.load = Some(load(&mut seed.child(purpose::LOAD).draws()));
        let mut draws = seed.child(purpose::STEPS).draws();
        let end = Instant::from_us(6_000_000 + draws.below(8_000_000));
        let steps = steps(&mut draws, &config, end);
        Self { config, steps, end }
    }

    /// Returns the order of versions.
    pub fn order(&self) -> Order {
        if self.config.settings.quorum.register {
            Order::LastWriteWins
        } else {
            self.config.settings.versions.order
        }
    }

    /// Whether no acknowledged write may be lost: no disk is lost, no tombstone is collected, and no
    /// hint that counted as an acknowledgement is dropped.
    pub fn keeps_all(&self) -> bool {
        let Settings { versions, quorum, hints, deletes, .. } = &self.config.settings;
        let loses = |(_, step): &(Instant, PlanStep)| {
            matches!(step, PlanStep::Wipe(_) | PlanStep::Remove(_))
        };
        let safe = !quorum.sloppy || hints.window >= Duration::from_secs(3_600);
        !self.steps.iter().any(loses)
            && deletes.grace.is_none()
            && versions.truncation.is_none()
            && safe
    }

    /// Ends all faults, and switches on the mechanisms that make replicas converge.
    pub fn heal(&self, cluster: &mut Cluster) {
        cluster.set_chaos(0.0);
        cluster.heal();
        cluster.set_loss(0.0);
        cluster.set_duplication(0.0);
        let _ = cluster.set_load(None);
        cluster.set_service(Service::default());
        let nodes: Vec<NodeId> = cluster.nodes().map(|node| node.id).collect();
        for node in nodes {
            // Most nodes are neither down nor paused, and refuse.
            let _ = cluster.restart(node);
            let _ = cluster.resume(node);
            let _ = cluster.slow(node, Duration::ZERO);
        }
        let mut settings = self.config.settings.clone();
        settings.gossip.on = true;
        settings.hints.on = true;
        settings.hints.keys_per_second = 1_000;
        settings.streaming.keys_per_second = 1_000;
        settings.anti_entropy = AntiEntropy {
            on: true,
            period: Duration::from_secs(1),
            concurrency: 8,
            keys_per_second: 5_000,
            ..settings.anti_entropy
        };
        cluster.set_settings(settings);
    }
}

/// Draws one of a few values.
fn one_of<T: Clone>(draws: &mut Draws, values: &[T]) -> T {
    values[draws.below(values.len() as u64) as usize].clone()
}

/// Draws a duration between two numbers of milliseconds.
fn between_ms(draws: &mut Draws, low: u64, high: u64) -> Duration {
    Duration::from_ms(low + draws.below(high - low))
}

fn cluster(draws: &mut Draws, settings: Settings) -> Config {
    let nodes = 3 + draws.below(5) as u16;
    let n = 1 + draws.below(u64::from(nodes.min(5))) as u16;
    let n = if n < 3 && draws.happens(0.8) { 3 } else { n };
    let size = |draws: &mut Draws| 1 + draws.below(u64::from(n)) as u16;
    let (r, w) =
        if draws.happens(0.5) { (n / 2 + 1, n / 2 + 1) } else { (size(draws), size(draws)) };
    let partitioning = if draws.happens(0.3) {
        Partitioning::EqualPartitions { partitions: 16 + draws.below(48) as u32 }
    } else {
        Partitioning::RandomTokens { tokens: 1 + draws.below(12) as u16 }
    };
    let mean_us = one_of(draws, &[500.0, 2_000.0, 8_000.0]);
    let latency = one_of(
        draws,
        &[
            Latency::Exponential { mean_us },
            Latency::Constant { us: mean_us as u64 },
            Latency::Pareto { scale_us: mean_us / 2.0, shape: 1.5 },
        ],
    );
    let service = if draws.happens(0.25) {
        let mean_us = one_of(draws, &[100.0, 1_000.0, 4_000.0]);
        Service {
            time: Some(Latency::Exponential { mean_us }),
            mailbox: 4 + draws.below(30) as u32,
        }
    } else {
        Service::default()
    };
    let mut clocks = BTreeMap::new();
    if draws.happens(0.4) {
        for node in (0..nodes).map(NodeId) {
            clocks.insert(node, skew(draws));
        }
    }
    let fault_rate = |draws: &mut Draws| if draws.happens(0.3) { draws.unit() * 0.1 } else { 0.0 };
    Config {
        seed: 0,
        nodes,
        partitioning,
        quorum: Quorum::new(n, r, w).expect("sizes from one to n"),
        request_timeout: between_ms(draws, 50, 400),
        settings,
        service,
        clocks,
        channels: Channels {
            latency,
            legs: Legs::default(),
            regions: None,
            client_latency: Latency::Constant { us: 500 },
            loss: fault_rate(draws),
            duplication: fault_rate(draws),
            reordering: fault_rate(draws),
            links: BTreeMap::new(),
        },
        coordinator: one_of(
            draws,
            &[
                CoordinatorChoice::Replica,
                CoordinatorChoice::Any,
                CoordinatorChoice::Fixed,
                CoordinatorChoice::Fastest,
            ],
        ),
        client_timeout: Duration::from_ms(1_000),
        load: None,
    }
}

fn skew(draws: &mut Draws) -> ClockSkew {
    let skew_us = draws.below(2_000_000).cast_signed() - 1_000_000;
    ClockSkew { skew_us, drift_ppm: (draws.below(2_000) as i32) - 1_000 }
}

fn settings(draws: &mut Draws) -> Settings {
    let order = one_of(
        draws,
        &[Order::Dotted, Order::Dotted, Order::Dotted, Order::Plain, Order::LastWriteWins],
    );
    let truncation = draws.happens(0.15).then(|| Truncation {
        entries: 1 + draws.below(4) as u16,
        age: between_ms(draws, 0, 1_000),
    });
    let speculation = draws.happens(0.5).then(|| 0.5 + draws.below(50) as f64 / 100.0);
    let most_in_progress = draws.happens(0.2).then(|| 1 + draws.below(8) as u32);
    Settings {
        versions: Versions { order, truncation },
        quorum: QuorumRules {
            sloppy: draws.happens(0.35),
            ask: one_of(draws, &[Ask::All, Ask::Quorum]),
            digests: draws.happens(0.4),
            speculation,
            register: draws.happens(0.1),
            most_in_progress,
        },
        read_repair: one_of(
            draws,
            &[ReadRepair::Off, ReadRepair::Asynchronous, ReadRepair::Blocking],
        ),
        hints: Hints {
            on: draws.happens(0.7),
            holder: one_of(draws, &[Holder::StandIn, Holder::Coordinator]),
            count: draws.happens(0.7),
            window: one_of(draws, &[Duration::from_secs(10_800), Duration::from_ms(1_500)]),
            most_per_target: one_of(draws, &[3, 10_000, 10_000]),
            period: between_ms(draws, 50, 1_000),
            keys_per_second: one_of(draws, &[10, 500]),
        },
        anti_entropy: AntiEntropy {
            on: draws.happens(0.5),
            period: between_ms(draws, 200, 3_000),
            concurrency: 1 + draws.below(3) as u16,
            keys_per_second: one_of(draws, &[5, 1_000]),
            depth: draws.below(8) as u8,
        },
        gossip: Gossip {
            on: draws.happens(0.85),
            period: between_ms(draws, 50, 300),
            detection: if draws.happens(0.7) {
                Detection::PhiAccrual { threshold: 1.0 + draws.unit() * 5.0 }
            } else {
                Detection::Timeout { after: between_ms(draws, 300, 2_000) }
            },
        },
        streaming: Streaming {
            keys_per_second: one_of(draws, &[10, 100, 1_000]),
            keys_per_message: 1 + draws.below(20) as u16,
        },
        deletes: Deletes {
            grace: draws.happens(0.35).then(|| between_ms(draws, 200, 4_000)),
            default_ttl: draws.happens(0.2).then(|| between_ms(draws, 200, 6_000)),
        },
    }
}

fn load(draws: &mut Draws) -> Load {
    Load {
        rate: 10.0 + draws.unit() * 110.0,
        read_share: 0.2 + draws.unit() * 0.6,
        clients: 1 + draws.below(6) as u16,
        keys: 1 + draws.below(60) as u32,
        exponent: one_of(draws, &[0.0, 0.99]),
        delete_share: one_of(draws, &[0.0, 0.1, 0.5]),
        blind: one_of(draws, &[0.0, 0.0, 0.3]),
        shared_keys: draws.happens(0.5),
        ttl: None,
    }
}

/// Draws the changes of the cluster: single ones at random times, and perhaps chaos.
fn steps(draws: &mut Draws, config: &Config, end: Instant) -> Vec<(Instant, PlanStep)> {
    let mut steps = Vec::new();
    if draws.happens(0.4) {
        steps.push((Instant::from_us(500_000), PlanStep::Chaos(0.2 + draws.unit() * 0.8)));
    }
    let wipes = draws.happens(0.2);
    let churn = draws.happens(0.6);
    let mut nodes = config.nodes;
    for _ in 0..draws.below(14) {
        let at = Instant::from_us(500_000 + draws.below(end.as_us() - 500_000));
        let later = at + between_ms(draws, 100, 4_000);
        let node = NodeId(draws.below(u64::from(nodes)) as u16);
        let other = NodeId(draws.below(u64::from(nodes)) as u16);
        match draws.below(12) {
            0..=2 => steps.extend([(at, PlanStep::Crash(node)), (later, PlanStep::Restart(node))]),
            3 if wipes => {
                steps.extend([(at, PlanStep::Wipe(node)), (later, PlanStep::Restart(node))]);
            }
            3 | 4 => steps.extend([(at, PlanStep::Pause(node)), (later, PlanStep::Resume(node))]),
            5 | 6 => {
                let side = vec![node, other];
                steps.extend([(at, PlanStep::Partition(side)), (later, PlanStep::Heal)]);
            }
            7 => steps.extend([(at, PlanStep::Cut(node, other)), (later, PlanStep::Heal)]),
            8 if churn => {
                steps.push((at, PlanStep::Join(NodeId(nodes))));
                nodes += 1;
            }
            9 if churn => steps.push((at, PlanStep::Leave(node))),
            10 if churn && wipes => {
                steps.extend([(at, PlanStep::Crash(node)), (later, PlanStep::Remove(node))]);
            }
            _ => steps.push((at, PlanStep::Clock(node, skew(draws)))),
        }
    }
    // Steps of the same instant keep the order of their draws, because the sort is stable.
    steps.retain(|(at, _)| *at < end);
    steps.sort_by_key(|(at, _)| *at);
    steps
}
