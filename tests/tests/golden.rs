//! Golden digests of runs: the same scenario, seed and commands have the same digest, natively and in
//! WebAssembly.
//!
//! `golden.txt` contains the digests. This test runs on both targets. If a change is meant to change
//! runs, `RINGSIDE_BLESS=1 cargo test -p ringside-tests --test golden` rewrites the native digests, and
//! the commit says why they had to change.

use ringside_lab::scenario::{Distribution, LatencyModel, Link, Load, Part, PartModel, Service};
use ringside_lab::settings::{
    AntiEntropy, Ask, Deletes, Gossip, Hints, QuorumRules, ReadRepair, Settings, Truncation,
    Versions,
};
use ringside_lab::{
    BUILT_IN, Command, CoordinatorChoice, Detection, DirectedLink, Duration, Instant, Lab,
    MessageId, NodeId, Scenario,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const GOLDEN: &str = include_str!("golden.txt");

/// Returns one line per run: its name and its digest.
fn lines() -> String {
    let built_in = BUILT_IN.into_iter().map(|built_in| {
        let scenario = built_in.scenario().expect("a test of the lab reads it");
        let until = Instant::ZERO + scenario.duration;
        let mut lab = Lab::open(scenario).expect("possible");
        lab.advance_to(until);
        (built_in.name, lab.digest())
    });
    let runs = built_in.chain([("by-hand", by_hand()), ("mechanisms", mechanisms())]);
    let lines: Vec<String> = runs.map(|(name, digest)| format!("{name} {digest}")).collect();
    lines.join("\n") + "\n"
}

/// Returns the digest of a run with every latency model, a link with its own settings, loss, Zipf
/// popularity and many commands.
fn by_hand() -> ringside_lab::Digest {
    let mut lab = Lab::open(everything()).expect("possible");
    let commands = [
        Command::Put {
            key: "colour".into(),
            value: "blue".into(),
            through: Some(NodeId(0)),
            ttl: None,
        },
        Command::Put {
            key: "colour".into(),
            value: "red".into(),
            through: Some(NodeId(5)),
            ttl: None,
        },
        Command::Hold(MessageId(40)),
        Command::Partition(vec![NodeId(0), NodeId(2)]),
        Command::Drop(MessageId(200)),
        Command::Crash(NodeId(4)),
        Command::Quorum { n: 5, r: 1, w: 3 },
        Command::Loss(0.1),
        Command::Latency(LatencyModel::Pareto { scale: Duration::from_ms(2), shape: 1.5 }),
        Command::Get { key: "colour".into(), through: None },
        Command::Heal,
        Command::Wipe(NodeId(1)),
        Command::Restart(NodeId(4)),
        Command::Restart(NodeId(1)),
        Command::Delete { key: "colour".into(), through: None },
        Command::Release(MessageId(40)),
        Command::Latency(LatencyModel::Uniform {
            min: Duration::from_us(1),
            max: Duration::from_ms(30),
        }),
        Command::Load(Load { on: false, ..Load::default() }),
    ];
    for command in commands {
        lab.advance_to(Instant::from_us(lab.now().as_us() + 333_333));
        // Whether a message is still in flight, to be held or dropped, is part of the run.
        let _ = lab.command(command);
    }
    lab.advance_to(Instant::from_us(lab.now().as_us() + 5_000_000));
    lab.digest()
}

/// Returns the digest of a run with every mechanism of the store on, faults of all kinds, and nodes
/// that join and leave.
fn mechanisms() -> ringside_lab::Digest {
    let mut scenario = everything();
    scenario.load.delete_share = 0.1;
    scenario.load.shared_keys = true;
    let mut lab = Lab::open(scenario).expect("possible");
    let settings = Settings {
        versions: Versions {
            truncation: Some(Truncation { entries: 3, age: Duration::from_ms(50) }),
            ..Versions::default()
        },
        quorum: QuorumRules {
            sloppy: true,
            ask: Ask::Quorum,
            digests: true,
            speculation: Some(0.9),
            most_in_progress: Some(200),
            ..QuorumRules::default()
        },
        read_repair: ReadRepair::Blocking,
        hints: Hints { on: true, ..Hints::default() },
        anti_entropy: AntiEntropy { on: true, ..AntiEntropy::default() },
        gossip: Gossip {
            on: true,
            detection: Detection::PhiAccrual { threshold: 2.0 },
            ..Gossip::default()
        },
        deletes: Deletes {
            grace: Some(Duration::from_secs(2)),
            default_ttl: Some(Duration::from_secs(4)),
        },
        ..Settings::default()
    };
    let exponential = |ms| LatencyModel::Exponential { mean: Duration::from_ms(ms) };
    let commands = [
        Command::Settings(Box::new(settings)),
        Command::Coordinator(CoordinatorChoice::Fastest),
        Command::Service(Service { time: Some(exponential(1)), mailbox: 40 }),
        Command::Crash(NodeId(1)),
        Command::Join(NodeId(7)),
        Command::Duplication(0.05),
        Command::Reordering(0.05),
        Command::Pause(NodeId(3)),
        Command::Cut(vec![DirectedLink { from: NodeId(0), to: NodeId(2) }]),
        Command::Clog(DirectedLink { from: NodeId(2), to: NodeId(4) }),
        Command::Restart(NodeId(1)),
        Command::Resume(NodeId(3)),
        Command::Slow { node: NodeId(5), by: Duration::from_ms(20) },
        Command::Unclog(DirectedLink { from: NodeId(2), to: NodeId(4) }),
        Command::Leave(NodeId(6)),
        Command::Swizzle { nodes: vec![NodeId(0), NodeId(4)], every: Duration::from_ms(300) },
        Command::Isolate(NodeId(2)),
        Command::Remove { node: NodeId(2), by: None },
        Command::Chaos(0.8),
        Command::Coordinator(CoordinatorChoice::Any),
        Command::Heal,
        Command::Chaos(0.0),
    ];
    for command in commands {
        lab.advance_to(Instant::from_us(lab.now().as_us() + 777_777));
        // A fault that chaos has already caused is refused.
        let _ = lab.command(command);
    }
    lab.advance_to(Instant::from_us(lab.now().as_us() + 5_000_000));
    lab.digest()
}

fn everything() -> Scenario {
    let mut scenario = BUILT_IN[0].scenario().expect("built in");
    scenario.cluster.nodes = 7;
    scenario.network.loss = 0.02;
    scenario.network.latency = LatencyModel::Mixture(vec![
        Part { weight: 3.0, latency: PartModel::Exponential { mean: Duration::from_ms(7) } },
        Part {
            weight: 1.0,
            latency: PartModel::Pareto { scale: Duration::from_ms(3), shape: 3.35 },
        },
    ]);
    scenario.network.links = vec![Link {
        from: NodeId(0),
        to: NodeId(1),
        latency: Some(LatencyModel::Constant(Duration::from_ms(75))),
        loss: Some(0.5),
    }];
    scenario.load = Load {
        on: true,
        rate: 300.0,
        read_share: 0.6,
        keys: 100,
        distribution: Distribution::Zipf { exponent: 0.99 },
        clients: 5,
        ..Load::default()
    };
    scenario
}

#[test]
fn runs_have_their_golden_digests() {
    let lines = lines();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("RINGSIDE_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.txt");
        std::fs::write(path, &lines).expect("the golden file can be written");
        return;
    }
    assert_eq!(lines, GOLDEN, "a run has changed: see the top of this file");
}
