//! Frames of operations: the request and the vote of each replica, and the hints and repairs.

use ringside_lab::frame::{Ask, HintStage, OperationFrame, Vote};
use ringside_lab::scenario::LatencyModel;
use ringside_lab::settings::{Holder, ReadRepair};
use ringside_lab::{BuiltIn, Command, Duration, Focus, Instant, Lab, NodeId, RequestId, Settings};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

/// Opens three nodes that replicate every key, with R = W = 2 and delays of 10 ms.
fn open(set: impl FnOnce(&mut Settings)) -> Lab {
    let mut scenario =
        BuiltIn::find("healthy").expect("it is built in").scenario().expect("it can be read");
    scenario.cluster.nodes = 3;
    (scenario.cluster.n, scenario.cluster.r, scenario.cluster.w) = (3, 2, 2);
    scenario.network.latency = LatencyModel::Constant(Duration::from_ms(10));
    scenario.network.client_latency = LatencyModel::Constant(Duration::from_ms(1));
    scenario.load.on = false;
    set(&mut scenario.store);
    Lab::open(scenario).expect("it can be opened")
}

fn pass(lab: &mut Lab, ms: u64) {
    lab.advance_to(lab.now() + Duration::from_ms(ms));
}

fn put(lab: &mut Lab, value: &str) -> RequestId {
    let (key, value, through) = ("cart".to_owned(), value.to_owned(), Some(A));
    let put = Command::Put { key, value, through, ttl: None };
    lab.command(put).expect("possible").expect("a put is a request")
}

fn get(lab: &mut Lab) -> RequestId {
    let get = Command::Get { key: "cart".to_owned(), through: Some(A) };
    lab.command(get).expect("possible").expect("a get is a request")
}

fn operation(lab: &Lab, request: RequestId) -> OperationFrame {
    let focus = Focus { key: None, operation: Some(request) };
    lab.frame(&focus).operation.expect("its entries are kept")
}

fn vote(frame: &OperationFrame, node: NodeId) -> Vote {
    frame.replicas.iter().find(|it| it.node == node).expect("it was asked").vote
}

#[test]
fn votes_of_stopped_replicas_are_lost_or_never_come() {
    let mut lab = open(|store| store.hints.on = false);
    lab.command(Command::Crash(C)).expect("possible");
    let request = put(&mut lab, "milk");
    pass(&mut lab, 5);
    assert_eq!(vote(&operation(&lab, request), B), Vote::Waiting, "it is in flight");
    pass(&mut lab, 7);
    // B has stored it, and its answer is in flight when A crashes, so A never counts it.
    lab.command(Command::Crash(A)).expect("possible");
    pass(&mut lab, 1_000);
    let frame = operation(&lab, request);
    assert!(matches!(vote(&frame, B), Vote::Lost { .. }), "{frame:?}");
    assert!(matches!(vote(&frame, C), Vote::Lost { .. }));

    // A replica that stops while it handles the request never answers, although no message was lost.
    let mut lab = open(|store| store.hints.on = false);
    let request = put(&mut lab, "milk");
    pass(&mut lab, 5);
    lab.command(Command::Wipe(B)).expect("possible");
    lab.command(Command::Wipe(C)).expect("possible");
    pass(&mut lab, 2_000);
    let frame = operation(&lab, request);
    assert!(frame.outcome.as_ref().is_some_and(|outcome| !outcome.ok), "{frame:?}");
    assert!(
        frame
            .replicas
            .iter()
            .filter(|it| !it.local)
            .all(|it| !matches!(it.vote, Vote::Waiting | Vote::Counted(_) | Vote::Late(_)))
    );
    assert!(frame.replicas.iter().all(|it| it.local || it.asked.is_some()));
}

#[test]
fn digest_requests_differ_from_full_reads() {
    let mut lab = open(|store| {
        store.quorum.digests = true;
        store.read_repair = ReadRepair::Asynchronous;
    });
    put(&mut lab, "milk");
    pass(&mut lab, 100);
    let request = get(&mut lab);
    pass(&mut lab, 100);
    let frame = operation(&lab, request);
    let asks: Vec<Ask> = frame.replicas.iter().map(|it| it.ask).collect();
    assert_eq!(asks.iter().filter(|ask| **ask == Ask::Digest).count(), 2, "{asks:?}");
    assert_eq!(asks.iter().filter(|ask| **ask == Ask::Versions).count(), 1);
    assert!(frame.replicas.iter().all(|it| it.digest.is_some() == (it.ask == Ask::Digest)));
    assert!(frame.repairs.is_empty());

    // C misses a write: its digest differs, and it is asked for all versions.
    lab.command(Command::Isolate(C)).expect("possible");
    put(&mut lab, "bread");
    pass(&mut lab, 100);
    lab.command(Command::Isolate(B)).expect("possible");
    lab.command(Command::Heal).expect("possible");
    lab.command(Command::Crash(B)).expect("possible");
    let request = get(&mut lab);
    pass(&mut lab, 500);
    let frame = operation(&lab, request);
    let of_c = frame.replicas.iter().find(|it| it.node == C).expect("it was asked");
    assert_eq!(of_c.ask, Ask::Both);
    let [repair] = frame.repairs.as_slice() else { panic!("one repair: {:?}", frame.repairs) };
    assert_eq!((repair.replica, repair.changed, repair.before_reply), (C, true, false));
    assert_eq!(repair.versions[0].value.as_deref(), Some("bread"));
    assert!(repair.took.is_some_and(|took| took > repair.sent));
}

#[test]
fn a_hint_has_stages_from_request_to_handoff() {
    let mut lab = open(|store| {
        store.hints.on = true;
        store.hints.holder = Holder::Coordinator;
    });
    lab.command(Command::Crash(C)).expect("possible");
    let request = put(&mut lab, "milk");
    pass(&mut lab, 3_000);
    let frame = operation(&lab, request);
    let [hint] = frame.hints.as_slice() else { panic!("one hint: {:?}", frame.hints) };
    assert_eq!((hint.holder, hint.target), (A, C));
    assert!(matches!(hint.stage, HintStage::Kept(_)), "{hint:?}");
    lab.command(Command::Restart(C)).expect("possible");
    pass(&mut lab, 30_000);
    let frame = operation(&lab, request);
    assert!(matches!(frame.hints[0].stage, HintStage::HandedOver(at) if at > Instant::ZERO));

    // A holder that lost its disk hands nothing off.
    lab.command(Command::Crash(C)).expect("possible");
    let request = put(&mut lab, "bread");
    pass(&mut lab, 3_000);
    lab.command(Command::Wipe(A)).expect("possible");
    assert_eq!(operation(&lab, request).hints[0].stage, HintStage::Gone);
}

#[test]
fn an_operation_of_the_user_has_the_users_operations_as_neighbours() {
    let mut lab = open(|_| ());
    let first = put(&mut lab, "milk");
    pass(&mut lab, 50);
    let second = get(&mut lab);
    pass(&mut lab, 50);
    assert_eq!(operation(&lab, first).neighbours, [None, Some(second)]);
    assert_eq!(operation(&lab, second).neighbours, [Some(first), None]);
}

#[test]
fn an_operation_of_the_load_has_those_of_all_clients_as_neighbours() {
    let mut scenario =
        BuiltIn::find("healthy").expect("it is built in").scenario().expect("it can be read");
    scenario.load.on = true;
    scenario.load.rate = 50.0;
    let mut lab = Lab::open(scenario).expect("it can be opened");
    lab.advance_to(Instant::ZERO + Duration::from_ms(2_000));
    let mut begun: Vec<RequestId> = lab.log(400).into_iter().filter_map(|it| it.request).collect();
    begun.dedup();
    let middle = operation(&lab, begun[begun.len() / 2]);
    let [before, after] = middle.neighbours;
    let (before, after) = (before.expect("there is one"), after.expect("there is one"));
    assert!(operation(&lab, before).invoked <= middle.invoked);
    assert!(operation(&lab, after).invoked >= middle.invoked);
    assert_eq!(operation(&lab, before).neighbours[1], Some(middle.request));
}
