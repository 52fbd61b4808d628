//! Beliefs and phi traces, compared with a naive look at every pair of nodes after every step.

use proptest::prelude::*;
use ringside_lab::gossip::PhiTrace;
use ringside_lab::gossip::{Belief, BeliefError};
use ringside_lab::timeline::Timeline;
use ringside_lab::{BuiltIn, Command, Detection, Duration, Instant, Lab, NodeId, Scenario, Status};

fn scenario(seed: u64) -> Scenario {
    let built_in = BuiltIn::find("failure-detector").expect("it is built in");
    let mut scenario = built_in.scenario().expect("it can be read");
    scenario.seed = seed;
    scenario.events.clear();
    scenario.store.gossip.on = true;
    scenario
}

fn open(seed: u64) -> Lab {
    Lab::open(scenario(seed)).expect("it can be opened")
}

fn ms(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

/// Compares the beliefs with a look at each pair of nodes.
fn check(lab: &Lab) -> Result<(), TestCaseError> {
    let beliefs = lab.beliefs();
    let views: Vec<_> = lab.cluster().nodes().collect();
    prop_assert_eq!(beliefs.rows.len(), views.len());
    let (mut all, mut wrong) = (0, 0);
    for (view, row) in views.iter().zip(&beliefs.rows) {
        let (Some(node), Some(row)) = (view.node, row) else {
            prop_assert_eq!(view.node.is_some(), row.is_some());
            continue;
        };
        for (truth, belief) in beliefs.truths.iter().zip(row) {
            let known = node.members().find(|member| member.node == truth.node);
            prop_assert_eq!(belief.standing, known.map(|it| it.status));
            prop_assert_eq!(belief.life, known.map(|it| (it.incarnation, it.heartbeat)));
            let there = known.is_some_and(|it| !it.status.is_gone());
            prop_assert_eq!(belief.suspected, there && !node.believes_up(truth.node));
            if view.id == truth.node {
                prop_assert_eq!(belief.age, None);
                prop_assert_eq!(truth.life, belief.life);
                continue;
            }
            if let Some(age) = belief.age {
                let stats = node.heartbeat_stats(truth.node).expect("it is listened to");
                prop_assert_eq!(stats.last + age, lab.now());
                prop_assert!((stats.phi(lab.now()) - node.phi(truth.node, lab.now())).abs() < 1e-9);
            }
            // The known incarnation and heartbeat of a node are never ahead of its own.
            prop_assert!(truth.life.is_none() || belief.life <= truth.life);
            all += 1;
            wrong += u32::from(belief.error.is_some());
            let answers = views[truth.node.index()].up && !views[truth.node.index()].paused;
            let expected = match belief.error {
                Some(BeliefError::TakenForDown) => answers && belief.suspected,
                Some(BeliefError::TakenForUp) => !answers && !belief.suspected,
                Some(BeliefError::OldStanding) => belief.standing != truth.standing,
                None => !there || answers != belief.suspected,
            };
            prop_assert!(expected, "{belief:?} {truth:?}");
        }
    }
    prop_assert_eq!(beliefs.counted(), (all, wrong));
    Ok(())
}

/// Returns the value of a line at a time. If two corners share that time, the earlier corner counts.
fn at(corners: &[(Instant, Option<f64>)], now: Instant) -> Option<f64> {
    let next = corners.iter().position(|(at, _)| *at >= now)?;
    let (end, high) = corners[next];
    let Some((begin, low)) = next.checked_sub(1).map(|before| corners[before]) else { return high };
    let part = now.since(begin).as_us() as f64 / (end.since(begin).as_us() as f64).max(1.0);
    Some(low? + (high? - low?) * part)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn beliefs_agree_with_a_look_at_every_pair(
        seed in 0..1_000_u64,
        acts in prop::collection::vec((0..6_u8, 0..5_u16, 0..4_000_u64), 1..8),
    ) {
        let mut lab = open(seed);
        for (act, node, wait) in acts {
            let node = NodeId(node);
            let _ = lab.command(match act {
                0 => Command::Crash(node),
                1 => Command::Restart(node),
                2 => Command::Isolate(node),
                3 => Command::Heal,
                4 => Command::Pause(node),
                _ => Command::Leave(node),
            });
            check(&lab)?;
            lab.advance_to(lab.now() + Duration::from_ms(wait));
            check(&lab)?;
        }
    }

    #[test]
    fn the_line_of_phi_contains_the_nodes_own_phi_at_each_step(seed in 0..1_000_u64) {
        let pair = (NodeId(0), NodeId(1));
        let mut lab = open(seed);
        lab.watch_phi(Some(pair));
        lab.advance_to(ms(4_000));
        lab.command(Command::Isolate(NodeId(1))).expect("it can be cut off");
        let mut seen = Vec::new();
        while lab.now() < ms(9_000) && lab.step() {
            let node = lab.cluster().nodes().next().and_then(|view| view.node).expect("it runs");
            seen.push((lab.now(), node.phi(pair.1, lab.now())));
        }
        let phi_trace = lab.phi_trace().expect("it is watched");
        let corners = phi_trace.corners(Instant::ZERO);
        for (now, phi) in seen {
            let shown = at(&corners, now).expect("the peer is always judged");
            // A step may end at the instant of a heartbeat.
            let fell = phi_trace.beats.iter().any(|(at, _)| *at == now);
            prop_assert!(fell || (shown - phi).abs() < 1e-9, "{now:?}: {shown} and {phi}");
        }
        prop_assert!(corners.iter().filter_map(|it| it.1).fold(0.0, f64::max) > phi_trace.threshold());
        let late = phi_trace.corners(ms(8_000));
        prop_assert!(late.iter().all(|(at, _)| *at >= ms(8_000)));
        let late = at(&late, ms(8_500)).expect("judged");
        let all = at(&corners, ms(8_500)).expect("judged");
        prop_assert!((late - all).abs() < 1e-9);
    }
}

fn of(lab: &Lab, observer: u16, subject: u16) -> Belief {
    let beliefs = lab.beliefs();
    beliefs.rows[usize::from(observer)].as_ref().expect("it runs")[usize::from(subject)]
}

#[test]
fn a_crash_is_noticed_and_a_cut_looks_the_same() {
    let mut lab = open(1);
    lab.advance_to(ms(5_000));
    assert_eq!(lab.beliefs().counted().1, 0);
    lab.command(Command::Crash(NodeId(4))).expect("it runs");
    assert_eq!(of(&lab, 0, 4).error, Some(BeliefError::TakenForUp), "no node knows yet");
    lab.command(Command::Partition(vec![NodeId(1)])).expect("it can be cut off");
    lab.advance_to(ms(15_000));
    assert_eq!((of(&lab, 0, 4).suspected, of(&lab, 0, 4).error), (true, None));
    assert_eq!(of(&lab, 0, 1).error, Some(BeliefError::TakenForDown));
    assert_eq!(of(&lab, 1, 0).error, Some(BeliefError::TakenForDown), "and the other way round");
    assert_eq!(lab.beliefs().rows[4], None);
    lab.command(Command::Leave(NodeId(2))).expect("it can leave");
    assert_eq!(of(&lab, 0, 2).error, Some(BeliefError::OldStanding));
    assert_eq!(of(&lab, 2, 2).standing, Some(Status::Leaving));
}

#[test]
fn a_trace_that_begins_late_includes_the_past() {
    let pair = Some((NodeId(2), NodeId(3)));
    let lab = open(5);
    let mut early = Timeline::new(lab.clone());
    early.watch_phi(pair);
    let mut late = Timeline::new(lab);
    for timeline in [&mut early, &mut late] {
        timeline.advance_to(ms(6_000));
    }
    late.watch_phi(pair);
    let phi_trace = |timeline: &Timeline| timeline.lab().phi_trace().expect("it is watched");
    assert_eq!(phi_trace(&early), phi_trace(&late));
    assert!(phi_trace(&late).beats.len() > 10);
    let digest = late.lab().digest();
    late.seek(ms(3_000));
    let PhiTrace { now, beats, .. } = phi_trace(&late);
    assert!(now == ms(3_000) && beats.iter().all(|(at, _)| *at <= now));
    late.seek(ms(6_000));
    assert_eq!((late.lab().digest(), early.lab().digest()), (digest, digest));
    late.watch_phi(None);
    assert_eq!(late.lab().phi_trace(), None);
}

#[test]
fn with_a_fixed_timeout_the_line_is_the_time_of_silence() {
    let mut lab = open(5);
    let mut settings = lab.cluster().settings().clone();
    settings.gossip.detection = Detection::Timeout { after: Duration::from_ms(1_500) };
    lab.command(Command::Settings(Box::new(settings))).expect("it can be set");
    lab.watch_phi(Some((NodeId(0), NodeId(1))));
    lab.advance_to(ms(3_000));
    lab.command(Command::Crash(NodeId(1))).expect("it runs");
    lab.advance_to(ms(8_000));
    let phi_trace = lab.phi_trace().expect("it is watched");
    let silent = of(&lab, 0, 1).age.expect("it is listened to");
    let latest = phi_trace.latest().expect("it is judged");
    assert!((latest - silent.as_ms()).abs() < 1e-9 && latest > 4_000.0);
    assert!((phi_trace.threshold() - 1_500.0).abs() < 1e-9);
    lab.command(Command::Crash(NodeId(0))).expect("it runs");
    let phi_trace = lab.phi_trace().expect("it is watched");
    assert_eq!(phi_trace.latest(), None, "a stopped node judges no peer");
}
